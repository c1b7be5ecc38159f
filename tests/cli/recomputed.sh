#!/bin/sh
# All evidence that the other command tests leave, whatever they try, is
# recomputed by its verify.py right after the run, and agrees: loads and
# migrations, proved, refused and rehearsed, in place and into a copy.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

VERIFIED_BIN=$rollproof
export VERIFIED_BIN

# recomputed LEAST SCRIPT: of at least LEAST runs, none differs.
recomputed()
{
    VERIFIED_LOG=$dir/$(basename "$2" .sh)
    export VERIFIED_LOG
    : >"$VERIFIED_LOG"
    ROLLPROOF_BIN=$root/tests/support/verified sh "$root/tests/$2" \
        >"$dir/.script" 2>&1
    if grep -q '^skip real data' "$dir/.script"; then
        skip "$2 is recomputed" 'there is no real data'
        return
    fi
    check_same "all evidence of $2 agrees" '' \
        "$(grep -v -e '^AGREES: ' -e '^passed over: ' "$VERIFIED_LOG" |
            head -n 20)"
    agreed=$(grep -c '^AGREES: ' "$VERIFIED_LOG")
    check_same "all evidence of $2 is at least $1" yes \
        "$([ "$agreed" -ge "$1" ] && echo yes || echo "no, $agreed")"
}

recomputed 20 cli/sources.sh
recomputed 14 cli/tables.sh
recomputed 5 cli/into.sh
recomputed 5 cli/commands.sh
recomputed 5 cli/ids.sh
recomputed 5 cli/map.sh
recomputed 2 cli/seed.sh
recomputed 30 cli/downgrade.sh
recomputed 3 cli/alembic.sh
recomputed 100 cli/findings.sh
recomputed 20 cli/real.sh
recomputed 30 promise/p1_nothing_is_lost.sh
recomputed 5 promise/p3_counts_from_database.sh
recomputed 5 promise/p6_nothing_else_changes.sh
