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

# within NAME KIB: the peak is no more than the limit and the program.
within()
{
    if nm -D "$rollproof" 2>/dev/null | grep -q __asan; then
        skip "$1" 'this build has a sanitizer'
    elif [ "$2" -le $((limit_kib + own_kib)) ]; then
        ok "$1"
    else
        not_ok "$1" "$2 KiB are more than $limit_kib + $own_kib"
    fi
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
within 'the memory limit is kept' "$2"

# same_evidence NAME ONE OTHER: the same files and bytes.
same_evidence()
{
    diff -r -x run.json -x bag-info.txt -x manifest-sha256.txt \
        -x tagmanifest-sha256.txt "$2" "$3" >differs 2>&1
    if [ -s differs ] || [ ! -s "$3/data/verdict.json" ]; then
        not_ok "$1" "$(head -n 20 differs)"
    else
        ok "$1"
    fi
}

# keys_of WHAT ARG...: the keys of WHAT do not fit into 8 MiB, and the evidence
# does not tell.
keys_of()
{
    what=$1
    shift
    options=$*
    rm -rf usual
    cp many.db school.db
    run migrate school.db many.csv "$@" --evidence usual
    check_same "$what: proved" 0 "$exit"
    for threads in 1 2; do
        rm -rf small
        cp many.db school.db
        set -- $(peak_of migrate school.db many.csv "$@" --evidence small \
            --memory 8M --threads $threads) -- "$@"
        check_same "$what: proved in 8 MiB, threads: $threads" 0 "$1"
        within "$what: the limit is kept, threads: $threads" "$2"
        shift 3
        same_evidence "$what: the evidence is the same, threads: $threads" \
            usual small
    done
    # Some of what was linked is lost.
    query school.db 'DELETE FROM student_courses WHERE student_id % 97 = 0'
    set -- verify school.db --source many.csv "$@" --limit all
    run "$@"
    check_same "$what: losses are found" 1 "$exit"
    cp out usual.txt
    set -- $(peak_of "$@" --memory 8M)
    check_same "$what: losses are found in 8 MiB" 1 "$1"
    within "$what: the limit is kept by verify" "$2"
    check_files "$what: and tells no other losses" usual.txt out
    removed_of
}

# The next delivery lacks some of what is left: a plan, so that it can be made
# again.
removed_of()
{
    sed '0~50d' many.csv >next.csv
    rm -rf usual small
    # shellcheck disable=SC2086 # no option holds a blank
    set -- migrate school.db next.csv --sync --previous many.csv -n $options
    run "$@" --evidence usual
    check_same "$what: links would be removed" yes \
        "$([ "$(json usual/data/verdict.json '$.sync.removed')" -gt 1000 ] &&
            echo yes)"
    set -- $(peak_of "$@" --evidence small --memory 8M) "$exit"
    check_same "$what: links would be removed in 8 MiB" "$3" "$1"
    within "$what: the limit is kept by a run that removes" "$2"
    same_evidence "$what: and removes the same" usual small
}

# A table of these keys took more than the limit and the program together.
query many.db "CREATE TABLE students (id INTEGER PRIMARY KEY, number TEXT
    NOT NULL UNIQUE);
  CREATE TABLE courses (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
  WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE
    i < 600000) INSERT INTO students SELECT i, printf('S%08d', i * 7) FROM n;
  INSERT INTO courses SELECT id, 'C' || id FROM students WHERE id <= 200000"
awk 'BEGIN { print "number,code,term"
    for (i = 1; i <= 200000; i++)
        printf "%sS%08d,C%d,%d\n", i % 1000 ? "" : " ",
            (i * 37 % 601000) * 7, i * 11 % 200100, i % 3 }' >many.csv
keys_of '600,000 students and 200,000 courses' --student number \
    --course code --leave-out term \
    --accept unknown-student=all,unknown-course=all

# Ids so far apart that no bits can hold them.
rm many.db
query many.db "CREATE TABLE students (id INTEGER PRIMARY KEY);
  CREATE TABLE courses (id INTEGER PRIMARY KEY);
  WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE
    i < 1000000) INSERT INTO students
    SELECT i * 9223372036854 - 4611686018427387904 FROM n;
  INSERT INTO courses SELECT id FROM students WHERE id > 0"
query many.db "CREATE TABLE student_courses (student_id INTEGER, course_id
    INTEGER, note TEXT, UNIQUE (course_id, student_id));
  INSERT INTO student_courses (student_id, course_id)
    SELECT id, id FROM courses WHERE id % 977 = 0"
{
    echo student_id,course_id
    query many.db "SELECT s.id + (s.rowid % 1000 = 0) || ',' || c.id
      FROM students AS s JOIN courses AS c ON c.id = -s.id + 4
      ORDER BY s.id % 9973 LIMIT 100000"
    query many.db "SELECT id || ',' || id FROM courses ORDER BY id % 7919
      LIMIT 100000"
} >many.csv
keys_of '1,000,000 ids all over 64 bits' --student student_id=id \
    --course course_id=id --accept unknown-student=all,unknown-course=all

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
within 'an endless record keeps the limit' "$2"

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
