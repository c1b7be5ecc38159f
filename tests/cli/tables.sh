#!/bin/sh
# A student_courses that is there already, and parents of other shapes.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id

# with SQL: base.db after SQL.
with()
{
    rm -rf school.db bag
    cp base.db school.db
    query school.db "$1" >.said
    before=$(hash_of school.db)
}
columns='student_id INTEGER NOT NULL, course_id INTEGER NOT NULL'
key='PRIMARY KEY (student_id, course_id)'

# filled NAME ENROLLMENTS ARG...: proved, with the complete output.
filled()
{
    name=$1
    sums=$2
    shift 2
    run migrate school.db plain.csv --evidence bag "$@"
    compare_output "$name"
    check_same "$name: it is filled" "0 $sums 9 0" \
        "$exit $(enrollments bag/data/verdict.json) $(query school.db \
        'SELECT count(*) FROM student_courses sc JOIN students s
           ON s.id = sc.student_id JOIN courses c ON c.id = sc.course_id') \
$(query school.db 'PRAGMA integrity_check' | grep -vc '^ok$')"
}

run migrate base.db plain.csv --dry-run --evidence none
with "CREATE TABLE student_courses ($columns, $key) WITHOUT ROWID"
filled 'an empty table' '9 = 9 0 0 0 0'
digest=$(digest_of bag/data/verdict.json student_courses)
with "CREATE TABLE student_courses ($columns, $key) WITHOUT ROWID;
  INSERT INTO student_courses VALUES (1, 1), (3, 4)"
filled 'a table that is half filled' '9 = 7 2 0 0 0'
check_same 'half filled or empty, the digest is the same in the end' \
    "$digest" "$(digest_of bag/data/verdict.json student_courses)"
with "CREATE TABLE student_courses ($columns, $key)"
filled 'a rowid table of an ORM' '9 = 9 0 0 0 0'
with "CREATE TABLE student_courses (id INTEGER PRIMARY KEY, $columns,
  UNIQUE (student_id, course_id))"
filled 'a table with an id of its own' '9 = 9 0 0 0 0'
with "CREATE TABLE student_courses (course_id INTEGER NOT NULL, note TEXT,
  student_id INTEGER NOT NULL, since TEXT NOT NULL DEFAULT 'unknown', $key)"
filled 'other columns that may be empty' '9 = 9 0 0 0 0'
with "CREATE TABLE student_courses ($columns, note TEXT, $key);
  INSERT INTO student_courses VALUES (1, 1, 'kept')"
filled 'a row of before with a note' '9 = 8 1 0 0 0'
check_same 'the note of before is kept' 'kept' \
    "$(query school.db 'SELECT note FROM student_courses WHERE note <> 0')"
with "CREATE TABLE student_courses (student_id INTEGER NOT NULL REFERENCES
    students (id), course_id INTEGER NOT NULL REFERENCES courses (id),
    $key); CREATE INDEX by_course ON student_courses (course_id)"
filled 'a table with an index and references' '9 = 9 0 0 0 0'
with "CREATE TABLE student_courses ($columns, $key);
  INSERT INTO student_courses VALUES (1, 5)"
run migrate school.db plain.csv --evidence bag
check_same 'a link that no source has stays' '0 10' \
    "$exit $(query school.db 'SELECT count(*) FROM student_courses')"

# unfit NAME SQL: exit 2, says why, touches nothing, writes no evidence.
unfit()
{
    with "$2"
    expect_output "$1" migrate school.db plain.csv --evidence bag
    check_same "$1: nothing is touched" "2 $before absent" \
        "$exit $(hash_of school.db) $([ -d bag ] && echo bag || echo absent)"
}
unfit 'a table without a unique pair' \
    "CREATE TABLE student_courses ($columns)"
unfit 'a table that is unique on one column only' \
    "CREATE TABLE student_courses ($columns, PRIMARY KEY (student_id))"
unfit 'a table with text columns' "CREATE TABLE student_courses
    (student_id TEXT NOT NULL, course_id TEXT NOT NULL, $key)"
unfit 'a table that demands another column' \
    "CREATE TABLE student_courses ($columns, grade TEXT NOT NULL, $key)"
unfit 'a table with other column names' "CREATE TABLE student_courses
    (student INTEGER NOT NULL, course INTEGER NOT NULL,
     PRIMARY KEY (student, course))"
unfit 'a view of that name' 'CREATE VIEW student_courses AS
    SELECT 1 AS student_id, 2 AS course_id'
