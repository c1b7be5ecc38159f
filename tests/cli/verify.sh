#!/bin/sh
# verify finds what is not as it was, or not as a source says, names it, and
# raises no alarm when all is well or as allowed.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id
cp base.db school.db
run migrate school.db plain.csv --evidence proved
cp school.db kept.db
same=$(hash_of school.db)

# afterwards SQL: school.db as it was, and what happened to it since.
afterwards()
{
    cp kept.db school.db
    query school.db "$1"
}

# A source.
expect_output 'a source, all of it there' verify school.db --source plain.csv
expect_output 'a source and the evidence' verify school.db \
    --source plain.csv --against proved
expect_output 'two sources' verify school.db --source first_half.csv \
    --source second_half.csv
expect_output 'half a source' verify school.db --source first_half.csv
expect_output 'half a source, links may be added' verify school.db \
    --source first_half.csv --allow added:student_courses
expect_output 'half a source, too many links were added' verify school.db \
    --source first_half.csv --allow added:student_courses=3 --limit 1
"$rollproof" verify school.db --source - <plain.csv >out 2>err
exit=$?
compare_output 'a source from standard input'
afterwards "DELETE FROM student_courses
  WHERE student_id = 3 OR (student_id, course_id) = (1, 4);
  INSERT INTO student_courses VALUES (5, 5)"
expect_output 'links are lost' verify school.db --source plain.csv
expect_output 'links are lost, one is shown' verify school.db \
    --source plain.csv --limit 1
expect_output 'links are lost, none is shown' verify school.db \
    --source plain.csv --limit 0
expect_output 'links are lost, as is allowed' verify school.db \
    --source plain.csv --allow missing:student_courses=5,added:student_courses=1
for limit in 4 55.5%; do
    run verify school.db --source plain.csv \
        --allow "missing:student_courses=$limit,added:student_courses"
    check_same "5 of 9 lost links are more than $limit" 1 "$exit"
done
run verify school.db --source plain.csv \
    --allow 'missing:student_courses=55.56%,added:student_courses'
check_same '5 of 9 lost links are no more than 55.56%' 0 "$exit"
cp plain.csv twice.csv
sed 1d plain.csv >>twice.csv
expect_output 'a lost pair that a source claims twice is told once' verify \
    school.db --source twice.csv
query school.db 'DELETE FROM student_courses'
run verify school.db --source plain.csv --limit all
sed -n 's/^  missing .* \([^ ]*\) | \([^ ]*\)   plain.csv:.*/\1,\2/p' out |
    sort >told
sed 1d plain.csv | sort >wanted
check_files 'every lost pair is told by its keys' wanted told
cp kept.db school.db

# What of a source can be no link.
expect_output 'unknown people are refused' verify school.db \
    --source unknown.csv --allow added:student_courses
expect_output 'unknown people are accepted' verify school.db \
    --source unknown.csv --allow added:student_courses \
    --accept unknown-student=3,unknown-course=1
expect_output 'only records of a filter' verify school.db \
    --source statuses.csv --where status=active --allow added:student_courses
expect_output 'a value that no record has' verify school.db \
    --source statuses.csv --where status=active,Active \
    --allow added:student_courses
expect_output 'a source without records' verify school.db \
    --source header_only.csv
expect_output 'a source that is no CSV' verify school.db --source utf16.csv
printf 'student_id,course_id\n\033[2J,BIO1\n' >hostile.csv
expect_output 'a key that would clear the screen' verify school.db \
    --source hostile.csv --allow added:student_courses

# The map of the migration says all of that.
cat >approved.ini <<'END'
[mapping]
student = student_id
course = course_id
leave-out = status
[source]
where = status=active
[accept unknown-student]
limit = 3
reason = they left before the file was made
approved-by = the registrar
[accept unknown-course]
limit = 1
END
sed '/where/d; /leave-out/d' approved.ini >unknown.ini
expect_output 'what a map accepts is accepted' verify school.db \
    --source unknown.csv --map unknown.ini --allow added:student_courses
sed 's/= 3$/= 2/' unknown.ini >strict.ini
run verify school.db --source unknown.csv --map strict.ini \
    --allow added:student_courses
check_same 'what a map does not accept is refused' 1 "$exit"
run verify school.db --source statuses.csv --map approved.ini \
    --allow added:student_courses
check_same 'the filter of a map counts' '0 3' \
    "$exit $(sed -n 's/^  records .* filtered \([0-9]*\) .*/\1/p' out)"
expect_output 'a map and an option it could hold' verify school.db \
    --source plain.csv --map unknown.ini --student student_id
expect_output 'a map of columns that are not there' verify school.db \
    --source composite.csv --map unknown.ini
expect_output 'a map that is not there' verify school.db --source plain.csv \
    --map nowhere.ini

# The table is another one, or none.
query school.db 'DROP TABLE student_courses'
expect_output 'a source and no table' verify school.db --source plain.csv
query school.db 'CREATE TABLE student_courses (id INTEGER PRIMARY KEY,
    student_id INTEGER NOT NULL, course_id INTEGER NOT NULL,
    note TEXT, UNIQUE (course_id, student_id));
  INSERT INTO student_courses (student_id, course_id)
    VALUES (4, 1), (1, 4), (1, 1)'
expect_output 'a table with a key of its own' verify school.db \
    --source plain.csv
