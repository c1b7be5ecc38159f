#!/bin/sh
# What diff tells of two schools or snapshots: complete outputs.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

# state NAME SQL: a database, and its snapshot.
state()
{
    check "SQL of $1" query "$1.db" "$2"
    run snapshot "$1.db" "$1.snap" -q
    check_same "a snapshot of $1" 0 "$exit"
}

base="CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT, gpa);
  CREATE TABLE courses (code TEXT, term TEXT, title, PRIMARY KEY (code, term))
    WITHOUT ROWID;
  CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id))
    WITHOUT ROWID;
  CREATE TABLE log (line);
  CREATE TABLE empty (id INTEGER PRIMARY KEY);
  INSERT INTO students VALUES (1, 'Ann', 4.0), (2, 'Zoë', NULL), (3, '', 1),
    (4, NULL, '1'), (5, 'O''Neill', 1.0);
  INSERT INTO courses VALUES ('MA', 'F24', x'00ff'), ('MA', 'S25', 'text'),
    ('a' || char(0) || 'b', 'F24', ''), (CAST(x'ff' AS TEXT), 'F24', 0);
  INSERT INTO student_courses VALUES (1, 10), (1, 20), (2, 20), (3, 10);
  INSERT INTO log VALUES ('seen'), ('seen'), ('odd' || char(27));"
state old "$base"
state same "PRAGMA page_size = 1024; $base; VACUUM"
state rows "$base
  UPDATE students SET name = 'Zoe', gpa = '' WHERE id = 2;
  UPDATE students SET gpa = 1.0 WHERE id IN (3, 4);
  UPDATE students SET name = char(0x202e, 27) || 'Neill' WHERE id = 5;
  UPDATE courses SET title = CAST('text' AS BLOB) WHERE term = 'S25';
  UPDATE courses SET term = 'W24' WHERE title = '';
  UPDATE courses SET title = 0.0 WHERE title = 0;
  DELETE FROM student_courses WHERE course_id = 20;
  INSERT INTO student_courses VALUES (-7, 10), (9223372036854775807, 1);
  DELETE FROM log WHERE rowid = 1;
  INSERT INTO log VALUES (7);
  INSERT INTO empty VALUES (1)"
state schema "$base
  ALTER TABLE students ADD COLUMN note DEFAULT 'new';
  ALTER TABLE students RENAME COLUMN gpa TO grade;
  DROP TABLE log; CREATE TABLE logs (line);
  INSERT INTO logs VALUES (1), (2);
  ALTER TABLE empty RENAME TO empties; ALTER TABLE empties RENAME TO Empty;
  CREATE INDEX by_name ON students (name);
  CREATE VIEW names AS SELECT name FROM students;
  CREATE TRIGGER watch AFTER INSERT ON students BEGIN SELECT 1; END;
  DROP TABLE student_courses;
  CREATE TABLE student_courses (student_id INTEGER, course_id INTEGER);
  INSERT INTO student_courses VALUES (1, 10), (1, 20), (2, 21), (3, 10);
  DROP TABLE courses;
  CREATE TABLE courses (term TEXT, code TEXT, title, PRIMARY KEY (term, code));
  INSERT INTO courses VALUES ('F24', 'MA', x'00ff')"
all_of_them='old.db rows.db same.db schema.db old.snap rows.snap same.snap
  schema.snap'
before=$(cat $all_of_them | sha256sum)

expect_output 'two schools with the same content' diff old.db same.db
expect_output 'a school and itself' diff old.db old.db
expect_output 'a school and its snapshot' diff old.db old.snap
expect_output 'two snapshots with the same content' diff old.snap same.snap
expect_output 'rows, to the cell' diff old.db rows.db
expect_output 'rows, the other way round' diff rows.db old.db
expect_output 'rows, from a snapshot' diff old.snap rows.db
expect_output 'rows, to a snapshot' diff old.db rows.snap
expect_output 'rows, between snapshots' diff old.snap rows.snap
expect_output 'the schema' diff old.db schema.db
expect_output 'the schema, from a snapshot' diff old.snap schema.db
expect_output 'the schema, between snapshots' diff old.snap schema.snap
expect_output 'totals are of all rows' diff old.db rows.db --limit 1
expect_output 'totals alone' diff old.db rows.db --limit 0
expect_output 'as JSON' diff old.db rows.db --format json
expect_output 'a changed schema as JSON' diff old.snap schema.db --format json
expect_output 'quietly' diff old.db rows.db -q

