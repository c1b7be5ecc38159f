/* verdict.c - a verdict.json that somebody else may have written.
 *
 * What is read is all that was there: written again it is the same bytes.
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
    struct rp_buf again = { 0 };
    struct rp_buf told = { 0 };
    struct rp_err err;
    enum rp_status status = rp_json_read(text, "verdict.json", &verdict, &err);

    if (status != RP_OK) {
        fuzz_check_err(status, &err);
        return 0;
    }
    write_verdict(&again, &verdict);
    rp_text_report(&told, &verdict, NULL);
    rp_html_report(&told, &verdict);
    fuzz_check(rp_slice_eq(rp_buf_view(&again), text),
               "nothing was passed over");
    rp_verdict_release(&verdict);
    rp_buf_release(&again);
    rp_buf_release(&told);
    return 0;
}
