#!/bin/sh
# verify/verify.py in the evidence: what agrees agrees, and each planted fault
# is named, with exit 1; what cannot be checked is exit 2 and says why.  Lines
# that begin with "ok" are left out of the expected output.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"
. "$root/tests/support/recompute.sh"

# The table is there before, with a link that no source makes and one that a
# source makes, too; every kind of record is in the sources.
cp "$fixtures"/demo/*.csv .
run load school.db students students.csv --key student_id
run load school.db courses courses.csv --key course_id
query school.db "CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, note TEXT, PRIMARY KEY (student_id, course_id));
  INSERT INTO student_courses VALUES (1, 1, 'kept'), (2, 3, '');
  CREATE INDEX by_course ON student_courses (course_id);
  CREATE TABLE terms (name TEXT, weeks NUMERIC);
  INSERT INTO terms VALUES ('F24', 15), ('F24', 15.0), ('F24', NULL)"
cp school.db old.db
accept=unknown-student=1,unknown-course=1,field-count=1,invalid-encoding=1
set -- enrollments.csv late.csv --leave-out term,grade,note
run migrate school.db "$@" --evidence refused
run migrate school.db "$@" --accept "$accept,duplicate-conflict=1" \
    --evidence rehearsed -n
run migrate school.db "$@" --accept "$accept,duplicate-conflict=1" \
    --evidence bag
check_same 'the evidence is of a run that was proved' 0 "$exit"

verify=bag/data/verify/verify.py

# fresh [BAG [SCHOOL]]: copies that may be spoilt, in a folder of their own.
fresh()
{
    cd "$dir" || exit 1
    rm -rf work
    mkdir work
    cp -r "${1:-bag}" work/bag
    cp "${2:-school.db}" work/school.db
    cp enrollments.csv late.csv work
    cd work || exit 1
}

# wrong NAME: what differs between the copies.
wrong() { differing "$1" school.db enrollments.csv late.csv; }

# --- what agrees

fresh
recompute school.db enrollments.csv late.csv
cp "$dir/said" "$dir/out"
compare_output 'what agrees'
agreeing 'sources in another order' school.db late.csv enrollments.csv
mv late.csv renamed.txt
agreeing 'a source with another name' school.db renamed.txt enrollments.csv
agreeing 'the database of before' --before "$dir/old.db" school.db \
    enrollments.csv renamed.txt
agreeing 'without sources, when asked' --digests school.db
agreeing 'a folder elsewhere' --evidence "$dir/bag" school.db enrollments.csv \
    renamed.txt
check_same 'nothing is written into the evidence' '' \
    "$(diff -r bag "$dir/bag")"
fresh refused old.db
agreeing 'a refused run' school.db enrollments.csv late.csv
fresh rehearsed old.db
agreeing 'a dry run' school.db enrollments.csv late.csv
"$rollproof" share "$dir/bag" "$dir/shared" >"$dir/.said"
fresh shared
recompute school.db enrollments.csv late.csv
compare_output 'a shared copy'
check_same 'a shared copy: agrees' 0 "$exit"
fresh
query school.db 'PRAGMA journal_mode = WAL' >"$dir/.said"
agreeing 'a database in WAL mode' school.db enrollments.csv late.csv
check_same 'nothing is written beside a database in WAL mode' \
    'bag enrollments.csv late.csv school.db' "$(echo *)"

# --- the database is another one

changed 'a name changed' "UPDATE students SET name = 'Bob Eight' WHERE id = 2"
changed 'one bit of a text changed' "UPDATE courses SET title = 'Drawinf'
  WHERE title = 'Drawing'"
changed 'a text that became a blob' "UPDATE courses
  SET title = CAST(title AS BLOB) WHERE id = 5"
changed 'a real that became an integer' 'UPDATE terms SET name = name,
  weeks = NULL WHERE rowid = 2'
changed 'an empty text that became NULL' "UPDATE student_courses
  SET note = NULL WHERE note = ''"
changed 'a row deleted' 'DELETE FROM terms WHERE rowid = 1'
changed 'a row inserted' "INSERT INTO courses VALUES (9, 'LAT1', 'Latin', 1)"
changed 'a key changed' "UPDATE students SET student_id = '77' WHERE id = 2"
changed 'a link removed' 'DELETE FROM student_courses
  WHERE student_id = 6 AND course_id = 4'
changed 'a link of before removed' 'DELETE FROM student_courses
  WHERE student_id = 2 AND course_id = 3'
changed 'a link of both removed' 'DELETE FROM student_courses
  WHERE student_id = 1 AND course_id = 1'
changed 'a link to another student' 'UPDATE student_courses
  SET student_id = 5 WHERE student_id = 6 AND course_id = 5'
changed 'a link added' 'INSERT INTO student_courses VALUES (2, 5, NULL)'
differing 'a link added beside the database of before' \
    --before "$dir/old.db" school.db enrollments.csv late.csv
differing 'a link added told by ids' --ids --before "$dir/old.db" school.db \
    enrollments.csv late.csv
changed 'a link removed and another added' 'DELETE FROM student_courses
  WHERE student_id = 2 AND course_id = 3;
  INSERT INTO student_courses VALUES (2, 5, NULL)'
changed 'all links removed' 'DELETE FROM student_courses'
differing 'all links removed and two shown' --limit 2 school.db \
    enrollments.csv late.csv
changed 'the table dropped' 'DROP TABLE student_courses'
changed 'a table dropped' 'DROP TABLE terms'
changed 'a table added' 'CREATE TABLE more (a); INSERT INTO more VALUES (1)'
changed 'a trigger added' 'CREATE TRIGGER later AFTER INSERT ON students
  BEGIN DELETE FROM courses; END'
changed 'an index dropped' 'DROP INDEX by_course'
changed 'a column renamed' 'ALTER TABLE students RENAME COLUMN email TO mail'
changed 'rows moved between tables' "INSERT INTO terms
  SELECT title, credits FROM courses WHERE id = 5;
  DELETE FROM courses WHERE id = 5"
fresh
differing 'the database of another time' "$dir/old.db" enrollments.csv late.csv
differing 'another database of before' --before school.db school.db \
    enrollments.csv late.csv
fresh refused
wrong 'a refused run whose database was filled later'

# --- the sources are other ones

fresh
printf A | dd of=enrollments.csv bs=1 seek=45 conv=notrunc 2>"$dir/.said"
wrong 'one byte of a source changed'
fresh
sed -i '$d' late.csv
wrong 'a source that was cut off'
fresh
echo '1004,HIS1,2021,C,' >>late.csv
wrong 'a record added to a source'
fresh
cp "$fixtures/sources/crlf.csv" late.csv
wrong 'another source'
fresh
cp "$fixtures/sources/tab.csv" more.csv
differing 'a source too many' school.db enrollments.csv late.csv more.csv
fresh
printf 'PK\003\004' >late.csv
wrong 'a source that became a workbook'
fresh
printf 'a,"b"c\n' >late.csv
wrong 'a source whose header cannot be used'

# --- the evidence was altered

fresh
sed -i 's/"inserted": 9/"inserted": 8/' bag/data/verdict.json
wrong 'verdict.json altered'
fresh
sed -i '$d' bag/data/findings.csv
wrong 'findings.csv altered'
fresh
rm bag/data/tables.csv
echo more >bag/data/rejects/3.csv
ln -s /etc/passwd bag/data/link
wrong 'files missing and added'
fresh
printf '%064d  ../school.db\n' 0 >>bag/manifest-sha256.txt
recompute school.db enrollments.csv late.csv
check_same 'a manifest that leads out of the evidence is named' \
    '1 manifest-sha256.txt: has a line that no manifest may have' \
    "$exit $(sed -n '1s/^DIFFERS  evidence, \(.*\): 0*  .*/\1/p' "$dir/out")"
