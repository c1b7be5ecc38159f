#!/bin/sh
# A school may belong to an application that has SQLAlchemy models and Alembic
# migrations: rollproof fills the table that a migration made, what rollproof
# made differs in nothing from the models, and migrations go on from there.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

# Debian's, which an interpreter of somebody else may not see.
python=/usr/bin/python3
alembic=/usr/bin/alembic
if ! "$python" -c 'import alembic, sqlalchemy' 2>/dev/null ||
    [ ! -x "$alembic" ]; then
    skip 'schools of Alembic and SQLAlchemy' \
        'there is no alembic with python3-sqlalchemy'
    exit 0
fi
PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=$dir
export PYTHONDONTWRITEBYTECODE PYTHONPATH
mkdir bin
ln -s "$rollproof" bin/rollproof
PATH=$dir/bin:$PATH
cp -R "$fixtures"/alembic/. .
cp "$fixtures"/school/*.csv "$fixtures/sources/plain.csv" .

# migration DB ARG...: alembic on that database.
migration()
{
    sed -i "s,^sqlalchemy.url.*,sqlalchemy.url = sqlite:///$1," alembic.ini
    shift
    "$alembic" "$@" >told 2>&1
}
revision() { migration "$1" current && grep -oE '^[0-9]+' told; }
# drift DB [INDEX]: what autogenerate would make a migration of.
drift() { "$python" drift.py "$@" 2>&1; }
roster() { "$python" roster.py "$1" 2>&1; }
# The digests of students and courses.
parents() { "$rollproof" status "$1" | grep -E '^  (students|courses) '; }
tables() { query "$1" "SELECT name FROM sqlite_schema WHERE type = 'table'
    ORDER BY name" | xargs; }
known='007 BIO1 MAT1
7 CHE1
1001 BIO1 CHE1 HIS1 MAT1
1002 MAT1
1003 HIS1
1004
BIO1 007 1001
CHE1 7 1001
HIS1 1001 1003
MAT1 007 1001 1002
ART1'

# A migration made the tables; rollproof fills them.
check 'a database is made by migrations' migration theirs.db upgrade head
check_same 'which is as the models say' '' "$(drift theirs.db)"
run load theirs.db students students.csv
check_same 'rollproof loads students into it' 0 "$exit$(grep -v locked err)"
run load theirs.db courses courses.csv
check_same 'and courses' 0 "$exit$(grep -v locked err)"
run migrate theirs.db plain.csv --evidence theirs.bag
check_same 'and fills the table of the migration' \
    "0 9 = 9 0 0 0 0 pass" "$exit $(enrollments theirs.bag/data/verdict.json) \
$(check_result theirs.bag/data/verdict.json schema-as-declared)"
check_same "the application's own table is preserved" 'bystander true' \
    "$(sqlite3 :memory: "SELECT json_extract(value, '\$.role') || ' ' ||
        iif(json_extract(value, '\$.same'), 'true', 'false')
      FROM json_each(readfile('theirs.bag/data/verdict.json'), '\$.tables')
      WHERE json_extract(value, '\$.table') = 'alembic_version'")"
check_same 'SQLAlchemy reads every link' "$known" "$(roster theirs.db)"
check_same 'the database is as the models say' '' "$(drift theirs.db)"
check_same 'and stands where the migrations left it' 0002 \
    "$(revision theirs.db)"
before=$(parents theirs.db)
run downgrade -q theirs.db
rm theirs.db.student_courses.csv
query theirs.db 'SELECT * FROM alembic_version' >version
check_same 'rollproof downgrade leaves their version alone' 0002 "$(cat version)"

# Made by rollproof, without a migration.
run load ours.db students students.csv --key student_id
run load ours.db courses courses.csv --key course_id
run migrate ours.db plain.csv
check_same 'what rollproof made is as the models say' '' "$(drift ours.db)"
check_same 'and SQLAlchemy reads every link' "$known" "$(roster ours.db)"
before=$(parents ours.db)
check 'alembic is told where it stands' migration ours.db stamp 0002
check_same 'which it believes' 0002 "$(revision ours.db)"
check 'there is nothing to upgrade' migration ours.db upgrade head
check_same 'and nothing was done' '' "$(grep 'Running upgrade' told)"
check_same 'the database is still as the models say' '' "$(drift ours.db)"
check "the migration's downgrade works on it" migration ours.db downgrade -1
check_same 'the table is gone' 'alembic_version courses students' \
    "$(tables ours.db)"
check_same 'students and courses are as they were' "$before" "$(parents ours.db)"
check "the migration's upgrade makes it again" migration ours.db upgrade head
run migrate ours.db plain.csv
check_same 'and rollproof fills it again' "0 $known" "$exit $(roster ours.db)"

# The way back of rollproof, beside Alembic.
for made in ours theirs; do
    rm -f $made.db
    migration $made.db upgrade 0001
    run load -q $made.db students students.csv
    run load -q $made.db courses courses.csv
    [ $made = ours ] || migration $made.db upgrade head
    run migrate -q $made.db plain.csv
    [ $made = theirs ] || migration $made.db stamp 0002
    content=$("$rollproof" status $made.db | grep database)
    run downgrade $made.db --export $made.csv
    cp out line
    check_same "$made: without links the models miss a table" add_table \
        "$(drift $made.db | grep -oE 'add_table')"
    check "$made: the line brings it back" sh line
    check_same "$made: with the same digest of everything" "$content" \
        "$("$rollproof" status $made.db | grep database)"
    check_same "$made: as the models say" ' 0002' \
        "$(drift $made.db) $(revision $made.db)"
done

# An index that the models do not declare is drift, which is told by its name.
rm -f ours.db
run load -q ours.db students students.csv --key student_id
run load -q ours.db courses courses.csv --key course_id
run migrate -q ours.db plain.csv --course-index
check_same 'the index of --course-index has to be declared' \
    remove_index:student_courses_course_id \
    "$(drift ours.db | grep -oE "remove_index|student_courses_course_id" |
        head -n 2 | paste -s -d:)"
check_same 'declared, it is as the models say' '' \
    "$(drift ours.db student_courses_course_id)"

# What autogenerate finds is found: this test could fail.
query ours.db 'ALTER TABLE students ADD COLUMN more TEXT'
check_same 'a column more is drift' remove_column \
    "$(drift ours.db student_courses_course_id | grep -oE 'remove_column')"

# README.md shows these very lines.
for line in 'alembic stamp REVISION' 'op.create_table' \
    'Index("student_courses_course_id", student_courses.c.course_id)' \
    'Column("student_id", ForeignKey("students.id"), primary_key=True)' \
    'Column("course_id", ForeignKey("courses.id"), primary_key=True)'; do
    check "README.md shows $line" grep -qF "$line" "$root/README.md"
done
check_same 'the models have the columns that README.md shows' 2 "$(grep -cF \
    -e 'Column("student_id", ForeignKey("students.id"), primary_key=True)' \
    -e 'Column("course_id", ForeignKey("courses.id"), primary_key=True)' \
    models.py)"
