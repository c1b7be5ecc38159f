#!/bin/sh
# P4: the verifier does not trust the writer.  One fault at a time is linked
# into the real program; each must be caught by the check that is there for
# it, rolled back, and leave the database byte for byte as it was.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

run load base.db students "$fixtures/school/students.csv" --key student_id
run load base.db courses "$fixtures/school/courses.csv" --key course_id
query base.db "CREATE TABLE marks (mark INTEGER CHECK (mark < 10));
  INSERT INTO marks VALUES (1); CREATE VIEW seen AS SELECT mark FROM marks"
rollproof=${ROLLPROOF_BUILD:-$root/build}/tests/fault/planted/rollproof
[ -x "$rollproof" ] || {
    not_ok 'the program with planted faults' "there is no $rollproof"
    exit 0
}

source=$fixtures/sources/plain.csv
how=

# plant FAULT [ARG...]: the import with a fault.
plant()
{
    rm -rf school.db bag
    cp base.db school.db
    before=$(hash_of school.db)
    verdict=bag/data/verdict.json
    ROLLPROOF_FAULT=$1
    export ROLLPROOF_FAULT
    shift
    run migrate school.db "$source" --evidence bag "$@"
    unset ROLLPROOF_FAULT
}

# caught FAULT CHECK [ARG...]: it must be refused, by this check.
caught()
{
    fault=$1
    by=$2
    shift 2
    plant "$fault" "$@"
    check_same "the fault $fault is caught by $by$how" \
        "3 fail not-proved $before" "$exit $(check_result "$verdict" "$by") \
$(json "$verdict" '$.verdict') $(hash_of school.db)"
}

plant none
check_same 'without a fault the same program proves the import' \
    '0 proved 9' "$exit $(json "$verdict" '$.verdict') $(query school.db \
    'SELECT count(*) FROM student_courses')"

caught wrong-student links-as-planned
caught wrong-course links-as-planned
caught student-not-there links-as-planned
caught student-not-there links-reference-rows
caught students-swapped links-as-planned
caught known-as-unknown links-as-planned --accept unknown-student=all
caught verifier-other-key links-as-planned

caught record-dropped source-read-twice-same
caught record-dropped records-balanced
caught bytes-miscounted source-bytes-balanced
caught record-blanked source-read-twice-same
caught span-moved source-read-twice-same
caught fields-swapped source-read-twice-same \
    --accept unknown-student=all
caught key-cut source-read-twice-same
caught key-cut links-as-planned
caught second-drops source-read-twice-same
caught second-changes source-read-twice-same
caught second-changes links-as-planned

caught link-skipped links-as-planned
caught link-skipped enrollments-balanced
caught link-added links-as-planned
caught link-for-another links-as-planned
caught link-without-student links-reference-rows
caught nothing-filled links-as-planned

caught index-added schema-as-declared
caught view-dropped schema-as-declared
caught table-added schema-as-declared
caught student-renamed students-preserved
caught course-deleted courses-preserved
caught bystander-changed bystanders-preserved
caught check-broken database-sound

source=$fixtures/sources/unknown.csv
caught unknown-as-known links-as-planned --accept unknown-student=all \
    --accept unknown-course=all
source=$fixtures/sources/plain.csv

plant commit-rolls-back
check_same 'a commit that does not stay is exit 4 and told in the evidence' \
    "4 fail $before" "$exit $(check_result "$verdict" \
    committed-state-reread) $(hash_of school.db)"

# The same where the keys do not fit into memory, and both sides sort them.
for table in students courses; do
    key=${table%s}_id
    query base.db "WITH RECURSIVE n(i) AS (VALUES (10000) UNION ALL
        SELECT i + 1 FROM n WHERE i < 90000)
      INSERT INTO $table (id, $key) SELECT i, 'more' || i FROM n"
done
how=', with sorted keys'
plant none --memory 8M
check_same 'with sorted keys and without a fault the import is proved' \
    '0 proved 9' "$exit $(json "$verdict" '$.verdict') $(query school.db \
    'SELECT count(*) FROM student_courses')"
for fault in wrong-student wrong-course students-swapped verifier-other-key \
    student-not-there key-cut second-changes link-skipped link-added; do
    caught $fault links-as-planned --memory 8M
done
caught student-not-there links-reference-rows --memory 8M
caught known-as-unknown links-as-planned --accept unknown-student=all \
    --memory 8M

# A run that removes: the base has the delivery before, and it is planned by
# the program without a fault.
how=
{ sed '$d' "$fixtures/sources/plain.csv"; echo 1002,HIS1; } >earlier.csv
run migrate base.db earlier.csv
source=$fixtures/sources/plain.csv
sync="--sync --previous earlier.csv --max-removed 100%"
rm -rf school.db.evidence
cp -r base.db.evidence school.db.evidence
plant none $sync
check_same 'without a fault the removal is proved' \
    '0 proved 1' "$exit $(json "$verdict" '$.verdict') $(json "$verdict" \
    '$.sync.removed')"
caught removal-added removals-as-planned $sync
caught removal-forgotten removals-as-planned $sync
caught claim-miscounted removals-as-planned $sync
caught removal-skipped links-as-planned $sync
caught removal-of-another links-as-planned $sync
caught link-skipped enrollments-balanced $sync
caught second-drops source-read-twice-same $sync