unfit 'a partial unique index is not enough' "CREATE TABLE student_courses
    ($columns); CREATE UNIQUE INDEX part ON student_courses
    (student_id, course_id) WHERE student_id > 1"
unfit 'a school without courses' 'DROP TABLE courses'
unfit 'a school without students' 'DROP TABLE students'
unfit 'students without an integer primary key' "DROP TABLE students;
  CREATE TABLE students (student_id TEXT PRIMARY KEY, name TEXT)"

# Parents of other shapes.
with "DROP TABLE students; CREATE TABLE students
    (student_id INTEGER PRIMARY KEY, name TEXT);
  INSERT INTO students VALUES (7, 'b'), (1001, 'c'), (1002, 'd'), (1003, 'e')"
run migrate school.db plain.csv --evidence bag
compare_output 'an integer key that is the id'
check_same 'an integer key that is the id: 007 and 7 are one' \
    '0 9 = 9 0 0 0 0 2' "$exit $(enrollments bag/data/verdict.json) \
$(count_of bag/data/verdict.json leading-zeros)"
with "DROP TABLE students; CREATE TABLE \"students\"
    (\"the \"\"key\"\"\" INTEGER PRIMARY KEY, \"student id\" TEXT UNIQUE);
  INSERT INTO students VALUES (1, '007'), (2, '7'), (3, '1001'),
    (4, '1002'), (5, '1003')"
run migrate school.db plain.csv --evidence bag \
    --student 'student_id=student id'
compare_output 'names with quotes and blanks'
check_same 'names with quotes and blanks are no matter' \
    '0 9 = 9 0 0 0 0' "$exit $(enrollments bag/data/verdict.json)"
with 'PRAGMA journal_mode = WAL'
run migrate school.db plain.csv --evidence bag
check_same 'a school in WAL mode is proved and stays in it' '0 wal 9' \
    "$exit $(query school.db 'PRAGMA journal_mode') $(query school.db \
    'SELECT count(*) FROM student_courses')"

# What was amiss before is no news, whoever looks at it, and verify tells it.
with "CREATE TABLE odd (a CHECK (a > 0)); PRAGMA ignore_check_constraints = ON;
  INSERT INTO odd VALUES (-1)"
cp school.db odd.db
for threads in 1 2; do
    rm -rf bag$threads
    cp odd.db school.db
    run migrate school.db plain.csv --evidence bag$threads --threads $threads
    check_same "an old violation of a CHECK is no news, $threads threads" 0 \
        "$exit"
done
check_files 'an old violation gives the same verdict with 1 and 2 threads' \
    bag1/data/verdict.json bag2/data/verdict.json
run verify school.db
check_same 'verify tells an old violation of a CHECK' \
    '1   trouble   CHECK constraint failed in odd' \
    "$exit $(grep trouble out | head -n 1)"

# SQLite does not tell capitals from small letters in names.
with "DROP TABLE students; CREATE TABLE Students
    (ID INTEGER PRIMARY KEY, Student_ID TEXT UNIQUE, name TEXT);
  INSERT INTO Students VALUES (1, '007', 'a'), (2, '7', 'b'), (3, '1001', 'c'),
    (4, '1002', 'd'), (5, '1003', 'e');
  ALTER TABLE courses RENAME TO COURSES_; ALTER TABLE COURSES_ RENAME TO
    COURSES; CREATE TABLE Student_Courses (Student_Id INTEGER NOT NULL,
    COURSE_ID INTEGER NOT NULL, PRIMARY KEY (STUDENT_ID, Course_id))"
run migrate school.db plain.csv --evidence bag
compare_output 'names in capitals'
check_same 'names in capitals: the parents are preserved, no bystander is' \
    'students preserved courses preserved student_courses declared' \
    "$(sqlite3 :memory: "SELECT json_extract(value, '\$.table'),
        json_extract(value, '\$.role')
      FROM json_each(readfile('bag/data/verdict.json'), '\$.tables')" |
        tr '|' ' ' | xargs)"
expect_output 'status with names in capitals' status school.db
expect_output 'verify with names in capitals' verify school.db --against bag
query school.db 'CREATE TRIGGER planted AFTER INSERT ON Student_Courses
  BEGIN DELETE FROM Students WHERE id = 5; END; DELETE FROM Student_Courses'
rm -rf bag
run migrate school.db plain.csv --evidence bag --accept trigger=1
check_same 'a deleted row is found where names are in capitals' \
    '3 fail' "$exit $(check_result bag/data/verdict.json students-preserved)"
query school.db 'DROP TRIGGER planted'
expect_output 'downgrade with names in capitals' downgrade school.db
