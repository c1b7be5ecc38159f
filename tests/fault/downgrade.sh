#!/bin/sh
# Whatever happens to a downgrade: the table is there, or it is gone and all its
# links stand in the exported file.  And to an upgrade: the table is there or
# not, and nothing else has changed.
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload killat; then
    echo 'skip faults of upgrade and downgrade: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
export=s.db.student_courses.csv
printf 'student_id,course_id\n1,1\n1,2\n2,1\n3,2\n' >links.csv
failures=0

wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what at call $n ($point)" "$1: $(said)"
}
with_shim() { run env LD_PRELOAD="$shims/killat.so" "$@"; }
# begin: s.db as it is before the command.
begin()
{
    rm -rf s.db s.db?*
    cp "$from" s.db
}

# The state after it, which must be one or the other.
look()
{
    case $(content s.db) in
    "$before") state=before ;;
    "$after") state=after ;;
    *)
        state=none
        wrong 'the database is neither as before nor as it should be'
        ;;
    esac
    [ ! -e $export ] || cmp -s $export links.csv || wrong 'half an export'
    [ "$command $state" != 'downgrade after' ] || cmp -s $export links.csv ||
        wrong 'the links are gone'
    published || wrong "$bag is no whole evidence"
}

# What was left may be completed, and says what was done.
complete()
{
    run "$rollproof" status --finish s.db
    [ $status -eq 0 ] || wrong "status --finish: $status"
    published || wrong "$bag is no whole evidence"
    if [ $state = after ]; then
        [ "$count" -eq 1 ] && committed s.db.evidence/* ||
            wrong 'it does not say committed'
    else
        for bag in s.db.evidence/*; do
            case $bag in *.partial | *'*') continue ;; esac
            ! committed "$bag" || wrong "$bag says committed"
        done
    fi
}

# One more time leads there.
go_on()
{
    [ $state = before ] || return
    rm -f $export $export.partial
    run "$rollproof" $command s.db
    [ $status -eq 0 ] && [ "$(content s.db)" = "$after" ] ||
        wrong "$command does not work any more: $status"
}

count_calls()
{
    begin
    rm -f trace
    KILLAT_TRACE=trace with_shim "$rollproof" $command s.db -q
    [ $status -eq 0 ] || not_ok "$command" "exit $status: $(said)"
    total=$(wc -l <trace)
    after=$(content s.db)
}

killed()
{
    what="$command, killed"
    failures=0
    n=1
    while [ $n -le "$total" ]; do
        point=$(sed -n "${n}s/^[0-9]* //p" trace)
        begin
        { KILLAT=$n LD_PRELOAD=$shims/killat.so "$rollproof" $command s.db \
            >out 2>said; } 2>/dev/null
        look
        complete
        go_on
        n=$((n + 1))
    done
    [ $failures -gt 0 ] || ok "$what at each of $total calls"
}

# failing NAME STRIDE: as the exit code says.
failing()
{
    what="$command, $1"
    stride=$2
    [ -z "${FULL_SWEEP-}" ] || stride=1
    failures=0
    points=0
    n=1
    while [ $n -le "$total" ]; do
        point=$(sed -n "${n}s/^[0-9]* //p" trace)
        begin
        KILLAT=$n with_shim "$rollproof" $command s.db
        code=$status
        cp said told
        look
        case "$code $state" in
        '0 after') [ "$count" -eq 1 ] || wrong 'no evidence' ;;
        '2 before')
            [ ! -e $export ] && [ ! -e $export.partial ] ||
                wrong 'an export is left'
            [ "$count" -eq 0 ] || wrong 'there is evidence'
            ;;
        '4 after')
            grep -qE 'status --finish|reading again failed' told ||
                wrong 'no remedy'
            [ $command = upgrade ] || grep -q "the links are in $export" told ||
                grep -q 'reading again failed' told ||
                wrong 'it does not say where the links are'
            ;;
        '143 before')
            [ ! -e $export ] && [ ! -e $export.partial ] ||
                wrong 'an export is left'
            ;;
        *) wrong "exit $code, and the table is as $state" ;;
        esac
        complete
        go_on
        points=$((points + 1))
        n=$((n + stride))
    done
    [ $failures -gt 0 ] || ok "$what at $points of $total calls"
}

for command in downgrade upgrade; do
    from=new.db
    [ $command = downgrade ] || from=old.db
    before=$(content $from)
    count_calls
    killed
    KILLAT_ERRNO=5
    export KILLAT_ERRNO
    failing 'a call fails with EIO' 1
    KILLAT_ERRNO=28
    failing 'no room' 4
    unset KILLAT_ERRNO
    export KILLAT_SIGNAL=15
    failing 'stopped' 3
    unset KILLAT_SIGNAL
done

# In the midst of a write half of it is there.
command=downgrade
from=new.db
before=$(content new.db)
count_calls
what='downgrade, killed in a write'
failures=0
export KILLAT_HALF=1
for n in $(sed -n 's/^\([0-9]*\) p\{0,1\}write .*/\1/p' trace); do
    point=$(sed -n "${n}s/^[0-9]* //p" trace)
    begin
    { KILLAT=$n LD_PRELOAD=$shims/killat.so "$rollproof" $command s.db \
        >out 2>said; } 2>/dev/null
    look
    complete
    go_on
done
unset KILLAT_HALF
[ $failures -gt 0 ] || ok "$what, each of them"

# The exported file is altered between its writing and its reading.
what='downgrade, the file is altered'
n=$(sed -n "s/^\([0-9]*\) fsync .*$export.partial\$/\1/p" trace)
for alter in s/3,2/3,1/ 1d '$d' 's/2,1/2,1,/' '2s/^/ /' 's/$/\r/'; do
    begin
    KILLAT=$n KILLAT_COMMAND="sed -i '$alter' $export.partial" with_shim \
        "$rollproof" downgrade s.db
    holds "$what by $alter, and that is seen" "exit $status: $(said)" \
        grep -q 'FAILED    links-exported' said
    holds "$what by $alter, and nothing is done" "exit $status" \
        [ "$status $(content s.db) $(ls -d $export* 2>/dev/null)" = \
        "3 $before " ]
done
