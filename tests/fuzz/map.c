/* map.c - an INI file that somebody wrote by hand.
 *
 * What is read of it is written and read again: both must say the same.  As a
 * map it is read, or refused with a word.
 */
#include "job/map.h"
#include "base/buf.h"
#include "base/ini.h"
#include "fuzz/fuzzcheck.h"
#include "fuzz/fuzzfile.h"

static enum rp_status
put_section(void *ctx, struct rp_slice name, size_t line, struct rp_err *err)
{
    (void)line;
    (void)err;
    rp_buf_byte(ctx, '[');
    rp_buf_slice(ctx, name);
    rp_buf_str(ctx, "]\n");
    return RP_OK;
}

static enum rp_status
put_entry(void *ctx, struct rp_slice key, struct rp_slice value, size_t line,
          struct rp_err *err)
{
    (void)key;
    (void)line;
    (void)err;
    fuzz_check(value.ptr[value.len] == '\0', "a NUL is behind a value");
    fuzz_check(memchr(value.ptr, '\0', value.len) == NULL, "no NUL is inside");
    rp_ini_put(ctx, "key", value);
    return RP_OK;
}

static void
try_again(const struct rp_buf *text)
{
    struct rp_buf again = { 0 };
    const struct rp_ini_visitor visitor = { put_section, put_entry, &again };
    struct rp_err err;

    fuzz_check(rp_ini_read(rp_buf_view(text), "again.ini", &visitor, &err) ==
                   RP_OK,
               "what was written can be read");
    fuzz_check(rp_slice_eq(rp_buf_view(text), rp_buf_view(&again)),
               "and says the same");
    rp_buf_release(&again);
}

static void
try_map(const uint8_t *bytes, size_t len)
{
    struct rp_map map = { .name = NULL };
    struct rp_err err;
    enum rp_status status =
        rp_map_open(fuzz_file(bytes, len), RP_MAP_MIGRATE, &map, &err);

    if (status == RP_OK)
        fuzz_check(map.bytes.len == len, "the file is kept as it was");
    else
        fuzz_check_err(status, &err);
    rp_map_release(&map);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct rp_slice text = { bytes, len };
    struct rp_buf out = { 0 };
    const struct rp_ini_visitor visitor = { put_section, put_entry, &out };
    struct rp_err err;
    enum rp_status status = rp_ini_read(text, "fuzz.ini", &visitor, &err);

    if (status == RP_OK)
        try_again(&out);
    else
        fuzz_check_err(status, &err);
    rp_buf_release(&out);
    try_map(bytes, len);
    return 0;
}
