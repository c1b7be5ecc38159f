#!/bin/sh
# The five things that the project was asked for, by their names.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

# A person may copy the line that downgrade prints.
mkdir bin
ln -s "$rollproof" bin/rollproof
PATH=$dir/bin:$PATH

# school DB: the rows of fixtures/school, their enrollments, and a table that
# has nothing to do with them.
school()
{
    query "$1" "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
      INSERT INTO notes VALUES (1, 'keep me'), (2, x'00FF')"
    run load "$1" students "$fixtures/school/students.csv" --key student_id
    run load "$1" courses "$fixtures/school/courses.csv" --key course_id
    query "$1" '.dump students courses notes' >"$1.rows"
    run migrate "$1" "$fixtures/sources/plain.csv" --evidence "$1.evidence"
}

# keys_of DB STUDENT: the course keys of a student, in a row.
keys_of()
{
    run courses "$1" "$2"
    [ "$exit" -eq 0 ] && cut -d, -f2 out | grep -E '^[A-Z]+[0-9]$' | xargs
}

a_student_in_many_courses()
{
    school one.db
    check_same a_student_in_many_courses 'BIO1 CHE1 HIS1 MAT1' \
        "$(keys_of one.db student_id=1001)"
}

a_students_courses_are_complete_and_accurate()
{
    school two.db
    sqlite3 -batch -csv two.db "SELECT c.* FROM courses c
      WHERE c.course_id IN ('BIO1', 'CHE1', 'HIS1', 'MAT1') ORDER BY c.id" |
        sed 's/\r$//' >rows
    run courses two.db student_id=1001
    tail -n +2 out >printed
    check_files a_students_courses_are_complete_and_accurate rows printed
    check_same every_student_has_exactly_the_courses_of_the_source \
        'BIO1 MAT1/CHE1/BIO1 CHE1 HIS1 MAT1/MAT1/HIS1/' \
        "$(for key in 007 7 1001 1002 1003 1004; do
            printf '%s/' "$(keys_of two.db "student_id=$key")"
        done | sed 's,/$,,')"
}

adding_and_removing_courses_shows_in_later_retrievals()
{
    school three.db
    run enroll three.db student_id=007 course_id=HIS1 course_id=ART1
    added=$exit:$(keys_of three.db student_id=007)
    run withdraw three.db student_id=007 course_id=BIO1 course_id=ART1
    removed=$exit:$(keys_of three.db student_id=007)
    check_same adding_and_removing_courses_shows_in_later_retrievals \
        '0:BIO1 HIS1 MAT1 ART1 0:HIS1 MAT1' "$added $removed"
    check_same adding_and_removing_touches_no_other_student \
        'CHE1/BIO1 CHE1 HIS1 MAT1/MAT1/HIS1' "$(keys_of three.db \
            student_id=7)/$(keys_of three.db student_id=1001)/$(keys_of \
            three.db student_id=1002)/$(keys_of three.db student_id=1003)"
    run students three.db course_id=HIS1
    check_same the_roster_shows_the_student_that_was_added \
        '007 1001 1003' "$(cut -d, -f2 out | grep -E '^[0-9]+$' | xargs)"
}

existing_data_is_preserved_throughout()
{
    school four.db
    run enroll four.db student_id=7 course_id=ART1
    run withdraw four.db student_id=7 course_id=CHE1
    run downgrade four.db
    run upgrade four.db
    run migrate four.db "$fixtures/sources/plain.csv" --evidence again
    query four.db '.dump students courses notes' >rows
    check_files existing_data_is_preserved_throughout four.db.rows rows
    check_same the_evidence_says_that_existing_data_is_preserved \
        'pass pass pass' "$(for id in students courses bystanders; do
            check_result four.db.evidence/data/verdict.json "$id-preserved"
        done | xargs)"
}

downgrade_removes_the_table_and_up_again_gives_the_same_digest()
{
    school five.db
    before=$(digest_of five.db.evidence/data/verdict.json student_courses)
    run downgrade five.db
    grep '^rollproof migrate ' out >line
    check_same downgrade_removes_the_table 0 "$(query five.db \
        "SELECT count(*) FROM sqlite_schema WHERE name = 'student_courses'")"
    run upgrade five.db
    upgraded=$exit
    printf '%s --evidence restored\n' "$(cat line)" >restore.sh
    sh restore.sh >out 2>err
    restored=$?
    after=$(digest_of restored/data/verdict.json student_courses)
    check_same downgrade_removes_the_table_and_up_again_gives_the_same_digest \
        "0 0 $before" "$upgraded $restored $after"
    run downgrade five.db --export links.csv
    grep '^rollproof migrate ' out >line
    sh -c "$(cat line) --evidence directly" >out 2>err
    check_same downgrade_and_its_line_alone_give_the_same_digest \
        "$before" "$(digest_of directly/data/verdict.json student_courses)"
}

a_student_in_many_courses
a_students_courses_are_complete_and_accurate
adding_and_removing_courses_shows_in_later_retrievals
existing_data_is_preserved_throughout
downgrade_removes_the_table_and_up_again_gives_the_same_digest
