/* jsondoor.h - what the files that use jansson share; nobody else includes it.
 *
 * A maker remembers that a value could not be made, so that a tree is written
 * down straight and asked about once, at the end.
 */
#ifndef REPORT_JSONDOOR_H
#define REPORT_JSONDOOR_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"

struct rp_json_maker {
    bool failed;
};

/* First of all: from now on jansson's memory is ours (base/mem), and whether
 * it ran out is remembered. */
void rp_json_begin(void);
/* Did jansson ask for memory since then and get none?  It tells a lack of
 * memory as an error of syntax, or cuts a text short and says nothing, so this
 * must be asked before anything that it made is trusted. */
bool rp_json_starved(void);

json_t *rp_json_object(struct rp_json_maker *maker);
json_t *rp_json_array(struct rp_json_maker *maker);
/* Each takes value over, also when it fails. */
void rp_json_set(struct rp_json_maker *maker, json_t *object, const char *name,
                 json_t *value);
void rp_json_append(struct rp_json_maker *maker, json_t *array, json_t *value);
/* NULL is null. */
void rp_json_set_text(struct rp_json_maker *maker, json_t *object,
                      const char *name, const char *text);
void rp_json_set_count(struct rp_json_maker *maker, json_t *object,
                       const char *name, uint64_t count);
void rp_json_set_bool(struct rp_json_maker *maker, json_t *object,
                      const char *name, bool value);

/* Appends root with two blanks of indent and a final newline, and ends it.
 * what is the name of the file, for a message. */
enum rp_status rp_json_finish(struct rp_json_maker *maker, json_t *root,
                              struct rp_buf *out, const char *what,
                              struct rp_err *err) RP_MUST_CHECK;

/* The same on one line, compact. */
enum rp_status rp_json_line(struct rp_json_maker *maker, json_t *root,
                            struct rp_buf *out, const char *what,
                            struct rp_err *err) RP_MUST_CHECK;
/* The tree of a text; name is that of the file, for messages. */
enum rp_status rp_json_load(struct rp_slice text, const char *name,
                            json_t **out_root, struct rp_err *err)
    RP_MUST_CHECK;

#endif
