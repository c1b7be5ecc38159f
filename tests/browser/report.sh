#!/bin/sh
# report.html in Debian's chromium: what people see of evidence, hostile names
# included.  Screenshots and what is printed are left in build/browser.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

out=${ROLLPROOF_BUILD:-$root/build}/browser
for tool in chromium pdftotext pdftoppm; do
    command -v "$tool" >/dev/null && continue
    skip 'the browser tests' "no $tool: tools/setup browser"
    exit 0
done
rm -rf "$out"
# Nothing is left beside the sources.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

# made NAME EXIT: the evidence of that name was written by a run that ended so.
pages=
made()
{
    check_same "there is evidence of $1" "$2 yes" \
        "$exit $([ -f "$1/data/report.html" ] && echo yes)"
    pages="$pages $1=$1/data/report.html"
}

cp "$fixtures"/demo/*.csv .
run load school.db students students.csv --key student_id --evidence loaded
made loaded 0
run load school.db courses courses.csv --key course_id
cp school.db base.db
run migrate school.db enrollments.csv --evidence refused
made refused 3
run migrate school.db enrollments.csv --leave-out term,grade,note \
    --accept unknown-student=1,unknown-course=1,field-count=1 \
    --accept invalid-encoding=1,duplicate-conflict=1 --evidence excepted
made excepted 0
run migrate school.db late.csv --leave-out term,grade,note --evidence proved
made proved 0

# Ten thousand findings and more, of four codes.
awk 'BEGIN {
    print "student_id,course_id,grade"
    for (i = 1; i <= 9000; i++) print i + 5000 ",BIO1,A"
    for (i = 1; i <= 1500; i++) print "1001,BIO1," i
    for (i = 1; i <= 600; i++) print "1001"
    for (i = 1; i <= 300; i++) print ""
}' >many.csv
run migrate base.db many.csv late.csv --evidence many
made many 3
page=many/data/report.html
check_same 'ten thousand findings make a page of less than 200 KB' 1 \
    "$(($(wc -c <"$page") < 200000))"
listed=$(($(wc -l <many/data/findings.csv) - 1))
check_same 'all of them are counted' "11,103 11103" \
    "$(grep -o 'findings.csv lists [0-9,]*' "$page" | grep -o '[0-9,]*$') $listed"
check_same 'the first of each code are shown, and how many there are' \
    'Where: shown 25 of 9,000; findings.csv has all of them
Where: shown 25 of 1,499; findings.csv has all of them
Where: shown 25 of 600; findings.csv has all of them
Where' "$(grep -o '<caption class="unseen">Where[^<]*' "$page" |
        sed 's/.*>//')"

# More sources than the page shows, a filter, links that were there, a trigger.
query base.db "CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id));
  INSERT INTO student_courses SELECT 1, id FROM courses;
  CREATE TRIGGER watch AFTER INSERT ON student_courses BEGIN SELECT 1; END"
for i in $(seq 1 25); do
    printf 'student_id,course_id,term\n007,BIO1,1\n%d,MAT1,1\n7,ART1,2\n' \
        "$((i % 7 + 1001))" >"source$i.csv"
done
run migrate base.db source*.csv --where term=1,3 --evidence sources
made sources 3

# A delivery that removes, and one that may not: the evidence of the one before
# is not there.
run load synced.db students students.csv --key student_id
run load synced.db courses courses.csv --key course_id
cp synced.db alone.db
cp late.csv autumn.csv
printf '%s\n' student_id,course_id,term,grade,note 1001,MAT1,1,A, >winter.csv
run migrate synced.db autumn.csv --leave-out term,grade,note
run migrate synced.db winter.csv --leave-out term,grade,note --sync \
    --previous autumn.csv --max-removed 100% --evidence synced
made synced 0
run migrate alone.db autumn.csv --leave-out term,grade,note \
    --evidence elsewhere/alone
run migrate alone.db winter.csv --leave-out term,grade,note --sync \
    --previous autumn.csv --evidence unsynced
made unsynced 3

# Every name is hostile: of sources, columns, tables, triggers, of the database,
# of the map and of who approved what.
doubled() { printf '%s' "$1" | sed 's/"/""/g'; }
script='<script>document.title="owned"</script>'
quotes="\"'--><img src=x onerror=alert(1)>&amp;"
controls=$(printf '\033[31m\a\302\205\342\200\256gpj\342\200\254')
hebrew=$(printf '\327\251\327\234\327\225\327\235 12')
long=$(printf '%10240s' '' | tr ' ' x)
source="$(printf '%s\n%s%s' "$controls" "$hebrew" "$quotes").csv"
{
    printf '"student_id","course_id","%s","%s","%s","%s","%s"\n' \
        "$(doubled "$script")" "$(doubled "$quotes")" "$controls" "$hebrew" \
        "$long"
    printf '%s,BIO1,a,b,c,d,e\n' 007 '<i>' 99 1001
    printf '%s\n' 7 ',,,,,,'
} >"$source"
school="<b onclick=x>$hebrew\"'.db"
cp school.db "$school"
for name in "$script" "$quotes" "$controls" "$hebrew" "$long"; do
    quoted=$(doubled "$name")
    query "$school" "CREATE TABLE \"t $quoted\" (a);
      INSERT INTO \"t $quoted\" VALUES (1);
      CREATE TRIGGER \"r $quoted\" AFTER INSERT ON student_courses
      BEGIN UPDATE \"t $quoted\" SET a = a + 1; END"
done
{
    printf '[accept trigger]\nlimit = 9\nreason = %s %s\napproved-by = by %s\n' \
        "$script" "$hebrew" "$quotes"
} >"<i>map.ini"
run migrate "./$school" "./$source" --map "<i>map.ini" --evidence hostile
made hostile 3
hostile=hostile/data/report.html
check_same 'no control character of a name is left' 0 \
    "$(tr -d '\n' <"$hostile" | LC_ALL=C grep -c '[[:cntrl:]]')"
for name in '&lt;script&gt;document.title=&quot;owned&quot;&lt;/script&gt;' \
    '&quot;&#39;--&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;' \
    '\x1b[31m\x07\xc2\x85\xe2\x80\xaegpj\xe2\x80\xac' "$hebrew"; do
    check_same "the name $name stands there as text" 1 \
        "$(($(grep -cF "$name" "$hostile") > 2))"
done

# What only a whole page of the unit tests has.
cp "$root/tests/unit/golden/html/hostile.html" made.html

python3 "$root/tests/browser/planted.py" "$out" excepted/data/report.html
# shellcheck disable=SC2086 # no name holds a blank
python3 "$root/tests/browser/report.py" "$out" $pages made=made.html
check_same 'there are pictures to look at' 10 \
    "$(find "$out" -name '*-phone-dark.png' | wc -l)"
