#!/bin/sh
# P8, planted: a thousand values of cells, each with a word that stands nowhere
# else.  None of them reaches a shared copy, a verdict, a report, what is
# printed, or a temporary file, however a run ends; in the evidence itself they
# stand in findings.csv, rejects/ and collapsed.csv only.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

shims=${ROLLPROOF_BUILD:-$root/build}/tests
mkdir tmp
TMPDIR=$dir/tmp
export TMPDIR

# Values of --where are typed, and so told; in the files they stand as well.
awk 'function canary() { return sprintf("QKZ%05dX", ++count) }
BEGIN {
    for (i = 1; i <= 130; i++) student[i] = canary()
    for (i = 1; i <= 60; i++) course[i] = canary()
    print "number,name,email" >"students.csv"
    for (i = 1; i <= 120; i++)
        printf "%s,\"%s\n%s\",%s@example.edu\n", student[i], canary(),
            canary(), canary() >"students.csv"
    print "code,title" >"courses.csv"
    for (i = 1; i <= 50; i++)
        print course[i] "," canary() >"courses.csv"
    print "number,code,status,grade,note" >"enrollments.csv"
    for (i = 1; i <= 200; i++) {
        s = student[i % 120 + 1]; c = course[i % 50 + 1]
        if (i % 20 == 1) s = student[121 + i / 20]
        if (i % 20 == 3) c = course[51 + i / 20]
        if (i % 20 == 5) s = ""
        if (i % 20 == 7) s = " " s " "
        status = i % 40 == 9 ? canary() : "VWFILT" i % 3
        note = i % 20 == 11 ? canary() "\353" : canary()
        if (i % 20 == 13) note = "\"" canary() "\nx,y,z,a,b\""
        if (i % 20 == 15) note = note "," canary()
        if (i == 190) note = "\"" canary() "\"x"
        print s "," c "," status "," canary() "," note >"enrollments.csv"
        if (i % 20 == 17)
            print s "," c "," status "," canary() "," note >"enrollments.csv"
    }
    print "number,code,grade" >"old.csv"
    print "number,code,grade" >"new.csv"
    for (i = 1; i <= 40; i++) {
        print student[i] "," course[i] "," canary() >"old.csv"
        if (i % 5) print student[i] "," course[i] "," canary() >"new.csv"
    }
    print "number,name,email" >"more.csv"
    for (i = 1; i <= 10; i++)
        print student[i] "," canary() "," canary() >"more.csv"
    print "id,name\n" canary() "," canary() >"ids.csv"
}' || exit 1
check 'a thousand values are planted' [ "$(grep -oahE 'QKZ[0-9]{5}X' ./*.csv |
    sort -u | wc -l)" -ge 1000 ]

# said: all that was printed.
note() { run "$@" && cat out err >>said; }
: >said
share() { note share "$1" "$1.copy"; }

mkdir bags
note load base.db students students.csv --key number --evidence bags/students
note load base.db courses courses.csv --key code --evidence bags/courses
cp base.db more.db
note load more.db students more.csv --evidence bags/more
note load ids.db students ids.csv --key name
set -- --student number --course code
cp base.db school.db
mkdir telling
note migrate school.db enrollments.csv "$@" --evidence bags/refused \
    --junit telling/ci.xml --metrics telling/node.prom --progress always
refused=$exit
codes=$(grep -o -e '--accept .*' out)
note migrate school.db enrollments.csv "$@" --evidence bags/json --format json
note migrate school.db enrollments.csv "$@" -n -q --evidence bags/mapped \
    --write-map telling/map.ini
note migrate school.db enrollments.csv "$@" --evidence bags/accepted $codes
accepted=$exit
note migrate school.db enrollments.csv "$@" --evidence bags/again $codes
cp base.db where.db
note migrate where.db enrollments.csv "$@" --where status=VWFILT1,VWFILT2 \
    --evidence bags/where
cp base.db unseen.db
note migrate unseen.db enrollments.csv "$@" --where status=VWFILT1,VWNONE \
    --evidence bags/unseen
cp base.db sync.db
note migrate sync.db old.csv "$@" --leave-out grade --evidence bags/old
note migrate sync.db new.csv "$@" --leave-out grade --sync --previous old.csv \
    --evidence bags/unsynced
note migrate sync.db new.csv "$@" --leave-out grade --sync --previous old.csv \
    --max-removed 20% --evidence bags/synced
check_same 'eight links are removed' '0 8' \
    "$exit $(sed 1d bags/synced/data/removed.csv | wc -l)"
cp base.db planted.db
note migrate planted.db enrollments.csv "$@" --evidence bags/first $codes
query planted.db "DELETE FROM student_courses;
  CREATE TRIGGER planted AFTER INSERT ON student_courses BEGIN
  UPDATE students SET name = name || '!' WHERE id = 1;
  DELETE FROM students WHERE id = 3; END"
note migrate planted.db enrollments.csv "$@" --evidence bags/planted $codes \
    --accept trigger=1
check_same 'one run is refused, one accepted, one damages rows' '3 0 3' \
    "$refused $accepted $exit"
