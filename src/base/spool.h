/* spool.h - a queue of bytes that starts in memory and goes to disk.
 *
 * Up to memory_bytes stay in memory; what comes after that goes to one file
 * in folder, unlinked when it is created, so that neither a crash nor a kill
 * leaves it behind.  Written once, front to back; then read by any number of
 * readers, each with a place of its own.  A full disk is RP_E_IO and names the
 * folder.
 */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

struct rp_spool;
struct rp_spool_reader;

/* folder is copied. */
enum rp_status rp_spool_open(const char *folder, size_t memory_bytes,
                             struct rp_spool **out_spool, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_spool_put(struct rp_spool *spool, struct rp_slice bytes,
                            struct rp_err *err) RP_MUST_CHECK;
/* Writes out what waits to be written, and gives back the memory for that; who
 * keeps many spools calls it when one is complete.  More may be put later. */
enum rp_status rp_spool_flush(struct rp_spool *spool, struct rp_err *err)
    RP_MUST_CHECK;
/* All bytes put so far. */
uint64_t rp_spool_bytes(const struct rp_spool *spool);
void rp_spool_close(struct rp_spool *spool);

/* A reader at the front.  Nothing may be put while a reader is open. */
enum rp_status rp_spool_read(const struct rp_spool *spool,
                             struct rp_spool_reader **out_reader,
                             struct rp_err *err) RP_MUST_CHECK;
/* The next at most len bytes into out; *out_len is smaller than len only at
 * the end. */
enum rp_status rp_spool_next(struct rp_spool_reader *reader, void *out,
                             size_t len, size_t *out_len, struct rp_err *err)
    RP_MUST_CHECK;
/* The next bytes are those from offset on. */
void rp_spool_seek(struct rp_spool_reader *reader, uint64_t offset);
void rp_spool_reader_close(struct rp_spool_reader *reader);

/* A temporary file in folder, opened read-write, mode 0600, close-on-exec and
 * already unlinked.  Whoever gets *out_fd closes it. */
enum rp_status rp_tempfile(const char *folder, int *out_fd, struct rp_err *err)
    RP_MUST_CHECK;

#endif
