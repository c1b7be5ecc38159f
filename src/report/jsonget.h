/* jsonget.h - strict reading of JSON that this program wrote, for the files
 * that use jansson.
 *
 * The first thing that is wrong is kept and everything after it is skipped, so
 * that reading is as straight as writing: getters return nothing (NULL, 0,
 * false) from then on, and take NULL for an object that was not there.
 */
#ifndef REPORT_JSONGET_H
#define REPORT_JSONGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"
#include "proof/verdict.h"

struct rp_json_reader {
    const char *name;   /* of the file, for messages */
    const char *writer; /* the version that wrote it, when that is known */
    struct rp_arena *arena;
    enum rp_status status;
    struct rp_err *err;
    char place[64]; /* "sources[2].", for messages */
};

void rp_json_wrong(struct rp_json_reader *reader, const char *member,
                   const char *problem);
/* Where the reader is: "mapping", or element index of array. "" is the top. */
void rp_json_at(struct rp_json_reader *reader, const char *member);
void rp_json_at_element(struct rp_json_reader *reader, const char *array,
                        size_t index);

/* A member of any type; NULL when there is none, which is wrong. */
const json_t *rp_json_get(struct rp_json_reader *reader, const json_t *object,
                          const char *member);
const json_t *rp_json_get_object(struct rp_json_reader *reader,
                                 const json_t *object, const char *member);
const json_t *rp_json_get_array(struct rp_json_reader *reader,
                                const json_t *object, const char *member);
bool rp_json_get_bool(struct rp_json_reader *reader, const json_t *object,
                      const char *member);
uint64_t rp_json_get_count(struct rp_json_reader *reader, const json_t *object,
                           const char *member);
/* Texts are copied to the arena.  One that rp_show would not have left as it
 * is, is wrong: no control character may come from a file. */
const char *rp_json_get_text(struct rp_json_reader *reader,
                             const json_t *object, const char *member);
/* NULL for null. */
const char *rp_json_get_text_or_null(struct rp_json_reader *reader,
                                     const json_t *object, const char *member);
struct rp_names rp_json_get_names(struct rp_json_reader *reader,
                                  const json_t *object, const char *member);

/* Is verdict all that text tells? What was passed over might say that the rest
 * means something else. */
void rp_json_check_whole(struct rp_json_reader *reader, struct rp_slice text,
                         const struct rp_verdict *verdict);

/* An array of count elements in the arena. */
void *rp_json_make_array(struct rp_json_reader *reader, size_t count,
                         size_t bytes);

#endif
