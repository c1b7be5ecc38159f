/* verifytext.h - what verify found, for people.
 *
 * Lists may be long, so the text goes piece by piece to a sink and is never
 * held as a whole.
 */
#ifndef REPORT_VERIFYTEXT_H
#define REPORT_VERIFYTEXT_H

#include "base/err.h"
#include "base/slice.h"
#include "proof/verification.h"

struct rp_text_sink {
    enum rp_status (*put)(void *ctx, struct rp_slice piece, struct rp_err *err);
    void *ctx;
};

enum rp_status rp_verify_text(const struct rp_verification *verification,
                              const struct rp_text_sink *sink,
                              struct rp_err *err) RP_MUST_CHECK;

#endif
