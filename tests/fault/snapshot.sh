#!/bin/sh
# Whatever happens while a snapshot is written - a write fails, the disk is
# full, the process is killed or told to stop, memory runs out - there is a
# whole snapshot under the name or none, and the next run is not hindered.
# diff needs no disk but for sorting, and says so when there is no room.
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload killat || ! can_preload failmalloc; then
    echo 'skip faults of snapshots: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
sqlite3 new.db "CREATE TABLE loose (a, b); INSERT INTO loose VALUES (1, 'x'),
    (1, 'x'), (NULL, 0.5); CREATE INDEX i ON loose (a)"
cp new.db other.db
sqlite3 other.db "DELETE FROM student_courses WHERE student_id = 1;
    UPDATE students SET name = 'Zoe' WHERE id = 2; DELETE FROM loose WHERE a = 1"
"$rollproof" snapshot new.db golden.snap -q
"$rollproof" snapshot other.db other.snap -q
"$rollproof" diff new.db other.db >expected
failures=0

wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what at call $n" "$1: $(said)"
}

# The name stands for a whole snapshot or for nothing.
whole_or_none()
{
    if [ -e s.snap ]; then
        cmp -s s.snap golden.snap || wrong 'half of a snapshot has the name'
    fi
}
# And the next run works, whatever was left.
next_works()
{
    rm -f s.snap
    run "$rollproof" snapshot new.db s.snap -q
    [ $status -eq 0 ] && cmp -s s.snap golden.snap && [ ! -e s.snap.partial ] ||
        wrong 'the next run does not work'
}
clear_away() { rm -f s.snap s.snap.partial; }

calls()
{
    clear_away
    rm -f trace
    KILLAT_TRACE=trace run env LD_PRELOAD="$shims/killat.so" \
        "$rollproof" snapshot new.db s.snap -q
    total=$(wc -l <trace)
}

check_failing()
{
    whole_or_none
    case $status in
    0) [ -e s.snap ] || wrong 'exit 0, and no snapshot' ;;
    2)
        [ ! -e s.snap ] || wrong 'exit 2, and a snapshot'
        says 's.snap: cannot be' || wrong 'it is not named'
        ;;
    *) wrong "exit $status" ;;
    esac
    [ -z "$gone" ] || [ ! -e s.snap.partial ] || wrong 's.snap.partial is left'
}

# sweep_failing NAME
sweep_failing()
{
    what=$1
    failures=0
    n=1
    while [ $n -le "$total" ]; do
        clear_away
        # What cannot be removed stays.
        gone=yes
        sed -n "${n}p" trace | grep -q unlink && gone=
        KILLAT=$n run env LD_PRELOAD="$shims/killat.so" \
            "$rollproof" snapshot new.db s.snap -q
        check_failing
        next_works
        n=$((n + 1))
    done
    [ $failures -gt 0 ] || ok "$what, $total calls"
}

calls
order=$(sed -nE 's/^[0-9]+ (fsync|unlink) //p' trace |
    sed "s,^$dir\$,FOLDER,;s,.*/,," | xargs)
holds 'the file is on the disk before it has its name, then the name' \
    "$order" [ "$order" = 's.snap.partial s.snap.partial FOLDER' ]
KILLAT_ERRNO=5 && export KILLAT_ERRNO
sweep_failing 'a call fails with EIO'
KILLAT_ERRNO=28 && KILLAT_STAY=1 && export KILLAT_ERRNO KILLAT_STAY
sweep_failing 'from a call on the disk is full'
unset KILLAT_ERRNO KILLAT_STAY

killed()
{
    {
        (
            export KILLAT="$n" LD_PRELOAD="$shims/killat.so"
            exec "$rollproof" snapshot new.db s.snap -q
        ) >out 2>said
        status=$?
    } 2>/dev/null
    [ $status -eq 137 ] || wrong "it was not killed: $status"
}

for half in '' 1; do
    what="killed${half:+ with half a write}"
    failures=0
    n=1
    [ -z "$half" ] || export KILLAT_HALF=1
    while [ $n -le "$total" ]; do
        clear_away
        killed
        whole_or_none
        next_works
        n=$((n + 1))
    done
    unset KILLAT_HALF
    [ $failures -gt 0 ] || ok "$what at each of $total calls"
done

