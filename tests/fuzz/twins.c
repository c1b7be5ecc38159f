/* twins.c - do both parsers read the same, whatever the bytes are?
 *
 * The first byte of an input says how the source is divided (twins_dialect),
 * the rest is the source.  Built with the limits of small.h.
 */
#include "support/twins.h"
#include "fuzz/fuzzcheck.h"
#include "fuzz/fuzzfile.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct rp_dialect dialect;
    struct rp_input *input = NULL;
    struct rp_buf difference = { 0 };
    struct rp_err err;

    if (len == 0)
        return -1;
    dialect = twins_dialect(bytes[0]);
    if (rp_input_open(fuzz_file(bytes + 1, len - 1), "/tmp", &input, &err) !=
        RP_OK)
        abort();
    if (!twins_agree(&difference, input, &dialect)) {
        (void)fputs(rp_buf_cstr(&difference), stderr);
        abort();
    }
    rp_buf_release(&difference);
    rp_input_close(input);
    return 0;
}
