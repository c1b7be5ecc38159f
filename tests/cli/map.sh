#!/bin/sh
# Maps: a dry run writes the one it would need, with it the run is proved, who
# approved what is told, and a map that does not mean what it says is refused
# with its line.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id

fresh() { rm -rf run.db run.db.evidence bag new.ini && cp base.db run.db; }

# Whatever blocks, the map that is written accepts it, and nothing beyond it.
# needed NAME ARG...: with the map, exit 0; with a limit less, exit 3.
needed()
{
    name=$1
    shift
    fresh
    run migrate run.db "$@" -n --write-map new.ini
    dry=$exit
    run migrate run.db "$1" --map new.ini --evidence bag
    check_same "$name: the map that is written is enough" "3 0 $(hash_of \
        new.ini)" "$dry $exit $(hash_of bag/data/map.ini)"
    [ "$exit" -eq 0 ] || sed 's/^/  /' out err
    cp base.db run.db
    sed 's/^limit = .*/limit = 0/' new.ini >less.ini
    run migrate run.db "$1" --map less.ini -n
    check_same "$name: a map that accepts less is not" 3 "$exit"
}
needed not-csv utf16.csv
needed nothing-used header_only.csv
needed where-value-unseen statuses.csv --where status=active,Active,actve
needed stray-quote stray_quote.csv
needed unclosed-quote unclosed_quote.csv --leave-out name
needed bare-cr bare_cr.csv
needed nul-byte nul_late.csv
needed invalid-encoding invalid_encoding.csv
needed bom-inside bom_inside.csv
needed repeated-header repeated_header.csv
needed field-count field_count.csv
needed empty-key empty_key.csv
needed ambiguous-course credits.csv --course credits=credits
needed unknown unknown.csv
needed suspicious-multiline swallowed_quote.csv
needed duplicate-conflict duplicate_conflict.csv
needed column-not-carried columns_not_carried.csv
needed 'no header' no_header.csv --header student_id,course_id,note
printf "student_id;'course_id'\n'7';CHE1\n8;'CHE1'\n" >dialect.csv
needed 'another dialect' dialect.csv --quote "'" --delimiter ';' \
    --check full --course-index
check 'all of what was asked for is in it' grep -qx 'check = full' new.ini
check 'the index, too' grep -qx 'course-index = yes' new.ini

# A map for what needs none, and one where none helps.
fresh
run migrate run.db plain.csv -n --write-map new.ini
run migrate run.db plain.csv --map new.ini --evidence bag
check_same 'a map without acceptances proves' '0 proved' \
    "$exit $(json bag/data/verdict.json '$.verdict')"
fresh
query run.db 'CREATE TABLE student_courses (student_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id));
  CREATE TRIGGER one AFTER INSERT ON student_courses BEGIN
    DELETE FROM students WHERE id = 1; END'
expect_output 'no map helps against a check that fails' migrate run.db \
    plain.csv -n --write-map new.ini --evidence bag
check_same 'and none is written' absent "$(hash_of new.ini)"

# What is written, in full, and what is told with it.
fresh
expect_output 'a dry run writes a map' migrate run.db unknown.csv grades.csv \
    -n --write-map new.ini
[ -z "${ROLLPROOF_UPDATE-}" ] || cp new.ini "$fixtures/expected/map/new.ini"
check_files 'the map that is written' "$fixtures/expected/map/new.ini" new.ini
check_same 'its owner alone may read it' 600 "$(stat -c %a new.ini)"
check_same 'nothing else is left beside it' '' \
    "$(find . -maxdepth 1 -name '.*.tmp')"
awk '/^\[accept unknown-student/ { inside = 1 }
  inside && /^reason/ { $0 = "reason = They left before 2019; see the minutes" }
  inside && /^approved-by/ { $0 = "approved-by = Zoë Wiśniewska, registrar"
    inside = 0 }
  { print }' new.ini >approved.ini
expect_output 'reason and approver are told' migrate run.db unknown.csv \
    grades.csv --map approved.ini --evidence bag
check_files 'the map is in the evidence as it was' approved.ini \
    bag/data/map.ini
check 'and in the manifest' grep -q ' data/map.ini$' bag/manifest-sha256.txt
check_same 'programs read them' \
    'They left before 2019; see the minutes|Zoë Wiśniewska, registrar||' \
    "$(sqlite3 :memory: "SELECT group_concat(coalesce(json_extract(value,
        '\$.reason'), '') || '|' || coalesce(json_extract(value,
        '\$.approved_by'), ''), '|') FROM json_each(readfile(
        'bag/data/verdict.json'), '\$.findings') WHERE json_extract(value,
        '\$.code') IN ('unknown-student', 'unknown-course')")"
