/* golden.h - whole outputs, compared with the files in tests/unit/golden.
 *
 * The files are found from $ROLLPROOF_ROOT, which run-tests sets, or from the
 * folder where the test was started.  With ROLLPROOF_UPDATE set they are
 * written first; read the difference before believing it.
 */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

#include "base/slice.h"

/* The bytes are those of the file of that name. */
#define assert_golden(bytes, name)                                             \
    test_golden((bytes), (name), __FILE__, __LINE__)

void test_golden(struct rp_slice actual, const char *name, const char *file,
                 int line);

#endif
