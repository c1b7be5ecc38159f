#!/bin/sh
# After kill -9 at whatever moment, the database is exactly old or exactly
# new, no published evidence is half, and the way on that rollproof tells
# leads on (promise P2).
. "$(dirname "$0")/../support/fault.sh"

if ! can_preload killat; then
    echo 'skip kills at every write: nothing can be preloaded here'
    exit 0
fi
scratch
make_schools
failures=0

# wrong WHY: one line per point that went wrong, the first ten of them.
wrong()
{
    failures=$((failures + 1))
    [ $failures -gt 10 ] || not_ok "$what, killed at call $n" "$1: $(said)"
}

# calls COMMAND...: how many calls there are to be killed at.
count_calls()
{
    rm -f trace
    KILLAT_TRACE=trace LD_PRELOAD=$shims/killat.so "$@" >/dev/null 2>said ||
        not_ok "$what, not killed" "exit $?: $(said)"
    total=$(wc -l <trace)
}

# A reader either reads the last committed state or tells how to bring it back.
read_after_kill()
{
    run "$rollproof" status s.db
    [ $status -eq 0 ] && return
    [ $status -eq 2 ] && says sqlite3 && says s.db || wrong "status: $status"
}

# The draft of a run that ended before COMMIT never says that it committed.
finish_old()
{
    run "$rollproof" status --finish s.db
    [ $status -eq 0 ] || wrong "status --finish, old: $status"
    published || wrong "$bag is no whole evidence"
    for bag in s.db.evidence/*; do
        case $bag in *.partial | *'*') continue ;; esac
        ! committed "$bag" || wrong "$bag says committed"
    done
    run "$rollproof" migrate s.db e.csv $keys
    [ $status -eq 0 ] && is_new || wrong "a new migrate: $status"
}

finish_new()
{
    run "$rollproof" status --finish s.db
    [ $status -eq 0 ] || wrong "status --finish, new: $status"
    published || wrong "$bag is no whole evidence"
    [ $count -eq 1 ] || wrong "$count evidence folders"
    is_clean || wrong "$left is left"
    committed s.db.evidence/* || wrong 'it does not say committed'
}

# The shell that waits for it says "Killed"; nobody wants to read that.
killed_at()
{
    {
        (
            export KILLAT="$1" LD_PRELOAD="$shims/killat.so"
            shift
            exec "$@"
        ) >out 2>said
        killed=$?
    } 2>/dev/null
    [ $killed -eq 137 ] || wrong "it was not killed: $killed"
}

migrate_killed_at()
{
    renew
    killed_at "$1" "$rollproof" migrate s.db e.csv $keys
    published || wrong "$bag is no whole evidence"
    read_after_kill
    case $(content s.db) in
    "$old") finish_old ;;
    "$new") finish_new ;;
    *) wrong 'the database is neither old nor new' ;;
    esac
}

sweep_migrate()
{
    what='migrate'
    renew
    count_calls "$rollproof" migrate s.db e.csv $keys -q
    n=1
    while [ $n -le "$total" ]; do
        migrate_killed_at $n
        n=$((n + 1))
    done
    [ $failures -gt 0 ] || ok "migrate, killed at each of $total calls"
}

# In the midst of a write: half of it is there.
sweep_halves()
{
    what='migrate, half a write'
    failures=0
    points=0
    export KILLAT_HALF=1
    for n in $(sed -n 's/^\([0-9]*\) p\{0,1\}write .*/\1/p' trace); do
        migrate_killed_at "$n"
        points=$((points + 1))
    done
    unset KILLAT_HALF
    [ $failures -gt 0 ] || ok "migrate, killed in each of $points writes"
}

# Completing the evidence may be killed, too.
sweep_finish()
{
    what='status --finish'
    failures=0
    n=0
    after=$(sed -n 's/^\([0-9]*\) unlink .*-journal$/\1/p' trace)
    renew
    killed_at $((after + 1)) "$rollproof" migrate s.db e.csv $keys
    rm -rf kept trace
    cp -r s.db.evidence kept
    count_calls "$rollproof" status --finish s.db
    while [ $n -lt "$total" ]; do
        n=$((n + 1))
        rm -rf s.db.evidence
        cp -r kept s.db.evidence
        killed_at $n "$rollproof" status --finish s.db
        published || wrong "$bag is no whole evidence"
        finish_new
    done
    [ $failures -gt 0 ] || ok "status --finish, killed at each of $total calls"
}

