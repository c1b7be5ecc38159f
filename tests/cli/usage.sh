#!/bin/sh
# What is wrong on the command line: exit 2, told in one line that says what
# to do, nothing written.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load school.db students students.csv --key student_id
run load school.db courses courses.csv --key course_id
run load legacy.db students students.csv --key student_id
run load legacy.db courses courses.csv --key course_id
query legacy.db "DROP TABLE students; CREATE TABLE students
    (id INTEGER PRIMARY KEY, UserID TEXT UNIQUE, name TEXT);
  INSERT INTO students VALUES (1, '007', 'Ann')"
query other.db 'CREATE TABLE students (a); CREATE TABLE courses (a)'
printf 'this is text and no database, long enough to be looked at\n' >text.db
before=$(hash_of school.db)

# The command and its words.
expect_output 'a misspelt command' migrat school.db plain.csv
expect_output 'a command far from any' xyzzy
expect_output 'an option before the command' --quiet migrate
expect_output 'no arguments' migrate
expect_output 'too few arguments' enroll school.db 1
expect_output 'too many arguments' upgrade school.db other.db
expect_output 'a misspelt option' migrate school.db plain.csv --acept x=1
expect_output 'an option far from any' migrate school.db plain.csv --xyzzy
expect_output 'a short option that is not there' migrate -z school.db plain.csv
expect_output 'an option of another command' upgrade school.db --student x
expect_output 'an option without its value' migrate school.db plain.csv --where
expect_output 'a flag with a value' migrate school.db plain.csv --quiet=yes
expect_output 'a memory limit that is none' migrate school.db plain.csv \
    --memory lots
expect_output 'a memory limit that is too small' migrate school.db plain.csv \
    --memory 7M
expect_output 'a wait that is no number' migrate school.db plain.csv --wait 1.5
expect_output 'a format that is not there' migrate school.db plain.csv \
    --format xml
expect_output 'an option whose value is empty' migrate school.db plain.csv \
    --evidence ''
expect_output 'an option whose value is empty, joined' migrate school.db \
    plain.csv --write-map=
expect_output 'a source that has no name' migrate school.db plain.csv ''
expect_output 'evidence that has no name' report ''
expect_output 'a check that is not there' verify school.db --check quick
expect_output 'a table that is none' load school.db teachers students.csv

# What is accepted.
expect_output 'a misspelt code' migrate school.db plain.csv \
    --accept unknwon-student=1
expect_output 'a code far from any' migrate school.db plain.csv \
    --accept xyzzy=1
expect_output 'a note cannot be accepted' migrate school.db plain.csv \
    --accept duplicate-exact=1
expect_output 'a limit that is missing' migrate school.db plain.csv \
    --accept unknown-student
expect_output 'a limit that is no number' migrate school.db plain.csv \
    --accept unknown-student=some
expect_output 'a limit below zero' migrate school.db plain.csv \
    --accept unknown-student=-1
expect_output 'more than a hundred percent' migrate school.db plain.csv \
    --accept unknown-student=101%
expect_output 'a code that is accepted twice' migrate school.db plain.csv \
    --accept unknown-student=1 --accept unknown-student=2

# Columns.
expect_output 'a misspelt column of the source' migrate school.db plain.csv \
    --student studnet_id
expect_output 'a column that the source has not' migrate school.db plain.csv \
    --student nobody
expect_output 'a number of a column beyond the last' migrate school.db \
    plain.csv --student '#3'
expect_output 'a misspelt column of the database' migrate school.db \
    plain.csv --student student_id=studnet_id
expect_output 'more columns of the source than of the database' migrate \
    school.db composite.csv --course module+term=course_id
expect_output 'no unique column of that name' migrate legacy.db plain.csv
expect_output 'a spec without a name' migrate school.db plain.csv \
    --student =student_id
expect_output 'a misspelt column to leave out' migrate school.db grades.csv \
    --leave-out grad,term
expect_output 'a key that is left out' migrate school.db plain.csv \
    --leave-out student_id
expect_output 'a filter without a value' migrate school.db statuses.csv \
    --where status
expect_output 'a misspelt column of a filter' migrate school.db statuses.csv \
    --where statsu=active
expect_output 'a name that two columns have' migrate school.db \
    same_name_twice.csv

# The dialect.
expect_output 'a delimiter of two bytes' migrate school.db plain.csv \
    --delimiter ';;'
expect_output 'a quote that is the delimiter' migrate school.db plain.csv \
    --quote ,
expect_output 'the wrong delimiter' migrate school.db semicolon.csv
expect_output 'header and no-header at once' migrate school.db no_header.csv \
    --no-header --header a,b
expect_output 'a column by its name where there is no header' migrate school.db \
    no_header.csv --no-header

# Files.
expect_output 'a source that is not there' migrate school.db nowhere.csv
expect_output 'a source that is a folder' migrate school.db .
expect_output 'a source that is empty' migrate school.db empty.csv
expect_output 'a school that is not there' migrate nowhere.db plain.csv
expect_output 'a school that is no database' migrate text.db plain.csv
expect_output 'a school without an integer key' migrate other.db plain.csv
ln -s school.db link.db
expect_output 'a school that is a link' migrate link.db plain.csv
mkdir taken
expect_output 'evidence that is there already' migrate school.db plain.csv \
    --evidence taken
expect_output 'evidence that is not there' report nowhere
expect_output 'a folder that is no evidence' check-evidence taken
expect_output 'standard input twice' migrate school.db - -

# Loading.
expect_output 'a new table without a key' load new.db students students.csv
expect_output 'a misspelt key' load new.db students students.csv \
    --key studnet_id
expect_output 'a misspelt column to load' load new.db students students.csv \
    --key student_id --columns student_id,nmae
expect_output 'a column that the table has not' load school.db students \
    grades.csv --key student_id
expect_output 'a rename of nothing' load new.db students students.csv \
    --key student_id --rename nmae=full_name
printf 'id,name\nA1,Ann\nA2,Bob\n' >ids.csv
expect_output 'an id that is no number' load new.db students ids.csv --key id

# Without a table, or with an id that is none.
expect_output 'courses before there is a table' courses school.db 1
expect_output 'enroll before there is a table' enroll school.db 1 1
expect_output 'downgrade before there is a table' downgrade school.db
check_same 'no wrong word touched the school' "$before" \
    "$(hash_of school.db)"
run upgrade school.db --evidence made.bag
before=$(hash_of school.db)
expect_output 'an id that is not there' courses school.db 99
expect_output 'an id that is no number at all' courses school.db Ann
expect_output 'a misspelt column of a student' courses school.db \
    studnet_id=007
expect_output 'a misspelt column of a course' students school.db tilte=x

check_same 'the school was not touched' "$before" "$(hash_of school.db)"
query school.db "INSERT INTO courses VALUES (9, 'BIO9', 'More', 3)"
expect_output 'a value that several rows have' students school.db credits=3
check_same 'no database appeared' absent "$(hash_of new.db)"
check_same 'no evidence was written' '' "$(ls -d ./*.evidence 2>/dev/null)"
