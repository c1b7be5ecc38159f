#!/bin/sh
# P8: cell values stand only in findings.csv, rejects/ and collapsed.csv; the
# rest of the evidence, and the printed report, may be shown to anybody.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

# Every cell of every file holds the word CANARY and its own name.
cat >students.csv <<'END'
student_id,name,email
CANARY-S1,CANARY-N1,CANARY-E1
CANARY-S2,CANARY-N2,CANARY-E2
CANARY-S3,"CANARY-N3
CANARY-N3b",CANARY-E3
END
cat >courses.csv <<'END'
course_id,title
CANARY-C1,CANARY-T1
CANARY-C2,CANARY-T2
END
{
    printf 'student_id,course_id,grade,note\n'
    printf 'CANARY-S1,CANARY-C1,CANARY-G1,CANARY-M1\n'
    printf 'CANARY-S2,CANARY-C2,CANARY-G2,CANARY-M2\n'
    printf 'CANARY-S1,CANARY-C1,CANARY-G3,CANARY-M3\n'
    printf 'CANARY-S1,CANARY-C1,CANARY-G1,CANARY-M1\n'
    printf ' CANARY-S3 ,CANARY-C1,CANARY-G4,"CANARY-M4\nCANARY-M4b"\n'
    printf 'CANARY-S9,CANARY-C1,CANARY-G5,CANARY-M5\n'
    printf 'CANARY-S1,CANARY-C9,CANARY-G6,CANARY-M6\n'
    printf 'CANARY-S1,CANARY-C2\n'
    printf 'CANARY-S1,CANARY-C2,CANARY-G7,CANARY-\353\n'
    printf ',CANARY-C2,CANARY-G8,CANARY-M8\n'
    printf 'CANARY-S2,CANARY-C1,CANARY-G9,CANARY-M9\n'
    printf 'CANARY-S2,CANARY-C1,"CANARY-G9"x,CANARY-M9\n'
    printf 'CANARY-S3,CANARY-C2,CANARY-G9,CANARY-M9\n'
} >enrollments.csv

# leaks FOLDER: the files that hold a canary and may not.
leaks()
{
    (cd "$1" && grep -rl CANARY . | grep -vxE \
        './data/(findings|collapsed)\.csv|./data/rejects/[0-9]+\.csv' | xargs)
}

# held FOLDER: the files that must hold one, or the test proves nothing.
held() { (cd "$1/data" && grep -rl CANARY . | sort | xargs); }

run load base.db students students.csv --key student_id --evidence students
check_same 'a load leaks no cell' '' "$(leaks students)"
cat out err >said
run load base.db courses courses.csv --key course_id --evidence courses
cat out err >>said
check_same 'loads print no cell' '' "$(grep CANARY said)"

cp base.db refused.db
run migrate refused.db enrollments.csv --evidence refused
check_same 'a refused run leaks no cell' '3 ' "$exit $(leaks refused)"
check_same 'the canaries were where they may be' \
    './collapsed.csv ./findings.csv ./rejects/1.csv' "$(held refused)"
check_same 'the printed report holds no cell' '' "$(grep CANARY out)"

codes=$(grep -o -e '--accept .*' out)
cp base.db accepted.db
run migrate accepted.db enrollments.csv --evidence accepted $codes
check_same 'an accepted run leaks no cell' '0 ' "$exit $(leaks accepted)"
check_same 'the canaries were where they may be when accepted' \
    './collapsed.csv ./findings.csv ./rejects/1.csv' "$(held accepted)"

run migrate accepted.db enrollments.csv --evidence again $codes
check_same 'a repeated run leaks no cell' '0 ' "$exit $(leaks again)"

# Rows that a trigger damages are named in findings.csv, by their key only.
cp accepted.db planted.db
query planted.db "DELETE FROM student_courses;
  CREATE TRIGGER planted AFTER INSERT ON student_courses BEGIN
  UPDATE students SET name = name || '!' WHERE id = 1;
  DELETE FROM students WHERE id = 3; END"
run migrate planted.db enrollments.csv --evidence planted $codes \
    --accept trigger=1
check_same 'a run that damages rows leaks no cell' '3 ' \
    "$exit $(leaks planted)"
check_same 'names and grades of damaged rows stand nowhere' '' \
    "$(grep -E 'CANARY-[GMN]' planted/data/findings.csv)"

run report accepted
cat out err >said
run report accepted --format json
cat out err >>said
run report accepted --format html
cat out err >>said
run check-evidence accepted
cat out err >>said
run status accepted.db
cat out err >>said
run verify accepted.db --against accepted
cat out err >>said
check_same 'report, check-evidence, status and verify print no cell' '' \
    "$(grep CANARY said)"
