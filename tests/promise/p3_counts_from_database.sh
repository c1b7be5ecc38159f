#!/bin/sh
# P3: counts are read back from the database; what was intended proves
# nothing.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

run load base.db students "$fixtures/school/students.csv" --key student_id
run load base.db courses "$fixtures/school/courses.csv" --key course_id
query base.db "CREATE TABLE student_courses (
    student_id INTEGER NOT NULL, course_id INTEGER NOT NULL,
    mark TEXT DEFAULT 'none', PRIMARY KEY (student_id, course_id));
  INSERT INTO student_courses VALUES (6, 5, 'kept')"

# betrayed NAME ROWS SQL: a trigger makes the table differ from what was
# meant.  The report must show ROWS, the check must fail, nothing may stay.
betrayed()
{
    rm -rf school.db bag
    cp base.db school.db
    query school.db "CREATE TRIGGER planted AFTER INSERT ON student_courses $3"
    before=$(hash_of school.db)
    run migrate school.db "$fixtures/sources/plain.csv" --evidence bag \
        --accept trigger=1
    verdict=bag/data/verdict.json
    check_same "$1" "3 fail $2 $before" "$exit $(check_result "$verdict" \
        links-as-planned) $(sqlite3 :memory: "SELECT
          json_extract(value, '\$.rows_after')
          FROM json_each(readfile('$verdict'), '\$.tables')
          WHERE json_extract(value, '\$.role') = 'declared'") $(hash_of \
        school.db)"
    grep -E '^  student_courses  ' out | tr -s ' ' >line
    check_same "$1: the report shows $2" " student_courses 1 $2" \
        "$(cut -d' ' -f1-4 line)"
}

betrayed 'a trigger that deletes every inserted link is found' 1 \
    'BEGIN DELETE FROM student_courses WHERE student_id = NEW.student_id
       AND course_id = NEW.course_id; END'
betrayed 'a trigger that deletes one inserted link is found' 9 \
    'WHEN NEW.student_id = 2 BEGIN DELETE FROM student_courses
       WHERE student_id = NEW.student_id; END'
betrayed 'a trigger that deletes a link of before is found' 9 \
    'WHEN NEW.student_id = 2 BEGIN DELETE FROM student_courses
       WHERE student_id = 6; END'
betrayed 'a trigger that adds a link is found' 11 \
    'WHEN NEW.student_id = 2 BEGIN INSERT INTO student_courses
       (student_id, course_id) VALUES (6, 1); END'
betrayed 'a trigger that gives a link to somebody else is found' 10 \
    'WHEN NEW.student_id = 2 BEGIN UPDATE student_courses
       SET student_id = 6 WHERE student_id = 2; END'
betrayed 'a trigger that swaps one link for another is found' 10 \
    'WHEN NEW.student_id = 2 BEGIN DELETE FROM student_courses
       WHERE student_id = 2; INSERT INTO student_courses
       (student_id, course_id) VALUES (2, 5); END'
betrayed 'a trigger that changes another column of a link of before is found' \
    10 "WHEN NEW.student_id = 2 BEGIN UPDATE student_courses
       SET mark = 'lost' WHERE student_id = 6; END"

# What was there before counts as there, whatever the source says.
cp base.db half.db
query half.db 'INSERT INTO student_courses (student_id, course_id)
  SELECT s.id, c.id FROM students s, courses c
  WHERE s.student_id = 1001 AND c.course_id IN (1, 2, 3, 4)
    OR s.student_id = 1001 AND c.credits > 1'
run migrate half.db "$fixtures/sources/plain.csv" --evidence half
check_same 'links that are there already are counted apart' \
    '0 9 = 5 4 0 0 0' "$exit $(enrollments half/data/verdict.json)"
check_same 'the database holds what the report says' 10 \
    "$(query half.db 'SELECT count(*) FROM student_courses')"
