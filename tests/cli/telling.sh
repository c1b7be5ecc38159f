#!/bin/sh
# --junit and --metrics: what CI and monitoring read of every run, however it
# ended, and what becomes of the files that are there.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
run load base.db students students.csv --key student_id
run load base.db courses courses.csv --key course_id
mkdir told
fresh() { rm -rf run.db run.db.evidence bag && cp base.db run.db; }
telling='--junit ci.xml --metrics node.prom'

# metric NAME: the value of the only sample of that name.
metric() { sed -n "s/^rollproof_$1{.*} //p" node.prom; }

# told NAME EXIT RUN: keeps the files of the last run; its exit code and what
# the test "run" came to are these.
told()
{
    cp ci.xml "told/$1.xml"
    cp node.prom "told/$1.prom"
    check_same "$1: exit code and outcome are told" "$2 $2 $3" \
        "$exit $(metric exit_code) $(sed -n '4,5p' ci.xml | grep -oE \
            '<(failure|error)|name="run"/>' | tr -d '<"/>' | sed \
            's/name=run/passed/')"
    check_same "$1: files are for other programs, too" '644 644' \
        "$(stat -c %a ci.xml node.prom | xargs)"
}

# shellcheck disable=SC2086 # $telling is several words
{
    fresh
    run migrate run.db plain.csv $telling
    told proved 0 passed
    success=$(metric last_success_timestamp_seconds)
    check_same 'a success is told with its time' "1 $(metric \
        last_run_timestamp_seconds)" "$((success > 1700000000)) $success"
    sed "s/^\(rollproof_last_success[^ ]*\) .*/\1 1234567890/" node.prom >old
    cp old node.prom
    fresh
    run migrate run.db unknown.csv $telling
    told refused 3 failure
    check_same 'a refusal keeps the time of the last success' 1234567890 \
        "$(metric last_success_timestamp_seconds)"
    run migrate run.db unknown.csv --accept unknown-student=3 \
        --accept unknown-course=50% $telling
    told with-exceptions 0 passed
    check_same 'and the next success sets it anew' 1 \
        "$(($(metric last_success_timestamp_seconds) >= success))"
    run migrate run.db plain.csv -n $telling
    told dry-run 0 passed
    run migrate run.db nowhere.csv $telling
    told no-source 2 error
    check_same 'why is told as well' 'nowhere.csv: cannot be opened: No such file or directory' \
        "$(sed -n 's/.*<error message="\([^"]*\)".*/\1/p' ci.xml)"
    run migrate nowhere.db plain.csv $telling
    told no-school 2 error
    run migrate run.db plain.csv --accept xyzzy=1 $telling
    told no-code 2 error
    run migrate run.db plain.csv --map nowhere.ini $telling
    told no-map 2 error
    run migrate run.db plain.csv --evidence told $telling
    told evidence-taken 2 error

    # A database that others live on.
    run migrate run.db plain.csv -q --evidence kept
    run verify run.db --against kept $telling
    told verify 0 passed
    check_same 'a verify is another series' 1 \
        "$(grep -c '^rollproof_exit_code{command="verify",' node.prom)"
    cp run.db lost.db
    query lost.db 'DELETE FROM student_courses WHERE course_id = 1'
    run verify lost.db --against kept --against kept --source plain.csv \
        $telling
    told verify-differs 1 failure
    check_same 'a check that failed is told by its name' 1 \
        "$(sed -n 's/^rollproof_check_failed{.*"enrollments-linked"} //p' \
            node.prom)"
    run verify nowhere.db $telling
    told verify-failed 2 error
    run verify run.db --map nowhere.ini $telling
    told verify-usage 2 error

    # Somebody else has the school.
    mkfifo held
    sqlite3 run.db 'BEGIN IMMEDIATE' '.shell echo >held' '.shell cat held2' \
        >/dev/null 2>&1 &
    holder=$!
    mkfifo held2
    read -r _ <held
    run migrate run.db plain.csv --wait 0 $telling
    echo >held2
    wait $holder
    told busy 75 error
    check_same 'nothing is told of what was not reached' 0 \
        "$(metric verdict_reached)$(metric committed)"

    # Names that mean something to XML, to labels, to a terminal.
    printf 'student_id,course_id,"<a b=""c"">&\047","]]>","\357\277\276","{\\"\n' \
        >odd.csv
    printf '007,BIO1,1,2,3,4\n' >>odd.csv
    odd='s"<&\{}.db'
    cp base.db "$odd"
    query "$odd" 'CREATE TABLE "<&""\" (a)'
    run migrate "$odd" odd.csv $telling
    told odd-names 3 failure
    cp "$odd" 's
[2J.db'
    run migrate 's
[2J.db' odd.csv $telling
    told odd-paths 3 failure

    # What is no work of ours stays.
    before=$(hash_of run.db)
    expect_output 'metrics over a database' migrate run.db plain.csv \
        --metrics base.db
    expect_output 'junit over metrics' migrate run.db plain.csv \
        --junit node.prom
    expect_output 'one file for both' migrate run.db plain.csv --junit new \
        --metrics new
    expect_output 'metrics into no folder' migrate run.db plain.csv \
        --metrics nowhere/node.prom
    expect_output 'junit over a folder' migrate run.db plain.csv --junit told
    rm -rf evidence
    run migrate run.db unknown.csv -n -q --evidence evidence
    expect_output 'metrics into evidence' migrate run.db plain.csv \
        --metrics evidence/data/node.prom
    check_same 'all of them before anything was done' "$before absent" \
        "$(hash_of run.db) $(hash_of new)"
    run migrate run.db plain.csv --junit nowhere/ci.xml --metrics node.prom
    check_same 'the one that can be written is' 2 "$(metric exit_code)"
    check_same 'nothing is left beside them' '' \
        "$(find . -name '.*.tmp')"
}

cd told || exit 1
/usr/bin/python3 "$root/tests/support/notice.py" ./*.xml ./*.prom \
    >"$dir/said" 2>&1 || not_ok 'parsers run' "$(tail -n 3 "$dir/said")"
cat "$dir/said"
if command -v promtool >/dev/null; then
    for file in *.prom; do
        check "promtool has nothing to say about $file" \
            sh -c "[ -z \"\$(promtool check metrics <$file 2>&1)\" ]"
    done
else
    skip 'promtool check metrics' 'promtool is not installed'
fi
