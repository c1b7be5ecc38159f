#!/bin/sh
# Nothing is put into evidence, whatever option names a place in it; and whoever
# takes a folder of runs, or evidence, for something else is told what it is.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures/sources/plain.csv" .
run load school.db students students.csv --key student_id
run load school.db courses courses.csv --key course_id
run migrate school.db plain.csv --evidence runs/1
run migrate school.db plain.csv --evidence runs/2
school=$(hash_of school.db)

# inside NAME PATH ARG...: PATH, the last word of ARG..., is refused.
inside()
{
    name=$1
    # shellcheck disable=SC2086 # several words
    run "$2" $3
    place=${3##* }
    option=${3% *}
    option=${option##* }
    case $option in --*) place="$option $place" ;; esac
    check_same "$name" \
        "2 rollproof: $place: is inside evidence, which nothing may be added to; name a place outside" \
        "$exit $(cat err)"
}
inside 'a shared copy in the original' share 'runs/1 runs/1/copy'
inside 'deep in it' share 'runs/1 runs/1/data/verify/copy/'
inside 'in other evidence' share 'runs/1 runs/2/data/copy'
inside 'a snapshot' snapshot 'school.db runs/1/data/snapshot'
inside 'evidence of migrate' migrate 'school.db plain.csv --evidence runs/1/x'
inside 'evidence of load' load \
    'school.db students students.csv --evidence runs/1/data/'
inside 'evidence of upgrade' upgrade 'school.db --evidence runs/1/data/x'
inside 'an export' downgrade 'school.db --export runs/1/data/verify/1.csv'
inside 'a map' migrate 'school.db plain.csv -n --write-map runs/1/map.ini'
inside 'a file for CI' migrate 'school.db plain.csv --junit runs/1/ci.xml'
(cd runs/1/data && "$rollproof" snapshot ../../../school.db now 2>"$dir/err")
check_same 'from a folder in it' \
    'rollproof: now: is inside evidence, which nothing may be added to; name a place outside' \
    "$(cat err)"
run check-evidence runs
check_same 'nothing was' "0 complete and unaltered: 2 runs $school" \
    "$exit $(sed 's/, [0-9]* files//;1q' out) $(hash_of school.db)"

expect_output 'the report of a folder of runs' report runs
expect_output 'a shared copy of a folder of runs' share runs copy
expect_output 'a folder of runs to verify against' verify school.db \
    --against runs
expect_output 'evidence to compare with' diff school.db runs/1
expect_output 'evidence to compare' diff runs/1 school.db
mkdir empty
expect_output 'the report of an empty folder' report empty

# Of many problems the first is told, and how many more there are.
echo x >runs/1/data/a.csv
echo x >runs/1/data/b.csv
rm runs/1/data/report.txt
expect_output 'the report of an altered folder' report runs/1
expect_output 'a shared copy of an altered folder' share runs/1 copy
