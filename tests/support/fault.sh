# fault.sh - what the scripts of tests/fault share; read with `.`.
#
# $dir is a scratch folder, on a disk of memory when there is one (a sweep
# waits for hundreds of fsyncs otherwise), and the working folder.  old.db has
# students and courses; new.db is what a migration of e.csv makes of it.
set -u

root=${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
rollproof=${ROLLPROOF_BIN:-$root/build/rollproof}
shims=${ROLLPROOF_BUILD:-$root/build}/tests
keys='--student sid --course code'

# scratch [FOLDER]: makes it and goes there.
scratch()
{
    where=${1-}
    [ -n "$where" ] || [ ! -w /dev/shm ] || where=/dev/shm
    dir=$(mktemp -d -p "${where:-${TMPDIR:-/tmp}}") || exit 1
    trap 'rm -rf "$dir"' EXIT
    trap 'exit 130' INT TERM
    cd "$dir" || exit 1
}

ok() { echo "ok $1"; }
not_ok() { echo "not ok $1: $2"; }

# holds NAME WHY COMMAND...: a test that passes when the command does.
holds()
{
    holds_name=$1
    holds_why=$2
    shift 2
    if "$@"; then ok "$holds_name"; else not_ok "$holds_name" "$holds_why"; fi
}

can_preload() { [ -r "$shims/$1.so" ]; }

# A sanitizer need not be the first library; what it finds is exit 99.  Leaks of
# libcrypto are its own, and known only to those who unwind without frames.
ASAN_OPTIONS=verify_asan_link_order=0:fast_unwind_on_malloc=0:exitcode=99
LSAN_OPTIONS=suppressions=$root/tests/support/leaks:print_suppressions=0
export ASAN_OPTIONS LSAN_OPTIONS

# run COMMAND...: its words in `said`, its exit code in $status.
run()
{
    "$@" >out 2>said </dev/null
    status=$?
}
says() { grep -qF -- "$1" said; }
said() { tr '\n' '|' <said | cut -c 1-600; }

# What a database holds, by the word of somebody else.  Brings back the last
# committed state when there is a hot journal.
content()
{
    [ ! -s "$1" ] || dump=$(sqlite3 "$1" .dump 2>&1)
    if [ -s "$1" ]; then echo "$dump" | cksum; else echo nothing; fi
}

make_sources()
{
    printf 'sid,name\n1,Ann\n2,Bob\n3,Cid\n' >students.csv
    printf 'code,title\nM1,Math\nP1,Phys\n' >courses.csv
    printf 'sid,code\n1,M1\n1,P1\n2,M1\n3,P1\n' >e.csv
}

make_schools()
{
    make_sources
    "$rollproof" load old.db students students.csv --key sid -q &&
        "$rollproof" load old.db courses courses.csv --key code -q &&
        cp old.db new.db &&
        "$rollproof" migrate new.db e.csv $keys -q --evidence golden || {
        not_ok 'a school can be made' "exit $?"
        exit 1
    }
    old=$(content old.db)
    new=$(content new.db)
}

# renew: s.db as it was before, and nothing else of it.
renew()
{
    chmod -R u+w s.db* 2>/dev/null
    rm -rf s.db s.db-* s.db.*
    cp old.db s.db
}

is_old() { [ "$(content s.db)" = "$old" ]; }
is_new() { [ "$(content s.db)" = "$new" ]; }
# Nothing temporary is left in the folder of s.db.
is_clean()
{
    for left in s.db-journal rollproof-* *.partial s.db.evidence/*.partial; do
        [ ! -e "$left" ] || return 1
    done
}

# published: the evidence of s.db that has its name, all of it whole.
published()
{
    count=0
    for bag in s.db.evidence/*; do
        case $bag in *.partial | *'*') continue ;; esac
        "$rollproof" check-evidence "$bag" >/dev/null 2>&1 || return 1
        count=$((count + 1))
    done
}
committed()
{
    "$rollproof" report "$1" --format json >json &&
        grep -q '"committed": true' json
}

# hold SQL: another program has s.db open and has done SQL in it, until
# let_go.  Its answer shows that it is so.
hold()
{
    rm -f fifo answer
    mkfifo fifo
    sqlite3 s.db <fifo >answer 2>&1 &
    holder=$!
    exec 3>fifo
    echo "$1 SELECT 'held';" >&3
    tries=0
    while ! grep -qs held answer && [ $tries -lt 200 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
}
let_go()
{
    exec 3>&-
    wait "$holder"
}

# A school of 2000 students with 60 courses each, big.csv, in big.db; its
# content after the migration is $big.
make_big()
{
    awk 'BEGIN { print "sid,name"; for (i = 0; i < 2000; i++)
        print "s" i ",N" i }' >bigs.csv
    awk 'BEGIN { print "code,title"; for (i = 0; i < 60; i++)
        print "c" i ",T" i }' >bigc.csv
    awk 'BEGIN { print "sid,code"; for (i = 0; i < 2000; i++)
        for (k = 0; k < 60; k++) print "s" (i * 7 % 2000) ",c" k }' >big.csv
    "$rollproof" load big.db students bigs.csv --key sid -q &&
        "$rollproof" load big.db courses bigc.csv --key code -q &&
        cp big.db bignew.db &&
        "$rollproof" migrate bignew.db big.csv $keys -q --evidence biggolden ||
        not_ok 'a larger school can be made' "exit $?"
    big_old=$(content big.db)
    big_new=$(content bignew.db)
}
