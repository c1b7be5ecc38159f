/* fuzzcheck.h - what must hold of every input: a crash when it does not. */
#ifndef FUZZ_FUZZCHECK_H
#define FUZZ_FUZZCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* holds, or the fuzzer keeps the input. */
static inline void
fuzz_check(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

/* A failure has a text of one line, without control characters. */
static inline void
fuzz_check_err(enum rp_status status, const struct rp_err *err)
{
    fuzz_check(err->status == status, "status and error agree");
    fuzz_check(err->text[0] != '\0', "a failure has a text");
    for (const char *at = err->text; *at != '\0'; at++)
        fuzz_check((unsigned char)*at >= ' ' && *at != 0x7f,
                   "a text has no control characters");
}

#endif
