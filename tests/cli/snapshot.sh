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
