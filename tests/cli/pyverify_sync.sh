#!/bin/sh
# verify.py recomputes what a delivery removed: that each of these links was
# claimed by the delivery before and by no source, is gone, and was there.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"
. "$root/tests/support/recompute.sh"

cp "$fixtures"/school/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id
printf '%s\n' student_id,course_id 007,BIO1 007,MAT1 7,CHE1 1001,BIO1 7,CHE1 \
    >old.csv
printf '%s\n' student_id,course_id 1001,MAT1 007,BIO1 1001,BIO1 >new.csv
# made DB: the delivery before, one link made elsewhere, and the next one.
made()
{
    run migrate "$1" old.csv
    query "$1" 'INSERT INTO student_courses (student_id, course_id)
        SELECT s.id, c.id FROM students s, courses c
        WHERE s.student_id = 1002 AND c.course_id = "HIS1"'
    cp "$1" before.db
    run migrate "$1" new.csv --sync --previous old.csv --max-removed 2 \
        --evidence "$2"
    check_same "$1: the delivery is in" 0 "$exit"
}
cp base.db kept.db
made kept.db kept
mv before.db old.db
verify=$dir/bag/data/verify/verify.py

fresh()
{
    rm -rf bag school.db
    cp -r kept bag
    cp kept.db school.db
}
wrong() { differing "$1" school.db new.csv old.csv; }
fresh
recompute school.db new.csv old.csv
cp said out
compare_output 'what agrees'
agreeing 'with the database of before' --before old.db school.db old.csv new.csv
unchecked 'without the delivery before' school.db new.csv
cp kept.db school.db
rm -rf plan
run migrate school.db old.csv --sync --previous new.csv --evidence plan -n
rm -rf bag
cp -r plan bag
agreeing 'a plan of which nothing came' school.db new.csv old.csv
rm -rf bag
run share kept bag
agreeing 'a shared copy' kept.db new.csv old.csv

changed 'a link that was removed is there again' 'INSERT INTO student_courses
    SELECT s.id, c.id FROM students s, courses c
    WHERE s.student_id = 7 AND c.course_id = "CHE1"'
changed 'a link made elsewhere is gone' 'DELETE FROM student_courses WHERE
    student_id = (SELECT id FROM students WHERE student_id = 1002)'
changed 'a link of both deliveries is gone' 'DELETE FROM student_courses WHERE
    student_id = (SELECT id FROM students WHERE student_id = "007")'
forged 'a removed link is not told' removed.csv '2d'
forged 'another link is told' removed.csv '2s/^1,/5,/'
forged 'another record is told' removed.csv '2s/,[0-9]+$/,9/'
forged 'what was removed is told twice' removed.csv '2p'
forged 'a number of removed.csv' removed.csv '2s/^1/x/'
forged 'a claim is told more' verdict.json 's/("claims": )4/\15/'
forged 'what may be removed' verdict.json 's/("max_removed": ")2/\11/'
forged 'that it was imported' verdict.json 's/("imported": )true/\1false/'
forged 'links made elsewhere' verdict.json 's/("elsewhere": )1/\12/'
fresh
sed -i 's/1001,BIO1/1001,HIS1/' old.csv
wrong 'another file of before'
sed -i 's/1001,HIS1/1001,BIO1/' old.csv

# What a removed link held in other columns is gone.
cp base.db wide.db
query wide.db 'CREATE TABLE student_courses (
    student_id INTEGER NOT NULL REFERENCES students (id),
    course_id INTEGER NOT NULL REFERENCES courses (id), grade TEXT,
    PRIMARY KEY (student_id, course_id))'
rm -rf bag
made wide.db bag
unchecked 'a table with more columns' wide.db new.csv old.csv
agreeing 'a table with more columns, and the database of before' \
    --before before.db wide.db new.csv old.csv
query wide.db "DELETE FROM student_courses WHERE student_id =
    (SELECT id FROM students WHERE student_id = 1002)"
differing 'a table with more columns that lost a row' --before before.db \
    wide.db new.csv old.csv
