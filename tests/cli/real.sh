#!/bin/sh
# Enrollments that nobody of this project wrote, with answers from elsewhere.
# The data is not part of the project; where it is missing, this is skipped.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

data=$root/../shared/data
if [ ! -f "$data/answers.json" ]; then
    skip 'real data' "there is no $data"
    exit 0
fi

# answer PATH: from the answer key.
answer() { json "$data/answers.json" "\$.$1"; }

# migrated NAME DB EVIDENCE ARG...: a run that must end in 0.
migrated()
{
    proved=$1
    db=$2
    verdict=$3/data/verdict.json
    shift 2
    run migrate "$db" --evidence "$@"
    check_same "$proved" 0 "$exit"
}

# loaded DB TABLE FILE ARG...: load rows; a failure ends the script.
loaded()
{
    run load "$@"
    [ "$exit" -eq 0 ] || not_ok "load $*" "exit $exit: $(cat err)"
}

# column FILE N NAME: the distinct values of a column as a source.
column()
{
    echo "$3"
    tail -n +2 "$1" | cut -d, -f"$2" | sort -u
}

husni()
{
    set -- "$data/husni-timetabling"
    loaded husni.db students "$1/students.csv" --key student_id
    loaded husni.db courses "$1/courses.csv" --key course_id
    migrated 'husni is proved' husni.db husni1 "$1/enrollment.csv"
    check_same 'husni: 6,220 enrollments are inserted' \
        '6220 = 6220 0 0 0 0' "$(enrollments "$verdict")"
    check_same 'husni: the pairs are those of the answer key' \
        "$(answer husni-timetabling.pairs_sha256)" \
        "$(pairs husni.db s.student_id c.course_id)"
    digest=$(digest_of "$verdict" student_courses)
    migrated 'husni is proved a second time' husni.db husni2 \
        "$1/enrollment.csv"
    check_same 'husni: nothing is inserted a second time' \
        '6220 = 0 6220 0 0 0' "$(enrollments "$verdict")"
    check_same 'husni: the digest is the same a second time' \
        "$digest" "$(digest_of "$verdict" student_courses)"
    check_same 'husni: the second import changes no row' \
        "$(pairs husni.db s.student_id c.course_id)" \
        "$(answer husni-timetabling.pairs_sha256)"
    run verify husni.db --against husni1
    check_same 'husni: the school matches the evidence' 0 "$exit"
}

oulad_students()
{
    set -- "$data/oulad/studentInfo.csv" --key id_student --columns \
        id_student,gender,region,highest_education,imd_band,age_band,disability
    run load oulad.db students "$@" --evidence oulad_refused
    verdict=oulad_refused/data/verdict.json
    check_same 'oulad: students that contradict each other are refused' \
        3 "$exit"
    check_same 'oulad: each of 32,593 student records has its place' \
        '32593 = 28785 0 3735 73 0' "$(enrollments "$verdict")"
    check_same 'oulad: a refused load leaves no database' absent \
        "$(hash_of oulad.db)"
    run load oulad.db students "$@" --accept duplicate-conflict=72
    check_same 'oulad: one less than there are is refused' '3 absent' \
        "$exit $(hash_of oulad.db)"
    run load oulad.db students "$@" --accept duplicate-conflict=73
    check_same 'oulad: exactly as many as there are is accepted' \
        '0 28785' "$exit $(query oulad.db 'SELECT count(*) FROM students')"
}

oulad()
{
    oulad_students
    loaded oulad.db courses "$data/oulad/courses.csv" \
        --key code_module+code_presentation
    set -- --student id_student --course code_module+code_presentation \
        --leave-out date_registration,date_unregistration
    cp oulad.db lossy.db
    migrated 'oulad is proved' oulad.db oulad1 \
        "$data/oulad/studentRegistration.csv" "$@"
    check_same 'oulad: 32,593 links' '32593 = 32593 0 0 0 0' \
        "$(enrollments "$verdict")"
    check_same 'oulad: the pairs are those of the answer key' \
        "$(answer oulad.pairs_sha256)" \
        "$(pairs oulad.db s.id_student \
            "c.code_module || '|' || c.code_presentation")"
    awk 'NR == 1 || NR % 4' "$data/oulad/studentRegistration.csv" >most.csv
    migrated 'oulad without a quarter of its records is proved' oulad.db \
        oulad2 most.csv "$@"
    check_same 'oulad: records that are missing take nothing away' \
        '24445 = 0 24445 0 0 0' "$(enrollments "$verdict")"
    check 'oulad: that nothing was inserted is said' \
        grep -q 'nothing to insert' out
    check_same 'oulad: the digest of the links is the same' \
        "$(digest_of oulad1/data/verdict.json student_courses)" \
        "$(digest_of "$verdict" student_courses)"
    oulad_lossy "$@"
}

