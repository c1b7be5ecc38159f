#!/bin/sh
# The files beside the evidence - of --junit, --metrics and --write-map - are
# old or new and never half, whatever fails or dies while they are written; and
# the run says so without saying anything false about the import.
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload killat; then
    echo 'skip files that cannot be written: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
failures=0

wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what at call $n ($point)" "$1: $(said)"
}

with_shim() { run env LD_PRELOAD="$shims/killat.so" "$@"; }

# The run before this one left these.
"$rollproof" migrate new.db e.csv $keys -n -q --junit old.xml \
    --metrics old.prom || not_ok 'a run leaves its files' "exit $?"

# Old, or whole and new.
is_whole()
{
    cmp -s "$1" "$2" || tail -n 1 "$1" | grep -qE "$3"
}
check_files()
{
    is_whole ci.xml old.xml '^</testsuites>$' || wrong 'half of ci.xml'
    is_whole node.prom old.prom '^rollproof_table_rows' ||
        wrong 'half of node.prom'
}
check_map()
{
    [ ! -e new.ini ] && return
    tail -n 1 new.ini | grep -q '^approved-by =$' || wrong 'half of new.ini'
    "$rollproof" migrate s.db strange.csv --map new.ini -n -q >/dev/null 2>&1 ||
        wrong 'new.ini is not enough'
}
nothing_beside()
{
    for beside in .*.tmp; do
        [ ! -e "$beside" ] || wrong "$beside is left"
    done
}

# The two commands, and what must hold when their file could not be written.
tell()
{
    "$1" "$rollproof" migrate s.db e.csv $keys --junit ci.xml \
        --metrics node.prom
}
write_map()
{
    "$1" "$rollproof" migrate s.db strange.csv $keys -n --write-map new.ini
}
printf 'sid,code\n1,M1\n9,P1\n2,X1\n' >strange.csv
prepare()
{
    renew
    rm -f .*.tmp new.ini
    cp old.xml ci.xml
    cp old.prom node.prom
}
check_told()
{
    case $status in
    0) ;;
    4)
        says 'proved and committed, and nothing of it is missing' &&
            says 'do not run it again' || wrong 'exit 4, no word of the import'
        ;;
    *) wrong "exit $status" ;;
    esac
    is_new || wrong 'the import is not there'
    published && [ "$count" -eq 1 ] || wrong 'no whole evidence'
    check_files
}
check_written()
{
    case $status in
    2) says new.ini || wrong 'exit 2, no word of the map' ;;
    3) [ -e new.ini ] || wrong 'exit 3 without a map' ;;
    *) wrong "exit $status" ;;
    esac
    is_old || wrong 'the database has changed'
    check_map
}

# The calls that come after the evidence has its name.
last_calls()
{
    awk '{ number[NR] = $1 } /s\.db\.evidence/ { last = NR }
        END { for (i = last + 1; i <= NR; i++) print number[i] }' trace
}

# sweep NAME COMMAND CHECK: each of those calls fails once, then each kills the
# run.
sweep()
{
    what=$1
    failures=0
    points=0
    prepare
    rm -f trace
    trace() { KILLAT_TRACE=trace with_shim "$@"; }
    "$2" trace
    fail() { KILLAT=$n KILLAT_ERRNO=5 with_shim "$@"; }
    die() { KILLAT=$n with_shim "$@"; }
    for n in $(last_calls); do
        point=$(sed -n "${n}s/^[0-9]* //p" trace)
        prepare
        "$2" fail
        "$3"
        nothing_beside
        prepare
        "$2" die
        [ $status -eq 137 ] || wrong "exit $status"
        check_files
        check_map
        points=$((points + 1))
    done
    [ $points -gt 3 ] || not_ok "$what has calls" "$(tail -n 20 trace)"
    [ $failures -gt 0 ] || ok "$what, $points calls"
}
sweep 'telling CI and monitoring' tell check_told
sweep 'writing a map' write_map check_written

# A file that somebody else put there while the run went on.
prepare
taken() { KILLAT=1 KILLAT_COMMAND='cp old.db node.prom' with_shim "$@"; }
tell taken
holds 'what somebody else put there meanwhile is kept' "exit $status: $(said)" \
    sh -c "[ $status -eq 4 ] && cmp -s old.db node.prom"
prepare
taken() { KILLAT=1 KILLAT_COMMAND='echo theirs >new.ini' with_shim "$@"; }
write_map taken
holds 'a map that somebody else wrote meanwhile is kept' "$status: $(said)" \
    sh -c "[ $status -eq 2 ] && [ \"\$(cat new.ini)\" = theirs ]"
