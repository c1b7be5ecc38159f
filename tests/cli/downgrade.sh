#!/bin/sh
# downgrade prints the line that brings the links back, and that line, run as
# it was printed, makes the database that it was: the same tables, the same
# schema, the same digests.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

mkdir bin
ln -s "$rollproof" bin/rollproof
PATH=$dir/bin:$PATH
cp "$fixtures"/school/*.csv "$fixtures/sources/plain.csv" .
run load -q base.db students students.csv --key student_id
run load -q base.db courses courses.csv --key course_id
run migrate -q base.db plain.csv
mkdir work
links='SELECT student_id, course_id FROM student_courses ORDER BY 1, 2'

# The digest of the whole database: tables, schema, all.
state_of() { "$rollproof" status -- "$1" 2>&1 | sed -n 's/^  database //p'; }
verdict_of() { json "$1/data/verdict.json" "$2"; }

# round NAME DB SQL ARG...: base.db after SQL, called DB.
round()
{
    name=$1
    db=$2
    rm -rf work/* work/.[!.]*
    cp base.db "work/$db"
    query "work/$db" "$3" >.said 2>&1 || not_ok "$name" "$(cat .said)"
    shift 3
    before=$(state_of "work/$db")
    rows=$(query "work/$db" "$links")
    (
        cd work || exit 1
        "$rollproof" downgrade "$@" --evidence bag -- "$db"
    ) >out 2>err
    exit=$?
    check_same "$name: it is dropped" '0 0' "$exit $(query "work/$db" \
        "SELECT count(*) FROM sqlite_schema WHERE tbl_name LIKE
        'student_courses'")"
    cp out line
    (cd work && sh ../line) >back 2>&1
    exit=$?
    check_same "$name: the printed line does its work" 0 \
        "$exit$([ $exit -eq 0 ] || cat line back)"
    check_same "$name: the links are there again" "$rows" \
        "$(query "work/$db" "$links" 2>&1)"
    [ -n "${values_lost-}" ] || check_same "$name: all is as before" "$before" \
        "$(state_of "work/$db")"
    check "$name: the evidence is whole" "$rollproof" check-evidence work/bag
}
one_line() { check_same "$name: it is one line" 1 "$(wc -l <line)"; }

round 'the table of migrate' school.db ''
one_line
check_same 'the line is short' \
    'rollproof migrate school.db school.db.student_courses.csv --student student_id=id --course course_id=id' \
    "$(cat line)"
check_same 'the digest that is told is that of the table' \
    "$(verdict_of work/bag '$.tables[2].digest_before')" \
    "$(sed -n 's/.* exported .*sha256 \([0-9a-f]*\);.*/\1/p' err)"
check_same 'the file is the source of the verdict' \
    "school.db.student_courses.csv $(sha256sum \
        <work/school.db.student_courses.csv | cut -d' ' -f1)" \
    "$(verdict_of work/bag '$.sources[0].name') $(verdict_of work/bag \
        '$.sources[0].sha256')"
check_same 'run.json tells the line' "$(cat line)" \
    "$(json work/bag/data/run.json '$.way_back')"
check_same 'the file is 0600' 600 \
    "$(stat -c %a work/school.db.student_courses.csv)"

# Names that a shell, an option parser, a terminal or SQLite would change.
esc=$(printf '\033')
for db in -o.db --help.db 'a b;c&d|e<f>.db' "it's \$HOME \`id\` \"q\" \\n.db" \
    'file:x.db?mode=ro' "new
