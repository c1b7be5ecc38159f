#!/bin/sh
# Every command once from beginning to end, with its complete output.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
cp "$fixtures/demo/enrollments.csv" legacy.csv

# load
expect_output 'load students' load school.db students students.csv \
    --key student_id
expect_output 'load courses' load school.db courses courses.csv \
    --key course_id --evidence courses.bag
expect_output 'load the same again' load school.db students students.csv
printf 'student_id,name,email\n007,Another,x@example.edu\n2000,New,\n' >more.csv
before=$(hash_of school.db)
expect_output 'load what contradicts' load school.db students more.csv
check_same 'a load that contradicts changes nothing' "$before" \
    "$(hash_of school.db)"
printf 'student_id,name\n2000,New\n2000,New\n2000,Newer\n' >twice.csv
expect_output 'load repeats' load repeats.db students twice.csv \
    --key student_id
expect_output 'load repeats that are accepted' load repeats.db students \
    twice.csv --key student_id --accept duplicate-conflict=1
expect_output 'load some columns' load some.db students students.csv \
    --key student_id --columns student_id,name
printf 'id,student_id,name\n30,007,Ann\n20,7,Bob\n' >ids.csv
expect_output 'load with ids' load ids.db students ids.csv --key student_id
check_same 'a column id becomes the primary key' '20|7 30|007' \
    "$(query ids.db 'SELECT id, student_id FROM students ORDER BY id' | xargs)"
expect_output 'load with a rename' load renamed.db students ids.csv \
    --key student_id --rename id=legacy_id
expect_output 'load as a rehearsal' load rehearsed.db students students.csv \
    --key student_id --dry-run
check_same 'a rehearsed load leaves nothing' absent "$(hash_of rehearsed.db)"
check_same 'values are kept byte for byte, and empty is NULL' \
    '"Bond, Ann" is text, NULL is null' "$(query school.db "SELECT
      '\"' || group_concat(name) || '\" is ' || typeof(name) FROM students
      WHERE student_id = '007'"), $(query school.db "SELECT
      'NULL is ' || typeof(email) FROM students WHERE student_id = '1004'")"

# before there are links
expect_output 'status before' status school.db
expect_output 'verify before' verify school.db

# migrate
before=$(hash_of school.db)
expect_output 'migrate refused' migrate school.db legacy.csv \
    --evidence refused
check_same 'a refused migrate changes nothing' "$before" "$(hash_of school.db)"
accept=unknown-student=1,unknown-course=1,field-count=1,invalid-encoding=1
set -- --leave-out term,grade,note --accept "$accept,duplicate-conflict=1"
expect_output 'migrate rehearsed' migrate school.db legacy.csv "$@" -n \
    --evidence rehearsed
check_same 'a rehearsed migrate changes nothing' "$before" \
    "$(hash_of school.db)"
expect_output 'migrate accepted' migrate school.db legacy.csv "$@" \
    --evidence accepted
expect_output 'migrate again' migrate school.db legacy.csv "$@"
expect_output 'migrate with full checks' migrate school.db plain.csv \
    --check full --evidence full
for file in findings.csv collapsed.csv rejects/1.csv sample.csv verdict.json \
    report.txt report.html README.txt tables.csv inputs.sha256 migration.sql \
    schema.before.sql schema.after.sql; do
    expected=$fixtures/expected/commands/evidence.$(echo "$file" | tr / .)
    [ -z "${ROLLPROOF_UPDATE-}" ] || cp "accepted/data/$file" "$expected"
    check_files "the evidence's $file" "$expected" "accepted/data/$file"
done
check_same 'the evidence holds these files and no other' \
    'bag-info.txt bagit.txt data/README.txt data/collapsed.csv '\
'data/findings.csv data/inputs.sha256 data/migration.sql '\
'data/rejects/1.csv data/report.html data/report.txt data/run.json data/sample.csv '\
'data/schema.after.sql data/schema.before.sql data/tables.csv '\
'data/verdict.json data/verify/README.txt data/verify/verify.py manifest-sha256.txt tagmanifest-sha256.txt' \
    "$(cd accepted && find . -type f | sed 's,^\./,,' | sort | xargs)"

# report, check-evidence, verify, status
expect_output 'report' report accepted
expect_output 'report as json' report accepted --format json
expect_output 'report in a format that is not there' report accepted \
    --format csv
