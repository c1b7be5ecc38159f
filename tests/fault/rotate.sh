#!/bin/sh
# verify --rotate replaces a snapshot by the state that was verified.  Killed,
# interrupted or out of disk at whatever moment, it leaves a snapshot that can
# be used, the old or the new one, and loses no old one but the oldest.
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload killat; then
    echo 'skip snapshots that are rotated: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
mkdir kept
cp new.db s.db
"$rollproof" snapshot s.db kept/last -q
echo first >kept/last.1
echo second >kept/last.2
sqlite3 s.db 'INSERT INTO student_courses VALUES (2, 2)'
"$rollproof" snapshot s.db next -q
before=$(cksum <s.db)
set -- "$rollproof" verify s.db --against last --rotate 2 \
    --allow added:student_courses
failures=0

wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what, call $n" "$1: $(ls -m) $(said)"
}
prepare()
{
    rm -f last*
    cp kept/* .
}
is() { cmp -s "$1" "$2"; }

# The last one is old or new, and whole; the old ones are where they must be.
check_left()
{
    if is last next; then
        replaced=yes
        is last.1 kept/last || wrong 'it was replaced, and the old one is lost'
    else
        replaced=no
        is last kept/last || wrong 'the last one is neither old nor new'
    fi
    is last.1 kept/last.1 || is last.2 kept/last.1 ||
        wrong 'an old one is lost'
    run "$rollproof" diff last next
    [ $status -le 1 ] || wrong 'the last one cannot be used'
    [ "$(cksum <s.db)" = "$before" ] || wrong 'the school was written'
}

# The next run brings about what this one was meant to.
check_again()
{
    run "$@"
    [ $status -eq 0 ] || wrong "the next run: $status"
    is last next || wrong 'the next run does not replace it'
    [ $replaced = yes ] || { is last.1 kept/last && is last.2 kept/last.1; } ||
        wrong 'the next run loses an old one'
    [ ! -e last.partial ] && [ ! -e last.3 ] || wrong 'something is left'
}

count_calls()
{
    rm -f trace
    prepare
    KILLAT_TRACE=trace LD_PRELOAD=$shims/killat.so "$@" >out 2>said ||
        not_ok "$what, not killed" "exit $?: $(said)"
    total=$(wc -l <trace)
    is last next && is last.1 kept/last && is last.2 kept/last.1 &&
        [ ! -e last.3 ] || not_ok "$what, not killed" "$(ls -m)"
}

# sweep NAME VARIABLE=VALUE WANTED COMMAND...: at every call; WANTED are exit
# codes that may come of it.
sweep()
{
    what=$1
    how=$2
    wanted=$3
    shift 3
    failures=0
    n=1
    count_calls "$@"
    while [ $n -le "$total" ]; do
        prepare
        {
            (
                export KILLAT=$n LD_PRELOAD="$shims/killat.so" "$how"
                exec "$@"
            ) >out 2>said
            ended=$?
        } 2>/dev/null
        case " $wanted " in *" $ended "*) ;; *) wrong "exit $ended" ;; esac
        check_left
        [ $ended -ne 0 ] || [ $replaced = yes ] || wrong 'exit 0, not replaced'
        check_again "$@"
        n=$((n + 1))
    done
    [ $failures -gt 0 ] || ok "$what, at each of $total calls"
}

sweep 'rotate, killed' KILLAT_SIGNAL=9 137 "$@"
sweep 'rotate, killed in the midst of a write' KILLAT_HALF=1 137 "$@"
sweep 'rotate, interrupted' KILLAT_SIGNAL=2 '0 130' "$@"
sweep 'rotate, the disk is full' KILLAT_ERRNO=28 '0 2' "$@"
sweep 'rotate, nothing is allowed' KILLAT_ERRNO=13 '0 2' "$@"

# A file system without links: the old one is copied.
what='rotate, without links'
n=$(sed -n 's/^\([0-9]*\) link .*/\1/p' trace)
prepare
run env KILLAT="$n" KILLAT_ERRNO=1 LD_PRELOAD="$shims/killat.so" "$@"
holds "$what" "exit $status: $(said)" [ $status -eq 0 ]
holds "$what: the old one is there" "$(ls -m)" is last.1 kept/last
holds "$what: the new one is there" "$(ls -m)" is last next

# Whatever is not exit 0 replaces nothing.
refused()
{
    prepare
    run "$@"
    holds "$what: exit $code, and nothing is replaced" "exit $status: $(said)" \
        [ "$status" = "$code" ]
    holds "$what: the snapshots are what they were" "$(ls -m)" \
        sh -c 'cmp last kept/last && cmp last.1 kept/last.1 &&
            cmp last.2 kept/last.2 && [ ! -e last.3 ] && [ ! -e last.partial ]'
}
code=1
what='rotate, a difference'
refused "$rollproof" verify s.db --against last --rotate 2
code=2
what='rotate, not to be told'
refused "$rollproof" verify s.db --against last --against golden --rotate 2 \
    --allow added:student_courses
what='rotate, damaged'
printf x >>kept/last
refused "$@"
truncate -s -1 kept/last
code=75
what='rotate, a locked school'
hold 'BEGIN EXCLUSIVE;'
refused "$@" --wait 0
let_go
what='rotate, two at once'
prepare
mkfifo wait
env KILLAT=1 KILLAT_COMMAND='cat wait' LD_PRELOAD="$shims/killat.so" "$@" \
    >other 2>&1 &
other=$!
tries=0
while [ ! -e last.partial ] && [ $tries -lt 200 ]; do
    sleep 0.02
    tries=$((tries + 1))
done
run "$@"
holds "$what: the second is told to wait" "exit $status: $(said)" \
    [ $status -eq 75 ]
: >wait
wait $other
holds "$what: the first one ends well" "exit $?: $(cat other)" is last next
