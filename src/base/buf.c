/* buf.c - see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/be.h"
#include "base/mem.h"

unsigned char *
rp_buf_grow(struct rp_buf *buf, size_t len)
{
    void *ptr = buf->ptr;

    if (buf->failed)
        return NULL;
    /* An empty buffer that is asked for nothing still has a place to name. */
    if (len > SIZE_MAX - buf->len - 1 ||
        rp_grow(&ptr, &buf->cap, buf->len + len + (buf->ptr == NULL), 1) != 0) {
        buf->failed = true;
        return NULL;
    }
    buf->ptr = ptr;
    return buf->ptr + buf->len;
}

void
rp_buf_put(struct rp_buf *buf, const void *bytes, size_t len)
{
    unsigned char *room;

    if (len == 0)
        return;
    room = rp_buf_room(buf, len);
    if (room == NULL)
        return;
    memcpy(room, bytes, len);
    buf->len += len;
}

void
rp_buf_slice(struct rp_buf *buf, struct rp_slice bytes)
{
    rp_buf_put(buf, bytes.ptr, bytes.len);
}

void
rp_buf_str(struct rp_buf *buf, const char *text)
{
    rp_buf_put(buf, text, strlen(text));
}

void
rp_buf_byte(struct rp_buf *buf, unsigned char byte)
{
    rp_buf_put(buf, &byte, 1);
}

void
rp_buf_be32(struct rp_buf *buf, uint32_t value)
{
    unsigned char be[4];

    rp_put_be32(be, value);
    rp_buf_put(buf, be, sizeof be);
}

void
rp_buf_be64(struct rp_buf *buf, uint64_t value)
{
    unsigned char be[8];

    rp_put_be64(be, value);
    rp_buf_put(buf, be, sizeof be);
}

void
rp_buf_printf(struct rp_buf *buf, const char *fmt, ...)
{
    va_list args;
    unsigned char *room;
    int len;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
        return;
    }
    room = rp_buf_room(buf, (size_t)len + 1);
    if (room == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf((char *)room, (size_t)len + 1, fmt, args);
    va_end(args);
    buf->len += (size_t)len;
}

const char *
rp_buf_cstr(struct rp_buf *buf)
{
    unsigned char *end = rp_buf_room(buf, 1);

    if (end == NULL)
        return "";
    *end = '\0';
    return (const char *)buf->ptr;
}

struct rp_slice
rp_buf_view(const struct rp_buf *buf)
{
    struct rp_slice view = { buf->ptr, buf->len };

    return view;
}

enum rp_status
rp_buf_status(const struct rp_buf *buf, struct rp_err *err)
{
    if (!buf->failed)
        return RP_OK;
    return rp_fail(err, RP_E_NOMEM, "no memory to hold more than %zu bytes",
                   buf->len);
}

void
rp_buf_reset(struct rp_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

void
rp_buf_release(struct rp_buf *buf)
{
    if (buf == NULL)
        return;
    rp_free(buf->ptr);
    *buf = (struct rp_buf){ 0 };
}