run report accepted --format html
check_files 'report as html is the page of the evidence' \
    accepted/data/report.html out
expect_output 'check-evidence' check-evidence accepted
check 'sha256sum agrees with the manifest' sh -c \
    'cd accepted && sha256sum -c --quiet --strict manifest-sha256.txt &&
     sha256sum -c --quiet --strict tagmanifest-sha256.txt'
cp -R accepted altered
printf 'x' >>altered/data/report.txt
expect_output 'check-evidence of an altered folder' check-evidence altered
cp -R accepted missing
rm missing/data/findings.csv
expect_output 'check-evidence of a folder that lacks a file' \
    check-evidence missing
cp -R accepted added
echo new >added/data/new.txt
expect_output 'check-evidence of a folder with one file more' \
    check-evidence added
expect_output 'report of an altered folder' report altered
expect_output 'status' status school.db
expect_output 'verify' verify school.db
expect_output 'verify with full checks' verify school.db --check full
expect_output 'verify against the evidence' verify school.db --against full
expect_output 'verify against older evidence' verify school.db \
    --against accepted
expect_output 'verify against refused evidence' verify school.db \
    --against refused

# courses, students, enroll, withdraw
expect_output 'courses' courses school.db student_id=1001
expect_output 'courses by id' courses school.db 3
expect_output 'courses of nobody' courses school.db student_id=99
expect_output 'students' students school.db course_id=HIS1
expect_output 'students of a course without any' students school.db \
    course_id=ART1
expect_output 'enroll' enroll school.db student_id=7 course_id=ART1 5 1
expect_output 'enroll again' enroll school.db student_id=7 course_id=ART1
expect_output 'enroll in what is not there' enroll school.db student_id=7 \
    course_id=MAT1 course_id=NONE
expect_output 'withdraw' withdraw school.db student_id=7 course_id=ART1
expect_output 'withdraw again' withdraw school.db student_id=7 course_id=ART1
expect_output 'withdraw from what is not there' withdraw school.db \
    student_id=99 course_id=ART1
expect_output 'verify against evidence that is overtaken' verify school.db \
    --against full

# downgrade and upgrade
expect_output 'downgrade' downgrade school.db
[ -z "${ROLLPROOF_UPDATE-}" ] || cp school.db.student_courses.csv \
    "$fixtures/expected/commands/export.csv"
check_files 'the export of a downgrade' \
    "$fixtures/expected/commands/export.csv" school.db.student_courses.csv
expect_output 'upgrade' upgrade school.db
expect_output 'upgrade again' upgrade school.db
expect_output 'downgrade with the export in the way' downgrade school.db
expect_output 'downgrade of an empty table' downgrade school.db \
    --export empty.csv.export
query school.db 'CREATE TABLE student_courses (student_id INTEGER NOT NULL,
  course_id INTEGER NOT NULL, grade TEXT, PRIMARY KEY (student_id, course_id));
  INSERT INTO student_courses VALUES (1, 1, "A")' 2>.said
before=$(hash_of school.db)
expect_output 'downgrade that would lose a column' downgrade school.db \
    --export grades.export
check_same 'a downgrade that would lose a column changes nothing' "$before" \
    "$(hash_of school.db)"
expect_output 'downgrade that may lose a column' downgrade school.db \
    --export grades.export --leave-out grade
cp "$dir/some.db" ./-o.db
run load --key course_id -- -o.db courses courses.csv
run migrate --evidence odd -- -o.db plain.csv
expect_output 'downgrade of a name that looks like an option' downgrade \
    -- -o.db
cp some.db "it's \$HOME.db"
run load "it's \$HOME.db" courses courses.csv --key course_id
run upgrade "it's \$HOME.db"
expect_output 'downgrade of a name that a shell would change' downgrade \
    "it's \$HOME.db"

# verify finds what is wrong
cp "$dir/some.db" broken.db
run load broken.db courses courses.csv --key course_id
query broken.db 'CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id));
  INSERT INTO student_courses VALUES (1, 1), (99, 1), (1, 99)'
expect_output 'verify finds links that refer to nothing' verify broken.db
query broken.db 'DROP TABLE student_courses; CREATE TABLE student_courses
    (student_id INTEGER, course_id INTEGER);
  INSERT INTO student_courses VALUES (1, 1), (1, 1), (2, 2)'
expect_output 'verify finds links that are there twice' verify broken.db
