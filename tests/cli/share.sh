#!/bin/sh
# A shared copy is the evidence without values and names, and each of both
# names the other.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

cp "$fixtures"/school/*.csv "$fixtures"/sources/*.csv .
cp "$fixtures/demo/enrollments.csv" legacy.csv
run load -q school.db students students.csv --key student_id --evidence load.bag
run load -q school.db courses courses.csv --key course_id
accept=unknown-student=1,unknown-course=1,field-count=1,invalid-encoding=1
run migrate -q school.db legacy.csv --leave-out grade,note,term \
    --accept "$accept,duplicate-conflict=1" --evidence bag
set -- migrate -n school.db statuses.csv --where status=active

# files FOLDER
files() { (cd "$1" && find . -type f | sed 's,^\./,,' | sort | xargs); }
sha256_of() { sha256sum <"$1" | cut -d' ' -f1; }
# told FOLDER LABEL: what bag-info.txt says.
told() { sed -n "s/^$2: //p" "$1/bag-info.txt"; }
# What a run printed, without the hashes that change with the time of a run.
masked() { transcript | sed -E 's/[0-9a-f]{64}/<HASH>/g'; }
tree() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }

tree bag >before
run share bag copy
check_same 'sharing tells both folders and what is left out' \
    'shared  copy/   manifest-sha256.txt <HASH>
of      bag/   manifest-sha256.txt <HASH>
without values of cells, names of persons, collapsed.csv, rejects/1.csv, sample.csv
exit 0' "$(masked)"
tree bag >after
check_files 'the original is as it was' before after
check_same 'the copy has these files and no other' \
    "$(files bag | tr ' ' '\n' | grep -vxE \
        'data/(collapsed|sample)\.csv|data/rejects/.*' | xargs)" \
    "$(files copy)"
check_same 'the copy names the manifests of the original' \
    "bag $(sha256_of bag/manifest-sha256.txt) $(sha256_of \
        bag/tagmanifest-sha256.txt)" \
    "$(told copy Original-Bag) $(told copy Original-Manifest-SHA256) $(told \
        copy Original-Tagmanifest-SHA256)"
check_same 'the original names the manifest of the copy' \
    "$(told bag Shared-Manifest-SHA256)" "$(sha256_of copy/manifest-sha256.txt)"
check_same 'a copy names no other run and no other copy' ' ' \
    "$(told copy Previous-Bag) $(told copy Shared-Manifest-SHA256)"
check 'sha256sum agrees with the manifests of the copy' sh -c \
    'cd copy && sha256sum -c --quiet --strict manifest-sha256.txt &&
     sha256sum -c --quiet --strict tagmanifest-sha256.txt'
check_same 'files are 0600 and folders 0700' '600 700' \
    "$(find copy -type f -printf '%m\n' | sort -u) $(find copy -type d \
        -printf '%m\n' | sort -u)"
for file in inputs.sha256 migration.sql schema.after.sql schema.before.sql \
    tables.csv; do
    check_files "the copy's $file is the original's" "bag/data/$file" \
        "copy/data/$file"
done

# The key is the tenth of eleven columns; Python takes them apart.
without_keys()
{
    python3 -c '
import csv, sys
rows = list(csv.reader(sys.stdin))
assert rows[0][9] == "key" and all(len(row) == 11 for row in rows)
for row in rows:
    print("|".join(row[:9] + row[10:]))'
}
columns() { python3 -c 'import csv, sys
for row in csv.reader(sys.stdin): print("|".join(row))'; }
without_keys <bag/data/findings.csv >expected
columns <copy/data/findings.csv >actual
check_files "the copy's findings.csv lacks the column key, and no other" \
    expected actual
check_same 'run.json of the copy tells when, and with which versions' \
    '2||||||rollproof' "$(json copy/data/run.json '$.started' | cut -c 1)|$(
        for member in host user folder database argv; do
            json copy/data/run.json "\$.$member"
            printf '|'
        done | tr -d '\n')$(json copy/data/run.json '$.versions' |
        grep -o rollproof)"
check_same 'libraries are told by name and hash' \
    "$(json bag/data/run.json '$.libraries' | grep -oE '"sha256":"[0-9a-f]*"')" \
    "$(json copy/data/run.json '$.libraries' | grep -oE '"sha256":"[0-9a-f]*"')"
check_same 'no library is told with its folder' '' \
    "$(json copy/data/run.json '$.libraries' | grep /)"
check_same 'the verdict is the same but for "shared"' \
    '3d2
<   "shared": true,' "$(diff copy/data/verdict.json bag/data/verdict.json |
        sed 's/^[0-9]*d[0-9]*$/3d2/')"

run check-evidence copy
check_same 'the copy is complete, and says of what' \
    "complete and unaltered: 17 files
a shared copy of bag, whose manifest-sha256.txt has the SHA-256
$(sha256_of bag/manifest-sha256.txt)" "$(cat out)"
run report copy
check_files 'its report can be printed again' copy/data/report.txt out
run report copy --format html
check_files 'as a page as well' copy/data/report.html out
run report bag --format html
check_same 'which says that it is a copy, and leads to no file that is not there' \
    '1 sample.csv rejects/' \
    "$(grep -c 'A shared copy' copy/data/report.html) $(diff \
        copy/data/report.html out | grep '^>' |
        grep -oE 'sample\.csv|rejects/' | sort -ru | xargs)"
run report bag
sed '3{/^  shared /d}' copy/data/report.txt >expected
check_files 'which is that of the original, with one line more' out expected
run share bag again
check_files 'sharing again gives the same payload' copy/manifest-sha256.txt \
    again/manifest-sha256.txt

# What the original says must not come back by the mapping.
for where in 'status=active' 'status=active,dropped' 'sta\tus=active' \
    'status=a\=b\,c,active' 'status=\\,active'; do
    run migrate -n school.db statuses.csv --where "$where" --evidence w.bag
    run share w.bag w.copy
    check_same "the values of --where $where are withheld" \
        "0 status=(not shared)" \
        "$exit $(json w.copy/data/verdict.json '$.mapping.where[0]' |
            sed 's/sta..tus/status/')"
    rm -rf w.bag w.copy
done
printf 'a\\=b,student_id,course_id\nx=y,007,BIO1\nz,7,MAT1\n' >odd.csv
run migrate -n school.db odd.csv --where 'a\\\=b=x\=y' --evidence w.bag
run share w.bag w.copy
check_same 'a column may hold what separates it from its values' \
    '0 a\\\\\\=b=(not shared)' \
    "$exit $(json w.copy/data/verdict.json '$.mapping.where[0]')"
rm -rf w.bag w.copy
cat >map.ini <<'END'
[mapping]
leave-out = term,grade,note
[where]
END
sed -i '/^\[where\]/d' map.ini
for code in unknown-student unknown-course field-count invalid-encoding \
    duplicate-conflict; do
    printf '[accept %s]\nlimit = 1\nreason = SECRET left\napproved-by = SECRET\n' \
        $code >>map.ini
done
run migrate -n school.db legacy.csv --map map.ini --evidence w.bag
check_same 'a map stands in the evidence' '0 SECRET' \
    "$exit $(grep -rhoE 'approver: .*' w.bag/data/report.txt | sort -u |
        sed 's/.*: //')"
run share w.bag w.copy
check_same 'reasons, approvers and the map are withheld' '0  (not shared)' \
    "$exit $(grep -rl SECRET w.copy) $(grep -hoE 'approver: .*' \
        w.copy/data/report.txt | sort -u | sed 's/.*: //')"
check_same 'but not that there was one' \
    "map.ini $(sha256_of map.ini)" \
    "$(json w.copy/data/verdict.json '$.mapping.map.name') $(json \
        w.copy/data/verdict.json '$.mapping.map.sha256')"

# load has evidence as well; "." and a slash name it, too.
run share load.bag load.copy
check_same 'evidence of a load is shared' \
    "0 $(told load.bag Shared-Manifest-SHA256)" \
    "$exit $(sha256_of load.copy/manifest-sha256.txt)"
(cd bag && "$rollproof" share . ../dot >"$dir/out" 2>"$dir/err")
check_same 'the original is called by its name, however it was named' bag \
    "$(told dot Original-Bag)"

# What is refused, with nothing written.
refused()
{
    name=$1
    words=$2
    shift 2
    run "$@"
    check_same "$name is refused" "2 rollproof: $words absent" \
        "$exit $(cat err) $([ -e none ] || [ -e none.partial ] || echo absent)"
}
refused 'what is there already' 'copy: exists already; name another OUT' \
    share bag copy
mkdir left.partial
refused 'what was left by a share' \
    'left.partial: was left by a share that did not end; remove it' \
    share bag left
refused 'a copy of a copy' \
    'copy: cannot be shared: it is a shared copy already; copy the folder as it is' \
    share copy none
cp -R bag altered
echo x >>altered/data/report.txt
refused 'evidence that was altered' \
    'altered: the evidence was altered or is incomplete: data/report.txt: was altered: its SHA-256 is not the one in manifest-sha256.txt; see rollproof check-evidence' \
    share altered none
refused 'what is no evidence' \
    'left.partial: is no evidence: it has neither bagit.txt nor manifest-sha256.txt' \
    share left.partial none
refused 'what is not there' 'nowhere: cannot be read: No such file or directory' \
    share nowhere none
refused 'a folder that cannot be made' \
    'nowhere/at/: cannot be made (name a folder that can be made and written as OUT): No such file or directory' \
    share bag nowhere/at/all

# Evidence whose manifests were mended, as somebody else may write it.
mended()
{
    rm -rf odd
    cp -R bag odd
    (
        cd odd || exit 1
        eval "$1"
        find data -type f -exec sha256sum {} + >manifest-sha256.txt
        oxum=$(find data -type f -printf '%s\n' | awk '{ b += $1 }
            END { print b "." NR }')
        sed -i "s/^Payload-Oxum.*/Payload-Oxum: $oxum/" bag-info.txt
        sha256sum bag-info.txt bagit.txt manifest-sha256.txt \
            >tagmanifest-sha256.txt
    )
}
unknown='odd: cannot be shared: findings.csv does not have the columns that this version knows, so what in it is a key cannot be told; share the evidence with the version that wrote it'
mended 'sed -i "1s/key/k/" data/findings.csv'
refused 'a column that is not known' "$unknown" share odd none
mended 'sed -i "2s/^/x,/" data/findings.csv'
refused 'a row with a column more' "$unknown" share odd none
mended 'echo x >>data/findings.csv'
refused 'a row with a column less' "$unknown" share odd none
mended 'printf "\"" >>data/findings.csv'
refused 'a row that does not end' "$unknown" share odd none
mended ': >data/findings.csv'
refused 'a list without a header' "$unknown" share odd none
mended 'rm data/verdict.json'
refused 'evidence without a verdict' \
    'odd: cannot be shared: there is no verdict.json in it; it was not written by rollproof' \
    share odd none