query school.db 'DROP TABLE student_courses; CREATE TABLE student_courses (
    id INTEGER PRIMARY KEY, student_id INTEGER, course_id INTEGER);
  CREATE INDEX pair ON student_courses (student_id, course_id);
  INSERT INTO student_courses (student_id, course_id)
    VALUES (1, 1), (2, 2), (1, 1);
  PRAGMA writable_schema = 1;
  UPDATE sqlite_schema SET sql = replace(sql, "E I", "E UNIQUE I")
    WHERE name = "pair"'
expect_output 'a link that is there twice' verify school.db \
    --source plain.csv --allow missing:student_courses
afterwards 'PRAGMA foreign_keys = OFF;
  INSERT INTO student_courses VALUES (77, 1), (1, 77)'
expect_output 'links that refer to nothing' verify school.db --limit 1
afterwards "CREATE TABLE odd (a CHECK (a > 0)); PRAGMA ignore_check_constraints
  = ON; INSERT INTO odd VALUES (-1)"
expect_output 'a database that is not sound' verify school.db

# Evidence, and what may have changed.
cp kept.db school.db
expect_output 'against the same evidence twice' verify school.db \
    --against proved --against proved
afterwards 'INSERT INTO student_courses VALUES (5, 5)'
expect_output 'one link more' verify school.db --against proved
expect_output 'one link more, any change is allowed' verify school.db \
    --against proved --allow added:student_courses,missing:student_courses \
    --allow changed:student_courses
expect_output 'one link more, which may hide a loss' verify school.db \
    --against proved --allow added:student_courses
expect_output 'one link more, and none may be added' verify school.db \
    --against proved --allow added:student_courses=0,missing:student_courses
afterwards "UPDATE students SET name = name || '!' WHERE id = 1"
expect_output 'a name is changed' verify school.db --against proved \
    --allow added:students
run verify school.db --against proved --allow changed:students
check_same 'that only one was changed cannot be told from evidence' 2 "$exit"
afterwards 'DELETE FROM student_courses WHERE student_id = 1;
  CREATE TABLE log (line TEXT); INSERT INTO log VALUES (1), (2);'
expect_output 'certain and uncertain changes' verify school.db \
    --against proved --allow missing:students,missing:courses \
    --allow missing:student_courses=1
afterwards 'CREATE TABLE log (line TEXT); INSERT INTO log VALUES (1), (2)'
run verify school.db --against proved
check_same 'another table is no matter' 0 "$exit"
expect_output 'another table, all tables looked at' verify school.db \
    --against proved --all-tables
expect_output 'another table, which is allowed' verify school.db \
    --against proved --all-tables --allow added:log
run verify school.db --against proved --all-tables --allow added:log=1
check_same 'another table with more rows than allowed' 1 "$exit"
run migrate school.db plain.csv --evidence logged
query school.db 'INSERT INTO log VALUES (3)'
run verify school.db --against logged
check_same 'another table may grow' 0 "$exit"
expect_output 'another table grew, all tables looked at' verify school.db \
    --against logged --all-tables
query school.db 'DROP TABLE log'
expect_output 'another table is gone' verify school.db --against logged \
    --all-tables --allow missing:log
query school.db 'DROP TABLE courses; DROP TABLE student_courses'
expect_output 'two of the three are gone' verify school.db --against proved

# What is wrong on the command line.
cp kept.db school.db
for option in '--student x' '--course x' '--where a=b' '--accept nul-byte=1' \
    '--map m.ini' '--leave-out x' '--delimiter tab' '--quote x' '--no-header' '--header a,b'
do
    run verify school.db $option
    check_same "${option%% *} wants a source" \
        "2 rollproof: ${option%% *} says how a source is read; name it by \
--source SOURCE.csv" "$exit $(cat err)"
done
set -- verify school.db --against proved --allow
expect_output 'nothing to compare with' verify school.db \
    --allow added:students
expect_output 'a misspelt change' "$@" addde:students
expect_output 'a change that is none' "$@" moved:students
expect_output 'a change without a table' "$@" added
expect_output 'a change of a table without a name' "$@" added:=3
expect_output 'a limit that is none' "$@" added:students=many
expect_output 'the same change twice' "$@" added:students=1 \
    --allow added:Students=2
expect_output 'nothing behind a comma' "$@" added:students,
expect_output 'a table that is not looked at' "$@" added:log
expect_output 'a misspelt table' "$@" added:studnets --all-tables
expect_output 'a source that is not there' verify school.db \
    --source nowhere.csv
expect_output 'a misspelt column' verify school.db --source plain.csv \
    --student studnet_id
expect_output 'evidence that is not there' verify school.db --against nowhere
cp -R proved altered
echo >>altered/data/verdict.json
expect_output 'evidence that was altered' verify school.db --against altered
check_same 'verify wrote nothing' "$same" "$(hash_of school.db)"

# A table may be called anything.
query school.db 'CREATE TABLE "a,b:c=d\e" (x)'
run migrate school.db plain.csv --evidence named
query school.db 'INSERT INTO "a,b:c=d\e" VALUES (1)'
run verify school.db --against named --all-tables
check_same 'a strange table that grew is found' 1 "$exit"
run verify school.db --against named --all-tables --allow \
    'added:a\,b:c\=d\\e,missing:a\,b:c\=d\\e,changed:a\,b:c\=d\\e'
check_same 'a strange table may be allowed to change' 0 "$exit"