line.db" "clear$esc[2J.db" "$(printf 'bad\377\303.db')" '*?[x]~#!.db' \
    "$(printf 'rtl\342\200\256.db')" "$(printf 'Zo\303\253.db')"; do
    shown=$(printf '%s' "$db" | tr -c 'a-zA-Z0-9.' _)
    round "a database called $shown" "$db" ''
    check_same "$shown: no control reaches the terminal" '' \
        "$(LC_ALL=C tr -d '\n -~\200-\377' <line)"
    name="export as $shown"
    round "$name" school.db '' --export "$db.csv"
done
round 'an export called -' school.db '' --export -
mkdir -p "work/fo'ld er"
round 'an export elsewhere' school.db '' --export "../x y.csv"

# Keys of parents that mean something in a mapping.
round 'keys with odd names' school.db 'ALTER TABLE students
    RENAME COLUMN id TO "a+b=c,#d\ '"'"'e"; ALTER TABLE courses
    RENAME COLUMN id TO "#1"'
one_line

# Tables that others made.
columns='student_id INTEGER NOT NULL, course_id INTEGER NOT NULL'
again='CREATE TEMP TABLE kept AS SELECT * FROM student_courses;
    DROP TABLE student_courses; '
fill='; INSERT INTO student_courses (student_id, course_id)
    SELECT student_id, course_id FROM kept'
round 'a table of an ORM' school.db "$again CREATE TABLE student_courses (
	student_id INTEGER NOT NULL,
	course_id INTEGER NOT NULL,
	PRIMARY KEY (student_id, course_id),
	FOREIGN KEY(course_id) REFERENCES courses (id) ON DELETE CASCADE,
	FOREIGN KEY(student_id) REFERENCES students (id)
)$fill"
round 'columns the other way round' school.db "$again CREATE TABLE
    student_courses (course_id INTEGER NOT NULL, student_id INTEGER NOT NULL,
    PRIMARY KEY (course_id, student_id)) WITHOUT ROWID$fill"
round 'names in other letters' school.db "$again CREATE TABLE
    \"Student_Courses\" (\"STUDENT_ID\" INTEGER, Course_Id INTEGER,
    UNIQUE (course_id, student_id))$fill"
round 'unique by an index' school.db "$again CREATE TABLE student_courses
    ($columns); CREATE UNIQUE INDEX pair ON student_courses
    (student_id, course_id)$fill"
round 'a comment behind it' school.db "$again CREATE TABLE student_courses
    ($columns, -- it's; odd
    PRIMARY KEY (student_id, course_id)) /* the end */$fill;
    CREATE INDEX i ON student_courses (course_id) -- the end
    "
round 'what belongs to the table' school.db "CREATE INDEX
    student_courses_course_id ON student_courses (course_id);
    CREATE INDEX \"odd ' name\" ON student_courses (course_id DESC)
    WHERE course_id > 1; CREATE TABLE log (a);
    CREATE TRIGGER watch AFTER DELETE ON student_courses BEGIN
    INSERT INTO log VALUES ('it''s; gone'); INSERT INTO log VALUES (2); END"
check_same 'a trigger waits until the links are there' 0 \
    "$(query work/school.db 'SELECT count(*) FROM log')"
run migrate -q --course-index --evidence index.bag base.db plain.csv
round 'the index of --course-index' school.db ''
check_same 'which migrate makes again' 1 "$(grep -c -e '--course-index$' line)"
round 'no links' school.db 'DELETE FROM student_courses'
round 'ids at both ends' school.db 'INSERT INTO students (id, student_id)
    VALUES (-9223372036854775808, "lo"), (9223372036854775807, "hi"), (0, "0");
    INSERT INTO student_courses SELECT s.id, c.id FROM students s, courses c
    WHERE s.student_id IN ("lo", "hi", "0")'
round 'a database in WAL mode' school.db 'PRAGMA journal_mode = wal'
round 'a view of the links' school.db \
    'CREATE VIEW v AS SELECT * FROM student_courses'

# What the file does not carry has to be said.
values_lost=1
round 'a further column' school.db "$again CREATE TABLE student_courses
    ($columns, grade TEXT, \"an, odd one\" DEFAULT 7,
    PRIMARY KEY (student_id, course_id))$fill;
    UPDATE student_courses SET grade = 'A'" --leave-out 'GRADE,an\, odd one'
check_same 'a further column comes back without its values' \
    'rollproof: but not the values of grade
rollproof: but not the values of an, odd one
9|0|7' "$(grep 'but not' err)
$(query work/school.db 'SELECT count(*), count(grade), max("an, odd one")
    FROM student_courses')"
check_same 'the verdict names what was left out' '["grade","an, odd one"]' \
    "$(verdict_of work/bag '$.mapping.left_out')"
unset values_lost
for args in '' '--leave-out grade' '--leave-out gradde,other' \
    '--leave-out other,student_id'; do
    cp base.db school.db
    query school.db "$again CREATE TABLE student_courses ($columns, grade TEXT,
        other, PRIMARY KEY (student_id, course_id))$fill"
    before=$(hash_of school.db)
    expect_output "further columns with $args" downgrade school.db $args
    check_same "further columns with $args: nothing is done" "$before absent" \
        "$(hash_of school.db) $(hash_of school.db.student_courses.csv)"
