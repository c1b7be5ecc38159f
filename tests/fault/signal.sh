#!/bin/sh
# A signal stops a run: rolled back, nothing is left; after COMMIT it is held
# until the evidence is published.
. "$(dirname "$0")/../support/fault.sh"

scratch
make_schools

# finish_within SECONDS PID: its exit code in $status, 124 when it goes on.
finish_within()
{
    limit=$(($1 * 50))
    while kill -0 "$2" 2>/dev/null && [ $limit -gt 0 ]; do
        sleep 0.02
        limit=$((limit - 1))
    done
    if [ $limit -eq 0 ]; then
        kill -KILL "$2"
        wait "$2" 2>/dev/null
        status=124
        return
    fi
    wait "$2"
    status=$?
}
# stopped NAME CODE: as $status says, and nothing is left.
stopped()
{
    if [ $status -ne "$2" ]; then
        not_ok "$1" "exit $status: $(said)"
    elif ! is_old; then
        not_ok "$1" 'the database is not the old one'
    elif ! is_clean || [ -n "$(ls s.db.evidence 2>/dev/null)" ]; then
        not_ok "$1" "$(ls -d s.db* rollproof-* ./*.partial 2>/dev/null)"
    else
        ok "$1"
    fi
}

# At every call that changes the disk.
wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what, at call $n" "$1: $(said)"
}
check_signal()
{
    case $status in
    "$code")
        is_old || wrong "exit $status, but not the old database"
        is_clean || wrong "exit $status, but $left is left"
        published && [ "$count" -eq 0 ] || wrong "exit $status, and evidence"
        [ -s said ] || wrong "exit $status, and not a word"
        ;;
    0)
        is_new || wrong 'exit 0, but not the new database'
        published && [ "$count" -eq 1 ] || wrong 'exit 0, and no evidence'
        held=$((held + 1))
        ;;
    *) wrong "exit $status" ;;
    esac
}
# sweep NUMBER STRIDE
sweep()
{
    what="signal $1"
    code=$((128 + $1))
    failures=0
    held=0
    points=0
    rm -f trace
    renew
    KILLAT_TRACE=trace run env LD_PRELOAD="$shims/killat.so" \
        "$rollproof" migrate s.db e.csv $keys
    n=1
    while [ $n -le "$(wc -l <trace)" ]; do
        renew
        KILLAT=$n KILLAT_SIGNAL=$1 run env LD_PRELOAD="$shims/killat.so" \
            "$rollproof" migrate s.db e.csv $keys
        check_signal
        points=$((points + 1))
        n=$((n + $2))
    done
    [ $failures -gt 0 ] ||
        ok "$what at $points calls: $held times held until publication"
}
stride=5
[ -z "${FULL_SWEEP-}" ] || stride=1
if can_preload killat; then
    sweep 2 $stride
    sweep 15 $stride
else
    echo 'skip signals at every write: nothing can be preloaded here'
fi

# A shell makes a job in the background deaf to SIGINT; env gives it its ear
# back.
input=/dev/null
in_background()
{
    env --default-signal=INT,QUIT "$@" <$input >out 2>said &
    runner=$!
}

for signal in INT:130 TERM:143 HUP:129; do
    renew
    rm -f slow
    mkfifo slow
    input=slow
    in_background "$rollproof" migrate s.db - $keys
    exec 4>slow
    printf 'sid,code\n1,M1\n' >&4
    sleep 0.2
    kill -"${signal%:*}" $runner
    finish_within 3 $runner
    exec 4>&-
    stopped "SIG${signal%:*} while standard input is slow" "${signal#*:}"
done

input=/dev/null
renew
hold 'BEGIN IMMEDIATE;'
in_background "$rollproof" migrate s.db e.csv $keys
sleep 0.2
kill -TERM $runner
finish_within 3 $runner
let_go
stopped 'SIGTERM while waiting for the lock' 143

# Larger, and whenever it happens to come.
make_big
for pause in 0.03 0.06 0.1 0.15 0.2; do
    old=$big_old new=$big_new
    rm -rf s.db s.db?*
    cp big.db s.db
    in_background "$rollproof" migrate s.db big.csv $keys
    sleep $pause
    kill -INT $runner 2>/dev/null
    finish_within 5 $runner
    name="SIGINT after $pause s of a larger run"
    if [ $status -eq 0 ]; then
        holds "$name" 'done, but not new' is_new
    else
        stopped "$name" 130
    fi
done

# Nobody reads on.
awk 'BEGIN { print "id,sid,name"; for (i = 1; i < 20000; i++)
    print i ",s" i ",Name" i }' >many.csv
awk 'BEGIN { print "sid,code"; for (i = 1; i < 20000; i++)
    print "s" i ",M1" }' >manye.csv
"$rollproof" load m.db students many.csv --key sid -q &&
    "$rollproof" load m.db courses courses.csv --key code -q &&
    "$rollproof" migrate m.db manye.csv $keys -q --evidence mbag
{
    "$rollproof" students m.db code=M1 2>said
    echo $? >rc
} | head -n 1 >first
holds 'a reader of the output who goes away is told' \
    "exit $(cat rc): $(said)" [ "$(cat rc) $(cat first)" = '2 id,sid,name' ]
holds 'and in words' "$(said)" says 'standard output'
"$rollproof" students m.db code=M1 >/dev/full 2>said
holds 'output that cannot be written is no result' "$(said)" [ $? -eq 2 ]
"$rollproof" students m.db code=M1 >&- 2>said
holds 'closed output is no result' "$(said)" [ $? -eq 2 ]
old=$(content old.db) new=$(content new.db)
renew
"$rollproof" migrate s.db e.csv $keys >/dev/full 2>said
holds 'a report that cannot be written: exit 4' "exit $?: $(said)" [ $? -eq 4 ]
holds 'it is committed and proved all the same' 'it is not' is_new
