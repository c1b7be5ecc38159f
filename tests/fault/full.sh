#!/bin/sh
# When a write fails - the disk is full, the disk is broken - the run is
# rolled back, or, after COMMIT, says how its evidence is completed.
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload killat; then
    echo 'skip writes that fail: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
failures=0
finish='rollproof status --finish s.db'

wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what at call $n ($point)" "$1: $(said)"
}

# with_shim COMMAND...
with_shim() { run env LD_PRELOAD="$shims/killat.so" "$@"; }

# SQLite leaves a journal that it could not write; it is in nobody's way.
check_rolled_back()
{
    is_old || wrong 'exit 2, but the database is not the old one'
    [ -s said ] || wrong 'exit 2, and not a word'
    [ -z "$words" ] || grep -qE -- "$words" said ||
        wrong "it does not say $words"
    published && [ "$count" -eq 0 ] || wrong 'exit 2, but there is evidence'
    if [ -e s.db-journal ]; then
        run "$rollproof" migrate s.db e.csv $keys
        [ $status -eq 0 ] && is_new || wrong 'a new migrate does not work'
    fi
    is_clean || wrong "exit 2, but $left is left"
}

check_unfinished()
{
    is_new || wrong 'exit 4, but the database is not the new one'
    says "$finish" || says 'reading again failed' || wrong 'exit 4, no remedy'
    run "$rollproof" status --finish s.db
    [ $status -eq 0 ] || wrong "status --finish: $status"
    published && [ "$count" -eq 1 ] || wrong 'no whole evidence'
    committed s.db.evidence/* || wrong 'it does not say committed'
}

check_done()
{
    is_new || wrong 'exit 0, but the database is not the new one'
    published && [ "$count" -eq 1 ] || wrong 'exit 0, but no whole evidence'
    committed s.db.evidence/* || wrong 'exit 0, it does not say committed'
}

# One run whose call number $n fails.
check_one()
{
    renew
    point=$(sed -n "${n}s/^[0-9]* //p" trace)
    KILLAT=$n with_shim "$rollproof" migrate s.db e.csv $keys
    case $status in
    0) check_done ;;
    2) check_rolled_back ;;
    4) check_unfinished ;;
    *) wrong "exit $status" ;;
    esac
}

# sweep NAME CALLS WORDS: each call that matches; a refusal says one of WORDS.
sweep()
{
    what=$1
    words=$3
    failures=0
    points=0
    rm -f trace
    renew
    KILLAT_TRACE=trace with_shim "$rollproof" migrate s.db e.csv $keys
    total=$(wc -l <trace)
    n=1
    for n in $(sed -nE "s/^([0-9]+) ($2) .*/\1/p" trace); do
        check_one
        points=$((points + 1))
    done
    [ $failures -gt 0 ] || ok "$what, $points of $total calls"
}

sweep_both()
{
    KILLAT_ERRNO=5
    export KILLAT_ERRNO
    sweep "$1, a call fails once with EIO" '.*' ''
    KILLAT_ERRNO=28
    KILLAT_STAY=1
    export KILLAT_ERRNO KILLAT_STAY
    sweep "$1, from a call on the disk is full" 'p?write|ftruncate|mkdir' \
        'room|--evidence'
    unset KILLAT_ERRNO KILLAT_STAY
}

sweep_both migrate
sqlite3 old.db 'PRAGMA journal_mode = wal' >/dev/null
sweep_both 'migrate in WAL mode'

