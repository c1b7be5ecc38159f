#!/bin/sh
# sqlite3.sh ids|texts WORK SCHOOL.db - the job as a script of the shell.
#
# Everything is set for speed: no journal, no waiting for the disk, all in one
# sorted statement.  The cache is 16 MB; more made it slower.
set -eu

case $1 in
ids)
    source=$2/enr_int.csv
    columns='student_id, course_id'
    student='s.id = raw.student_id'
    course='c.id = raw.course_id'
    ;;
*)
    source=$2/enr_key.csv
    columns='student_number, course_code, term, grade'
    student='s.student_number = raw.student_number'
    course='c.course_code = raw.course_code'
    ;;
esac

# .import warns of every record that is too short or too long.
sqlite3 -batch -bail "$3" 2>"$3.warnings" <<SQL
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
PRAGMA locking_mode = exclusive;
PRAGMA temp_store = memory;
PRAGMA cache_size = -16384;
.output '$3.before'
.sha3sum students
.sha3sum courses
.output '$3.results'
CREATE TEMP TABLE raw ($columns);
.import --csv --skip 1 --schema temp '$source' raw
BEGIN;
CREATE TABLE student_courses (
  student_id INTEGER NOT NULL REFERENCES students (id),
  course_id INTEGER NOT NULL REFERENCES courses (id),
  PRIMARY KEY (student_id, course_id)) WITHOUT ROWID;
INSERT INTO student_courses
  SELECT DISTINCT s.id, c.id FROM temp.raw
  CROSS JOIN students AS s ON $student
  CROSS JOIN courses AS c ON $course
  ORDER BY 1, 2;
PRAGMA foreign_key_check(student_courses);
COMMIT;
SELECT (SELECT count(*) FROM raw), count(*) FROM student_courses;
.sha3sum student_courses
.output '$3.after'
.sha3sum students
.sha3sum courses
SQL
cmp "$3.before" "$3.after"
