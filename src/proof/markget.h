/* markget.h - reads what markput.h wrote, one mark after the other.
 *
 * The bytes may come from anywhere: every number is checked before it is used,
 * keys must rise, nothing may follow the last mark, and no more memory is
 * taken than there are bytes left.  What does not fit is RP_E_IO and named by
 * the name of where it comes from.
 */
#ifndef PROOF_MARKGET_H
#define PROOF_MARKGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "proof/mark.h"
#include "school/schema.h"

struct rp_mark_source {
    /* The next at most len bytes; fewer only at the end. */
    enum rp_status (*read)(void *ctx, void *out, size_t len, size_t *out_len,
                           struct rp_err *err);
    void *ctx;
    uint64_t bytes;   /* all there are */
    const char *name; /* for messages, shown */
};

struct rp_markget_request {
    const struct rp_table *table; /* must live as long */
    bool with_names;
    struct rp_mark_source source;
};

struct rp_markget;

enum rp_status rp_markget_open(const struct rp_markget_request *request,
                               struct rp_markget **out_get, struct rp_err *err)
    RP_MUST_CHECK;
struct rp_marks rp_markget_marks(struct rp_markget *get);
/* The sum of what was read so far. */
struct rp_fp rp_markget_fp(const struct rp_markget *get);
void rp_markget_close(struct rp_markget *get);

#endif