done
cp base.db school.db
query school.db "ALTER TABLE student_courses ADD COLUMN \"it's, \\\" TEXT"
run downgrade school.db
check_same 'the option is told as it is to be typed' 0 "$(
    word=$(sed -n "s/.*; write --leave-out \\(.*\\) to drop it$/\\1/p" err)
    eval "\"$rollproof\" downgrade -q school.db --leave-out $word"
    echo $?)"

# Refused, with nothing done.  refused NAME EXIT WORDS SQL ARG...
refused()
{
    name=$1
    words="$2 $3"
    rm -rf school.db* bag
    cp base.db school.db
    query school.db "$4" >.said 2>&1 || not_ok "$name" "$(cat .said)"
    shift 4
    before=$(hash_of school.db)
    "$rollproof" downgrade school.db --evidence bag "$@" >out 2>err
    exit=$?
    check_same "$name is refused" "$words" \
        "$exit $(cat out err | grep -oF -- "${words#* }" | head -n 1)"
    check_same "$name: nothing is done" "$before " \
        "$(hash_of school.db) $(ls -d school.db?* bag.partial 2>/dev/null |
            xargs)"
}
refused 'a link to nobody' 3 \
    'links-reference-rows: expected 0 links without a student or a course, actual 2 links without a student or a course' \
    'INSERT INTO student_courses VALUES (99, 1), (1, 99)'
check_same 'which the evidence tells, and that the rest is well' \
    'not-proved 1 pass' "$(verdict_of bag '$.verdict') $(grep -c \
        '"result": "fail"' bag/data/verdict.json) $(check_result \
        bag/data/verdict.json links-exported)"
refused 'an id that is none' 2 student_courses "$again CREATE TABLE
    student_courses (student_id INTEGER, course_id INTEGER,
    UNIQUE (student_id, course_id)); INSERT INTO student_courses
    VALUES ('x', 1), (NULL, 1)"
refused 'rows that hang on the links' 3 \
    'bystanders-preserved: expected 1 tables unchanged, actual 0 tables unchanged, changed: grades' \
    'CREATE TABLE grades (s, c, FOREIGN KEY (s, c) REFERENCES
    student_courses (student_id, course_id) ON DELETE CASCADE);
    INSERT INTO grades SELECT student_id, course_id FROM student_courses'
refused 'rows that would hang on nothing' 2 'FOREIGN KEY' \
    'CREATE TABLE grades (s, c, FOREIGN KEY (s, c) REFERENCES
    student_courses (student_id, course_id));
    INSERT INTO grades SELECT student_id, course_id FROM student_courses'
refused 'a table that does not fit' 2 'does not fit' \
    'DROP TABLE student_courses; CREATE TABLE student_courses (a, b)'
refused 'a folder that is not there' 2 \
    'nowhere/x.csv.partial: cannot be made (name a file in a folder that may be written, by --export)' \
    '' --export nowhere/x.csv
: >taken.csv
refused 'a file that is there' 2 'taken.csv is there already; move it away' '' \
    --export taken.csv
: >left.csv.partial
refused 'a file that was left' 2 \
    'left.csv.partial was left by a downgrade that did not end; remove it, the links are in the database' \
    '' --export left.csv
mkdir folder
refused 'a folder in the place of the file' 2 'folder is there already' '' \
    --export folder

# A rehearsal writes evidence and nothing else.
rm -rf school.db* bag
cp base.db school.db
before=$(hash_of school.db)
run downgrade -n school.db --evidence bag
check_same 'a rehearsal leaves nothing but its evidence' \
    "0 $before proved dry " "$exit $(hash_of school.db) $(verdict_of bag \
        '$.verdict') $(grep -o 'PROVED, dry' err | sed 's/.* //') $(ls -d \
        school.db?* ./*.partial 2>/dev/null | grep -v left.csv | xargs)"
