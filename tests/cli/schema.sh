#!/bin/sh
# src/report/verdict.schema.json says what verdict.json is: what every kind of
# run writes is valid, what is changed in it is not, and it knows the codes and
# the checks that the program knows.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

schema=$root/src/report/verdict.schema.json
cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
mkdir verdicts

# kind NAME ARG...: a run whose verdict is looked at.
kind()
{
    name=$1
    shift
    rm -rf bag
    run "$@" --evidence bag
    if [ -f bag/data/verdict.json ]; then
        cp bag/data/verdict.json "verdicts/$name.json"
    else
        not_ok "$name has a verdict" "exit $exit: $(cat err)"
    fi
}
fresh() { rm -rf run.db run.db.evidence && cp base.db run.db; }

kind load load base.db students students.csv --key student_id
kind load-again load base.db students students.csv --key student_id
kind load-courses load base.db courses courses.csv --key course_id
printf 'student_id,name\n007,Other\n8,New\n' >more.csv
kind load-refused load base.db students more.csv --key student_id \
    --columns student_id,name -n
fresh
kind proved migrate run.db plain.csv
kind nothing-new migrate run.db plain.csv
fresh
kind dry-run migrate run.db plain.csv -n --check full
kind into migrate run.db plain.csv --into new.db
kind index migrate run.db plain.csv --course-index
kind sync migrate run.db first_half.csv --sync --previous plain.csv \
    --max-removed 100%
kind sync-refused migrate run.db unknown.csv --sync --previous first_half.csv
kind sync-unknown migrate run.db plain.csv --sync --previous unknown.csv

# Every source, as it is and with all that can be accepted.
all=$("$rollproof" migrate --help | sed '1,/^CODE is one of/d' |
    xargs printf '%s=all\n' | paste -s -d,)
for source in *.csv; do
    case $source in
    empty.csv | single_quotes.csv | students.csv | courses.csv | more.csv | \
        same_name_twice.csv | no_header.csv | semicolon.csv | tab.csv | \
        pipe.csv | space.csv | composite.csv | modules.csv | integers.csv | \
        credits.csv | surnames.csv) continue ;;
    esac
    fresh
    kind "$source" migrate run.db "$source" -n
    kind "$source.accepted" migrate run.db "$source" --accept "$all"
done
fresh
kind several migrate run.db unknown.csv statuses.csv grades.csv \
    --where student_id=007,7,nobody --accept unknown-course=50%
fresh
run migrate run.db unknown.csv -n --write-map map.ini
sed 's/^reason =/& none; told by telephone/
    s/^approved-by =/& Zoë \\ "Z"/' map.ini >approved.ini
kind approved migrate run.db unknown.csv --map approved.ini
kind not-approved migrate run.db unknown.csv unknown.csv --map approved.ini

run share bag copy
cp copy/data/verdict.json verdicts/shared.json

# Changes of the schema.
fresh
kind upgrade upgrade run.db
kind upgrade-there upgrade run.db
run migrate -q run.db plain.csv
query run.db 'ALTER TABLE student_courses ADD COLUMN "a\ <b>"'
kind downgrade-dry downgrade run.db -n --leave-out 'a\\ <b>'
kind downgrade downgrade run.db --leave-out 'a\\ <b>'
run upgrade -q run.db
query run.db 'INSERT INTO student_courses VALUES (99, 99)'
kind downgrade-refused downgrade run.db --export other.csv

# Names and tables as they should not be; a check that fails.
printf 'student_id,course_id,"<script>\n\033[2J","\302\205\342\200\256"\n' \
    >odd.csv
printf '007,BIO1,1,2\n' >>odd.csv
fresh
query run.db 'CREATE TABLE "<b>""\" (a); CREATE TABLE empty (a PRIMARY KEY)'
kind odd-names migrate run.db odd.csv -n
query run.db 'CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id));
  CREATE TRIGGER one AFTER INSERT ON student_courses BEGIN
    DELETE FROM students WHERE id = 1; END'
kind failed-check migrate run.db plain.csv --accept trigger=all
planted=${ROLLPROOF_BUILD:-$root/build}/tests/fault/planted/rollproof
if [ -x "$planted" ]; then
    fresh
    rm -rf bag
    ROLLPROOF_FAULT=commit-rolls-back "$planted" migrate run.db plain.csv -q \
        --evidence bag 2>err
    check_same 'a commit that did not hold is exit 4' 4 $?
    cp bag/data/verdict.json verdicts/not-held.json
else
    not_ok 'the program with planted faults' "there is no $planted"
fi
cp "$root"/tests/unit/golden/json/verdict.json verdicts/golden.json
run report bag --format json
cp out verdicts/printed.json

# What the schema knows, the program knows, and the other way round.
schema_codes()
{
    sqlite3 :memory: "SELECT value FROM json_each(readfile('$schema'),
      '\$.\$defs.finding.allOf[0].$1.properties.code.enum')" | sort
}
schema_codes else >known
printf '%s\n' "$all" | tr , '\n' | sed 's/=all//' | sort >codes
check_files 'the schema knows the codes that block' codes known
schema_codes then >known
grep -oE '"[a-z-]+", false' "$root/src/base/finding.c" |
    sed 's/"\(.*\)".*/\1/' | grep -vx none | sort >notes
check_files 'the schema knows the notes' notes known

cd verdicts || exit 1
check_same 'there are verdicts of many kinds' yes "$([ "$(find . -name '*.json' |
    wc -l)" -gt 60 ] && echo yes)"
/usr/bin/python3 "$root/tests/support/schema.py" "$schema" ./*.json --broken \
    load-refused.json approved.json several.json failed-check.json \
    not-held.json shared.json upgrade.json downgrade.json \
    downgrade-refused.json sync.json sync-refused.json >"$dir/told" 2>&1 ||
    not_ok 'a validator runs' "$(tail -n 5 "$dir/told")"
cat "$dir/told"