fresh
ln -s ../late.csv bag/more.csv
rm bag/data/rejects/1.csv
ln -s ../../../late.csv bag/data/rejects/1.csv
wrong 'links in the place of files'

# --- and its manifests were made anew

digest=$(json "$dir/bag/data/verdict.json" '$.tables[0].digest_after')
forged 'a digest of after' verdict.json \
    "s/(digest_after\": \")$digest/\\1$(printf '%064d' 7)/"
forged 'both digests of a table' verdict.json "s/$digest/$(printf '%064d' 7)/"
forged 'the digest of before' verdict.json \
    "/student_courses\"/,/\\}/s/(digest_before\": \")..../\\10000/"
forged 'the rows of before' verdict.json \
    '/student_courses"/,/\}/s/(rows_before": )2/\11/'
forged 'the word' verdict.json 's/proved-with-exceptions/proved/'
forged 'a result' verdict.json '0,/"pass"/s//"fail"/'
forged 'what a check found' verdict.json \
    '/records-balanced/,/\}/s/(actual": ")/\11/'
forged 'that it was committed' verdict.json \
    's/"committed": true/"committed": false/'
forged 'a limit' verdict.json \
    '/"code": "unknown-student"/,/\}/s/"limit": "1"/"limit": "0"/'
forged 'the count of a finding' verdict.json \
    '/"code": "unknown-student"/,/\}/s/"count": 1/"count": 0/'
