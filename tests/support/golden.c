/* golden.c - see golden.h. */
#include "support/golden.h"

#include <stdlib.h>

#include "support/test.h"

void
test_golden(struct rp_slice actual, const char *name, const char *file,
            int line)
{
    const char *root = getenv("ROLLPROOF_ROOT");
    char *folder = test_path(root == NULL ? "." : root, "tests/unit/golden");
    char *path = test_path(folder, name);
    struct rp_slice expected = { NULL, 0 };
    unsigned char *bytes;

    if (getenv("ROLLPROOF_UPDATE") != NULL)
        test_write(path, actual);
    bytes = test_read(path, &expected.len);
    expected.ptr = bytes;
    if (!rp_slice_eq(actual, expected)) {
        print_error("not as in %s:\n%.*s", name, (int)actual.len,
                    (const char *)actual.ptr);
        _fail(file, line);
    }
    free(bytes);
    free(path);
    free(folder);
}