for bag in bags/*; do
    share "$bag"
    note report "$bag"
    note report "$bag" --format json
    note report "$bag.copy"
    note check-evidence "$bag" --alone
done
note status school.db --evidence bags
note verify school.db --against bags/again
query more.db 'DELETE FROM students WHERE id < 4'
note verify more.db --against bags/more --junit telling/verify.xml \
    --metrics telling/verify.prom
note share bags/more.copy bags/none
note downgrade school.db

# leaks FOLDER...: the files that hold a value and may not.
leaks()
{
    grep -rlaE 'QKZ[0-9]{5}X' "$@" | grep -vxE \
        '.*/data/(findings|collapsed)\.csv|.*/data/rejects/[0-9]+\.csv' | xargs
}
# Without a refused row there is no evidence of a second thing.
for bag in students courses more refused json accepted again where unseen \
    first planted old unsynced synced; do
    check_same "evidence: $bag" '' "$(leaks bags/$bag)"
    check_same "its shared copy: $bag" '' \
        "$(grep -rlaE 'QKZ|VWFILT|VWNONE' bags/$bag.copy | xargs)"
    check "is there: $bag" "$rollproof" check-evidence bags/$bag.copy
done
check_same 'rejected, collapsed and found values are in the evidence' \
    'bags/accepted/data/collapsed.csv bags/accepted/data/findings.csv bags/accepted/data/rejects/1.csv' \
    "$(grep -rlaE 'QKZ[0-9]{5}X' bags/accepted | sort | xargs)"
check_same 'nothing that was printed holds a value' '' "$(grep -a QKZ said)"
check_same 'what CI, monitoring and a map are told holds no value' \
    'ci.xml map.ini node.prom verify.prom verify.xml ' \
    "$(ls telling | xargs) $(grep -rlaE 'QKZ[0-9]{5}X' telling | xargs)"
check_same 'what was typed for --where is told where it was asked for' \
    'bags/where/data/report.html bags/where/data/report.txt bags/where/data/run.json bags/where/data/verdict.json' \
    "$(grep -rla VWFILT1 bags/where | grep -v '\.csv$' | sort | xargs)"
check_same 'nothing is left in the folder for temporary files' '' "$(ls tmp)"

# On a terminal a key may be told: nobody keeps what is read there.
if python3 -c 'import pty; pty.openpty()' 2>/dev/null; then
    cp base.db tty.db
    python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$rollproof" \
        migrate -n tty.db enrollments.csv "$@" --evidence bags/tty >told \
        </dev/null
    check 'a person at a terminal is told the keys' grep -qaE 'QKZ[0-9]{5}X' \
        told
else
    skip 'a person at a terminal is told the keys' \
        'python3 cannot open a pseudo-terminal'
fi

if [ ! -r "$shims/killat.so" ] || grep -qa __asan_init "$rollproof"; then
    skip 'what can be seen while it runs' 'nothing can be preloaded here'
    exit 0
fi

# Looked at in the midst of a run, at every few calls that change the disk.
cat >look <<'END'
find . -type f | grep -vE '^\./((students|courses|enrollments|more|ids|old|new)\.csv|[a-z]*\.db(-journal|-wal|-shm)?|said|told|look|trace|found|bags/.*|now/(bag|\.)?.*\.partial/(writing-[0-9]*\.tmp|data/((findings|collapsed)\.csv|rejects/[0-9]*\.csv))|now/bag/data/((findings|collapsed)\.csv|rejects/[0-9]*\.csv))$' |
    xargs grep -laE 'QKZ[0-9]{5}X' >>found
END
# watched NAME STRIDE COMMAND...: nothing is found at any call.
watched()
{
    watched_name=$1
    stride=$2
    shift 2
    : >found
    rm -rf now trace
    mkdir now
    cp base.db school.db
    KILLAT_TRACE=trace LD_PRELOAD=$shims/killat.so "$rollproof" "$@" \
        >/dev/null 2>&1
    total=$(wc -l <trace)
    n=1
    looked=0
    while [ $n -le "$total" ]; do
        rm -rf now
        mkdir now
        cp base.db school.db
        KILLAT=$n KILLAT_COMMAND='sh look' LD_PRELOAD=$shims/killat.so \
            "$rollproof" "$@" >/dev/null 2>&1
        looked=$((looked + 1))
        n=$((n + stride))
    done
    check "$watched_name: looked at in the midst" [ $looked -gt 5 ]
    check_same "$watched_name: nothing in the midst" '' "$(sort -u found)"
}
watched 'migrate, refused' 7 migrate school.db enrollments.csv "$@" \
    --evidence now/bag
watched 'migrate, committed' 11 migrate school.db enrollments.csv "$@" \
    --evidence now/bag $codes
watched 'share' 1 share bags/accepted now/copy

# Killed at every call: what is left holds nothing either.
: >found
n=1
while [ $n -le "$total" ]; do
    rm -rf now
    mkdir now
    {
        KILLAT=$n LD_PRELOAD=$shims/killat.so "$rollproof" share bags/accepted \
            now/copy >out 2>err
    } 2>/dev/null
    grep -rlaE 'QKZ|VWFILT' now >>found
    n=$((n + 1))
done
check_same "share, killed at each of $total calls: nothing is left" '' \
    "$(sort -u found)"
