#!/bin/sh
# Ids of every size: claims are sorted in fewer bytes when all ids fit into 32
# bits, and the links must be the same either way.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

# prove NAME ID...: every id is a student and a course, all pairs are enrolled,
# the first of them twice.
prove()
{
    name=$1
    shift
    rm -rf ids.db ids.db.evidence
    query ids.db 'CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT);
      CREATE TABLE courses (id INTEGER PRIMARY KEY, title TEXT)'
    echo 'student_id,course_id' >plain.csv
    echo 'student_id,course_id,grade' >grades.csv
    for id in "$@"; do
        query ids.db "INSERT INTO students VALUES ($id, 'n');
          INSERT INTO courses VALUES ($id, 't')"
    done
    for student in "$@" "$1"; do
        for course in "$@"; do
            echo "$student,$course" >>plain.csv
            echo "$student,$course,A" >>grades.csv
        done
    done
    query ids.db 'SELECT s.id, c.id FROM students AS s, courses AS c
      ORDER BY 1, 2' >wanted
    for source in plain grades; do
        for threads in 1 2; do
            cp ids.db school.db
            rm -rf school.db.evidence
            run migrate school.db $source.csv --student student_id=id \
                --course course_id=id --threads $threads \
                --accept column-not-carried=all
            query school.db 'SELECT * FROM student_courses ORDER BY 1, 2' >got
            check_same "$name, $source, $threads threads: exit" 0 "$exit"
            check_files "$name, $source, $threads threads: links" wanted got
            check_same "$name, $source, $threads threads: repeats" "$#" \
                "$(count_of school.db.evidence/*/data/verdict.json \
                    duplicate-exact)"
        done
    done
}

prove 'ids of 32 bits' 0 1 255 256 65536 2147483648 4294967295
prove 'ids beyond 32 bits' 1 4294967295 4294967296 4294967297
prove 'ids below zero' -4294967296 -1 0 1
prove 'the least and the greatest ids' -9223372036854775808 0 9223372036854775807
