#!/bin/sh
# verify.py hashes every table as rollproof does, whatever a database may hold,
# and hits the test vectors; it reads databases in WAL mode and leaves those
# alone that somebody died writing; it recomputes loads.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"
. "$root/tests/support/recompute.sh"

verify=$root/src/report/verify.py
cp "$fixtures"/school/*.csv "$fixtures/sources/plain.csv" .

# --- the bytes

cat >vectors.py <<'PYTHON'
import importlib.util
import sys

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
database = verify.Database("vectors.db")
for name in ("student_courses", "students"):
    digest = verify.Digest(database.table(name))
    for _, fields in database.table(name).rows():
        digest.add(fields)
    print(digest.finish())
PYTHON
query vectors.db "CREATE TABLE student_courses (student_id, course_id,
    PRIMARY KEY (student_id, course_id));
  INSERT INTO student_courses VALUES (2, 20), (1, 20), (1, 10);
  CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT, gpa REAL, note);
  INSERT INTO students VALUES (-9223372036854775808, 'Zoë', 0.1, 2.5),
    (1, 'Ada Lovelace', 4.0, NULL), (2, '', NULL, x'00ff'),
    (3, 'a' || char(0) || 'b', -0.0, 42)"
check_same 'the test vectors of the canonical rows are hit' \
    'c9443f75f3685ed78267028db748872bbfa9a5a4a94f6c5d2111865768e25406
2271f14c47e09d9be8cf10c8dfe1eb837976d1675e1ad1a9833a19002f8e913a' \
    "$(python3 -B vectors.py "$verify" 2>&1)"

# --- tables of every shape

run load odd.db students students.csv --key student_id
run load odd.db courses courses.csv --key course_id
query odd.db "
CREATE TABLE no_key (a, b, c REAL);
INSERT INTO no_key VALUES (1, 'x', 1), (1.0, 'x', -0.0), (1, 'x', 0.0),
  ('1', x'31', NULL), (NULL, NULL, NULL), (1, 'x', 1), (x'', '', 0),
  ('', x'', 0), (9007199254740993, 9007199254740992.0, 1e999),
  (9007199254740992, 9007199254740993, -1e999);
CREATE TABLE \"odd \"\"name\"\"\" (\"a \"\"b\" INTEGER PRIMARY KEY DESC,
  \"é\" TEXT COLLATE NOCASE);
INSERT INTO \"odd \"\"name\"\"\" VALUES (NULL, 'a'), (NULL, 'A'), (3, 'b'),
  (2, 'B'), (NULL, 'a');
CREATE TABLE no_rowid (a TEXT COLLATE NOCASE, b, c, PRIMARY KEY (b DESC, a))
  WITHOUT ROWID;
INSERT INTO no_rowid VALUES ('A', 1, 2), ('b', 1, 3), ('B', 2, x'00'),
  ('a', 1.5, 'q');
CREATE TABLE null_key (a, b, PRIMARY KEY (a, b));
INSERT INTO null_key VALUES (NULL, 1), (NULL, 1), (NULL, 1.0), (1, NULL),
  (1.0, NULL), (1, 1), ('1', 1);
CREATE TABLE generated (a, b AS (a || 'x'),
  c GENERATED ALWAYS AS (a + 1) STORED, d);
INSERT INTO generated (a, d) VALUES (1, 2), (3, 4);
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, t);
INSERT INTO counted (t) VALUES ('x'), ('y');
CREATE TABLE \"$(printf 'line\nend\033')\" (x);
CREATE TABLE hidden (rowid TEXT, oid TEXT, _rowid_ TEXT);
INSERT INTO hidden VALUES ('c', 'b', 'a'), ('a', 'b', 'c');
CREATE VIRTUAL TABLE found USING fts5 (t);
INSERT INTO found VALUES ('hello world');
CREATE VIEW seen AS SELECT * FROM no_key;
CREATE INDEX sorted ON no_key (a);
CREATE TRIGGER fired AFTER INSERT ON no_key BEGIN SELECT 1; END;
CREATE TABLE strictly (a INT, b TEXT) STRICT;
INSERT INTO strictly VALUES (1, 'a'), (NULL, NULL);
CREATE TABLE Zed (a); CREATE TABLE zebra (a); CREATE TABLE \"9\" (a);
CREATE TABLE ends (k INTEGER PRIMARY KEY, v);
INSERT INTO ends VALUES (-9223372036854775808, 1), (9223372036854775807, 2);
CREATE TABLE texts (k TEXT PRIMARY KEY);
INSERT INTO texts VALUES ('b'), ('B'), ('é'), ('a' || char(0) || 'b'), ('a'),
  (CAST(x'ff61' AS TEXT));
ANALYZE" >.said
run migrate odd.db plain.csv --evidence odd
check_same 'a database of odd tables is migrated' 0 "$exit"
agreeing 'every table of odd tables' --evidence odd odd.db plain.csv
check_same 'virtual tables, views and statistics are no tables' '' \
    "$(grep -E '^ok +(found|seen|sqlite_stat.*):' said)"

# --- how it is kept

mkdir wal hot
sqlite3 odd.db 'PRAGMA journal_mode = WAL' 'PRAGMA wal_autocheckpoint = 0' \
    'INSERT INTO zebra VALUES (1)' '.shell cp odd.db odd.db-wal wal' >.said
recompute --evidence odd wal/odd.db plain.csv
check_same 'a row that only a WAL holds is seen' \
    '1 zebra, database' "$exit $(sed -n 's/^DIFFERS: .*checks: //p' out)"
sqlite3 odd.db 'DELETE FROM zebra' 'PRAGMA journal_mode = DELETE' >.said
agreeing 'a database that left WAL mode' --evidence odd odd.db plain.csv
sqlite3 odd.db 'PRAGMA cache_size = 1' 'BEGIN IMMEDIATE' \
    'CREATE TABLE huge (a)' 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
       SELECT i + 1 FROM n LIMIT 2000) INSERT INTO huge
       SELECT zeroblob(1000) FROM n' "UPDATE students SET name = ''" \
    '.shell cp odd.db odd.db-journal hot' >.said
hot=$(cat hot/odd.db hot/odd.db-journal | sha256sum)
recompute --evidence odd hot/odd.db plain.csv
compare_output 'a database that somebody died writing'
check_same 'a database that somebody died writing: is exit 2, left alone' \
    "2 $hot" "$exit $(cat hot/odd.db hot/odd.db-journal | sha256sum)"
agreeing 'a database after a rollback' --evidence odd odd.db plain.csv

# --- loads

printf 'id,number,name\n5,A1,"Ann, A"\n7,B2,\n9,C3,""\n' >people.csv
run load people.db students people.csv --key number --evidence first
agreeing 'a load with ids' --evidence first people.db people.csv
cp people.db old.db
printf 'number,name,since\nB2,,2019\nC3,,2020\nD4,Dan,2021\nD4,Dan,2022\n%s' \
    'E5,Eve,2023
D4,Don,2024
,Nobody,2025
' >more.csv
set -- students more.csv --key number --columns number,name
run load people.db "$@" --evidence refused
check_same 'a load that contradicts is refused' 3 "$exit"
agreeing 'a refused load' --evidence refused people.db more.csv
run load people.db "$@" --accept duplicate-conflict=2,empty-key=1 \
    --evidence rehearsed -n
agreeing 'a load that was rehearsed' --evidence rehearsed people.db more.csv
run load people.db "$@" --accept duplicate-conflict=2,empty-key=1 \
    --evidence second
check_same 'a load with exceptions: five rows are named' \
    '7 = 2 1 1 2 1' "$(enrollments second/data/verdict.json)"
agreeing 'a load beside rows that are there' --evidence second people.db \
    more.csv
agreeing 'a load and the database of before' --evidence second \
    --before old.db people.db more.csv
run load renamed.db students people.csv --rename id=legacy \
    --rename name=called --key number --evidence renamed
agreeing 'a load with another name for a column' --evidence renamed renamed.db \
    people.csv
run load nowhere.db students more.csv --key number --evidence nowhere
check_same 'a refused load of a new database leaves none' '3 absent' \
    "$exit $(hash_of nowhere.db)"
agreeing 'a refused load of a new database' --evidence nowhere nowhere.db \
    more.csv

# spoilt NAME SQL
spoilt()
{
    cp people.db spoilt.db
    query spoilt.db "$2"
    differing "$1" --evidence second spoilt.db more.csv
}
spoilt 'a loaded row deleted' "DELETE FROM students WHERE number = 'E5'"
spoilt 'a loaded row changed' "UPDATE students SET name = 'Eva'
  WHERE number = 'E5'"
spoilt 'a row of before changed' "UPDATE students SET name = 'Anna'
  WHERE number = 'A1'"
spoilt 'a row of before deleted' "DELETE FROM students WHERE number = 'A1'"
spoilt 'a row added' "INSERT INTO students VALUES (99, 'Z9', 'Zed')"
differing 'a row added beside the database of before' --evidence second \
    --before old.db spoilt.db more.csv
spoilt 'a NULL that became an empty text' "UPDATE students SET name = ''
  WHERE number = 'B2'"
differing 'a NULL that became an empty text beside what was' \
    --evidence second --before old.db spoilt.db more.csv

# --- how it is written

cat >written.py <<'PYTHON'
import ast
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
tree = ast.parse(text)
for node in ast.walk(tree):
    if isinstance(node, ast.Import):
        for name in node.names:
            print("import", name.name)
    elif isinstance(node, ast.ImportFrom):
        print("from", node.module)
    elif isinstance(node, ast.FunctionDef):
        lines = node.end_lineno - node.lineno + 1
        if lines > 30 or len(node.args.args) > 5:
            print("large", node.name)
for number, line in enumerate(text.splitlines(), 1):
    if len(line) > 79 or not line.isascii() or line != line.rstrip():
        print("line", number)
PYTHON
check_same 'the standard library only, small functions, short lines' \
    'argparse array collections csv fractions hashlib json os re sqlite3 stat '\
'struct sys urllib.parse' \
    "$(python3 written.py "$verify" | sed 's/^import //' | xargs)"
check 'nothing that Python warns of' python3 -W error -c \
    'import sys
with open(sys.argv[1]) as file:
    compile(file.read(), sys.argv[1], "exec")' "$verify"
