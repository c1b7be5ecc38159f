/* snapdir.h - what a snapshot that is open consists of: shared by snapread.c
 * and snapdir.c, and by nobody else.
 */
#ifndef PROOF_SNAPDIR_H
#define PROOF_SNAPDIR_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "proof/snapfile.h"

#define RP_SNAPFILE_MAGIC_BYTES (sizeof(RP_SNAPFILE_MAGIC) - 1)

struct rp_snapfile {
    struct rp_buf shown;
    int fd;
    uint64_t bytes;
    struct rp_arena arena;
    struct rp_object *objects;
    size_t object_count;
    struct rp_table *tables;
    struct rp_digest *digests;
    uint64_t *starts; /* of every table's marks, and the end of the last */
    size_t table_count;
    char database[RP_SHA256_HEX];
};

/* RP_E_IO "PATH: ... damaged or was edited: what; what to do". */
enum rp_status rp_snapfile_damaged(struct rp_snapfile *file, const char *what,
                                   struct rp_err *err);
/* The directory; the marks before it end at end. */
enum rp_status rp_snapfile_parse(struct rp_snapfile *file,
                                 struct rp_slice directory, uint64_t end,
                                 struct rp_err *err) RP_MUST_CHECK;

#endif
