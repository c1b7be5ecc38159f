#!/bin/sh
# However a source is written down, it makes the same links.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id

# import ARG...: into a fresh copy; bag is its evidence.
import()
{
    rm -rf school.db bag
    cp base.db school.db
    run migrate school.db --evidence bag "$@"
}
import plain.csv
plain=$(digest_of bag/data/verdict.json student_courses)

# alike NAME ARG...: the links of plain.csv, and the complete output.
alike()
{
    name=$1
    shift
    import "$@"
    compare_output "$name"
    check_same "$name: the links are those of plain.csv" "0 $plain" \
        "$exit $(digest_of bag/data/verdict.json student_courses)"
}
alike 'line ends CR LF' crlf.csv
alike 'line ends CR' cr.csv
alike 'a byte order mark' bom.csv
alike 'tabs' tab.csv --delimiter tab
alike 'blanks' space.csv --delimiter space
alike 'semicolons' semicolon.csv --delimiter semicolon
alike 'a semicolon by itself' semicolon.csv --delimiter ';'
alike 'pipes' pipe.csv --delimiter pipe
alike 'commas by name' plain.csv --delimiter comma
alike 'other quotes' single_quotes.csv --quote "'"
alike 'no header and columns by number' no_header.csv --no-header \
    --student '#1=student_id' --course '#2=course_id'
alike 'no header and names given' no_header.csv --header student_id,course_id
alike 'no final line end' no_final_newline.csv
alike 'columns by number' plain.csv --student '#1=student_id' \
    --course '#2=course_id'
alike 'two sources' first_half.csv second_half.csv
alike 'two sources in the other order' second_half.csv first_half.csv
alike 'the same source twice' plain.csv plain.csv
alike 'options behind and between' --course course_id plain.csv \
    --student student_id
alike 'a source behind two dashes' --student student_id -- plain.csv

# Standard input, which run() gives none of.
rm -rf school.db bag
cp base.db school.db
"$rollproof" migrate school.db - --evidence bag <plain.csv >out 2>err
exit=$?
compare_output 'standard input'
check_same 'standard input: the links are those of plain.csv' "0 $plain" \
    "$exit $(digest_of bag/data/verdict.json student_courses)"
rm -rf school.db bag
cp base.db school.db
sed -n p second_half.csv | "$rollproof" migrate school.db first_half.csv - \
    --evidence bag >out 2>err
exit=$?
compare_output 'a file and a pipe'
check_same 'a file and a pipe: the links are those of plain.csv' "0 $plain" \
    "$exit $(digest_of bag/data/verdict.json student_courses)"
import - </dev/null
compare_output 'standard input that is empty'

# A composite key, on both sides of the equals sign.
cp base.db modules.db
query modules.db 'DROP TABLE courses'
run load modules.db courses modules.csv --key module+term
cp out loaded
rm -rf bag
run migrate modules.db composite.csv --course module+term --evidence bag
compare_output 'a key of two columns'
check_same 'a key of two columns: one course is unknown' '3 1' \
    "$exit $(count_of bag/data/verdict.json unknown-course)"
rm -rf bag
run migrate modules.db composite.csv --course term+module=term+module \
    --evidence bag --accept unknown-course=1
check_same 'a key of two columns in another order is the same key' \
    '0 4 = 3 0 0 0 1' "$exit $(enrollments bag/data/verdict.json)"

# A note of several lines is no sin; an unclosed quote is.
import multi_line_note.csv --leave-out note
compare_output 'a note of two lines'

# Keys are bytes.
import unknown.csv --accept unknown-student=3,unknown-course=1
check_same '07 is neither 7 nor 007' '5 = 1 0 0 0 4' \
    "$(enrollments bag/data/verdict.json)"

# Rejected records, once repaired, are a source.
import unknown.csv --accept unknown-student=3,unknown-course=1
sed 's/^99,/1004,/; s/^98,/1004,/; s/BIO9/ART1/; s/^07,/7,/' \
    bag/data/rejects/1.csv >repaired.csv
run migrate school.db repaired.csv --evidence repaired
check_same 'what was rejected can be repaired and fed again' \
    '0 4 = 4 0 0 0 0' "$exit $(enrollments repaired/data/verdict.json)"

# The printed JSON is the verdict, and nothing else.
import plain.csv --format json
check_files 'json on standard output is the verdict' \
    bag/data/verdict.json out
import unknown.csv --format json
check_files 'json of a refused run is the verdict' bag/data/verdict.json out
run report bag --format json
check_files 'report --format json is the verdict' bag/data/verdict.json out
run report bag
check_files 'report prints the report' bag/data/report.txt out
import plain.csv --quiet
check_same 'quiet says nothing at all' '' "$(cat out err)"
