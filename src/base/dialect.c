/* dialect.c - see dialect.h. */
#include "base/dialect.h"

#include <assert.h>

static const char *const newline_names[] = {
    [RP_NEWLINE_NONE] = "none",   [RP_NEWLINE_LF] = "LF",
    [RP_NEWLINE_CRLF] = "CRLF",   [RP_NEWLINE_CR] = "CR",
    [RP_NEWLINE_MIXED] = "mixed",
};

const char *
rp_newline_name(enum rp_newline newline)
{
    assert((size_t)newline < sizeof newline_names / sizeof newline_names[0]);
    return newline_names[newline];
}
