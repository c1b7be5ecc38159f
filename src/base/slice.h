/* slice.h - bytes that belong to somebody else.
 *
 * A slice borrows and is never freed; it may hold NUL bytes and need not end
 * in one.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct rp_slice {
    const unsigned char *ptr;
    size_t len;
};

/* A slice of a string literal; the second one in initialisers of tables (a
 * compound literal is no constant to a strict compiler). */
#define RP_LIT(text)                                                           \
    ((struct rp_slice){ (const unsigned char *)(text), sizeof(text) - 1 })
/* clang-format off */
#define RP_LIT_INIT(text)                                                      \
    { (const unsigned char *)(text), sizeof(text) - 1 }
/* clang-format on */

struct rp_slice rp_slice_str(const char *text);
bool rp_slice_eq(struct rp_slice left, struct rp_slice right);
/* memcmp order, the shorter first: <0, 0, >0. */
int rp_slice_cmp(struct rp_slice left, struct rp_slice right);
/* ASCII letters are alike, as SQLite compares names of columns. */
bool rp_slice_eq_nocase(struct rp_slice left, struct rp_slice right);
/* Two names of tables or columns, likewise. */
bool rp_name_eq(const char *left, const char *right);
/* Without ASCII blanks (space and \t \n \v \f \r) at both ends. */
struct rp_slice rp_slice_trim(struct rp_slice text);

#endif
