/* see html.h */
#include "report/html.h"

#include "report/htmlparts.h"
#include "report/htmlstyle.h"
#include "report/htmltext.h"

/* Nothing may be loaded, run or sent anywhere, should anything ever get into
 * the page that wants to. */
static const char policy[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'sha256-" RP_HTML_STYLE_SHA256 "'; base-uri 'none'; "
    "form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n";

static void
put_contents(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_buf_str(out, "<nav aria-label=\"On this page\">\n<ul>\n"
                    "<li><a href=\"#records\">Records</a></li>\n");
    if (verdict->sync != NULL)
        rp_buf_str(out, "<li><a href=\"#removed\">Removed</a></li>\n");
    rp_buf_str(out, "<li><a href=\"#tables\">Tables</a></li>\n"
                    "<li><a href=\"#findings\">Findings</a></li>\n"
                    "<li><a href=\"#checks\">Checks</a></li>\n"
                    "<li><a href=\"#inputs\">Inputs</a></li>\n"
                    "<li><a href=\"#verify\">How to verify</a></li>\n"
                    "</ul>\n</nav>\n");
}

/* A title shows no markup: no <bdi>, so the name goes last. */
static void
put_title(struct rp_buf *out, const struct rp_verdict *verdict)
{
    static const char *const words[] = {
        [RP_PROVED] = "Proved",
        [RP_PROVED_WITH_EXCEPTIONS] = "Proved with exceptions",
        [RP_NOT_PROVED] = "Not proved",
    };

    rp_buf_printf(out, "<title>%s: rollproof ", words[verdict->outcome]);
    rp_html_escape(out, rp_slice_str(verdict->command));
    rp_buf_str(out, ", ");
    rp_html_escape(out, rp_slice_str(verdict->declared));
    rp_buf_str(out, " of ");
    rp_html_escape(out, rp_slice_str(verdict->school));
    rp_buf_str(out, "</title>\n");
}

static void
put_head(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_buf_str(out, policy);
    put_title(out, verdict);
    rp_buf_str(out, "<style>");
    rp_html_style(out);
    rp_buf_str(out, "</style>\n</head>\n<body>\n");
}

void
rp_html_report(struct rp_buf *out, const struct rp_verdict *verdict)
{
    put_head(out, verdict);
    rp_buf_str(out, "<header>\n<p class=\"maker\">Evidence by rollproof ");
    rp_html_text(out, verdict->program);
    rp_buf_str(out, "</p>\n");
    if (verdict->shared)
        rp_buf_str(out, "<p class=\"maker\">A shared copy, without values of "
                        "the sources and without names of persons</p>\n");
    rp_buf_str(out, "</header>\n<main>\n");
    rp_html_verdict(out, verdict);
    put_contents(out, verdict);
    rp_html_fates(out, verdict);
    rp_html_sync(out, verdict);
    rp_html_tables(out, verdict);
    rp_html_findings(out, verdict);
    rp_html_checks(out, verdict);
    rp_html_inputs(out, verdict);
    rp_html_verify(out, verdict);
    rp_buf_str(out, "</main>\n</body>\n</html>\n");
}
