#!/bin/sh
# Evidence that another version of rollproof wrote is not guessed at: whoever
# reads it is told which version did, and a folder that another version left
# unfinished stays as it is.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/readme/*.csv .
run load --quiet school.db students students.csv --key student_number
run load --quiet school.db courses courses.csv --key code+term
keys='--student student_number --course code+term --leave-out grade'
# shellcheck disable=SC2086 # several words
run migrate --quiet school.db enrollments.csv $keys \
    --accept unknown-student=1,field-count=1 --evidence golden
[ $exit -eq 0 ] || not_ok 'there is evidence' "exit $exit: $(cat err)"
[ $exit -eq 0 ] || exit 1

# forge SED: a whole bag whose verdict.json was made by another program.
forge()
{
    rm -rf bag
    cp -r golden bag
    sed -i "$1" bag/data/verdict.json
    oxum=$(find bag/data -type f -printf '%s\n' |
        awk '{ bytes += $1 } END { printf "%d.%d", bytes, NR }')
    sed -i "s/^\(Payload-Oxum: \).*/\1$oxum/" bag/bag-info.txt
    (cd bag && find data -type f -exec sha256sum {} + | sort -k 2 \
        >manifest-sha256.txt && rm tagmanifest-sha256.txt &&
        sha256sum bagit.txt bag-info.txt manifest-sha256.txt >../tags &&
        mv ../tags tagmanifest-sha256.txt)
    run check-evidence bag
    check_same "$name: the bag is whole" "0 " "$exit $(cat err)"
}

# refused NAME SED MESSAGE: by everything that reads a verdict.
refused()
{
    name=$1
    forge "$2"
    for command in 'report bag' 'report bag --format json' \
        'verify school.db --against bag' 'share bag copy'; do
        # shellcheck disable=SC2086 # several words
        run $command
        check_same "$name: $command" "exit 2: $3" \
            "exit $exit: $(sed "s/^rollproof: //
                s/^bag: cannot be shared: verdict.json: /bag: /" err)"
    done
    check_same "$name: nothing was shared" absent "$(ls -d copy 2>/dev/null ||
        echo absent)"
}

refused 'a later schema' 's,verdict/1",verdict/2",; s/"0.1.0"/"0.9.0"/' \
    'bag: has the schema rollproof/verdict/2 and was written by a newer rollproof, 0.9.0; this one reads rollproof/verdict/1: use that one'
refused 'a member more' '/"dry_run"/a\  "undone": true,' \
    'bag: line 10, "undone": true is not what this version writes there; only evidence that nobody changed can be read, by the version that wrote it: rollproof 0.1.0'
refused 'a member less' '/"approved_by"/d; s/\("reason": .*\),$/\1/; s/"0.1.0"/"0.0.9"/' \
    'bag: findings[0].approved_by is missing; only evidence that nobody changed can be read, by the version that wrote it: rollproof 0.0.9'
refused 'a word that is not known' 's/"verdict": ".*"/"verdict": "partly"/' \
    'bag: verdict is a word that this version does not know; only evidence that nobody changed can be read, by the version that wrote it: rollproof 0.1.0'

# What a run of another version left behind is not called nothing.
mkdir -p school.db.evidence
cp -r golden school.db.evidence/20261122T000000Z-0001.partial
rm school.db.evidence/*.partial/tagmanifest-sha256.txt
sed -i 's,verdict/1",verdict/2",' school.db.evidence/*.partial/data/verdict.json
run status school.db --finish
check_same 'status --finish leaves what a newer one left' \
    'exit 2: rollproof: school.db.evidence/20261122T000000Z-0001.partial: has the schema rollproof/verdict/2 and was written by a newer rollproof, 0.1.0; this one reads rollproof/verdict/1: use that one' \
    "exit $exit: $(cat err)"
rm school.db.evidence/*.partial/data/verdict.json
run status school.db --finish
check_same 'and names a run that ended before it had a verdict' \
    '  unfinished  school.db.evidence/20261122T000000Z-0001.partial ended before anything was proved, and so before COMMIT; remove it' \
    "$(grep partial out)$(cat err)"

# The program in the evidence knows its own version only.
forge 's,verdict/1",verdict/2",; s/"0.1.0"/"0.9.0"/'
python3 golden/data/verify/verify.py --evidence bag school.db \
    enrollments.csv >out 2>err
exit=$?
check_same 'verify.py of another version' \
    'exit 2: -        the rest: not checked: verdict.json: rollproof 0.9.0 wrote it with the schema rollproof/verdict/2, and this program reads rollproof/verdict/1; take verify.py of that version: it is in the evidence as data/verify/verify.py' \
    "exit $exit: $(grep '^-' out)$(cat err)"

run snapshot --quiet school.db now
sed -i '1s,snapshot/1,snapshot/2,' now
run diff now school.db
check_same 'a snapshot of another version' \
    'exit 2: rollproof: now: is a snapshot of another version than rollproof/snapshot/1, or its first line is damaged; read it with the rollproof that made it, or take a new one' \
    "exit $exit: $(cat err)"
