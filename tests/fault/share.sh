#!/bin/sh
# Whatever happens while evidence is shared, the copy is there whole or not at
# all, and the original is as it was.
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload killat; then
    echo 'skip faults while evidence is shared: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
failures=0

wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what at call $n" "$1: $(said)"
}
tree() { (cd "$1" && find . -type f -exec sha256sum {} + | sort) | cksum; }
before=$(tree golden)

# with_shim COMMAND...
with_shim() { run env LD_PRELOAD="$shims/killat.so" "$@"; }
count_calls()
{
    rm -rf copy copy.partial trace
    KILLAT_TRACE=trace with_shim "$rollproof" share golden copy
    total=$(wc -l <trace)
}
check_original() { [ "$(tree golden)" = "$before" ] || wrong 'golden has changed'; }
check_whole()
{
    run "$rollproof" check-evidence copy
    [ $status -eq 0 ] || wrong "the copy is not whole"
}

what='share, killed'
count_calls
renamed=$(sed -n 's/^\([0-9]*\) rename copy$/\1/p' trace)
n=1
while [ $n -le "$total" ]; do
    rm -rf copy copy.partial
    { KILLAT=$n LD_PRELOAD=$shims/killat.so "$rollproof" share golden copy \
        >out 2>said; } 2>/dev/null
    check_original
    if [ $n -le "$renamed" ]; then
        [ ! -e copy ] || wrong 'there is a copy'
        if [ -e copy.partial ]; then
            run "$rollproof" share golden copy
            [ $status -eq 2 ] && says 'copy.partial: was left by a share' ||
                wrong 'it does not say what to remove'
            rm -r copy.partial
        fi
        run "$rollproof" share golden copy
        [ $status -eq 0 ] || wrong 'it cannot be shared any more'
    fi
    check_whole
    n=$((n + 1))
done
[ $failures -gt 0 ] || ok "$what at each of $total calls"

# fail NAME ERRNO WORDS
fail()
{
    what=$1
    failures=0
    n=1
    while [ $n -le "$total" ]; do
        rm -rf copy copy.partial
        KILLAT=$n KILLAT_ERRNO=$2 with_shim "$rollproof" share golden copy
        check_original
        # A folder that cannot be flushed is published by then.
        case $status in
        0) check_whole ;;
        2)
            [ ! -e copy ] || [ $n -gt "$renamed" ] || wrong 'there is a copy'
            [ ! -e copy.partial ] || wrong 'there is half a copy'
            grep -qE -- "$3" said || wrong "it does not say $3"
            ! says '--evidence' || wrong 'it speaks of --evidence'
            ;;
        *) wrong "exit $status" ;;
        esac
        n=$((n + 1))
    done
    [ $failures -gt 0 ] || ok "$what at each of $total calls"
}
fail 'share, a call fails with EIO' 5 'copy|as OUT'
fail 'share, no room' 28 \
    'make room there, or name another OUT|as OUT'
fail 'share, not allowed' 13 'name another OUT|as OUT'

what='share, stopped'
failures=0
n=1
while [ $n -le "$total" ]; do
    rm -rf copy copy.partial
    KILLAT=$n KILLAT_SIGNAL=15 with_shim "$rollproof" share golden copy
    check_original
    case $status in
    0) check_whole ;;
    143) [ ! -e copy ] && [ ! -e copy.partial ] || wrong 'something is left' ;;
    *) wrong "exit $status" ;;
    esac
    n=$((n + 1))
done
[ $failures -gt 0 ] || ok "$what at each of $total calls"

# Altered behind the back of a share that has checked it already.
cp -r golden kept
for file in data/verdict.json data/findings.csv data/tables.csv data/run.json; do
    what="share, $file is altered meanwhile"
    failures=0
    seen=0
    n=1
    while [ $n -le "$total" ]; do
        rm -rf copy copy.partial golden
        cp -r kept golden
        KILLAT=$n KILLAT_COMMAND="echo x >>golden/$file" with_shim \
            "$rollproof" share golden copy
        case $status in
        0) check_whole ;;
        2)
            seen=$((seen + 1))
            says "golden/$file: was altered while it was read" ||
                wrong 'it does not say so'
            [ ! -e copy ] && [ ! -e copy.partial ] || wrong 'something is left'
            ;;
        *) wrong "exit $status" ;;
        esac
        n=$((n + 1))
    done
    [ $seen -gt 0 ] || [ $file = data/verdict.json ] || wrong 'it is never seen'
    [ $failures -gt 0 ] || ok "$what, seen $seen times"
done

# What takes the name meanwhile is not replaced.
rm -rf copy copy.partial golden
cp -r kept golden
what='share, the name is taken meanwhile'
KILLAT=$((renamed - 1)) KILLAT_COMMAND='mkdir copy; echo x >copy/mine' \
    with_shim "$rollproof" share golden copy
holds "$what" "exit $status: $(said) $(ls copy)" \
    [ "$status $(ls -A copy) $(ls -d copy.partial 2>&1)" = \
    "2 mine ls: cannot access 'copy.partial': No such file or directory" ]