check_same 'the verdict names the map and its hash' \
    "approved.ini $(hash_of approved.ini)" \
    "$(json bag/data/verdict.json '$.mapping.map.name') $(json \
        bag/data/verdict.json '$.mapping.map.sha256')"
run report bag
check 'the report says it again' grep -q 'approver: Zoë' out

# The next delivery: who approved three did not approve six.
cp base.db run.db
rm -f next.ini
run migrate run.db unknown.csv unknown.csv --map approved.ini -n \
    --write-map next.ini
check_same 'an acceptance that is void keeps no approver' '3 ' \
    "$exit $(grep -E '^(reason|approved-by) = .' next.ini)"
rm -f next.ini
run migrate run.db unknown.csv --map approved.ini -n --write-map next.ini
check_same 'one that holds keeps him' "0 reason = They left before 2019; see \
the minutes approved-by = Zoë Wiśniewska, registrar" \
    "$exit $(grep -E '^(reason|approved-by) = .' next.ini | xargs -d '\n')"

# Names that mean something to somebody: to a mapping, to INI files, to inih.
long=$(printf '%0300d' 0 | tr 0 y)
printf '"a+b"," ; c=d ","[x]","say ""z""","#1 \\ ,","%s","two
lines"
' "$long" >odd.csv
# shellcheck disable=SC1003 # a backslash, not an escape
printf '007,BIO1,keep,%s,"a, ; b ",7,""\n7,CHE1,leave,%s,other,8,x\n' \
    '"x;""y"' '\' >>odd.csv
fresh
run migrate run.db odd.csv --student 'a\+b=student_id' \
    --course ' ; c\=d =course_id' --where '#1 \\ \,=a\, ; b ' \
    --leave-out '[x],say "z"' --leave-out "$long" --leave-out 'two
lines' -n --write-map new.ini --evidence first
cp first/data/verdict.json asked.json
dry=$exit
run migrate run.db odd.csv --map new.ini --evidence bag
check_same 'odd names come through a map' '0 0 1' \
    "$dry $exit $(query run.db 'SELECT count(*) FROM student_courses')"
for part in student course where left_out; do
    check_same "$part is what it was without the map" \
        "$(json asked.json "\$.mapping.$part")" \
        "$(json bag/data/verdict.json "\$.mapping.$part")"
done
rm new.ini
run migrate run.db odd.csv --student 'a\+b=student_id' \
    --course ' ; c\=d =course_id' --where '#1 \\ \,=a\, ; b ' -n \
    --write-map new.ini
sed -E 's/^; (leave-out|    ")/\1/; /^\[accept column-not-carried/,$d' \
    new.ini >declared.ini
run migrate run.db odd.csv --map declared.ini -n --evidence declared
sqlite3 :memory: "SELECT value FROM json_each(readfile('asked.json'),
    '\$.mapping.left_out') ORDER BY 1" >expected
sqlite3 :memory: "SELECT value FROM json_each(readfile(
    'declared/data/verdict.json'), '\$.mapping.left_out') ORDER BY 1" >actual
check_files 'columns that are suggested can be declared so' expected actual
check_same 'and then nothing is left to accept' '0 proved' \
    "$exit $(json declared/data/verdict.json '$.verdict')"
cp base.db run.db
awk '{ printf "%s\r\n", $0 }' declared.ini | sed '1s/^/\xef\xbb\xbf/' >windows.ini
cp base.db run.db
run migrate run.db odd.csv --map windows.ini -n
check_same 'so they do from a file of Windows' 0 "$exit"

# refused NAME TEXT: what --map says to it, in full.
fresh
before=$(hash_of run.db)
refused()
{
    printf "$2" >m.ini
    expect_output "$1" migrate run.db unknown.csv --map m.ini
}
refused 'a misspelt key' '[mapping]\n\nstudnet = student_id\n'
refused 'a key far from any' '[source]\nxyzzy = 1\n'
refused 'a misspelt section' '[maping]\nstudent = student_id\n'
refused 'a section far from any' '[xyzzy]\n'
refused 'a misspelt code' '[accept unknwon-student]\nlimit = 1\n'
refused 'a code far from any' '[accept xyzzy]\nlimit = 1\n'
refused 'a note' '[accept duplicate-exact]\nlimit = 1\n'
refused 'a misspelt key of an acceptance' \
    '[accept unknown-student]\nlimit = 1\naproved-by = Ann\n'
refused 'an acceptance without a limit' \
    '[accept unknown-student]\nreason = none\n\n[accept trigger]\nlimit = 1\n'