check_same 'each line of JSON is JSON' '' "$(
    "$rollproof" diff old.db rows.db --format json | while IFS= read -r line
    do
        sqlite3 :memory: "SELECT 'wrong' WHERE NOT json_valid('$(
            printf '%s' "$line" | sed "s/'/''/g")')"
    done)"
run diff old.db rows.db --limit 19
mv out few
run diff old.db rows.db --limit all
check_files 'a limit that is not reached changes nothing' few out

# Long values: the part that differs.
state long "CREATE TABLE t (id INTEGER PRIMARY KEY, v);
  INSERT INTO t VALUES (1, printf('%.1000c', 'a') || 'old end'),
    (2, zeroblob(500)), (3, printf('%.30c%s', 'x', replace(hex(zeroblob(30)),
    '00', 'ä')))"
state longer "CREATE TABLE t (id INTEGER PRIMARY KEY, v);
  INSERT INTO t VALUES (1, printf('%.1000c', 'a') || 'new end'),
    (2, zeroblob(501)), (3, printf('%.30c%s', 'x', replace(hex(zeroblob(31)),
    '00', 'ä')))"
expect_output 'long values' diff long.db longer.db

# Somebody made rows with the hashes of others: here, a snapshot that fits
# together but for the SHA-256 of student_courses.
python3 - <<'END'
import hashlib
file = open('old.snap', 'rb').read()
at = file.rindex(b'course_id') + 9 + 4 + 2 * 4 + 8 + 8
forged = file[:at] + b'?' * 32 + file[at + 32:-32]
open('forged.snap', 'wb').write(forged + hashlib.sha256(forged).digest())
END
expect_output 'a digest that no row explains' diff forged.snap old.db
check_same 'values are not in a snapshot' '' \
    "$(grep -aoE 'seen|Ann|Zo|Neill' old.snap)"

# What cannot be compared is named.
printf 'this is text and no database, long enough to be looked at' >text
cp old.snap damaged.snap
printf 'X' | dd of=damaged.snap bs=1 seek=200 conv=notrunc status=none
head -c 100 old.snap >cut.snap
sed '1s,/1$,/2,' old.snap >newer.snap
printf '' >nothing
mkdir folder
ln -s old.db link.db
query utf16.db "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (x)"
expect_output 'a damaged snapshot' diff old.db damaged.snap
expect_output 'a snapshot that was cut' diff cut.snap old.db
expect_output 'a snapshot of another version' diff newer.snap old.db
expect_output 'no such file' diff old.db absent
expect_output 'a folder' diff folder old.db
expect_output 'text that is neither' diff text old.db
expect_output 'a database that is a link' diff old.db link.db
expect_output 'a database in UTF-16' diff utf16.db old.db
expect_output 'an empty file' diff nothing old.db
expect_output 'a limit that is none' diff old.db old.db --limit some
expect_output 'a limit below zero' diff old.db old.db --limit -1
expect_output 'a format that is not there' diff old.db old.db --format csv
expect_output 'a format of verdicts' diff old.db old.db --format html

query hold.db 'CREATE TABLE t (x)'
mkfifo let_go
sqlite3 hold.db >/dev/null 2>&1 <<END &
BEGIN EXCLUSIVE;
.shell touch is_held
.shell cat let_go
END
holder=$!
while [ ! -e is_held ]; do sleep 0.05; done
expect_output 'a database that somebody holds' diff hold.db old.db --wait 0
echo >let_go
wait "$holder"

# Nobody wrote anything.
check_same 'both sides are untouched' "$before" \
    "$(cat $all_of_them | sha256sum)"
query old.db 'PRAGMA journal_mode = wal' >/dev/null
query rows.db 'PRAGMA journal_mode = wal' >/dev/null
run diff old.db rows.db
check_same 'in WAL mode' 1 "$exit"
mv out wal
run diff old.db rows.snap
check_same 'in WAL mode the same numbers' "$(grep DIFFERENT wal)" \
    "$(grep DIFFERENT out)"