mended 'echo "{" >data/run.json'
run share odd none
check_same 'a run.json that is none is refused' '2 run.json' \
    "$exit $(grep -o run.json err | head -n 1)"
mended 'echo SECRET >data/more.csv; mkdir data/deep; echo SECRET >data/deep/x'
run share odd unknown
check_same 'a file that is not known is left out, and told' \
    '0 deep/x, more.csv ' \
    "$exit $(grep -oE 'deep/x, more.csv' out) $(grep -rl SECRET unknown)"
mended 'echo x >>data/tables.csv'
run share odd another
check_same 'that the original names another copy is told' \
    "rollproof: the original names another copy, $(told bag \
        Shared-Manifest-SHA256); it was written by another version, and who has that one makes it" \
    "$(cat err)"

# A copy in the folder of the runs is no run.
mkdir runs
run migrate -q -n school.db plain.csv --evidence runs/1
run share runs/1 runs/z
run migrate -q -n school.db plain.csv --evidence runs/2
check_same 'the next run names the run, not its copy' 1 \
    "$(told runs/2 Previous-Bag)"
run check-evidence runs
check_same 'copies are counted apart' \
    'complete and unaltered: 2 runs, 1 shared' "$(sed 's/, [0-9]* files//;1q' out)"
mv copy school.db.evidence.partial
mkdir -p school.db.evidence
mv school.db.evidence.partial school.db.evidence/copy.partial
run status school.db --finish
check_same 'a copy that was not completed is no run to be finished' \
    '  unfinished  school.db.evidence/copy.partial is a shared copy that was not completed; remove it and share again' \
    "$(grep unfinished out)"
