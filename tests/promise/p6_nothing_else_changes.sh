#!/bin/sh
# P6: every other table, index, view and trigger is hashed too; what changes
# them is found, named, and rolled back.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

run load base.db students "$fixtures/school/students.csv" --key student_id
run load base.db courses "$fixtures/school/courses.csv" --key course_id
run upgrade base.db
query base.db "CREATE TABLE audit (id INTEGER PRIMARY KEY, what TEXT);
  INSERT INTO audit VALUES (1, 'first'), (2, 'second');
  CREATE TABLE no_key (a, b); INSERT INTO no_key VALUES (1, NULL), (1, NULL);
  CREATE TABLE words (word TEXT PRIMARY KEY, n REAL) WITHOUT ROWID;
  INSERT INTO words VALUES ('x', 1.5);
  CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v BLOB);
  INSERT INTO counted (v) VALUES (x'00');
  CREATE INDEX by_what ON audit (what);
  CREATE VIEW seen AS SELECT what FROM audit;"

# planted NAME SQL: a school with a trigger; the run is in evidence NAME.
planted()
{
    cp base.db "$1.db"
    query "$1.db" "$2"
    before=$(hash_of "$1.db")
    planted=$1
    verdict=$1/data/verdict.json
    shift 2
    run migrate "$planted.db" "$fixtures/sources/plain.csv" \
        --evidence "$planted" "$@"
}

# rolled_back NAME CHECK FINDINGS: exit 3, the check failed, the rows named,
# and the database byte for byte as it was.
rolled_back()
{
    check_same "$1" "3 fail $before $3" "$exit $(check_result "$verdict" \
        "$2") $(hash_of "$planted.db") $(grep -oE \
        'row-(missing|changed|added),[^,]*,[^,]*,[^,]*' \
        "$planted/data/findings.csv" | cut -d, -f1 | sort | xargs)"
}

trigger='CREATE TRIGGER planted AFTER INSERT ON student_courses'

planted quiet "$trigger BEGIN SELECT 1; END"
check_same 'a trigger on student_courses is refused even when it does nothing' \
    "3 1 $before" "$exit $(count_of "$verdict" trigger) $(hash_of quiet.db)"
planted accepted "$trigger BEGIN SELECT 1; END" --accept trigger=1
check_same 'a harmless trigger passes when it is accepted' \
    '0 proved-with-exceptions' "$exit $(json "$verdict" '$.verdict')"

planted bystander "$trigger BEGIN UPDATE audit SET what = 'changed'
  WHERE id = 2; END" --accept trigger=1
rolled_back 'a bystander row that a trigger changes is found' \
    bystanders-preserved row-changed
check_same 'the changed bystander is named in the verdict' 'audit 0 0 1 0' \
    "$(sqlite3 :memory: "SELECT group_concat(
        json_extract(value, '\$.table') || ' ' ||
        json_extract(value, '\$.missing') || ' ' ||
        json_extract(value, '\$.added') || ' ' ||
        json_extract(value, '\$.changed') || ' ' ||
        json_extract(value, '\$.same'))
      FROM json_each(readfile('$verdict'), '\$.tables')
      WHERE json_extract(value, '\$.role') = 'bystander'
        AND NOT json_extract(value, '\$.same')")"

planted no_key "$trigger BEGIN DELETE FROM no_key WHERE rowid = 2; END" \
    --accept trigger=1
rolled_back 'one of two equal rows of a table without a key is missed' \
    bystanders-preserved row-missing
planted words "$trigger BEGIN INSERT OR IGNORE INTO words VALUES ('y', 2);
  END" --accept trigger=1
rolled_back 'a row added to a table without rowid is found' \
    bystanders-preserved row-added
planted sequence "$trigger BEGIN INSERT INTO counted (v) VALUES (1);
  DELETE FROM counted WHERE id > 1; END" --accept trigger=1
rolled_back 'a counter that a trigger moves on is found' \
    bystanders-preserved 'row-added row-missing'
planted type "$trigger BEGIN UPDATE no_key SET a = 1.0 WHERE rowid = 1; END" \
    --accept trigger=1
rolled_back 'the integer 1 that becomes the real 1.0 is found' \
    bystanders-preserved 'row-added row-missing'

planted deleted "$trigger BEGIN DELETE FROM students
  WHERE student_id = '1004'; END" --accept trigger=1
rolled_back 'a student that a trigger deletes is found' students-preserved \
    row-missing
planted changed "$trigger BEGIN UPDATE students SET email = 'x@example.edu'
  WHERE student_id = '1004'; END" --accept trigger=1
rolled_back 'a student that a trigger changes is found' students-preserved \
    row-changed
planted added "$trigger BEGIN INSERT OR IGNORE INTO students
  VALUES (99, '99', 'New', NULL); END" --accept trigger=1
rolled_back 'a student that a trigger adds is found' students-preserved \
    row-added
planted all "$trigger BEGIN DELETE FROM students WHERE id = 6;
  UPDATE students SET name = upper(name) WHERE id = 5;
  INSERT OR IGNORE INTO students VALUES (99, '99', 'New', NULL); END" \
    --accept trigger=1
rolled_back 'all three at once are told apart' students-preserved \
    'row-added row-changed row-missing'
check_same 'the three students are named by their id' '5 6 99' \
    "$(sqlite3 -batch :memory: '.mode csv' \
        '.import all/data/findings.csv f' "SELECT key FROM f
         WHERE code LIKE 'row-%' ORDER BY key" | grep -oE '[0-9]+' | sort -n |
        xargs)"
planted course "$trigger BEGIN UPDATE courses SET title = NULL
  WHERE id = 1; END" --accept trigger=1
rolled_back 'a course that a trigger changes is found' courses-preserved \
    row-changed

# What is there and stays is no finding.
cp base.db calm.db
query calm.db 'CREATE TRIGGER elsewhere AFTER INSERT ON audit
  BEGIN SELECT 1; END'
query calm.db '.schema' | grep -v student_courses >schema.before
query calm.db '.dump audit no_key words counted' >rows.before
run migrate calm.db "$fixtures/sources/plain.csv" --evidence calm
check_same 'a school with bystanders of every kind is proved' '0 proved' \
    "$exit $(json calm/data/verdict.json '$.verdict')"
query calm.db '.schema' | grep -v student_courses >schema.after
query calm.db '.dump audit no_key words counted' >rows.after
check_files 'views, triggers and indexes are as before' schema.before \
    schema.after
check_files 'the rows of the bystanders are as before' rows.before rows.after
check_same 'every bystander table is hashed' \
    'audit counted no_key sqlite_sequence words' \
    "$(sqlite3 :memory: "SELECT group_concat(t, ' ') FROM (
        SELECT json_extract(value, '\$.table') AS t
        FROM json_each(readfile('calm/data/verdict.json'), '\$.tables')
        WHERE json_extract(value, '\$.role') = 'bystander' ORDER BY t)")"