forged 'a finding' verdict.json 's/"code": "unknown-student"/"code": "trigger"/'
forged 'how many records' verdict.json \
    '/"records": \{/,/\}/s/("used": )15/\114/; s/("rejected": )2,/\13,/'
forged 'how many enrollments' verdict.json \
    's/("inserted": )9/\18/; s/("already_present": )1/\12/'
forged 'the bytes of a source' verdict.json '0,/"records": [0-9]/s//&1/'
forged 'the name of a column' verdict.json '0,/"term"/s//"grade"/'
forged 'the column of a key' verdict.json '0,/"#2"/s//"#3"/'
forged 'a column that is not there' verdict.json '0,/"#2"/s//"#9"/'
forged 'the delimiter' verdict.json '0,/"comma"/s//"semicolon"/'
forged 'the quote' verdict.json '0,/("quote": )"\\""/s//\1"Z"/'
forged 'the hash of a source' verdict.json '0,/("sha256": "...)./s//\1x/'
forged 'a filter' verdict.json 's/"where": \[\]/"where": ["term=2019"]/'
forged 'what is left out' verdict.json '0,/"note"$/s//"nothing"/'
forged 'a line taken from findings.csv' findings.csv '/unknown-student/d'
forged 'a line added to findings.csv' findings.csv \
    's/^(enrollments.csv,)9(,.*)unknown-student/&\n\11\2unknown-student/'
forged 'a place in findings.csv' findings.csv 's/,field-count,/1&/'
forged 'a header of findings.csv' findings.csv '1s/record/row/'
forged 'a rejected record' rejects/1.csv 's/PHY1/PHY2/'
forged 'a collapsed record' collapsed.csv 's/June/July/'
forged 'a fate in sample.csv' sample.csv '0,/inserted/s//already-present/'
forged 'a link in sample.csv' sample.csv '0,/inserted,1,4/s//inserted,1,5/'
forged 'a record of already.csv' already.csv '$s/.*/1,2,2/'
forged 'a run of already.csv' already.csv '$s/.*/1,1,2/'
forged 'a number of already.csv' already.csv '$s/.*/1,x,2/'
forged 'tables.csv' tables.csv 's/^students,preserved,6/students,preserved,5/'
forged 'inputs.sha256' inputs.sha256 '1s/late/later/; 1s/enroll/Enroll/'
forged 'schema.after.sql' schema.after.sql 's/by_course/by_curse/'
fresh
rm bag/data/already.csv bag/data/rejects/1.csv
seal
wrong 'files taken from the evidence'

# --- what cannot be checked

fresh
unchecked 'no source given' school.db
unchecked 'a source missing' school.db late.csv
unchecked 'a source that is not there' school.db enrollments.csv nowhere.csv
unchecked 'a database that is not there' nowhere.db enrollments.csv late.csv
unchecked 'a database that is none' late.csv enrollments.csv late.csv
unchecked 'no database of before' --before nowhere.db school.db late.csv
unchecked 'no evidence' --evidence . school.db enrollments.csv late.csv
cp "$dir/old.db" filtered.db
"$rollproof" migrate filtered.db enrollments.csv --where term=2019 \
    --leave-out grade,note --accept field-count=all,invalid-encoding=all \
    --accept duplicate-conflict=all --evidence filtered >"$dir/.said" 2>&1
rm -r bag
cp -r filtered bag
agreeing 'a filter' filtered.db enrollments.csv
rm -r bag
"$rollproof" share filtered bag >"$dir/.said"
unchecked 'a shared copy whose filter is withheld' filtered.db enrollments.csv
recompute --hurry school.db
check_same 'an option that is not there is exit 2' 2 "$exit"
