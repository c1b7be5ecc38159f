#!/bin/sh
# The next delivery takes away what only the one before it claims: as many
# links as was said, none of those made elsewhere, and none at all when there
# is a doubt.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id
echo student_id,course_id >head
# csv NAME STUDENT,COURSE...
csv()
{
    csv_name=$1
    shift
    { cat head; [ $# -eq 0 ] || printf '%s\n' "$@"; } >"$csv_name"
}
query base.db 'SELECT student_id FROM students ORDER BY id' >ids
query base.db 'SELECT course_id FROM courses ORDER BY id' >codes
s1=$(sed -n 1p ids) s2=$(sed -n 2p ids) s3=$(sed -n 3p ids) s4=$(sed -n 4p ids)
c1=$(sed -n 1p codes) c2=$(sed -n 2p codes) c3=$(sed -n 3p codes)

csv old.csv "$s1,$c1" "$s1,$c2" "$s2,$c1" "$s3,$c2"
csv new.csv "$s1,$c1" "$s2,$c1" "$s2,$c2" "$s4,$c3"

# The links by keys, on one line.
links()
{
    query "$1" 'SELECT group_concat(k, " ") FROM (
        SELECT s.student_id || "," || c.course_id AS k FROM student_courses l
        JOIN students s ON s.id = l.student_id
        JOIN courses c ON c.id = l.course_id ORDER BY k)'
}
sorted() { printf '%s\n' "$@" | sort | tr '\n' ' ' | sed 's/ $//'; }

# fresh: a school that has the old delivery, and one link made elsewhere.
run migrate base.db old.csv
query base.db "INSERT INTO student_courses
    SELECT s.id, c.id FROM students s, courses c
    WHERE s.student_id = '$s4' AND c.course_id = '$c2'"
fresh()
{
    rm -rf school.db* bag
    cp base.db school.db
    cp -r base.db.evidence school.db.evidence
}
before=$(links base.db)
synced=$(sorted "$s1,$c1" "$s2,$c1" "$s2,$c2" "$s4,$c3" "$s4,$c2")
sync() { run migrate school.db "$@" --evidence bag; }
# unchanged NAME: refused, and the school is what it was.
unchanged()
{
    check_same "$1: it is refused" 3 "$exit"
    check_same "$1: no link is gone" "$before" "$(links school.db)"
    check_same "$1: the check" fail \
        "$(check_result bag/data/verdict.json removals-allowed)"
}

fresh
expect_output 'the plan shows what would go' migrate school.db new.csv --sync \
    --previous old.csv -n --evidence bag
check_same 'the plan changes nothing' "$before" "$(links school.db)"
# same_file NAME FILE: FILE is as it was expected.
same_file()
{
    [ -z "${ROLLPROOF_UPDATE-}" ] ||
        cp "$2" "$fixtures/expected/sync/$(basename "$2")"
    check_files "$1" "$fixtures/expected/sync/$(basename "$2")" "$2"
}
same_file 'the plan names the links' bag/data/removed.csv
rm -rf bag
sync new.csv --sync --previous old.csv
unchanged 'nothing is removed unless it is said'
rm -rf bag
sync new.csv --sync --previous old.csv --max-removed 1
unchanged 'one less than there are'
rm -rf bag
expect_output 'as many as was said' migrate school.db new.csv --sync \
    --previous old.csv --max-removed 2 --evidence bag --metrics node.prom
check_same 'monitoring is told' '2 2 0 ' "$(sed -n \
    's/^rollproof_previous_claims{.*} //p' node.prom | tr '\n' ' ')"
check_same 'the links are those of the delivery, and one made elsewhere' \
    "$synced" "$(links school.db)"
check_same 'the verdict counts' '4 2 0 2 5 1' \
    "$(json bag/data/verdict.json '$.sync' | python3 -c 'import json, sys
s = json.load(sys.stdin)
print(s["claims"], s["kept"], s["gone"], s["removed"], s["links_before"],
      s["elsewhere"])')"
same_file 'the statements' bag/data/migration.sql
check_same 'both deliveries are among the inputs' 'new.csv old.csv ' \
    "$(cut -c 67- bag/data/inputs.sha256 | tr '\n' ' ')"
rm -rf shared
run share bag shared
check_same 'a shared copy has no removed links' '0 no' \
    "$exit $([ -e shared/data/removed.csv ] && echo yes || echo no)"

# Again: what went is gone already, and the evidence of the run says so.
run migrate school.db new.csv --sync --previous old.csv --evidence again
check_same 'again: nothing is left to remove' '0 2 0' \
    "$exit $(json again/data/verdict.json '$.sync.gone') $(json \
        again/data/verdict.json '$.sync.removed')"
check_same 'again: no link changes' "$synced" "$(links school.db)"
rm -rf again

# In percent of the links that there were, which are five.
fresh
sync new.csv --sync --previous old.csv --max-removed 39.9%
unchanged 'less percent than it takes'
rm -rf bag
sync new.csv --sync --previous old.csv --max-removed 40%
check_same 'just as many percent' "0 $synced" "$exit $(links school.db)"

# A map says how many, and a dry run writes it.
fresh
sync new.csv --sync --previous old.csv -n --write-map plan.ini
same_file 'a dry run writes how many' plan.ini
rm -rf bag
sync new.csv --sync --previous old.csv --map plan.ini
check_same 'the map lets them go' "0 $synced 2" \
    "$exit $(links school.db) $(json bag/data/verdict.json '$.sync.max_removed')"
fresh
run migrate school.db old.csv --map plan.ini
check_same 'who only adds may use the same map' "0 $before" \
    "$exit $(links school.db)"
run verify school.db --source old.csv --map plan.ini
check_same 'and who verifies' 'exit 1' "exit $exit"
expect_output 'a limit beside a map' migrate school.db new.csv --sync \
    --previous old.csv --map plan.ini --max-removed 2
sed 's/^max-removed = .*/max-removed = all/' plan.ini >all.ini
expect_output 'no limit at all in a map' migrate school.db new.csv --sync \
    --previous old.csv --map all.ini
fresh
{ cat head; echo "$s1,$c1"; echo "nobody,$c1"; } >doubtful.csv
rm -f doubtful.ini
run migrate school.db doubtful.csv --sync --previous old.csv -n \
    --write-map doubtful.ini
check_same 'no map is written where nothing may be removed' '3 no' \
    "$exit $([ -e doubtful.ini ] && echo yes || echo no)"

# forbidden NAME WHY: refused although everything may be removed.
forbidden()
{
    unchanged "$1"
    check_same "$1: why" "$2" "$(json bag/data/verdict.json '$.sync.forbidden')"
}
all='--max-removed 100%'
fresh
csv reject.csv "$s1,$c1" "$s2,$c1,extra"
sync reject.csv --sync --previous old.csv $all --accept field-count=all
forbidden 'a record was rejected' 'the next delivery has field-count 1'
fresh
csv unknown.csv "$s1,$c1" "nobody,$c1"
sync unknown.csv --sync --previous old.csv $all --accept unknown-student=all
forbidden 'an enrollment was rejected' 'the next delivery has unknown-student 1'
fresh
cp "$fixtures/sources/swallowed_quote.csv" swallowed.csv
sed -e 's/$/,A/' -e '1s/A$/grade/' old.csv >graded.csv
run migrate school.db graded.csv --leave-out grade
sync swallowed.csv --sync --previous graded.csv $all --leave-out grade \
    --accept suspicious-multiline=all
forbidden 'a quote that eats records' \
    'the next delivery has suspicious-multiline 1'
fresh
rm -rf school.db.evidence
sync new.csv --sync --previous old.csv $all
forbidden 'nobody imported that file' \
    'old.csv was imported by no run whose evidence is there'
fresh
csv other.csv "$s1,$c1" "$s1,$c3"
sync new.csv --sync --previous other.csv $all
check_same 'a file that was never imported removes nothing' '0 0' \
    "$exit $(json bag/data/verdict.json '$.sync.removed')"
fresh
sync new.csv --sync --previous old.csv $all --where "student_id=$s1,$s2,$s4"
forbidden 'another filter' 'old.csv was imported with another mapping or filter'
fresh
sync new.csv --sync --previous old.csv $all --student 'student_id=id'
check_same 'another mapping' 3 "$exit"
check_same 'another mapping: no link is gone' "$before" "$(links school.db)"
fresh
printf 'x' >>"$(echo school.db.evidence/*/data/verdict.json)"
sync new.csv --sync --previous old.csv $all
forbidden 'evidence that was altered does not count' \
    'old.csv was imported by no run whose evidence is there'
check_same 'and which is told' yes \
    "$(grep -q 'evidence passed over: .*verdict.json' err && echo yes)"
# Beside the evidence of this run lies that of two schools.
fresh
rm -rf runs school.db.evidence
mkdir runs
cp -r base.db.evidence/* runs/first
run migrate school.db new.csv --sync --previous old.csv $all \
    --evidence runs/second
mv runs/second bag
forbidden 'what another school imported does not count' \
    'old.csv was imported by no run whose evidence is there'
run migrate school.db old.csv --evidence runs/third
run migrate school.db new.csv --sync --previous old.csv --max-removed 2 \
    --evidence runs/fourth
check_same 'what this school imported counts' "0 $synced" \
    "$exit $(links school.db)"
rm -rf bag
# A dry run imported nothing.
fresh
rm -rf school.db.evidence
cp base.db other.db
run migrate other.db old.csv -n
mv other.db.evidence school.db.evidence
sync new.csv --sync --previous old.csv $all
forbidden 'a dry run is no import' \
    'old.csv was imported by no run whose evidence is there'

# A truncated delivery is what --max-removed is for.
fresh
csv cut.csv "$s1,$c1"
sync cut.csv --sync --previous old.csv --max-removed 2
unchanged 'a delivery that was cut'

# Nothing differs: nothing goes.
fresh
sync old.csv --sync --previous old.csv
check_same 'the same file again' "0 $before" "$exit $(links school.db)"
check_same 'the same file again: all were there' '4 = 0 4 0 0 0' \
    "$(enrollments bag/data/verdict.json)"

# A link that somebody took away is not missed.
fresh
query school.db "DELETE FROM student_courses WHERE
    student_id = (SELECT id FROM students WHERE student_id = '$s1') AND
    course_id = (SELECT id FROM courses WHERE course_id = '$c2')"
sync new.csv --sync --previous old.csv --max-removed 1
check_same 'what is gone already is no removal' "0 $synced 1" \
    "$exit $(links school.db) $(json bag/data/verdict.json '$.sync.gone')"

# Several sources on both sides are one delivery each.
fresh
csv old1.csv "$s1,$c1" "$s1,$c2"
csv old2.csv "$s2,$c1" "$s3,$c2"
rm -rf school.db*
cp base.db school.db
query school.db 'DELETE FROM student_courses'
run migrate school.db old1.csv old2.csv
csv new1.csv "$s2,$c2"
csv new2.csv "$s4,$c3" "$s1,$c1" "$s2,$c1"
sync new1.csv new2.csv --sync --previous old2.csv --previous old1.csv \
    --max-removed 2
check_same 'several sources' \
    "0 $(sorted "$s1,$c1" "$s2,$c1" "$s2,$c2" "$s4,$c3")" \
    "$exit $(links school.db)"
check_same 'several sources: each removed link names its file' \
    'old1.csv,2 old2.csv,2 ' \
    "$(sed 1d bag/data/removed.csv | cut -d, -f3- | sort | tr '\n' ' ')"

# Evidence does not depend on threads or memory, and a copy is like the school.
fresh
sync new.csv --sync --previous old.csv --max-removed 2 --threads 1
mv bag one
fresh
sync new.csv --sync --previous old.csv --max-removed 2 --threads 2 --memory 8M
rm bag/data/run.json one/data/run.json
check_same 'threads and memory leave no trace' '' \
    "$(diff -r one/data bag/data)"
rm -rf one
fresh
sync new.csv --sync --previous old.csv --max-removed 2 --into copy.db
check_same 'into a copy: the school is as it was' "0 $before" \
    "$exit $(links school.db)"
check_same 'into a copy: the copy is in step' "$synced" "$(links copy.db)"

# What else is done by the database when a link goes.
fresh
query school.db 'CREATE TABLE log (what TEXT);
    CREATE TRIGGER t AFTER DELETE ON student_courses BEGIN
      INSERT INTO log VALUES (old.student_id); END'
sync new.csv --sync --previous old.csv --max-removed 2 --accept trigger=all
check_same 'a trigger that writes elsewhere is found' '3 fail' \
    "$exit $(check_result bag/data/verdict.json bystanders-preserved)"
check_same 'and undone' "$before" "$(links school.db)"
fresh
query school.db 'CREATE TRIGGER t BEFORE DELETE ON student_courses BEGIN
      SELECT raise(ignore); END'
sync new.csv --sync --previous old.csv --max-removed 2 --accept trigger=all
check_same 'a link that will not go' 2 "$exit"
check_same 'a link that will not go: why' yes \
    "$(grep -q 'a link that is to be removed was not removed' err && echo yes)"
fresh
query school.db 'CREATE TABLE grades (student_id INTEGER, course_id INTEGER,
      FOREIGN KEY (student_id, course_id)
      REFERENCES student_courses (student_id, course_id));
    INSERT INTO grades SELECT student_id, course_id FROM student_courses'
sync new.csv --sync --previous old.csv --max-removed 2 --check full
check_same 'a row elsewhere that refers to a removed link' '3 fail' \
    "$exit $(check_result bag/data/verdict.json database-sound)"
check_same 'a row elsewhere: nothing is gone' "$before" "$(links school.db)"

# The same by the word of SQL: links = before - (old - new) + new.
run load many.db students students.csv --key student_id
run load many.db courses courses.csv --key course_id
query many.db "WITH RECURSIVE n(i) AS (VALUES (100) UNION ALL
      SELECT i + 1 FROM n WHERE i < 399)
    INSERT INTO students (id, student_id) SELECT i * 7919 - 1000000, 's' || i
    FROM n;
    INSERT INTO courses (id, course_id) VALUES (-5, 'c1'), (0, 'c2'),
      (4294967296, 'c3'), (9223372036854775807, 'c4')"
# pairs STEP MANY: so many pairs of them, some twice.
pairs()
{
    query :memory: "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL
      SELECT i + 1 FROM n WHERE i < $2)
      SELECT 's' || (100 + i * $1 % 300) || ',c' || (1 + i * $1 / 7 % 4) FROM n"
}
cat >model.sql <<'EOF'
CREATE TEMP TABLE old (s, c);
CREATE TEMP TABLE new (s, c);
.mode csv
.import --skip 1 --schema temp old.csv old
.import --skip 1 --schema temp new.csv new
SELECT l.student_id, l.course_id FROM student_courses l
  JOIN students s ON s.id = l.student_id JOIN courses c ON c.id = l.course_id
  WHERE (s.student_id, c.course_id) NOT IN (SELECT s, c FROM old)
    OR (s.student_id, c.course_id) IN (SELECT s, c FROM new)
UNION SELECT s.id, c.id FROM new
  JOIN students s ON s.student_id = new.s JOIN courses c ON c.course_id = new.c
ORDER BY 1, 2;
EOF
for round in '13 500 17 480' '29 800 31 790' '31 90 7 700' '7 900 101 3'; do
    set -- $round
    rm -rf school.db* bag
    cp many.db school.db
    csv old.csv $(pairs "$1" "$2")
    csv new.csv $(pairs "$3" "$4")
    run migrate school.db old.csv
    query school.db 'INSERT OR IGNORE INTO student_courses
        SELECT s.id, c.id FROM students s, courses c WHERE s.id % 11 = 3;
        DELETE FROM student_courses WHERE student_id % 13 = 5'
    cp school.db model.db
    sqlite3 -batch model.db <model.sql >want
    sync new.csv --sync --previous old.csv --max-removed 100% --memory 8M
    sqlite3 -csv school.db 'SELECT student_id, course_id FROM student_courses
        ORDER BY 1, 2' >got
    check_same "by the word of SQL, $round" '0 proved' \
        "$exit $(json bag/data/verdict.json '$.verdict')"
    check_files "by the word of SQL, $round: the links" want got
    check_same "by the word of SQL, $round: something happened" yes \
        "$([ "$(json bag/data/verdict.json '$.sync.removed')" -gt 20 ] &&
            [ "$(json bag/data/verdict.json '$.sync.elsewhere')" -gt 20 ] &&
            echo yes)"
done

# What cannot be asked for.
fresh
expect_output 'sync without previous' migrate school.db new.csv --sync
expect_output 'previous without sync' migrate school.db new.csv \
    --previous old.csv
expect_output 'a limit without sync' migrate school.db new.csv --max-removed 2
expect_output 'no limit at all' migrate school.db new.csv --sync \
    --previous old.csv --max-removed all
expect_output 'a delivery that is not there' migrate school.db new.csv --sync \
    --previous none.csv
expect_output 'standard input twice' migrate school.db - --sync --previous -