# The pairs that diff names, as "student|course".
named()
{
    run diff "$1" lossy.db --limit all
    sed -nE 's/^    missing   student_id ([0-9]+), course_id ([0-9]+)$/\1|\2/p' \
        out
}

# An export that keeps one registration of each student looks whole: every
# student is in it, and so is every course.
oulad_lossy()
{
    awk -F, '!seen[$3]++' "$data/oulad/studentRegistration.csv" >one.csv
    migrated 'oulad with one registration per student is proved' lossy.db \
        oulad3 one.csv "$@"
    check_same 'oulad: 3,808 registrations are lost' \
        '28785 = 28785 0 0 0 0' "$(enrollments "$verdict")"
    query oulad.db "ATTACH 'lossy.db' AS lossy;
      SELECT student_id, course_id FROM main.student_courses EXCEPT
      SELECT student_id, course_id FROM lossy.student_courses
      ORDER BY 1, 2" >lost
    named oulad.db >found
    check_same 'oulad: diff finds the loss and nothing else' \
        '1   DIFFERENT: 3808 missing, 0 added, 0 changed, 0 in the schema' \
        "$exit $(tail -n 1 out)"
    check_files 'oulad: diff names exactly the lost pairs' lost found
    check_same 'oulad: these are 3,808' 3808 "$(wc -l <found)"
    oulad_synced "$@"
    run snapshot oulad.db oulad.snapshot -q
    named oulad.snapshot >found
    check_files 'oulad: so it does from a snapshot' lost found
    query links.db "CREATE TABLE student_courses (student_id INTEGER NOT NULL,
        course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id))
        WITHOUT ROWID; ATTACH 'oulad.db' AS oulad; INSERT INTO student_courses
        SELECT student_id, course_id FROM oulad.student_courses"
    run snapshot links.db links.snapshot -q
    check 'oulad: a snapshot takes at most 24 bytes a link' \
        [ "$(wc -c <links.snapshot)" -le $((24 * 32593)) ]
}

# The same export as the next delivery: it would remove what it lost.
oulad_synced()
{
    cp oulad.db synced.db
    mkdir synced.db.evidence
    cp -r oulad1 synced.db.evidence/first
    set -- migrate synced.db one.csv "$@" --sync \
        --previous "$data/oulad/studentRegistration.csv"
    run "$@" --evidence synced1
    check_same 'oulad: a lossy delivery removes nothing by itself' '3 3808' \
        "$exit $(json synced1/data/verdict.json '$.sync.removed')"
    run diff oulad.db synced.db
    check_same 'oulad: and the school is what it was' 0 "$exit"
    sed '1d; s/,[^,]*,[^,]*$//; y/,/|/' synced1/data/removed.csv >found
    check_files 'oulad: its plan names exactly the lost pairs' lost found
    run "$@" --evidence synced2 --max-removed 3807
    check_same 'oulad: one less than there are is too few' 3 "$exit"
    run "$@" --evidence synced3 --max-removed 3808
    check_same 'oulad: as many as there are are removed, and no other' \
        "0 $(digest_of oulad3/data/verdict.json student_courses)" \
        "$exit $(digest_of synced3/data/verdict.json student_courses)"
}

