/* probe.c - see probe.h. */
#include "source/probe.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct magic {
    struct rp_slice bytes;
    const char *looks_like;
};

/* The registered signatures; where a signature is plain letters, the bytes
 * that follow it in every such file belong to it. */
static const struct magic magics[] = {
    { RP_LIT_INIT("\xff\xfe"), RP_PROBE_PREFIX "UTF-16 text" },
    { RP_LIT_INIT("\xfe\xff"), RP_PROBE_PREFIX "UTF-16 text" },
    { RP_LIT_INIT("PK\3\4"),
      RP_PROBE_PREFIX "a ZIP archive or Excel workbook" },
    { RP_LIT_INIT("PK\5\6"), RP_PROBE_PREFIX "an empty ZIP archive" },
    { RP_LIT_INIT("PK\7\10"), RP_PROBE_PREFIX "a split ZIP archive" },
    { RP_LIT_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
      RP_PROBE_PREFIX "an old Excel workbook or other OLE file" },
    { RP_LIT_INIT("\x1f\x8b"), RP_PROBE_PREFIX "a gzip file" },
    { RP_LIT_INIT("\3757zXZ\0"), RP_PROBE_PREFIX "an xz file" },
    { RP_LIT_INIT("\x28\xb5\x2f\xfd"), RP_PROBE_PREFIX "a zstd file" },
    { RP_LIT_INIT("7z\xbc\xaf\x27\x1c"), RP_PROBE_PREFIX "a 7z archive" },
    { RP_LIT_INIT("%PDF-"), RP_PROBE_PREFIX "a PDF document" },
    { RP_LIT_INIT("SQLite format 3\0"), RP_PROBE_PREFIX "a SQLite database" },
    { RP_LIT_INIT("\177ELF"), RP_PROBE_PREFIX "a program" },
};

static bool
starts_with(struct rp_slice text, struct rp_slice prefix)
{
    return text.len >= prefix.len &&
           memcmp(text.ptr, prefix.ptr, prefix.len) == 0;
}

/* "BZh", the block size, then the magic of a block or of the end. */
static bool
is_bzip2(struct rp_slice first)
{
    static const struct rp_slice block = RP_LIT_INIT("1AY&SY");
    static const struct rp_slice end = RP_LIT_INIT("\x17\x72\x45\x38\x50\x90");
    struct rp_slice rest = { NULL, 0 };

    if (first.len < 4 || !starts_with(first, RP_LIT("BZh")))
        return false;
    rest.ptr = first.ptr + 4;
    rest.len = first.len - 4;
    return starts_with(rest, block) || starts_with(rest, end);
}

/* "PAR1" could begin a header; a control byte follows it in Parquet. */
static bool
is_parquet(struct rp_slice first)
{
    return first.len > 4 && starts_with(first, RP_LIT("PAR1")) &&
           first.ptr[4] < ' ' && strchr("\t\n\r", first.ptr[4]) == NULL;
}

const char *
rp_probe(struct rp_slice first)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (starts_with(first, magics[i].bytes))
            return magics[i].looks_like;
    if (is_bzip2(first))
        return RP_PROBE_PREFIX "a bzip2 file";
    if (is_parquet(first))
        return RP_PROBE_PREFIX "a Parquet file";
    if (first.len > 0 && memchr(first.ptr, '\0', first.len) != NULL)
        return RP_PROBE_PREFIX "a binary file (it holds NUL bytes)";
    return NULL;
}
