#!/bin/sh
# A snapshot is written whole or not at all, the same each time, and never
# over something.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

query school.db "CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE courses (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
  CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id))
    WITHOUT ROWID;
  CREATE TABLE \"an odd
name\" (x);
  INSERT INTO students VALUES (1, 'secret-Ann'), (2, 'secret-Bob');
  INSERT INTO courses VALUES (10, 'secret-math'), (20, 'secret-art');
  INSERT INTO student_courses VALUES (1, 10), (1, 20), (2, 20);
  INSERT INTO \"an odd
name\" VALUES ('secret-loose')"
before=$(hash_of school.db)

expect_output 'a snapshot' snapshot school.db one
check_same 'its mode is 0600' 600 "$(stat -c %a one)"
check_same 'nothing else is left' 'one school.db' \
    "$(find . -type f ! -name out ! -name err ! -name '.*' -printf '%f\n' |
        sort | xargs)"
check_same 'the school is untouched' "$before" "$(hash_of school.db)"
check_same 'values are not in it' '' "$(grep -ao 'secret-[a-z]*' one)"
expect_output 'a second one in its place' snapshot school.db one
mkdir folder
expect_output 'a folder in its place' snapshot school.db folder
ln -s nowhere dangling
expect_output 'a link in its place' snapshot school.db dangling
check_same 'a dangling link is not followed' absent "$(hash_of nowhere)"
expect_output 'no folder to put it in' snapshot school.db absent/out
expect_output 'no school' snapshot absent.db new
expect_output 'a snapshot of a snapshot' snapshot one new
check_same 'what failed wrote nothing' absent "$(hash_of new)"
run snapshot school.db two -q
check_same 'quietly' '0 ' "$exit $(cat out err)"
check_files 'the same school gives the same bytes' one two
check_same 'SHA-256 of all but its end is its end' \
    "$(head -c -32 one | sha256sum | cut -d' ' -f1)" \
    "$(tail -c 32 one | od -An -v -tx1 | tr -d ' \n')"

# What a killed run left is in nobody's way; what somebody writes is.
echo rest >stale.partial
run snapshot school.db stale -q
check_same 'a partial file of a killed run is replaced' "0 $(hash_of one)" \
    "$exit $(hash_of stale)"
ln one half.partial
ln one half.kept
run snapshot school.db half -q
check_same 'one that was published meanwhile is not written to' \
    "0 $(hash_of two) $(hash_of two)" \
    "$exit $(hash_of half) $(hash_of one)"
mkfifo let_go
python3 -c "
import fcntl
file = open('held.partial', 'w')
fcntl.lockf(file, fcntl.LOCK_EX)
open('is_held', 'w').close()
open('let_go').read()" &
holder=$!
while [ ! -e is_held ]; do sleep 0.05; done
expect_output 'a partial file that somebody writes' snapshot school.db held
echo >let_go
wait "$holder"
run snapshot school.db held -q
check_same 'and is free again when he is gone' 0 "$exit"

# Somebody else has the school.
query school.db 'PRAGMA journal_mode = wal' >/dev/null
run snapshot school.db wal -q
check_files 'a school in WAL mode gives the same bytes' one wal

# Whatever the ids are: a link of the table that rollproof makes takes at most
# 24 bytes, and where ids are those of a school of that size, about four.
query links.db "CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id))
    WITHOUT ROWID;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000)
    INSERT OR IGNORE INTO student_courses SELECT random(), random() FROM n"
run snapshot -q links.db far
check 'links of ids that are far apart take at most 24 bytes' \
    [ "$(wc -c <far)" -le $((24 * 20000)) ]
query links.db "DELETE FROM student_courses;
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 20000)
    INSERT INTO student_courses SELECT i / 5, i * 37 % 1000 FROM n"
run snapshot -q links.db near
check 'links of a school take some four' [ "$(wc -c <near)" -le $((5 * 20000)) ]

# The layout is what proof/snapfile.h and proof/markput.h say: read by a
# program that was written from them, it names the keys that SQLite names.
cat >read.py <<'END'
import hashlib, struct, sys

