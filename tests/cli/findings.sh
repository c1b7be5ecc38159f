#!/bin/sh
# Every finding: how often it is found, that it stops the commit until it is
# accepted, and that a limit is exact.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id
cp base.db school.db

# attempt EVIDENCE ARG...: a run on a copy of school.db.
attempt()
{
    rm -rf "$1" run.db run.db.evidence
    cp school.db run.db
    before=$(hash_of run.db)
    bag=$1
    shift
    run migrate run.db "$@" --evidence "$bag"
}

# blocking CODE COUNT ARG...: refused, with exactly COUNT; accepted at COUNT
# and not at one less.  $others are further findings, accepted throughout.
others=
blocking()
{
    code=$1
    count=$2
    shift 2
    attempt refused "$@" $others
    compare_output "$code"
    check_same "$code is found $count times, refused, nothing changed" \
        "3 $count $before" "$exit $(count_of refused/data/verdict.json \
            "$code") $(hash_of run.db)"
    attempt accepted "$@" $others --accept "$code=$count"
    check_same "$code is accepted at $count" '0 proved-with-exceptions' \
        "$exit $(json accepted/data/verdict.json '$.verdict')"
    verify_agrees "$@"
    attempt less "$@" $others --accept "$code=$((count - 1))"
    check_same "$code is refused at $((count - 1))" "3 $before" \
        "$exit $(hash_of run.db)"
    attempt all "$@" $others --accept "$code=all"
    check_same "$code is accepted with all" 0 "$exit"
    others=
}

# verify_agrees ARG...: the verifier's own parser and its own way to the keys
# find as many of the same code, and every enrollment that was used.
verify_agrees()
{
    run verify run.db --source "$@" $others --accept "$code=$count"
    check_same "verify agrees about $code" '0 1' \
        "$exit $(grep -c ' enrollments-linked: 0 missing$' out)"
    less=1
    case $code in
    suspicious-multiline | after-resync | duplicate-conflict | \
        column-not-carried | trigger | unknown-schema-function) less=0 ;;
    esac
    run verify run.db --source "$@" $others --accept "$code=$((count - 1))"
    check_same "verify counts $code exactly, where it has a part in links" \
        $less "$exit"
}

# note CODE COUNT ARG...: found, told, and stops nothing.
note()
{
    code=$1
    count=$2
    shift 2
    attempt noted "$@"
    compare_output "$code"
    check_same "$code is noted $count times and stops nothing" \
        "0 $count" "$exit $(count_of noted/data/verdict.json "$code")"
}

# Whole sources.
blocking not-csv 1 utf16.csv
attempt early nul_early.csv
check_same 'a NUL in the first 4 KiB is not-csv' '3 1' \
    "$exit $(count_of early/data/verdict.json not-csv)"
blocking nothing-used 1 header_only.csv
others='--accept unknown-student=all'
blocking where-value-unseen 2 statuses.csv --where status=active,Active,actve

# Records.
others='--accept after-resync=2 --leave-out name'
blocking stray-quote 1 stray_quote.csv
others='--leave-out name'
blocking unclosed-quote 1 unclosed_quote.csv
others='--accept after-resync=1'
blocking bare-cr 1 bare_cr.csv
{
    printf 'student_id,course_id,note\n007,BIO1,'
    head -c 1048577 /dev/zero | tr '\0' x
    printf '\n7,CHE1,short\n'
} >field_too_large.csv
others='--accept after-resync=1 --leave-out note'
blocking field-too-large 1 field_too_large.csv
others='--leave-out note'
blocking nul-byte 1 nul_late.csv
others='--leave-out name'
blocking invalid-encoding 2 invalid_encoding.csv
blocking bom-inside 1 bom_inside.csv
blocking repeated-header 1 repeated_header.csv
blocking field-count 3 field_count.csv

# Enrollments.
blocking empty-key 4 empty_key.csv
others='--accept unknown-student=1,unknown-course=all'
blocking ambiguous-course 1 credits.csv --course credits=credits
query school.db "ALTER TABLE students ADD COLUMN surname TEXT;
  UPDATE students SET surname = CASE WHEN id < 3 THEN 'Lee' ELSE 'Kim' || id
    END; UPDATE students SET surname = 'Kim' WHERE id = 3"
blocking ambiguous-student 2 surnames.csv --student surname=surname
cp base.db school.db
others='--accept unknown-course=1'
blocking unknown-student 3 unknown.csv
others='--accept unknown-student=3'
blocking unknown-course 1 unknown.csv
query school.db 'CREATE TABLE numbered (id INTEGER PRIMARY KEY,
    student INTEGER UNIQUE, name TEXT);
  INSERT INTO numbered SELECT id, id + 7, name FROM students;
  DROP TABLE students; ALTER TABLE numbered RENAME TO students;
  VACUUM'
set -- integers.csv --student student --course course=id
others='--accept unknown-student=all,unknown-course=all'
blocking not-an-integer 5 "$@"
attempt zeros "$@" --accept not-an-integer=5 \
    --accept unknown-student=all,unknown-course=all
check_same 'leading-zeros is noted' 1 \
    "$(count_of zeros/data/verdict.json leading-zeros)"
cp base.db school.db

# Used, and told.
others='--leave-out grade'
blocking suspicious-multiline 1 swallowed_quote.csv
others='--accept stray-quote=1 --leave-out name'
blocking after-resync 2 stray_quote.csv
others='--leave-out grade'
blocking duplicate-conflict 2 duplicate_conflict.csv
blocking column-not-carried 3 columns_not_carried.csv
query school.db 'CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id));
  CREATE TRIGGER one AFTER INSERT ON student_courses BEGIN SELECT 1; END;
  CREATE TRIGGER two AFTER DELETE ON student_courses BEGIN SELECT 2; END'
blocking trigger 2 plain.csv
cp base.db school.db
query school.db 'CREATE TABLE hashed (a, b AS (sha3(a)));
  INSERT INTO hashed (a) VALUES (1)'
blocking unknown-schema-function 1 plain.csv
cp base.db school.db

# Notes.
note filtered 3 statuses.csv --where status=active
note blank-record 1 blank_record.csv
note duplicate-exact 2 duplicate_exact.csv --leave-out grade
note key-trimmed 2 key_trimmed.csv
note no-final-newline 1 no_final_newline.csv
note mixed-newlines 1 mixed_newlines.csv
attempt first plain.csv
cp run.db school.db
note already-present 9 plain.csv
cp base.db school.db

# Limits are about the whole run.
attempt both unknown.csv unknown.csv --accept unknown-student=5 \
    --accept unknown-course=all
check_same 'a limit counts over all sources' "3 6 $before" \
    "$exit $(count_of both/data/verdict.json unknown-student) $(hash_of \
    run.db)"
attempt percent unknown.csv --accept unknown-student=60%,unknown-course=20%
check_same 'a percentage that is reached exactly is accepted' 0 "$exit"
attempt percent unknown.csv --accept unknown-student=59.9%,unknown-course=20%
check_same 'a percentage that is passed by a little is refused' \
    "3 $before" "$exit $(hash_of run.db)"

# No code was forgotten: --help lists those that block.
"$rollproof" migrate --help | sed '1,/^CODE is one of/d' | xargs -n 1 |
    sort >codes
grep -oE '^blocking [a-z-]+' "$root/tests/cli/findings.sh" |
    cut -d' ' -f2 | sort -u >tested
check_files 'every code of --help is tested here' codes tested
