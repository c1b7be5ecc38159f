#!/bin/sh
# Somebody else has the database open: exit 75 after --wait, nothing written;
# a reader of a database in WAL mode is in nobody's way.
. "$(dirname "$0")/../support/fault.sh"

scratch
make_schools

# busy NAME [ARGUMENT...]: the command ends with 75, says what to do, and
# leaves everything as it was.
busy()
{
    name=$1
    shift
    before=$(date +%s)
    run "$rollproof" "$@"
    took=$(($(date +%s) - before))
    if [ $status -ne 75 ]; then
        not_ok "$name" "exit $status: $(said)"
    elif ! says '--wait'; then
        not_ok "$name" "no remedy: $(said)"
    elif ! is_clean || [ -e s.db.evidence ] || [ -e s.db.student_courses.csv ]
    then
        not_ok "$name" 'something is left'
    elif [ $took -lt "$least" ] || [ $took -gt "$most" ]; then
        not_ok "$name" "it took $took s"
    else
        ok "$name"
    fi
}
unchanged() { [ "$(content s.db)" = "$1" ]; }

renew
hold 'BEGIN IMMEDIATE;'
least=0 most=1
busy 'a writer elsewhere, --wait 0: migrate' migrate s.db e.csv $keys --wait 0
busy 'a writer elsewhere, --wait 0: upgrade' upgrade s.db --wait 0
busy 'a writer elsewhere, --wait 0: load' load s.db courses courses.csv \
    --key code --wait 0
least=1 most=4
busy 'a writer elsewhere, --wait 1' migrate s.db e.csv $keys --wait 1
run "$rollproof" verify s.db --wait 0
holds 'a writer elsewhere is in no reader'\''s way' "$status: $(said)" \
    [ $status -ne 75 ]
let_go
holds 'after a busy end the database is the old one' 'it is not' \
    unchanged "$old"

cp new.db s.db
hold 'BEGIN IMMEDIATE;'
least=0 most=1
busy 'a writer elsewhere: enroll' enroll s.db 2 2 --wait 0
busy 'a writer elsewhere: withdraw' withdraw s.db 1 1 --wait 0
busy 'a writer elsewhere: downgrade' downgrade s.db --wait 0
let_go
hold 'BEGIN EXCLUSIVE;'
for command in verify status 'courses sid=1' 'students code=M1'; do
    set -- $command
    busy "a lock against readers: $1" "$1" s.db ${2-} --wait 0
done
let_go

hold 'BEGIN; SELECT count(*) FROM students;'
busy 'a reader elsewhere at COMMIT: enroll' enroll s.db 2 2 --wait 0
busy 'a reader elsewhere at COMMIT: downgrade' downgrade s.db --wait 0
printf 'sid,code\n2,P1\n' >more.csv
busy 'a reader elsewhere at COMMIT: migrate' migrate s.db more.csv $keys \
    --wait 0
let_go
holds 'after all that nothing has changed' 'it has' unchanged "$new"

renew
hold 'BEGIN; SELECT count(*) FROM students;'
busy 'a reader elsewhere is found before the fill' migrate s.db e.csv $keys \
    --wait 0
least=1 most=4
busy 'a reader elsewhere, --wait 1' migrate s.db e.csv $keys --wait 1
(sleep 0.5 && echo 'COMMIT;' >&3) &
run "$rollproof" migrate s.db e.csv $keys --wait 20
holds 'waiting for a reader leads on' "exit $status: $(said)" [ $status -eq 0 ]
let_go
holds 'after waiting the links are there' 'they are not' unchanged "$new"

renew
hold 'BEGIN IMMEDIATE; DELETE FROM courses WHERE id = 99;'
(sleep 0.5 && echo 'ROLLBACK;' >&3) &
run "$rollproof" migrate s.db e.csv $keys --wait 20
let_go
holds 'waiting for a writer leads on' "exit $status: $(said)" [ $status -eq 0 ]

renew
"$rollproof" migrate s.db e.csv $keys -q --wait 20 >one 2>&1 &
first=$!
run "$rollproof" migrate s.db e.csv $keys -q --wait 20
wait $first
first=$?
published
holds 'two at once: both are done, one after the other' \
    "exit $first and $status, $count bags: $(cat one said)" \
    [ "$first $status $count" = '0 0 2' ]
holds 'two at once: every link once' 'they are not' unchanged "$new"

renew
sqlite3 s.db 'PRAGMA journal_mode = wal' >/dev/null
hold 'BEGIN; SELECT count(*) FROM students;'
run "$rollproof" migrate s.db e.csv $keys --wait 0 --evidence walbag
holds 'WAL: a reader elsewhere disturbs nobody' "exit $status: $(said)" \
    [ $status -eq 0 ]
echo "SELECT count(*) FROM sqlite_schema WHERE name = 'student_courses';" >&3
let_go
holds 'WAL: the reader sees what it began with' "$(tail -n 1 answer)" \
    [ "$(tail -n 1 answer)" = 0 ]
digest() { "$rollproof" status "$1" | sed -n 's/^  database //p'; }
holds 'WAL: the digest is that of the content' 'it is not' \
    [ "$(digest s.db)" = "$(digest new.db)" ]
run "$rollproof" check-evidence walbag
holds 'WAL: the evidence is whole' "$(said)" [ $status -eq 0 ]
hold 'BEGIN IMMEDIATE;'
rm -rf s.db.evidence
least=0 most=1
busy 'WAL: a writer elsewhere' enroll s.db 2 2 --wait 0
let_go
holds 'WAL: after all that nothing has changed' 'it has' unchanged "$new"