refused 'a limit that is empty' '[accept unknown-student]\nlimit =\n'
refused 'a limit that is none' '[accept unknown-student]\nlimit = few\n'
refused 'a limit that accepts more' \
    '[accept unknown-student]\nlimit = 1,unknown-course=all\n'
refused 'a key twice' '[mapping]\nstudent = a\nstudent = b\n'
refused 'a limit twice' '[accept trigger]\nlimit = 1\nlimit = 2\n'
refused 'a section twice' '[accept trigger]\nlimit=1\n[accept trigger]\n'
refused 'a key above all sections' '; a map\nstudent = a\n'
refused 'a key without a value' '[mapping]\nstudent =\n'
refused 'a key of load' '[mapping]\nkey = student_id\n'
refused 'a spec that is none' '[mapping]\ncourse = a+=b\n'
refused 'a filter that is none' '[source]\nwhere = status\n'
refused 'a column without a name' '[mapping]\nleave-out = a,,b\n'
refused 'a delimiter that is none' '[source]\ndelimiter = ::\n'
refused 'a quote that is none' '[source]\nquote = none\n'
refused 'a quote that is the delimiter' \
    '[source]\nquote = |\ndelimiter = pipe\n'
refused 'a header without a name' '[source]\nheader = a,,b\n'
refused 'header and no-header' '[source]\nheader = a,b\nno-header = yes\n'
refused 'a flag that is none' '[source]\nno-header = 1\n'
refused 'a check that is none' '[policy]\ncheck = quick\n'
refused 'a value with a comment' '[mapping]\nstudent = a ; the number\n'
refused 'an indented key' '[accept trigger]\nlimit = 1\n  reason = x\n'
refused 'a line that is nothing' '[mapping]\nstudent\n'
refused 'a column that the source has not' '[mapping]\nstudent = nobody\n'
refused 'a column that the school has not' \
    '[mapping]\nstudent = student_id=nobody\n'
run migrate run.db unknown.csv --map m.ini --map m.ini
check_same 'the last --map counts, as of any option' 2 "$exit"

# Beside a map, nothing that it could hold.
printf '[mapping]\nstudent = student_id\n' >m.ini
for option in '--student a' '--course a' --course-index '--leave-out a' \
    '--where a=b' '--header a,b' --no-header '--delimiter ;' "--quote '" \
    '--check full' '--accept trigger=1'; do
    # shellcheck disable=SC2086 # an option and its value
    run migrate run.db unknown.csv --map m.ini $option
    check_same "${option%% *} is refused beside --map" "2 rollproof: \
${option%% *} cannot stand beside --map: who approves m.ini approves all of \
it; write it there, or leave one of them out" "$exit $(cat err)"
done

# Files.
expect_output 'a map that is not there' migrate run.db unknown.csv \
    --map nowhere.ini
expect_output 'a map that is a folder' migrate run.db unknown.csv --map .
mkfifo pipe.ini
expect_output 'a map that is a pipe' migrate run.db unknown.csv --map pipe.ini
head -c 1048577 /dev/zero | tr '\0' ';' >big.ini
expect_output 'a map that is too large' migrate run.db unknown.csv \
    --map big.ini
expect_output 'write-map without a dry run' migrate run.db unknown.csv \
    --write-map new.ini
expect_output 'write-map over a file' migrate run.db unknown.csv -n \
    --write-map m.ini
ln -s nowhere link.ini
expect_output 'write-map over a link' migrate run.db unknown.csv -n \
    --write-map link.ini
expect_output 'write-map into no folder' migrate run.db unknown.csv -n -q \
    --write-map nowhere/new.ini --evidence bag
check_same 'no map that is refused touched the school' "$before" \
    "$(hash_of run.db)"

# Loads.
rm -rf bag
printf 'n,name,born\n1,Ann,1990\n2,Bob,1991\n2,Bob,1992\n' >people.csv
expect_output 'a load writes a map' load people.db students people.csv \
    --key n --rename n=number -n --write-map load.ini
[ -z "${ROLLPROOF_UPDATE-}" ] || cp load.ini "$fixtures/expected/map/load.ini"
check_files 'the map of a load' "$fixtures/expected/map/load.ini" load.ini
run load people.db students people.csv --map load.ini --evidence bag
check_same 'and it is enough' "0 2 $(hash_of load.ini)" "$exit $(query \
    people.db 'SELECT count(number) FROM students') $(hash_of \
    bag/data/map.ini)"
expect_output 'a map of a migration cannot load' load people.db students \
    people.csv --map m.ini
for option in '--key n' '--columns n' '--rename n=m'; do
    # shellcheck disable=SC2086 # an option and its value
    run load people.db students people.csv --map load.ini $option
    check_same "${option%% *} is refused beside --map of a load" 2 "$exit"
done
