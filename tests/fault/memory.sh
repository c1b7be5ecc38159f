#!/bin/sh
# Memory runs out at whatever allocation: no crash, a word about it, and the
# database is old or new, as the exit code says.
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload failmalloc; then
    echo 'skip memory that runs out: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
swept=0

wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what, allocation $n" "$1: $(said)"
}

with_shim() { run env LD_PRELOAD="$shims/failmalloc.so" "$@"; }

# What the exit code promises about s.db, of which $1 is the state that the
# command leads to.
check_writer()
{
    case $status in
    0) [ "$(content s.db)" = "$1" ] || wrong 'exit 0, but not new' ;;
    4)
        [ "$(content s.db)" = "$1" ] || wrong 'exit 4, but not new'
        grep -qE 'status --finish|verify|migrate brings|standard output' said ||
            says 'do not run it again' ||
            says 'reading again failed' || wrong 'exit 4, no remedy'
        ;;
    *) [ "$(content s.db)" = "$old" ] || wrong "exit $status, but not old" ;;
    esac
    published || wrong "$bag is no whole evidence"
    [ $status -eq 4 ] || is_clean || wrong "$left is left"
}

check_exit()
{
    case $status in
    0 | 3 | 4) ;;
    2)
        says memory || says '--threads 1' ||
            wrong 'exit 2, and no word of memory'
        ;;
    *) wrong "exit $status" ;;
    esac
    set -- core*
    [ ! -e "$1" ] || wrong 'a core'
}

# sweep NAME STRIDE STATE COMMAND...: STATE is what the command makes of s.db,
# or - when it only reads.
sweep()
{
    what=$1
    stride=$2
    state=$3
    shift 3
    [ -z "${FULL_SWEEP-}" ] || stride=1
    failures=0
    points=0
    prepare
    FAILMALLOC_REPORT=report with_shim "$@"
    total=$(cat report)
    n=1
    while [ "$n" -le "$total" ]; do
        prepare
        FAILMALLOC_AT=$n with_shim "$@"
        check_exit
        [ "$state" = - ] || check_writer "$state"
        points=$((points + 1))
        n=$((n + stride))
    done
    swept=$((swept + points))
    [ $failures -gt 0 ] || ok "$what, $points of $total allocations"
}

prepare() { renew; }
sweep migrate 47 "$new" "$rollproof" migrate s.db e.csv $keys

printf '[mapping]\nstudent = "s"\n    "id"\ncourse = code\n' >map.ini
printf '[accept unknown-student]\nlimit = 1\nreason = x\n' >>map.ini
sweep 'migrate with a map, telling others' 53 "$new" "$rollproof" migrate s.db \
    e.csv --map map.ini --junit ci.xml --metrics node.prom
printf 'sid,code,note\n1,M1,x\n9,P1,y\n' >strange.csv
prepare() { renew; rm -f new.ini; }
sweep 'a dry run that writes a map' 59 "$old" "$rollproof" migrate s.db \
    strange.csv --map map.ini -n --write-map new.ini

printf 'sid,code\n1,M1\n2,P1\n' >next.csv
prepare() { rm -rf s.db*; cp new.db s.db; mkdir s.db.evidence
    cp -r golden s.db.evidence/first; }
prepare
"$rollproof" migrate s.db next.csv $keys --sync --previous e.csv \
    --max-removed 3 -q
kept=$old
old=$new
sweep 'migrate --sync' 61 "$(content s.db)" "$rollproof" migrate s.db next.csv \
    $keys --sync --previous e.csv --max-removed 3
old=$kept

prepare() { rm -rf s.db* half; cp half.db s.db; }
"$rollproof" load half.db students students.csv --key sid -q
kept=$old
old=$(content half.db)
sweep load 41 "$kept" \
    "$rollproof" load s.db courses courses.csv --key code
old=$kept

prepare() { rm -rf s.db*; cp new.db s.db; }
sweep verify 17 - "$rollproof" verify s.db --against golden
sweep 'verify --source' 29 - "$rollproof" verify s.db --source e.csv $keys \
    --against golden --allow added:student_courses
"$rollproof" snapshot new.db kept.snapshot -q
prepare() { rm -rf s.db* last last.*; cp new.db s.db; cp kept.snapshot last; }
sweep 'verify --rotate' 31 - "$rollproof" verify s.db --against last --rotate 1
prepare() { rm -rf s.db*; cp new.db s.db; }
sweep status 11 - "$rollproof" status s.db
sweep report 7 - "$rollproof" report golden
sweep check-evidence 7 - "$rollproof" check-evidence golden
sweep 'check-evidence of a folder' 17 - "$rollproof" check-evidence .
prepare() { rm -rf copy; [ ! -e copy.partial ] || wrong 'half a copy is left'; }
sweep share 23 - "$rollproof" share golden copy
prepare() { rm -rf s.db*; cp new.db s.db; }
sweep courses 11 - "$rollproof" courses s.db sid=1
kept=$old
old=$new
prepare
"$rollproof" enroll s.db 2 2 -q
new=$(content s.db)
sweep enroll 11 "$new" "$rollproof" enroll s.db 2 2
prepare() { rm -rf s.db*; cp new.db s.db; }
sweep downgrade 31 "$kept" "$rollproof" downgrade s.db