# A re-export that keeps one registration per student, imported elsewhere: the
# original names exactly the pairs that are missing there, by the word of
# somebody else; and the lossy one does not know exactly these in the school
# that has all of them.
oulad_elsewhere()
{
    awk -F, 'NR == 1 || !seen[$3]++' "$data/oulad/studentRegistration.csv" \
        >lossy.csv
    query oulad.db "VACUUM INTO 'elsewhere.db'"
    query elsewhere.db 'DELETE FROM student_courses'
    set -- --student id_student --course code_module+code_presentation \
        --leave-out date_registration,date_unregistration
    migrated 'oulad with one registration per student is proved elsewhere' elsewhere.db \
        oulad4 lossy.csv "$@"
    query oulad.db "ATTACH 'elsewhere.db' AS elsewhere;
      SELECT 'student_id ' || student_id || ', course_id ' || course_id
      FROM (SELECT student_id, course_id FROM main.student_courses EXCEPT
        SELECT student_id, course_id FROM elsewhere.student_courses)
      ORDER BY student_id, course_id" >lost
    check_same 'oulad: a lossy re-export loses 3,808 pairs' 3808 \
        "$(wc -l <lost)"
    for memory in 256M 8M; do
        run verify elsewhere.db "$@" --limit all --memory "$memory" \
            --source "$data/oulad/studentRegistration.csv"
        check_same "oulad: losses are exit 1, $memory" 1 "$exit"
        sed -n 's/^  missing   \(student_id [0-9]*, course_id [0-9]*\) .*/\1/p' \
            out >told
        check_files "oulad: verify names exactly what is missing, $memory" \
            lost told
    done
    run verify oulad.db "$@" --limit all --source lossy.csv
    sed -n 's/^  added     \(student_id [0-9]*, course_id [0-9]*\) .*/\1/p' \
        out >told
    check_files 'oulad: verify names exactly what the lossy one has not' \
        lost told
    run verify oulad.db "$@" --source lossy.csv \
        --allow added:student_courses=3808
    check_same 'oulad: exactly as many more links may be allowed' 0 "$exit"
    run verify oulad.db "$@" --source lossy.csv \
        --allow added:student_courses=3807
    check_same 'oulad: one less is refused' 1 "$exit"
}

csu()
{
    source=$data/csu-testdrive/enrollment.csv
    carried='--leave-out ActionDate,LastUpdated,CreditHours,ProgramCode'
    query csu.db 'CREATE TABLE students (id INTEGER PRIMARY KEY,
      UserID TEXT NOT NULL UNIQUE)'
    column "$source" 1 UserID >users.csv
    column "$source" 2 CourseID >subjects.csv
    loaded csu.db students users.csv
    loaded csu.db courses subjects.csv --key CourseID
    sed '1s/UserID/student_id/' "$source" >renamed.csv
    run migrate csu.db renamed.csv --course CourseID $carried
    check_same 'csu: a column that the parent has not is exit 2' 2 "$exit"
    check 'csu: both spellings are printed' grep -q \
        -e '--student student_id=UserID.*--student student_id=id' err
    migrated 'csu with --where is proved' csu.db csu1 "$source" \
        --student UserID --course CourseID --where EnrollmentCode=E $carried
    check_same 'csu: 28,060 of 35,105 records are used' \
        '35105 = 28060 0 7045 0' "$(records "$verdict")"
    check_same 'csu: the rest is counted per value' \
        'D 1789 W 5256 ' "$(grep ',filtered,' csu1/data/findings.csv |
            sed 's/.*filtered: \([0-9]*\) .*EnrollmentCode,\(.\),.*/\2 \1/' |
            tr '\n' ' ')"
    check_same 'csu: the pairs are those of the answer key' \
        "$(answer csu-testdrive.active_pairs_E_sha256)" \
        "$(pairs csu.db s.UserID c.CourseID)"
}

polito()
{
    polito=$data/polito-etp
    for number in 1 2 3 4 5 6 7; do
        instance=instance0$number
        for newline in lf crlf; do
            db=polito_$number$newline.db
            sed 's/\r$//' "$polito/$newline/$instance.exm" |
                awk 'BEGIN { print "course" } NF { print $1 }' >exams.csv
            sed 's/ .*//' "$polito/$newline/$instance.stu" | sort -u |
                sed '1i student' >people.csv
            loaded "$db" students people.csv --key student
            loaded "$db" courses exams.csv --key course
            migrated "polito $instance in $newline is proved" "$db" \
                "polito_$number$newline" "$polito/$newline/$instance.stu" \
                --delimiter space --header student,course \
                --student student --course course
            check_same "polito $instance in $newline has the right pairs" \
                "$(answer \
                    "polito-etp.instances.$instance.$newline.pairs_sha256")" \
                "$(pairs "$db" s.student c.course)"
        done
        check_same "polito $instance gives one digest in LF and CRLF" \
            "$(digest_of "polito_${number}lf/data/verdict.json" \
                student_courses)" \
            "$(digest_of "polito_${number}crlf/data/verdict.json" \
                student_courses)"
    done
}

