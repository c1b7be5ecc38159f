/* see htmlparts.h: how to check all this without rollproof.  README.txt of the
 * evidence tells more.
 */
#include "report/htmlparts.h"

static const char steps[] =
    "<section id=\"verify\" aria-labelledby=\"verify-h\">\n"
    "<h2 id=\"verify-h\">How to verify without rollproof</h2>\n"
    "<p>This page is part of a folder of evidence, a BagIt bag (RFC 8493). "
    "README.txt beside it leads through all of it; these are the first "
    "steps.</p>\n"
    "<ol>\n"
    "<li><p>In the folder above this one: is every file complete and "
    "unaltered?</p>\n"
    "<pre><code>sha256sum -c manifest-sha256.txt\n"
    "sha256sum -c tagmanifest-sha256.txt</code></pre></li>\n"
    "<li><p>Is a source the one that was read? This must print its line of "
    "inputs.sha256, and the SHA-256 under <a href=\"#inputs\">Inputs</a>:</p>\n"
    "<pre><code>sha256sum SOURCE</code></pre></li>\n"
    "<li><p>Is all of it true? With the database, the sources and Python 3, "
    "this looks for files that were added, recomputes every digest, divides "
    "the sources again and looks every key up:</p>\n"
    "<pre><code>python3 data/verify/verify.py DATABASE SOURCE...</code></pre>"
    "</li>\n";

/* Of the evidence itself. */
static const char steps_whole[] =
    "<li><p>What became of a record? sample.csv traces records, drawn by the "
    "SHA-256 of the source, to the row that each became. With byte_start of a "
    "line for B and byte_end for E, this prints the record:</p>\n"
    "<pre><code>tail -c +$((B + 1)) SOURCE | head -c $((E - B))</code></pre>"
    "</li>\n"
    "<li><p>What exactly was wrong? findings.csv has every finding with its "
    "key, rejects/ the rejected records byte for byte, each with the header "
    "of its source.</p></li>\n";

static const char steps_shared[] =
    "<li><p>Where exactly was something wrong? findings.csv has every finding "
    "with its position; keys and rejected records are in the original only."
    "</p></li>\n"
    "<li><p>Is it a copy of that original? bag-info.txt in the folder above "
    "names the manifests of the original, and that of the original has, as "
    "Shared-Manifest-SHA256, what this prints here:</p>\n"
    "<pre><code>sha256sum manifest-sha256.txt</code></pre></li>\n";

static const char hashes[] =
    "</ol>\n"
    "<h3>Which hash is good for what</h3>\n"
    "<p>A digest is the SHA-256 of all rows of a table, in order, in a form "
    "that no two different tables share: it resists forgers. A fingerprint "
    "(XXH3-128) finds accidents, but who wants to can make another table with "
    "the same one: trust the digest. Who ran what, when and where stands in "
    "run.json; this page has no clock, so that the same input gives the same "
    "bytes.</p>\n"
    "</section>\n";

void
rp_html_verify(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_buf_str(out, steps);
    rp_buf_str(out, verdict->shared ? steps_shared : steps_whole);
    rp_buf_str(out, hashes);
}
