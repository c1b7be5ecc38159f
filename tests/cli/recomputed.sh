#!/bin/sh
# All evidence that the other command tests leave, whatever they try, is
# recomputed by its verify.py right after the run, and agrees: loads and
# migrations, proved, refused and rehearsed, in place and into a copy.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"
. "$root/tests/support/recompute.sh"

recomputed 20 cli/sources.sh
recomputed 14 cli/tables.sh
recomputed 30 cli/sync.sh
recomputed 5 cli/into.sh
recomputed 5 cli/commands.sh
recomputed 100 cli/findings.sh
recomputed 20 cli/real.sh
recomputed 30 promise/p1_nothing_is_lost.sh
recomputed 5 promise/p3_counts_from_database.sh
recomputed 5 promise/p6_nothing_else_changes.sh