# A run that removes links: all are there, with exit 2, or those of the next
# delivery are, with 0 or 4.
renew_synced()
{
    rm -rf s.db s.db?*
    cp new.db s.db
    mkdir s.db.evidence
    cp -r golden s.db.evidence/first
}
check_synced()
{
    case $status in
    2) [ "$(content s.db)" = "$new" ] || wrong 'exit 2, but links are gone' ;;
    0 | 4) [ "$(content s.db)" = "$synced" ] || wrong "exit $status, not new" ;;
    *) wrong "exit $status" ;;
    esac
    [ $status -eq 0 ] || [ -s said ] || wrong "exit $status, and not a word"
    [ $status -ne 4 ] || run "$rollproof" status --finish s.db
    published || wrong "$bag is no whole evidence"
}
sweep_sync()
{
    what='migrate --sync, from a call on the disk is full'
    failures=0
    points=0
    printf 'sid,code\n1,M1\n2,P1\n' >next.csv
    set -- "$rollproof" migrate s.db next.csv $keys --sync --previous e.csv \
        --max-removed 3
    renew_synced
    rm -f trace
    KILLAT_TRACE=trace with_shim "$@"
    synced=$(content s.db)
    [ $status -eq 0 ] && [ "$synced" != "$new" ] ||
        not_ok "$what" "exit $status without a fault: $(said)"
    for n in $(sed -nE 's/^([0-9]+) (p?write|ftruncate|mkdir) .*/\1/p' trace)
    do
        point=$(sed -n "${n}s/^[0-9]* //p" trace)
        renew_synced
        export KILLAT_ERRNO=28 KILLAT_STAY=1
        KILLAT=$n with_shim "$@"
        unset KILLAT_ERRNO KILLAT_STAY
        check_synced
        points=$((points + 1))
    done
    [ $failures -gt 0 ] || ok "$what, $points calls"
}
sweep_sync

# A limit of file sizes is a disk that is full, for whoever ignores SIGXFSZ.
# limited NAME KIBIBYTES WORDS COMMAND...: exit 2, and it says WORDS.
limited()
{
    name=$1
    kib=$2
    words=$3
    shift 3
    (
        trap '' XFSZ
        ulimit -f $((kib * 2))
        exec "$@"
    ) >out 2>said <"$input"
    status=$?
    if [ $status -ne 2 ]; then
        not_ok "$name" "exit $status: $(said)"
    elif ! grep -qE -- "$words" said; then
        not_ok "$name" "it does not say $words: $(said)"
    elif ! is_old; then
        not_ok "$name" 'the database has changed'
    elif ! is_clean || [ -e s.db.evidence ] || [ -e s.db.student_courses.csv ]
    then
        not_ok "$name" "left: $(ls -d s.db* ./*.partial)"
    else
        ok "$name"
    fi
}

make_big
awk 'BEGIN { print "sid,code"; for (i = 0; i < 60000; i++)
    print "nobody" i ",c1" }' >strange.csv
rm -rf s.db s.db?*
cp big.db s.db
old=$big_old
size=$(($(wc -c <s.db) / 1024))
input=big.csv
limited 'no room to copy standard input' 300 'standard input.*make room' \
    "$rollproof" migrate s.db - $keys
input=/dev/null
limited 'no room for the links' $((size + 200)) 's\.db: .*(room|limit)' \
    "$rollproof" migrate s.db big.csv $keys
limited 'no room for what is rejected' 400 'temporary.*make room' \
    "$rollproof" migrate s.db strange.csv $keys
limited 'no room for sorting' 300 'temporary.*make room|s\.db' \
    "$rollproof" migrate s.db strange.csv $keys --memory 8M -n
cp bignew.db s.db
old=$big_new
limited 'no room for the export' 400 's.db.student_courses.csv.partial: .*make room' \
    "$rollproof" downgrade s.db

# A small disk of its own, where that is allowed.
small_disk()
{
    mkdir -p small
    unshare -m sh -c 'mount -t tmpfs -o size=$1k none small &&
        cp "$2" small/s.db && cd small && shift 2 && {
            "$@" >../out 2>../said
            status=$?
            rm -f fill
            cp s.db ../s.db
            ls -A >../left
            exit $status
        }' sh "$@"
}
old=$big_old
if unshare -m true 2>/dev/null &&
    unshare -m sh -c 'mount -t tmpfs -o size=1k none /mnt' 2>/dev/null; then
    for room in 100 600 900; do
        name="a disk with $room KiB left"
        small_disk $((size + room)) big.db \
            "$rollproof" migrate s.db ../big.csv $keys
        status=$?
        if [ $status -ne 2 ] || ! grep -qE 'room' said; then
            not_ok "$name" "exit $status: $(said)"
        else
            holds "$name" "left: $(cat left)" is_old
        fi
    done
else
    echo 'skip a small disk: mount is not allowed here'
fi
