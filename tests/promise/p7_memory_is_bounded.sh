#!/bin/sh
# P7: --memory bounds the memory, whatever the size of the source, and changes
# nothing of the result.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

# What the program and its libraries need besides the limit.
own_kib=49152
limit_kib=8192

# peak_of ARG...: run rollproof; prints its peak resident KiB.  A sanitizer's
# shadow is no memory of ours: then there is nothing to measure.
peak_of()
{
    python3 - "$rollproof" "$@" <<'END'
import resource, subprocess, sys
with open("out", "wb") as out, open("err", "wb") as err:
    code = subprocess.call(sys.argv[1:], stdout=out, stderr=err,
                           stdin=subprocess.DEVNULL)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
}

awk 'BEGIN { print "student_id"
    for (i = 0; i < 3000; i++) printf "S%06d\n", i * 37 % 3000 }' >students.csv
awk 'BEGIN { print "course_id"
    for (i = 0; i < 120; i++) printf "C%03d\n", i }' >courses.csv
# Every pair once, students and courses in no order, some pairs twice.
awk 'BEGIN { print "student_id,course_id"
    for (i = 0; i < 300000; i++) {
        course = int(i / 3000) * 7 % 101 + (i % 1000 == 0)
        printf "S%06d,C%03d\n", i * 1237 % 3000, course
    } }' >enrollments.csv
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id

cp base.db usual.db
run migrate usual.db enrollments.csv --evidence usual
check_same '300,000 enrollments are proved' 0 "$exit"

cp base.db small.db
set -- $(peak_of migrate small.db enrollments.csv --memory 8M \
    --evidence small)
check_same '300,000 enrollments are proved in 8 MiB' 0 "$1"
check_same 'the memory limit does not change the links' \
    "$(digest_of usual/data/verdict.json student_courses)" \
    "$(digest_of small/data/verdict.json student_courses)"
check_files 'the memory limit does not change the verdict' \
    usual/data/findings.csv small/data/findings.csv
if nm -D "$rollproof" 2>/dev/null | grep -q __asan; then
    skip 'the memory limit is kept' 'this build has a sanitizer'
elif [ "$2" -le $((limit_kib + own_kib)) ]; then
    ok 'the memory limit is kept'
else
    not_ok 'the memory limit is kept' \
        "$2 KiB are more than $limit_kib + $own_kib"
fi

# A record that never ends must not be read into memory whole.
{
    printf 'student_id,course_id\n"S000001'
    head -c 67108864 /dev/zero | tr '\0' 'x'
} >endless.csv
cp base.db endless.db
before=$(hash_of endless.db)
set -- $(peak_of migrate endless.db endless.csv --memory 8M \
    --evidence endless)
check_same 'a quote that never closes in 64 MiB is refused' "3 $before" \
    "$1 $(hash_of endless.db)"
if nm -D "$rollproof" 2>/dev/null | grep -q __asan; then
    skip 'an endless record keeps the limit' 'this build has a sanitizer'
elif [ "$2" -le $((limit_kib + own_kib)) ]; then
    ok 'an endless record keeps the limit'
else
    not_ok 'an endless record keeps the limit' \
        "$2 KiB are more than $limit_kib + $own_kib"
fi

# Rows that differ are merged, and those without a key sorted, as they come.
query rows.db "CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400000)
    INSERT INTO keyed SELECT printf('key %09d', i), i FROM n;
  CREATE TABLE loose (a, b); INSERT INTO loose SELECT v, k FROM keyed"
cp rows.db others.db
query others.db 'UPDATE keyed SET v = v + 1; UPDATE loose SET a = -a'
found='DIFFERENT: 400000 missing, 400000 added, 400000 changed'
# keeps NAME EXIT ARG...: the exit code, and 8 MiB.
keeps()
{
    name=$1
    wanted=$2
    shift 2
    set -- $(peak_of "$@" --memory 8M)
    check_same "$name" "$wanted" "$1"
    if nm -D "$rollproof" 2>/dev/null | grep -q __asan; then
        skip "$name keeps the limit" 'this build has a sanitizer'
    elif [ "$2" -le $((limit_kib + own_kib / 2)) ]; then
        ok "$name keeps the limit"
    else
        not_ok "$name keeps the limit" \
            "$2 KiB are more than $limit_kib + $own_kib / 2"
    fi
}
keeps 'a snapshot of 800,000 rows' 0 snapshot rows.db rows.snapshot
keeps 'diff of 800,000 rows' 1 diff rows.db others.db --limit all
check 'diff in 8 MiB finds all of them' grep -q "$found" out
keeps 'diff with a snapshot of 800,000 rows' 1 diff rows.snapshot others.db
check 'diff with a snapshot in 8 MiB finds all of them' grep -q "$found" out
