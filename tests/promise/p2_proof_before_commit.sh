#!/bin/sh
# P2: after a run that is refused or fails, the database is byte for byte what
# it was, and nothing is left beside it.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

run load school.db students "$fixtures/school/students.csv" --key student_id
run load school.db courses "$fixtures/school/courses.csv" --key course_id
query school.db "CREATE TABLE spare (id INTEGER PRIMARY KEY, v)"
cp school.db empty.db
run migrate school.db "$fixtures/sources/first_half.csv" --evidence half
cp school.db half.db
before=$(hash_of school.db)
empty=$(hash_of empty.db)

# untouched NAME EXIT DB ARG...: a migrate that must leave DB as it is, with
# no journal and no half-written evidence.
untouched()
{
    name=$1
    wanted=$2
    db=$3
    shift 3
    hash=$(hash_of "$db")
    rm -rf bag
    run migrate "$db" --evidence bag "$@"
    check_same "$name" "$wanted $hash" "$exit $(hash_of "$db")$(ls -d \
        "$db"-journal "$db"-wal "$db"-shm ./*.partial 2>/dev/null)"
}

for source in bare_cr bom_inside duplicate_conflict empty_key field_count \
    invalid_encoding nul_early nul_late repeated_header stray_quote \
    swallowed_quote unclosed_quote unknown utf16 header_only; do
    untouched "a refused source changes nothing: $source" 3 school.db \
        "$fixtures/sources/$source.csv"
done
untouched 'a refusal takes the new table back' 3 empty.db \
    "$fixtures/sources/unknown.csv"
check_same 'there is no student_courses after a refusal' 0 "$(query empty.db \
    "SELECT count(*) FROM sqlite_schema WHERE name = 'student_courses'")"

untouched 'a good source after a bad one changes nothing' 3 school.db \
    "$fixtures/sources/unknown.csv" "$fixtures/sources/plain.csv"
untouched 'a dry run changes nothing' 0 school.db \
    "$fixtures/sources/plain.csv" --dry-run
untouched 'a dry run creates nothing' 0 empty.db \
    "$fixtures/sources/plain.csv" -n
untouched 'a dry run of a refused source exits as the real one' 3 school.db \
    "$fixtures/sources/unknown.csv" -n

untouched 'a source that is missing changes nothing' 2 school.db \
    nowhere.csv
untouched 'an empty source changes nothing' 2 school.db \
    "$fixtures/sources/empty.csv"
untouched 'a column that is missing changes nothing' 2 school.db \
    "$fixtures/sources/plain.csv" --student nobody
untouched 'a folder that cannot be a source changes nothing' 2 school.db .

mkdir taken
: >there.file
for evidence in taken there.file/bag; do
    run migrate school.db "$fixtures/sources/plain.csv" --evidence "$evidence"
    check_same "evidence that cannot be written changes nothing: $evidence" \
        "2 $before" "$exit $(hash_of school.db)"
done

# A trigger that fails in the middle of the fill.
cp half.db raise.db
query raise.db "CREATE TRIGGER stop AFTER INSERT ON student_courses
  WHEN NEW.student_id = 4 BEGIN SELECT RAISE(ABORT, 'not this one'); END"
hash=$(hash_of raise.db)
run migrate raise.db "$fixtures/sources/plain.csv" --accept trigger=1
case $exit in
2 | 3) ended=stopped ;;
*) ended="exit $exit" ;;
esac
check_same 'a trigger that raises in the fill changes nothing' \
    "stopped $hash" "$ended $(hash_of raise.db)"
cp half.db rollback.db
query rollback.db "CREATE TRIGGER stop AFTER INSERT ON student_courses
  WHEN NEW.student_id = 4 BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END"
hash=$(hash_of rollback.db)
run migrate rollback.db "$fixtures/sources/plain.csv" --accept trigger=1
case $exit in
2 | 3) ended=stopped ;;
*) ended="exit $exit" ;;
esac
check_same 'a trigger that rolls back behind our back changes nothing' \
    "stopped $hash" "$ended $(hash_of rollback.db)"

# The other commands that write.
for table in students courses; do
    run load school.db "$table" "$fixtures/sources/unknown.csv" \
        --key "${table%s}_id" --columns student_id,course_id
    check_same "a load that is refused changes nothing: $table" \
        "$before" "$(hash_of school.db)"
done
run enroll school.db student_id=7 course_id=MAT1 course_id=NONE
check_same 'one unknown course and nobody is enrolled' "2 $before" \
    "$exit $(hash_of school.db)"
run withdraw school.db student_id=007 course_id=BIO1 course_id=NONE
check_same 'one unknown course and nobody is withdrawn' "2 $before" \
    "$exit $(hash_of school.db)"
: >there.csv
run downgrade school.db --export there.csv
check_same 'a downgrade whose export is there already drops nothing' \
    "2 $before" "$exit $(hash_of school.db)"

# SQLite does not journal what a free page held: with free pages it is the
# content that is as before, and the bytes of every page in use.
cp half.db free.db
query free.db 'CREATE TABLE gone (v); INSERT INTO gone VALUES (zeroblob(9999));
  DROP TABLE gone; DROP TABLE student_courses'
query free.db .dump >free.before
run migrate free.db "$fixtures/sources/unknown.csv" --evidence free
query free.db .dump >free.after
check_files 'with free pages a refusal leaves the content' free.before \
    free.after
check_same 'with free pages a refusal leaves a sound database' '3 ok 0' \
    "$exit $(query free.db 'PRAGMA integrity_check') $(query free.db \
    "SELECT count(*) FROM sqlite_schema WHERE name = 'student_courses'")"

# In WAL mode the content is what counts.
cp half.db wal.db
query wal.db 'PRAGMA journal_mode = WAL' >/dev/null
query wal.db .dump >wal.before
run migrate wal.db "$fixtures/sources/unknown.csv" --evidence wal
query wal.db .dump >wal.after
check_files 'in WAL mode a refusal leaves the content' wal.before wal.after
check_same 'in WAL mode a refusal is exit 3' 3 "$exit"
check_same 'nothing above touched the school' "$empty $before" \
    "$(hash_of empty.db) $(hash_of school.db)"
