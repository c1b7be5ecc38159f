#!/bin/sh
# A week on a living database: students, courses and links are added by day and
# while the school is verified by night.  No night raises a false alarm; a link
# that is lost without a word is found the night it happens, and again at the
# end of the week against the oldest snapshot.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

awk 'BEGIN { print "number,name"; for (i = 1; i <= 300; i++)
    print "S" i ",Name " i }' >students.csv
awk 'BEGIN { print "code,title"; for (i = 1; i <= 20; i++)
    print "C" i ",Title " i }' >courses.csv
awk 'BEGIN { print "number,code"; for (i = 1; i <= 300; i++)
    for (k = 0; k < 5; k++) print "S" i ",C" (i * 7 + k * 3) % 20 + 1
    print "S999,C1" }' >enrollments.csv
run load empty.db students students.csv --key number
run load empty.db courses courses.csv --key code
run migrate empty.db enrollments.csv --student number --course code \
    --accept unknown-student=1
check_same 'the week begins with a proof' 0 "$exit"

# Somebody works: SQL of one application, waiting when it has to.
app() { sqlite3 -cmd '.timeout 20000' school.db "$1" >/dev/null; }

# day N: what people do in daylight.
day()
{
    app "INSERT INTO students (number, name)
        VALUES ('N$1', 'New $1'), ('M$1', 'More $1');
      INSERT INTO courses (code, title) VALUES ('D$1', 'Day $1');
      INSERT INTO student_courses SELECT s.id, c.id FROM students s, courses c
        WHERE s.number IN ('N$1', 'S$1') AND c.code = 'D$1'"
    run enroll school.db "number=M$1" "code=D$1" code=C1
    [ "$exit" -eq 0 ] || not_ok "day $1" "enroll: $(cat err)"
}

# A link is lost, and one is made, so that their number does not tell.
lose()
{
    lost=$(query school.db "SELECT 'student_id ' || student_id ||
        ', course_id ' || course_id FROM student_courses
      WHERE student_id = 123 ORDER BY course_id LIMIT 1")
    app "DELETE FROM student_courses WHERE (student_id, course_id) =
        (SELECT student_id, course_id FROM student_courses
         WHERE student_id = 123 ORDER BY course_id LIMIT 1);
      INSERT INTO student_courses SELECT 124, id FROM courses WHERE id NOT IN
        (SELECT course_id FROM student_courses WHERE student_id = 124) LIMIT 1"
}

# The application does not sleep: it adds people until there is a file.
work_on()
{
    number=0
    until [ -e morning ]; do
        number=$((number + 1))
        app "INSERT INTO students (number, name)
            VALUES ('L$1.$number', 'Late'); INSERT INTO student_courses
            SELECT max(id), 1 FROM students" || echo "night $1" >>locked_out
        : >working
    done
}

allowed='--allow added:students,added:courses,added:student_courses'
night()
{
    rm -f morning working
    work_on "$1" &
    until [ -e working ]; do sleep 0.01; done
    run verify school.db --against last --rotate 7 $allowed
    : >morning
    wait
    codes="$codes $exit"
}

# week MODE: seven nights; the loss is on the fifth day.  After the alarm
# somebody only takes a new snapshot, and repairs nothing.
week()
{
    mode=$1
    rm -f school.db* last* locked_out
    cp empty.db school.db
    query school.db "PRAGMA journal_mode = $mode" >/dev/null
    run snapshot school.db last
    cp last first
    codes=
    for number in 1 2 3 4 5 6 7; do
        day $number
        [ $number -ne 5 ] || lose
        night $number
        if [ $number -eq 5 ]; then
            cp out alarm
            run verify school.db --source enrollments.csv --student number \
                --course code --accept unknown-student=1 \
                --allow added:student_courses
            cp out source
            rm last
            run snapshot school.db last
        fi
    done
    check_same "$mode: seven nights, and one alarm" ' 0 0 0 0 1 0 0' "$codes"
    check_same "$mode: the alarm names the link, and no other" \
        "  missing   student_courses   $lost" \
        "$(grep '^  missing   student_courses' alarm)"
    check_same "$mode: nothing else is amiss in that night" 1 \
        "$(grep -c '^  FAILED' alarm)"
    check_same "$mode: the source names it, too, by key and line" \
        "  missing   $lost   S123 | C2   enrollments.csv:612: record 611" \
        "$(grep '^  missing' source)"
    check_files "$mode: the oldest snapshot is that of the first day" \
        first last.6
    run verify school.db --against last.6 $allowed --limit all
    check_same "$mode: the oldest snapshot finds the loss again" \
        "1   missing   student_courses   $lost" \
        "$exit $(grep '^  missing' out)"
    run verify school.db --against last $allowed
    check_same "$mode: the last one was taken after it" 0 "$exit"
    check_same "$mode: the application was never locked out" '' \
        "$(cat locked_out 2>/dev/null)"
    check_same "$mode: the school stays as it is" "$mode" \
        "$(query school.db 'PRAGMA journal_mode')"
}
week delete
week wal
