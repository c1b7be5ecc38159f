/* err.c - see err.h. */
#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What does not fit is cut, and the cut can be seen. */
static void
mark_cut(char *text)
{
    static const char dots[] = "...";

    memcpy(text + RP_ERR_TEXT_BYTES - sizeof dots, dots, sizeof dots);
}

static void set_text(struct rp_err *err, const char *fmt, va_list args)
    RP_PRINTF(2, 0);

static void
set_text(struct rp_err *err, const char *fmt, va_list args)
{
    int len = vsnprintf(err->text, sizeof err->text, fmt, args);

    if (len < 0)
        err->text[0] = '\0';
    else if ((size_t)len >= sizeof err->text)
        mark_cut(err->text);
}

enum rp_status
rp_fail(struct rp_err *err, enum rp_status status, const char *fmt, ...)
{
    va_list args;

    assert(status != RP_OK);
    if (err == NULL)
        return status;
    err->status = status;
    va_start(args, fmt);
    set_text(err, fmt, args);
    va_end(args);
    return status;
}

enum rp_status
rp_fail_errno(struct rp_err *err, int errno_value, const char *fmt, ...)
{
    char why[128];
    size_t used;
    va_list args;

    if (err == NULL)
        return RP_E_IO;
    err->status = RP_E_IO;
    va_start(args, fmt);
    set_text(err, fmt, args);
    va_end(args);

    if (strerror_r(errno_value, why, sizeof why) != 0)
        (void)snprintf(why, sizeof why, "error %d", errno_value);
    used = strlen(err->text);
    if ((size_t)snprintf(err->text + used, sizeof err->text - used, ": %s",
                         why) >= sizeof err->text - used)
        mark_cut(err->text);
    return RP_E_IO;
}

enum rp_status
rp_fail_nomem(struct rp_err *err, const char *what)
{
    return rp_fail(err, RP_E_NOMEM, "no memory to %s", what);
}
