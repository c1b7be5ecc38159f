/* input.h - a file to be read, at any place, by several readers.
 *
 * Each reader opens a descriptor of its own from the same input, so that the
 * two parsers share nothing.  Standard input ("-") is first copied to an
 * unlinked temporary file.  A folder, a device and a missing file are errors
 * that name the file and what to do.
 */
#ifndef BASE_INPUT_H
#define BASE_INPUT_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct rp_input;

/* path is copied; spool_folder is where standard input is spooled. */
enum rp_status rp_input_open(const char *path, const char *spool_folder,
                             struct rp_input **out_input, struct rp_err *err)
    RP_MUST_CHECK;
/* Standard input; RP_E_INTERRUPTED when *stop becomes non-zero while it is
 * read.  stop may be NULL. */
enum rp_status rp_input_stdin(const char *spool_folder,
                              const volatile sig_atomic_t *stop,
                              struct rp_input **out_input, struct rp_err *err)
    RP_MUST_CHECK;
/* The last part of the path, "stdin" for "-"; fit to be printed (rp_show). */
const char *rp_input_name(const struct rp_input *input);
/* The path as it was given. */
const char *rp_input_path(const struct rp_input *input);
uint64_t rp_input_bytes(const struct rp_input *input);
void rp_input_close(struct rp_input *input);

/* A new descriptor of the same file for one reader; -1 on failure.  A regular
 * file is opened anew by its path (so a replaced file is noticed by its
 * hash). */
enum rp_status rp_input_descriptor(const struct rp_input *input, int *out_fd,
                                   struct rp_err *err) RP_MUST_CHECK;

/* Reads at most len bytes at offset of fd into out; *out_len is smaller than
 * len only at the end of the file.  EINTR is handled.  On failure errno tells
 * why; the caller names the file. */
int rp_pread_full(int fd, void *out, size_t len, uint64_t offset,
                  size_t *out_len);

/* Writes all of bytes; -1 with errno when that is not possible. */
int rp_write_full(int fd, const void *bytes, size_t len);

#endif
