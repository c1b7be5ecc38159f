/* snapshot.c - a snapshot that somebody else may have written, sealed with the
 * SHA-256 that fits: read to its end or refused, and what is read rises.
 */
#include "base/mem.h"
#include "base/sha256.h"
#include "fuzz/fuzzcheck.h"
#include "fuzz/fuzzfile.h"
#include "proof/snapfile.h"
#include "school/cell.h"

static const struct rp_beat nobody = { NULL, NULL };

/* Keys rise: what two states are merged by. */
static void
check_order(const struct rp_mark *mark, struct rp_markkey *last, bool *has_last)
{
    struct rp_err err;

    fuzz_check(!*has_last ||
                   rp_markkey_order(last->cells, mark->key, last->count) < 0,
               "keys rise");
    for (size_t i = 0; i < last->count; i++)
        fuzz_check(rp_markkey_set(last, i, &mark->key[i], &err) == RP_OK,
                   "a key can be kept");
    *has_last = true;
}

static void
walk_table(const struct rp_snapfile *file, size_t index)
{
    size_t count = 0;
    const struct rp_table *tables = rp_snapfile_tables(file, &count);
    struct rp_snapfile_reader *reader = NULL;
    const struct rp_mark *mark = NULL;
    struct rp_markkey last = { 0 };
    struct rp_marks marks;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = rp_snapfile_read(file, index, &reader, &err);
    bool has_last = false;

    fuzz_check(status == RP_OK &&
                   rp_markkey_init(&last, tables[index].primary.count, &err) ==
                       RP_OK,
               "a table can be read");
    marks = rp_snapfile_marks(reader);
    while ((status = marks.next(marks.ctx, &mark, &err)) == RP_OK &&
           mark != NULL)
        if (mark->key != NULL)
            check_order(mark, &last, &has_last);
    if (status != RP_OK)
        fuzz_check_err(status, &err);
    rp_markkey_release(&last);
    rp_snapfile_reader_close(reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const size_t whole = len + RP_SHA256_BYTES;
    unsigned char *sealed = rp_zalloc(whole);
    char hex[RP_SHA256_HEX];
    struct rp_snapfile *file = NULL;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status;
    size_t count = 0;

    fuzz_check(sealed != NULL && rp_sha256_hex((struct rp_slice){ bytes, len },
                                               hex, &err) == RP_OK,
               "a file can be sealed");
    if (len > 0)
        memcpy(sealed, bytes, len);
    for (size_t i = 0; i < RP_SHA256_BYTES; i++) {
        const char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

        sealed[len + i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    status = rp_snapfile_open(fuzz_file(sealed, whole), &nobody, &file, &err);
    if (status != RP_OK) {
        fuzz_check_err(status, &err);
    } else {
        (void)rp_snapfile_tables(file, &count);
        for (size_t i = 0; i < count; i++)
            walk_table(file, i);
    }
    rp_snapfile_close(file);
    rp_free(sealed);
    return 0;
}
