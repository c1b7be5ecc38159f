/* verdict.c - a verdict.json that somebody else may have written.
 *
 * What is read is written and read again: the second time the bytes must be
 * those of the first.
 */
#include "base/buf.h"
#include "fuzz/fuzzcheck.h"
#include "report/html.h"
#include "report/json.h"
#include "report/text.h"

static void
write_verdict(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct rp_err err;

    fuzz_check(rp_json_verdict(out, verdict, &err) == RP_OK,
               "what was read can be written");
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct rp_slice text = { bytes, len };
    struct rp_verdict verdict = { 0 };
    struct rp_buf first = { 0 };
    struct rp_buf second = { 0 };
    struct rp_err err;
    enum rp_status status = rp_json_read(text, "verdict.json", &verdict, &err);

    if (status != RP_OK) {
        fuzz_check_err(status, &err);
        return 0;
    }
    write_verdict(&first, &verdict);
    rp_text_report(&second, &verdict, NULL);
    rp_html_report(&second, &verdict);
    rp_buf_reset(&second);
    rp_verdict_release(&verdict);
    memset(&verdict, 0, sizeof verdict);
    fuzz_check(rp_json_read(rp_buf_view(&first), "verdict.json", &verdict,
                            &err) == RP_OK,
               "what was written can be read");
    write_verdict(&second, &verdict);
    fuzz_check(rp_slice_eq(rp_buf_view(&first), rp_buf_view(&second)),
               "the same verdict gives the same bytes");
    rp_verdict_release(&verdict);
    rp_buf_release(&first);
    rp_buf_release(&second);
    return 0;
}
