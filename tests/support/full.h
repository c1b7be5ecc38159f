/* full.h - a disk that is full, without one.
 *
 * RLIMIT_FSIZE makes write fail with EFBIG past a size, which walks the same
 * paths as ENOSPC does.  cmocka's own output is small enough to pass.
 */
#ifndef SUPPORT_FULL_H
#define SUPPORT_FULL_H

#include <stdint.h>

/* From now on no file of this process may grow past bytes. */
void test_full_begin(uint64_t bytes);
void test_full_end(void);

#endif
