#!/bin/sh
# --into NEW.db: the original is only read.  --course-index, --threads and
# --progress.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

accept=unknown-student=1,unknown-course=1,field-count=1,invalid-encoding=1
accept=$accept,duplicate-conflict=1

run load school.db students "$fixtures/school/students.csv" --key student_id
run load school.db courses "$fixtures/school/courses.csv" --key course_id
cp "$fixtures/demo/enrollments.csv" "$fixtures/demo/late.csv" .
before=$(hash_of school.db)

migrate()
{
    school=$1
    shift
    run migrate "$school" enrollments.csv late.csv \
        --leave-out term,grade,note "$@"
}

migrate school.db --into new.db --accept "$accept"
check_same 'a copy is migrated' 0 "$exit"
check_same 'the original is not written' "$before" "$(hash_of school.db)"
check_same 'nothing stands beside the original' 'school.db' \
    "$(ls -d school.db* | tr '\n' ' ' | sed 's/ $//')"
check_same 'no partial is left' 'new.db new.db.evidence' \
    "$(ls -d new.db* | tr '\n' ' ' | sed 's/ $//')"
check_same 'the copy is for its owner only' 600 "$(stat -c %a new.db)"
run verify new.db --against new.db.evidence/*
check_same 'the copy matches its evidence' 0 "$exit"

cp school.db inplace.db
migrate inplace.db --accept "$accept"
check_same 'a copy holds what a run in place holds' \
    "$(query inplace.db 'SELECT * FROM student_courses')" \
    "$(query new.db 'SELECT * FROM student_courses')"
for file in verdict.json report.txt report.html README.txt; do
    sed 's/inplace\.db/new.db/g' inplace.db.evidence/*/data/$file >wanted
    check_files "the evidence differs in names only: $file" wanted \
        new.db.evidence/*/data/$file
done
for file in findings.csv tables.csv sample.csv schema.after.sql; do
    check_files "the evidence differs in names only: $file" \
        inplace.db.evidence/*/data/$file new.db.evidence/*/data/$file
done

there=$(hash_of new.db)
migrate school.db --into new.db --accept "$accept"
check_same 'a database that is there is never replaced' 2 "$exit"
check_same 'a database that is there is never written' "$there" \
    "$(hash_of new.db)"
check_same 'the refusal says why' \
    'rollproof: new.db: is there already; --into makes a new database and never replaces one' \
    "$(cat err)"

migrate school.db --into refused.db
check_same 'a refused copy is exit 3' 3 "$exit"
check_same 'a refused copy leaves only evidence' 'refused.db.evidence' \
    "$(ls -d refused.db*)"

: >half.db.partial
migrate school.db --into half.db --accept "$accept"
check_same 'a partial of another run is not taken' 2 "$exit"
check_same 'a partial of another run is left alone' 0 \
    "$(stat -c %s half.db.partial)"

query school.db 'PRAGMA journal_mode = WAL' >/dev/null
query school.db "UPDATE students SET name = name || '!' WHERE id = 1"
migrate school.db --into wal.db --accept "$accept"
check_same 'a WAL database is copied with what its WAL holds' \
    "$(query school.db 'SELECT name FROM students WHERE id = 1')" \
    "$(query wal.db 'SELECT name FROM students WHERE id = 1')"
check_same 'the copy of a WAL database is one file' 'wal.db wal.db.evidence' \
    "$(ls -d wal.db* | tr '\n' ' ' | sed 's/ $//')"

cp inplace.db index.db
query index.db 'DROP TABLE student_courses'
migrate index.db --course-index --accept "$accept"
check_same 'an index on course_id is made' 0 "$exit"
check_same 'the index is as declared' pass \
    "$(check_result index.db.evidence/*/data/verdict.json schema-as-declared)"
check_same 'the schema holds the index' \
    'CREATE INDEX student_courses_course_id ON student_courses (course_id)' \
    "$(query index.db "SELECT sql FROM sqlite_schema WHERE type = 'index'
       AND sql IS NOT NULL")"
check_same 'the index changes no link' \
    "$(query inplace.db 'SELECT * FROM student_courses ORDER BY 1, 2')" \
    "$(query index.db 'SELECT * FROM student_courses ORDER BY 1, 2')"
migrate index.db --course-index --accept "$accept"
check_same 'an index that is there is not made again' 0 "$exit"

migrate inplace.db --threads 3
check_same 'three threads are no option' \
    'rollproof: --threads: give 1 or 2' "$(cat err)"
migrate inplace.db --progress sometimes
check_same 'progress knows three words' \
    'rollproof: --progress: give auto, always or never' "$(cat err)"
migrate inplace.db --accept "$accept"
check_same 'progress is silent when nobody watches' 0 \
    "$(grep -c reading err)"
migrate inplace.db --accept "$accept" --progress always
check_same 'progress shows the stages' 'reading filling proving ' \
    "$(tr '\r' '\n' <err | sed -n 's/^.\[K  \([a-z]*\).*/\1/p' | uniq | tr '\n' ' ')"
check_same 'progress leaves a clean line' 1 \
    "$(grep -c "$(printf '\r\033\\[K')rollproof: the database was locked" err)"
