/* twins.c - do both parsers read the same, whatever the bytes are?
 *
 * The first byte of an input says how the source is divided: bits 0-1 the
 * header (there, none, none; names given), bits 2-3 the delimiter, bits 4-5
 * the quote.  The rest is the source.  Built with the limits of small.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzfile.h"
#include "support/twins.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct rp_dialect
dialect_of(uint8_t how)
{
    static const struct rp_slice names[] = { RP_LIT_INIT("a"),
                                             RP_LIT_INIT("b") };
    struct rp_dialect dialect = { .delimiter = (unsigned char)",;\t "[how >> 2 & 3],
                                  .quote = (unsigned char)"\"'x|"[how >> 4 & 3],
                                  .has_header = (how & 3) < 2 };

    if ((how & 3) == 3) {
        dialect.names = names;
        dialect.name_count = 2;
    }
    return dialect;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct rp_dialect dialect;
    struct rp_input *input = NULL;
    struct rp_buf difference = { 0 };
    struct rp_err err;

    if (len == 0)
        return -1;
    dialect = dialect_of(bytes[0]);
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