# load MODE: load students into a new database, or courses into one that has
# students; evidence is asked for.
load()
{
    rm -rf s.db s.db-* bags
    mkdir bags
    if [ "$1" = new ]; then
        set -- students students.csv --key sid
    else
        cp half.db s.db
        set -- courses courses.csv --key code
    fi
    env LD_PRELOAD="$shims/killat.so" "$rollproof" load s.db "$@" -q \
        --evidence bags/bag >out 2>said
}

load_killed()
{
    case $(content s.db) in
    "$1")
        KILLAT=0 load "$2" || wrong "a new load: $?: $(said)"
        [ "$(content s.db)" = "$3" ] || wrong 'a new load makes another'
        ;;
    "$3")
        run "$rollproof" status --finish s.db --evidence bags
        [ $status -eq 0 ] || wrong "status --finish: $status"
        run "$rollproof" check-evidence bags/bag
        [ $status -eq 0 ] || wrong "check-evidence: $status"
        committed bags/bag || wrong 'it does not say committed'
        ;;
    *) wrong "the database is neither old nor new" ;;
    esac
}

# sweep_load MODE BEFORE AFTER STRIDE
sweep_load()
{
    what="load into a $1 database"
    failures=0
    rm -f trace
    KILLAT_TRACE=trace load "$1" || not_ok "$what" "$(said)"
    total=$(wc -l <trace)
    points=0
    n=1
    while [ $n -le "$total" ]; do
        { KILLAT=$n load "$1"; } 2>/dev/null
        [ $? -eq 137 ] || wrong 'it was not killed'
        load_killed "$2" "$1" "$3"
        points=$((points + 1))
        n=$((n + $4))
    done
    [ $failures -gt 0 ] || ok "$what, killed at $points of $total calls"
}

stride=2
[ -z "${FULL_SWEEP-}" ] || stride=1

sweep_migrate
sweep_halves
sweep_finish
"$rollproof" load half.db students students.csv --key sid -q
half=$(content half.db)
sweep_load new nothing "$half" $stride
sweep_load filled "$half" "$old" $stride