nasty()
{
    nasty=$data/nasty
    loaded nasty.db students "$nasty/students.csv" --key student_id
    loaded nasty.db courses "$nasty/courses.csv" --key course_id
    before=$(hash_of nasty.db)
    run migrate nasty.db "$nasty/enrollments.csv" --evidence nasty1
    check_same 'nasty is refused and the database unchanged' "3 $before" \
        "$exit $(hash_of nasty.db)"
    migrated 'nasty is proved within stated limits' nasty.db nasty2 \
        "$nasty/enrollments.csv" --accept invalid-encoding=1,field-count=2 \
        --accept unknown-student=3,unknown-course=1,duplicate-conflict=1 \
        --leave-out enrolled_on,grade
    check_same 'nasty: 18 records are 14 used, 1 blank, 3 rejected' \
        '18 = 14 1 0 3' "$(records "$verdict")"
    check_same 'nasty: 14 enrollments are 8 links, 1 same, 1 other, 4 none' \
        '14 = 8 0 1 1 4' "$(enrollments "$verdict")"
    check_same 'nasty: 007 and 7 are two students' '1 1' "$(query nasty.db \
        "SELECT group_concat(n, ' ') FROM (SELECT count(*) AS n
         FROM student_courses sc JOIN students s ON s.id = sc.student_id
         WHERE s.student_id IN ('007', '7') GROUP BY s.id)")"
    check_same 'nasty: the conflicting record is kept' '1,102,2024-09-01,F' \
        "$(cat nasty2/data/collapsed.csv)"
    for pair in swallow:suspicious-multiline trunc:unclosed-quote; do
        before=$(hash_of nasty.db)
        run migrate nasty.db "$nasty/${pair%:*}.csv" \
            --leave-out enrolled_on,grade --evidence "${pair%:*}"
        check_same "nasty: a quote that is astray is ${pair#*:}" \
            "3 1 $before" "$exit $(count_of \
                "${pair%:*}/data/verdict.json" "${pair#*:}") $(hash_of \
                nasty.db)"
    done
}

canvas()
{
    canvas=$data/canvas-hydrationkit
    loaded canvas.db students "$canvas/users.csv" --key user_id
    loaded canvas.db courses "$canvas/sections.csv" --key section_id \
        --columns section_id,course_id --accept duplicate-conflict=all
    migrated 'canvas with two filters is proved' canvas.db canvas1 \
        "$canvas/enrollments.csv" --student user_id --course section_id \
        --where role=student --leave-out status
    check_same 'canvas: 12,766 of 14,076 records are used' \
        '14076 = 12766 0 1310 0' "$(records "$verdict")"
    check_same 'canvas: the pairs are those of the answer key' \
        "$(answer canvas-hydrationkit.pairs_sha256)" \
        "$(pairs canvas.db s.user_id c.section_id)"
}

# sds SET STUDENTS KEY COURSES KEY LINKS STUDENT COURSE [ARG...]
sds()
{
    name=$1
    sds=$data/microsoft-sds/$1
    loaded "$name.db" students "$sds/$2" --key "$3"
    loaded "$name.db" courses "$sds/$4" --key "$5"
    students="s.\"$3\""
    courses="c.\"$5\""
    links=$sds/$6
    student=$7
    course=$8
    shift 8
    migrated "$name is proved" "$name.db" "$name" "$links" \
        --student "$student" --course "$course" "$@"
    check_same "$name: the pairs are those of the answer key" \
        "$(answer "microsoft-sds.instances.\"$name\".pairs_sha256")" \
        "$(pairs "$name.db" "$students" "$courses")"
}

husni
oulad
oulad_elsewhere
csu
polito
nasty
canvas
for set in sds-100 sds-25; do
    sds "$set" Student.csv 'SIS ID' Section.csv 'SIS ID' \
        StudentEnrollment.csv 'SIS ID' 'Section SIS ID=SIS ID'
done
sds uk-25 Student.csv ID Section.csv ID StudentEnrollment.csv ID \
    'Section ID=ID'
sds sds-v2 users.csv sourcedId classes.csv sourcedId enrollments.csv \
    userSourcedId=sourcedId classSourcedId=sourcedId --where role=Student
sds sds-v21 users.csv sourcedId classes.csv sourcedId enrollments.csv \
    userSourcedId=sourcedId classSourcedId=sourcedId --where role=student
