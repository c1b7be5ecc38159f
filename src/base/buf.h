/* buf.h - bytes that we own and append to.
 *
 * An all-zero buffer is a valid empty one.  A failed append is remembered and
 * every later one does nothing, so that code stays straight:
 * rp_buf_status reports it once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

struct rp_buf {
    unsigned char *ptr;
    size_t len;
    size_t cap;
    bool failed;
};

void rp_buf_put(struct rp_buf *buf, const void *bytes, size_t len);
void rp_buf_slice(struct rp_buf *buf, struct rp_slice bytes);
void rp_buf_str(struct rp_buf *buf, const char *text);
void rp_buf_byte(struct rp_buf *buf, unsigned char byte);
void rp_buf_be32(struct rp_buf *buf, uint32_t value);
void rp_buf_be64(struct rp_buf *buf, uint64_t value);
void rp_buf_printf(struct rp_buf *buf, const char *fmt, ...) RP_PRINTF(2, 3);

/* rp_buf_room, when there is not enough. */
unsigned char *rp_buf_grow(struct rp_buf *buf, size_t len);

/* Makes room for len more bytes and returns where they go (they count only
 * after buf->len was raised); NULL after a failure. */
static inline unsigned char *
rp_buf_room(struct rp_buf *buf, size_t len)
{
    if (buf->ptr == NULL || buf->cap - buf->len < len || buf->failed)
        return rp_buf_grow(buf, len);
    return buf->ptr + buf->len;
}

/* The content as a C string that lives as long as the buffer is untouched;
 * "" after a failure. */
const char *rp_buf_cstr(struct rp_buf *buf);

struct rp_slice rp_buf_view(const struct rp_buf *buf);
enum rp_status rp_buf_status(const struct rp_buf *buf, struct rp_err *err)
    RP_MUST_CHECK;
/* Empties, keeps the memory, forgets a failure. */
void rp_buf_reset(struct rp_buf *buf);
void rp_buf_release(struct rp_buf *buf);

#endif