what='told to stop'
failures=0
for signal in 2 15; do
    n=1
    while [ $n -le "$total" ]; do
        clear_away
        KILLAT=$n KILLAT_SIGNAL=$signal run env LD_PRELOAD="$shims/killat.so" \
            "$rollproof" snapshot new.db s.snap -q
        whole_or_none
        case $status in
        0)
            [ -e s.snap ] || wrong 'exit 0, and no snapshot'
            ! sed -n "${n}p" trace | grep -q write || wrong 'it did not stop'
            ;;
        $((128 + signal)))
            [ ! -e s.snap ] || wrong 'stopped, and a snapshot'
            ;;
        *) wrong "exit $status" ;;
        esac
        [ ! -e s.snap.partial ] || wrong 's.snap.partial is left'
        n=$((n + 1))
    done
done
[ $failures -gt 0 ] || ok "$what at each of $total calls"

# sweep_memory NAME STRIDE COMMAND...: checked by check_memory.
sweep_memory()
{
    what=$1
    stride=$2
    shift 2
    [ -z "${FULL_SWEEP-}" ] || stride=1
    failures=0
    points=0
    clear_away
    FAILMALLOC_REPORT=report run env LD_PRELOAD="$shims/failmalloc.so" "$@"
    total=$(cat report)
    n=1
    while [ "$n" -le "$total" ]; do
        clear_away
        FAILMALLOC_AT=$n run env LD_PRELOAD="$shims/failmalloc.so" "$@"
        check_memory
        points=$((points + 1))
        n=$((n + stride))
    done
    [ $failures -gt 0 ] || ok "$what, $points of $total allocations"
}

check_memory()
{
    whole_or_none
    case $status in
    0) [ -e s.snap ] || wrong 'exit 0, and no snapshot' ;;
    2) says memory && [ ! -e s.snap ] || wrong 'exit 2, and no word of memory' ;;
    4) says 'standard output' || wrong 'exit 4, and no word of output' ;;
    *) wrong "exit $status" ;;
    esac
    [ ! -e s.snap.partial ] || wrong 's.snap.partial is left'
}
sweep_memory 'a snapshot without memory' 7 \
    "$rollproof" snapshot new.db s.snap

check_memory()
{
    case $status in
    1) cmp -s out "$wanted" || wrong 'it says something else' ;;
    2)
        says memory || says 'standard output' ||
            wrong 'exit 2, and no word of memory'
        ;;
    *) wrong "exit $status" ;;
    esac
}
wanted=expected
sweep_memory 'diff without memory' 13 "$rollproof" diff new.db other.db
"$rollproof" diff golden.snap other.snap >expected.snap
wanted=expected.snap
sweep_memory 'diff of snapshots without memory' 3 \
    "$rollproof" diff golden.snap other.snap
"$rollproof" diff new.db other.snap --format json >expected.json
wanted=expected.json
sweep_memory 'diff as JSON without memory' 17 \
    "$rollproof" diff new.db other.snap --format json

# limited NAME KIBIBYTES WORDS COMMAND...: a limit of file sizes is a disk that
# is full, for whoever ignores SIGXFSZ.
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
    ) >out 2>said
    status=$?
    if [ $status -ne 2 ]; then
        not_ok "$name" "exit $status: $(said)"
    elif ! grep -qE -- "$words" said; then
        not_ok "$name" "it does not say $words: $(said)"
    elif [ -e s.snap ] || [ -e s.snap.partial ]; then
        not_ok "$name" "left: $(ls -d s.snap*)"
    else
        ok "$name"
    fi
}
clear_away
sqlite3 big.db "CREATE TABLE keyed (id INTEGER PRIMARY KEY, b); WITH RECURSIVE
    c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 200000)
    INSERT INTO keyed SELECT n, 'text' || n FROM c"
cp big.db bigger.db
sqlite3 bigger.db 'UPDATE keyed SET b = id'
sqlite3 loose.db "ATTACH 'big.db' AS big; CREATE TABLE loose (a, b);
    INSERT INTO loose SELECT * FROM big.keyed"
cp loose.db looser.db
sqlite3 looser.db 'UPDATE loose SET a = a + 1000000'
limited 'no room for the snapshot' 500 's.snap: cannot be.*make room' \
    "$rollproof" snapshot big.db s.snap
limited 'no room for the rows that are shown' 500 'temporary.*make room' \
    "$rollproof" diff big.db bigger.db --limit all --memory 8M
limited 'no room for sorting' 500 'temporary.*make room|room' \
    "$rollproof" diff loose.db looser.db --memory 8M
run "$rollproof" diff loose.db looser.db --memory 8M --limit 3
holds 'what was sorted on disk is merged as a whole' "$(said)" \
    grep -q 'DIFFERENT: 200000 missing, 200000 added, 0 changed' out