# With --into the original is only read, and the copy is there whole or not.
sweep_into()
{
    what='migrate --into'
    failures=0
    points=0
    n=1
    renew
    count_calls "$rollproof" migrate s.db e.csv $keys -q --into copy.db
    while [ $n -le "$total" ]; do
        renew
        rm -rf copy.db copy.db.*
        killed_at $n "$rollproof" migrate s.db e.csv $keys --into copy.db
        is_old || wrong 'the original was changed'
        if [ -e copy.db ]; then
            [ "$(content copy.db)" = "$new" ] || wrong 'the copy is half'
            run "$rollproof" status --finish copy.db
            [ $status -eq 0 ] || wrong "status --finish: $status"
            committed copy.db.evidence/* || wrong 'it does not say committed'
        fi
        points=$((points + 1))
        n=$((n + stride))
    done
    [ $failures -gt 0 ] || ok "$what, killed at $points of $total calls"
}
sweep_into

# A run that removes links: they are all there, or those of the delivery are.
sweep_sync()
{
    what='migrate --sync'
    failures=0
    points=0
    n=1
    printf 'sid,code\n1,M1\n2,P1\n' >next.csv
    set -- "$rollproof" migrate s.db next.csv $keys --sync --previous e.csv \
        --max-removed 3
    renew_synced
    count_calls "$@" -q
    synced=$(content s.db)
    while [ $n -le "$total" ]; do
        renew_synced
        killed_at $n "$@"
        read_after_kill
        case $(content s.db) in
        "$new") wanted=false ;;
        "$synced") wanted=true ;;
        *) wrong 'the links are neither those of before nor the next ones' ;;
        esac
        run "$rollproof" status --finish s.db
        [ $status -eq 0 ] || wrong "status --finish: $status"
        published || wrong "$bag is no whole evidence"
        says_synced "$wanted"
        run "$@"
        [ $status -eq 0 ] && [ "$(content s.db)" = "$synced" ] ||
            wrong "a new migrate: $status"
        points=$((points + 1))
        n=$((n + stride))
    done
    [ $failures -gt 0 ] || ok "$what, killed at $points of $total calls"
}
# Of the runs that are published, one removed links if, and only if, they are
# gone.
says_synced()
{
    gone=false
    for bag in s.db.evidence/*; do
        case $bag in *.partial) continue ;; esac
        committed "$bag" && grep -q '"removed": 3' json && gone=true
    done
    [ $gone = "$1" ] || wrong "evidence of a removal: $gone, wanted $1"
}
renew_synced()
{
    renew
    cp new.db s.db
    mkdir s.db.evidence
    cp -r golden s.db.evidence/first
}
sweep_sync

# Nothing is finished beside the run that is writing it.
what='status --finish beside a run'
for mode in delete wal; do
    failures=0
    renew
    sqlite3 s.db "PRAGMA journal_mode = $mode" >/dev/null
    rm -f trace
    cp s.db kept.db
    count_calls "$rollproof" migrate s.db e.csv $keys
    for n in $(sed -n 's/^\([0-9]*\) fsync .*/\1/p' trace); do
        renew
        cp kept.db s.db
        export KILLAT="$n" KILLAT_COMMAND="'$rollproof' status --finish s.db \
            --wait 0 -q 2>/dev/null; echo \$? >beside"
        run env LD_PRELOAD="$shims/killat.so" "$rollproof" migrate s.db e.csv \
            $keys
        unset KILLAT KILLAT_COMMAND
        [ $status -eq 0 ] && is_new || wrong "exit $status"
        published && [ "$count" -eq 1 ] || wrong "no whole evidence"
        committed s.db.evidence/* || wrong 'it does not say committed'
        case $(cat beside) in
        0 | 75) ;;
        *) wrong "status --finish: $(cat beside)" ;;
        esac
    done
    [ $failures -gt 0 ] || ok "$what, $mode: at every fsync"
done

# A database that was changed after the kill tells nothing about that run.
renew
count_calls "$rollproof" migrate s.db e.csv $keys -q
n=$(sed -n 's/^\([0-9]*\) unlink .*-journal$/\1/p' trace)
renew
killed_at $((n + 1)) "$rollproof" migrate s.db e.csv $keys
"$rollproof" enroll s.db 2 2 -q
run "$rollproof" status --finish s.db
holds 'a database that was changed since: nothing is claimed' \
    "exit $status: $(said)" [ $status -eq 2 ]
holds 'and the evidence stays unfinished' "$(ls s.db.evidence)" \
    [ -d s.db.evidence/*.partial ]

# Larger, in the midst of the fill and whenever it happens to come.
make_big
old=$big_old new=$big_new
renew_big() { rm -rf s.db s.db?*; cp big.db s.db; }
renew_big
what='a larger migrate'
count_calls "$rollproof" migrate s.db big.csv $keys -q --memory 8M
failures=0
set -- $(sed -n 's/^\([0-9]*\) pwrite .*s.db$/\1/p' trace)
middle=$(($# / 2))
shift $middle
for n in "$1" "$2" $((total / 3)) $((total / 2)); do
    renew_big
    killed_at "$n" "$rollproof" migrate s.db big.csv $keys --memory 8M
    is_old || is_new || wrong 'the database is neither old nor new'
done
[ $failures -gt 0 ] || ok "$what, killed in the midst of $total calls"
for pause in 0.05 0.1 0.2; do
    renew_big
    "$rollproof" migrate s.db big.csv $keys -q 2>said &
    runner=$!
    sleep $pause
    { kill -KILL $runner; wait $runner; } 2>/dev/null
    if is_old; then
        run "$rollproof" migrate s.db big.csv $keys
    fi
    holds "kill -9 after $pause s: old or new, and a migrate leads to new" \
        "exit $status: $(said)" is_new
done