check_same 'and tells no line' '' "$(cat out)"
run downgrade school.db --format json --evidence json.bag
check_files 'in JSON standard output is the verdict and no more' \
    json.bag/data/verdict.json out
check_same 'and the line stands among the messages' \
    'rollproof migrate school.db school.db.student_courses.csv --student student_id=id --course course_id=id --course-index' \
    "$(tail -n 1 err)"
run upgrade -n school.db --evidence up.bag
check_same 'upgrade has rehearsals as well' "0 absent PROVED" \
    "$exit $(query school.db "SELECT coalesce(max(name), 'absent') FROM
        sqlite_schema WHERE name = 'student_courses'") $(grep -o PROVED out)"
run upgrade school.db --evidence up2.bag --format json --check full
check_files 'and prints its verdict in JSON' up2.bag/data/verdict.json out
check_same 'which tells that nothing else changed' \
    'proved students-preserved courses-preserved bystanders-preserved schema-as-declared' \
    "$(verdict_of up2.bag '$.verdict') $(grep -oE \
        '(students|courses|bystanders)-preserved|schema-as-declared' out |
        xargs)"
query school.db 'DROP TABLE student_courses;
    CREATE VIEW student_courses AS SELECT 1'
run upgrade school.db
check_same 'a view of that name is in the way' \
    '2 rollproof: school.db: student_courses is a view there; rename it and run again' \
    "$exit $(cat err)"
run report up.bag --format html
check 'a page can be made of it' grep -q 'This run read no source' out

# Evidence of both is evidence like any other.
rm -rf school.db* runs
cp base.db school.db
run downgrade -q school.db --evidence runs/1
run upgrade -q school.db --evidence runs/2
run verify school.db --against runs/2
check_same 'and one with an empty table that of an upgrade' '0 SAME' \
    "$exit $(grep -o SAME out)"
for bag in 1 2; do
    run share runs/$bag runs/$bag.copy
    check_same "evidence $bag can be shared" \
        "0 $(sed -n 's/^Shared-Manifest-SHA256: //p' runs/$bag/bag-info.txt)" \
        "$exit $(sha256sum <runs/$bag.copy/manifest-sha256.txt |
            cut -d' ' -f1)"
    check_same "and the copy of $bag tells neither the line nor a path" '' \
        "$(grep -rl 'way_back\|rollproof migrate' runs/$bag.copy | xargs)"
done
python=$(command -v python3 || echo python3)
rm -rf school.db*
cp base.db school.db
run downgrade -q school.db --evidence runs/3
# agrees NAME LAST-LINE BAG ARG...: the script of the evidence.
agrees()
{
    agrees_name=$1
    agrees_line=$2
    bag=$3
    shift 3
    "$python" "$bag/data/verify/verify.py" school.db "$@" >told 2>&1
    check_same "$agrees_name" "$agrees_line" "$(tail -n 1 told |
        sed 's/[0-9][0-9]* checks/N checks/')"
}
export=school.db.student_courses.csv
agrees 'a downgrade is recomputed without rollproof' 'AGREES: N checks' runs/3 \
    $export --before base.db
agrees 'which asks for the exported file' \
    "NOT CHECKED: export $export; N checks agree" runs/3
cp $export kept
for alter in '2s/1,/9,/' 2d '$p' 1d 's/$/ /' '3s/^/0/'; do
    sed "$alter" kept >$export
    "$python" runs/3/data/verify/verify.py school.db $export >told 2>&1
    check_same "and sees $alter in it" '1 DIFFERS' \
        "$? $(tail -n 1 told | grep -o '^DIFFERS')"
    check "and that the links are others: $alter" grep -qE \
        ' links: (expected|not checked)' told
done
mv kept $export
run upgrade -q school.db --evidence runs/4
agrees 'as is an upgrade' 'AGREES: N checks' runs/4
query school.db 'INSERT INTO student_courses VALUES (1, 1)'
agrees 'of which nothing may be added' 'DIFFERS: 2 of N checks: student_courses, database' runs/4
run check-evidence runs
check_same 'they are in the chain of runs' \
    'complete and unaltered: 4 runs, 2 shared' \
    "$(sed 's/, [0-9]* files//;1q' out)"
