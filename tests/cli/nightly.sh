#!/bin/sh
# verify --against a snapshot names the rows, and --rotate keeps the last ones.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load kept.db students students.csv --key student_id
run load kept.db courses courses.csv --key course_id
run migrate kept.db plain.csv --evidence proved
query kept.db 'CREATE TABLE log (line TEXT); INSERT INTO log VALUES (1), (2);
  CREATE VIEW roster AS SELECT * FROM student_courses'
run snapshot kept.db last
hash=$(hash_of last)

# afterwards SQL: school.db as it was when the snapshot was taken, and what
# happened to it since.
afterwards()
{
    cp kept.db school.db
    query school.db "$1"
}
# exits CODE NAME ARG...
exits()
{
    code=$1
    exits_name=$2
    shift 2
    run verify school.db "$@"
    check_same "$exits_name: exit $code" "$code" "$exit"
}

afterwards ''
expect_output 'nothing happened' verify school.db --against last
expect_output 'nothing happened in any table' verify school.db \
    --against last --all-tables
expect_output 'evidence and snapshot' verify school.db --against proved \
    --against last --source plain.csv

afterwards "DELETE FROM student_courses WHERE course_id = 1;
  INSERT INTO student_courses VALUES (5, 5), (5, 4), (2, 4);
  UPDATE students SET name = 'X' WHERE id IN (1, 2, 3);
  INSERT INTO students VALUES (9, 'S9', 'Nine', NULL);
  DELETE FROM courses WHERE id = 5; PRAGMA foreign_keys = OFF"
expect_output 'much happened' verify school.db --against last
expect_output 'much happened, one of each is shown' verify school.db \
    --against last --limit 1
set -- --against last --allow added:students,changed:students \
    --allow missing:student_courses,added:student_courses
exits 1 'a course is missing' "$@"
exits 1 'a course is missing, and is no student' "$@" --allow added:courses
query school.db 'DELETE FROM student_courses WHERE course_id = 5'
exits 0 'all is allowed' "$@" --allow missing:courses
expect_output 'all is allowed by number' verify school.db --against last \
    --allow added:students=1,changed:students=3 \
    --allow missing:student_courses=2,added:student_courses=2 \
    --allow missing:courses=20%
exits 1 'one more than is allowed was added' --against last \
    --allow added:students=0,changed:students,missing:courses \
    --allow missing:student_courses,added:student_courses
exits 1 'one more than is allowed is missing' --against last \
    --allow added:students,changed:students,missing:courses \
    --allow missing:student_courses=1,added:student_courses
exits 1 'one more than is allowed was changed' --against last \
    --allow added:students,changed:students=2,missing:courses \
    --allow missing:student_courses,added:student_courses
exits 1 'less than a fifth of the courses may be missing' --against last \
    --allow added:students,changed:students,missing:courses=19.9999% \
    --allow missing:student_courses,added:student_courses

# What tables are made of.
afterwards 'CREATE TRIGGER eats AFTER INSERT ON student_courses BEGIN
    DELETE FROM log; END; CREATE INDEX titles ON courses (title);
  DROP VIEW roster; CREATE INDEX lines ON log (line)'
expect_output 'a trigger and an index' verify school.db --against last
expect_output 'a trigger, two indexes and a view' verify school.db \
    --against last --all-tables
afterwards 'ALTER TABLE students ADD COLUMN phone TEXT'
expect_output 'a column is new' verify school.db --against last
afterwards 'ALTER TABLE courses DROP COLUMN title'
expect_output 'a column is gone' verify school.db --against last
afterwards 'CREATE TABLE students2 (id INTEGER PRIMARY KEY, student_id TEXT
    UNIQUE, name TEXT, email TEXT);
  INSERT INTO students2 SELECT * FROM students; DROP TABLE students;
  ALTER TABLE students2 RENAME TO students'
expect_output 'a constraint is gone' verify school.db --against last
afterwards 'DROP TABLE student_courses'
expect_output 'the links are gone' verify school.db --against last

# Other tables.
afterwards "INSERT INTO log VALUES ('x'); CREATE TABLE new (a);
  CREATE INDEX news ON new (a)"
exits 0 'other tables are no matter' --against last
expect_output 'other tables are looked at' verify school.db --against last \
    --all-tables
exits 1 'only one of two may grow' --against last --all-tables \
    --allow added:log
expect_output 'both may grow' verify school.db --against last --all-tables \
    --allow added:log,added:new
afterwards 'DROP TABLE log'
exits 1 'a table that is gone is never allowed' --against last --all-tables \
    --allow missing:log,added:log,changed:log

# Columns that come and go leave rows that cannot be compared; the schema says
# so in any case, and nothing is called the same.
afterwards 'ALTER TABLE courses RENAME COLUMN title TO name'
exits 1 'a column of another name' --against last --allow changed:courses

# What cannot be.
afterwards ''
expect_output 'rotate without a snapshot' verify school.db --rotate 1
expect_output 'rotate only with evidence' verify school.db --against proved \
    --rotate 1
expect_output 'rotate a snapshot that is not there' verify school.db \
    --against nowhere --rotate 1
check_same 'nothing was made of it' '' "$(ls nowhere* 2>/dev/null)"
expect_output 'rotate no number' verify school.db --against last --rotate x
expect_output 'rotate too many' verify school.db --against last \
    --rotate 10000
ln -s last link
expect_output 'rotate a link' verify school.db --against link --rotate 1
cp last damaged
printf x | dd of=damaged bs=1 seek=40 conv=notrunc 2>/dev/null
expect_output 'a damaged snapshot' verify school.db --against damaged
expect_output 'a file that is no snapshot' verify school.db \
    --against plain.csv
check_same 'the snapshot is what it was' "$hash" "$(hash_of last)"

# Rotating.
expect_output 'rotate and keep none' verify school.db --against last --rotate 0
check_same 'the same content gives the same snapshot' "$hash" \
    "$(hash_of last)"
check_same 'no old one is kept' last "$(ls last* | xargs)"
query school.db 'INSERT INTO student_courses VALUES (5, 5)'
cp last before
expect_output 'rotate and keep two' verify school.db --against last \
    --rotate 2 --allow added:student_courses
check_files 'the old one is kept' before last.1
run snapshot school.db fresh
check_files 'the new one is what snapshot writes' fresh last
query school.db 'DELETE FROM student_courses WHERE student_id = 4'
expect_output 'rotate nothing' verify school.db --against last --rotate 2 \
    --allow added:student_courses
check_files 'what was lost is not rotated away' fresh last
run verify school.db --against last.1 --against last --rotate 2 \
    --allow added:student_courses,missing:student_courses
check_same 'the first snapshot is the one that is rotated' \
    '0 last last.1 last.1.1' "$exit $(ls last* | xargs)"
check_files 'the other one stays' fresh last
rm last.1.1
query school.db 'PRAGMA journal_mode = WAL' >/dev/null
run verify school.db --against last --rotate 1 \
    --allow missing:student_courses --allow missing:students
check_same 'a school in WAL mode is rotated' 0 "$exit"
check_same 'a school in WAL mode stays in it' wal \
    "$(query school.db 'PRAGMA journal_mode')"
for memory in 8M 256M; do
    rm -f last*
    cp fresh last
    run verify school.db --against last --rotate 1 --memory $memory \
        --allow missing:student_courses
    cp last with.$memory
done
check_files 'memory makes no difference' with.8M with.256M