data = open(sys.argv[1], 'rb').read()
assert data.startswith(b'rollproof/snapshot/1\n')
assert hashlib.sha256(data[:-32]).digest() == data[-32:]
at = 0


def take(count):
    global at
    at += count
    return data[at - count:at]


def number():
    return struct.unpack('>I', take(4))[0]


def large():
    return struct.unpack('>Q', take(8))[0]


def name():
    return take(number())


def varint():
    value = shift = 0
    while True:
        byte = take(1)[0]
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value


def cell(last):
    tag = take(1)[0]
    near = last is not None and last[0] == tag
    if tag == 1:
        folded = varint()
        value = folded >> 1 ^ -(folded & 1)
        value += last[1] if near else 0
        return tag, (value + 2**63) % 2**64 - 2**63
    if tag == 2:
        return tag, struct.unpack('>d', take(8))[0]
    shared = varint()
    return tag, (last[1][:shared] if near else b'') + take(varint())


def rows(columns, key):
    found = []
    while (head := varint()) > 0:
        last = found[-1] if found else [None] * len(key)
        same = head - 1
        row = list(last[:same])
        for place in range(same, len(key)):
            row.append(cell(last[place] if place == same else None))
        found.append(row)
        if len(key) < columns:
            take(16)
    loose = varint()
    take(16 * loose)
    return found, loose


at = len(data) - 40
at = len(data) - 40 - large()
marks = len(b'rollproof/snapshot/1\n')
database = take(32)
objects = [[name() for _ in range(4)] for _ in range(number())]
tables = []
for _ in range(number()):
    table = name(), [name() for _ in range(number())]
    key = [number() for _ in range(number())]
    tables.append((*table, key, large(), large(), take(32), take(16)))
assert at == len(data) - 40
print(database.hex(), len(objects))
for table, columns, key, size, count, digest, sum_ in tables:
    at = marks
    found, loose = rows(len(columns), key)
    marks += size
    assert at == marks and len(found) + loose == count
    print(table.decode(), digest.hex())
    for row in found:
        print(' '.join(
            'i%d' % value if tag == 1 else
            ('t' if tag == 3 else 'b') + value.hex() for tag, value in row))
    print('loose', loose)
END
query keys.db "CREATE TABLE a (x INTEGER, k TEXT, y, PRIMARY KEY (k, y));
  INSERT INTO a VALUES (1, 'alpha', 1), (2, 'alphabet', 7), (3, 'alpha', 300),
    (4, 'Zoë', x'00ff'), (5, 'alpha', 'text'), (6, '', -5), (7, NULL, 1),
    (8, 'alpha' || char(0), x''), (9, 'alpha', 9223372036854775807),
    (10, 'alpha', -9223372036854775808);
  CREATE TABLE b (s INTEGER, c INTEGER, PRIMARY KEY (s, c)) WITHOUT ROWID;
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 20000)
    INSERT OR IGNORE INTO b SELECT (i * 7919) % 3001 - 5, (i * i) % 70001 FROM n;
  CREATE TABLE c (x); INSERT INTO c VALUES (1), (1);
  CREATE TABLE d (id INTEGER PRIMARY KEY, v); CREATE INDEX e ON d (v)"
run snapshot keys.db keys.snapshot
content=$(sed -n 's/.* content //p' out)
sed -nE 's/^  ([a-d]) +[0-9]+ +([0-9a-f]+)$/\1 \2/p' out >digests
{
    echo "$content 5"
    sed -n 1p digests
    query keys.db "SELECT 't' || lower(hex(k)) || ' ' || CASE typeof(y)
        WHEN 'integer' THEN 'i' || y WHEN 'text' THEN 't' || lower(hex(y))
        ELSE 'b' || lower(hex(y)) END FROM a WHERE k IS NOT NULL
      ORDER BY k, y"
    echo 'loose 1'
    sed -n 2p digests
    query keys.db "SELECT 'i' || s || ' i' || c FROM b ORDER BY s, c"
    echo 'loose 0'
    sed -n 3p digests
    echo 'loose 2'
    sed -n 4p digests
    echo 'loose 0'
} >wanted
python3 read.py keys.snapshot >found 2>&1
check_files 'a program written from the description reads the same' wanted found
