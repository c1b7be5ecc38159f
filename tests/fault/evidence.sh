#!/bin/sh
# check-evidence refuses whatever was done to a bag, and names the file.
. "$(dirname "$0")/../support/fault.sh"

scratch
make_schools
run "$rollproof" check-evidence golden
holds 'evidence as it was written is complete and unaltered' "$(said)" \
    [ $status -eq 0 ]

# refused NAME WORD FAULT: after FAULT, done in a copy, it ends with 1 and
# says WORD.
refused()
{
    rm -rf bag
    cp -r golden bag
    (cd bag && eval "$3") || not_ok "$1" 'the fault cannot be planted'
    run "$rollproof" check-evidence bag
    if [ $status -ne 1 ]; then
        not_ok "$1" "exit $status: $(said)"
    elif ! grep -qF -- "$2" out said; then
        not_ok "$1" "it does not name $2: $(tr '\n' '|' <out) $(said)"
    else
        ok "$1"
    fi
}
zeros=$(printf '%064d' 0)
list='>>manifest-sha256.txt'
# Whoever alters a manifest may also mend the one above it.
mend='rm tagmanifest-sha256.txt; sha256sum *.txt >../tags
    mv ../tags tagmanifest-sha256.txt'

refused 'a missing file' data/verdict.json 'rm data/verdict.json'
refused 'an added file' data/more.txt 'echo x >data/more.txt'
refused 'an added file at the top' more.txt 'echo x >more.txt'
refused 'an added folder with a file' data/more/x 'mkdir data/more
    echo x >data/more/x'
refused 'an altered file' data/report.txt 'echo x >>data/report.txt'
refused 'one altered byte of the same length' data/verdict.json \
    'sed -i "s/true/tru3/" data/verdict.json'
refused 'an emptied file' data/findings.csv ': >data/findings.csv'
refused 'an altered manifest' manifest-sha256.txt \
    'sed -i "s/^[0-9a-f]/x/" manifest-sha256.txt'
refused 'a manifest with a line less' manifest-sha256.txt \
    'sed -i 1d manifest-sha256.txt'
refused 'a line less, and the tag manifest mended' data/ \
    "sed -i 1d manifest-sha256.txt; $mend"
refused 'an altered tag manifest' bag-info.txt \
    "sed -i '1s/^[0-9a-f]*/$zeros/' tagmanifest-sha256.txt"
refused 'an altered bag-info.txt' bag-info.txt 'echo x: y >>bag-info.txt'
refused 'an altered bagit.txt' bagit.txt 'echo x >>bagit.txt'
refused 'a missing tag manifest' tagmanifest-sha256.txt \
    'rm tagmanifest-sha256.txt'
refused 'a path that leaves the folder' '..' \
    "echo '$zeros  data/../../old.db' $list; $mend"
refused 'an absolute path' /etc/hostname \
    "echo '$zeros  /etc/hostname' $list; $mend"
refused 'the home of somebody' '~' "echo '$zeros  ~/x' $list; $mend"
refused 'a symbolic link' data/report.txt \
    'mv data/report.txt ../r; ln -s ../../r data/report.txt'
refused 'a link to a folder' data/inner 'ln -s /etc data/inner'
refused 'a name twice' data/report.txt \
    "line=\$(grep report.txt manifest-sha256.txt); echo \"\$line\" $list; $mend"
refused 'a name twice with two hashes' data/report.txt \
    "echo '$zeros  data/report.txt' $list; $mend"
refused 'a name with a line feed' data/ \
    'echo x >"data/a
b"'
refused 'a name with a carriage return' data/ \
    'echo x >"data/a$(printf "\r")b"'
refused 'a name with a percent sign' data/a%0Ab 'echo x >data/a%0Ab'
refused 'a name with a percent sign that is spelt out' data/a%25b \
    "echo x >data/a%25b; echo '$zeros  data/a%25b' $list; $mend"
refused 'a name that is no UTF-8' 'data/a\xff' \
    'echo x >"data/a$(printf "\377")"'
refused 'a name twice, in upper and lower case' data/Report.txt \
    "cp data/report.txt data/Report.txt
    sha256sum data/Report.txt $list; $mend"
refused 'a FIFO' data/pipe 'mkfifo data/pipe'
refused 'a FIFO in the place of a file' data/report.txt \
    'rm data/report.txt; mkfifo data/report.txt'
refused 'a FIFO in the place of a manifest' manifest-sha256.txt \
    'rm manifest-sha256.txt; mkfifo manifest-sha256.txt'
refused 'a socket' data/report.txt 'rm data/report.txt
    python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(
        \"data/report.txt\")"'
refused 'a file that is far too long' data/report.txt \
    'truncate -s 64G data/report.txt'
refused 'a manifest whose lines end in CR LF' CR \
    "sed -i 's/\$/\r/' manifest-sha256.txt; $mend"
refused 'a file that would be fetched' fetch.txt \
    'echo "https://example.edu/x 1 data/x" >fetch.txt
    sha256sum fetch.txt >>tagmanifest-sha256.txt'
refused 'a missing file that no manifest lists any more' bag-info.txt \
    "rm data/sample.csv; sed -i /sample.csv/d manifest-sha256.txt; $mend"
if mknod device c 1 5 2>/dev/null; then
    refused 'a device in the place of a file' data/report.txt \
        'rm data/report.txt; mknod data/report.txt c 1 5'
else
    echo 'skip a device in the place of a file: mknod is not allowed here'
fi
refused 'the hash of another method' manifest \
    "sed -i 's/^\\([0-9a-f]\\{32\\}\\)[0-9a-f]*/\\1/' manifest-sha256.txt
    $mend"

rm -rf bag && cp -r golden bag && echo x >bag/tagmanifest-sha256.txt.sig
run "$rollproof" check-evidence bag
holds 'a signature beside it is welcome' "$(said)" [ $status -eq 0 ]
for what in no-such-folder old.db lone; do
    mkdir -p lone
    run "$rollproof" check-evidence $what
    holds "no evidence at all: $what" "exit $status: $(said)" \
        [ $status -ge 1 ] && [ $status -le 2 ]
done

# Several runs: each names the one before it.
rm -rf bag golden
renew
for name in 1 2 3 4; do
    run "$rollproof" migrate -n s.db e.csv $keys --evidence runs/$name
done
whole='complete and unaltered: 4 runs, [0-9]* files;one chain, from 1 to 4;'
folded() { tr '\n' ';' <out; }
run "$rollproof" check-evidence runs
fits() { expr "$(folded)" : "$1\$" >expr.out; }
holds 'four runs are one chain' "$(folded) $(said)" fits "$whole"
run "$rollproof" check-evidence runs/4
holds 'the last names the three before it' "$(folded) $(said)" \
    fits '.*;runs before it: 3, unbroken back to 1;'
(cd runs/3/data && "$rollproof" check-evidence .. >"$dir/out")
holds 'a bag is found by any path' "$(folded)" \
    fits '.*;runs before it: 2, unbroken back to 1;'

# broken NAME WHOSE WORDS FAULT: after FAULT in a copy, check-evidence of WHOSE
# ends with 1 and says WORDS; that of all of them as well.
broken()
{
    rm -rf kept
    cp -r runs kept
    (cd runs && eval "$4") || not_ok "$1" 'the fault cannot be planted'
    for whose in "$2" runs; do
        run "$rollproof" check-evidence $whose
        if [ $status -eq 1 ] && grep -qF -- "$3" out; then
            ok "$1: $whose"
        else
            not_ok "$1: $whose" "exit $status: $(folded) $(said)"
        fi
    done
    rm -rf runs
    mv kept runs
}
# Whoever takes a run out may write the run after it anew.
forget='sed -i /^Previous/d bag-info.txt'
broken 'a run that was taken out' runs/4 '2: is missing: the run before 3' \
    'rm -r 2'
broken 'the first run taken out' runs/2 '1: is missing: the run before 2' \
    'rm -r 1'
broken 'the first taken out, and the second made the first' runs/4 \
    '2: is not as it was: its manifests are not those named by 3' \
    "rm -r 1; cd 2; $forget; $mend"
broken 'two runs that changed places' runs/4 '3: is not as it was' \
    'mv 3 x; mv 2 3; mv x 2'
broken 'a run that was forged' runs/3 \
    '2: is not as it was: its manifests are not those named by 3' \
    "cd 2; echo x >>data/report.txt
    find data -type f -exec sha256sum {} + >manifest-sha256.txt; $mend"
broken 'a run that was renamed' runs/3 '2: is missing' 'mv 2 5'
broken 'an earlier run that lost a tag file' runs/4 '2: lacks a tag file' \
    'rm 2/bag-info.txt'
broken 'a file of the run itself' runs/3 data/report.txt 'rm 3/data/report.txt'
mkdir runs/9.partial
run "$rollproof" check-evidence runs
holds 'a run that is not finished is counted' "$(folded) $(said)" \
    fits 'complete and unaltered: 4 runs, 1 unfinished, .*'
rmdir runs/9.partial
cp -r runs/3 runs/3b
run "$rollproof" check-evidence runs
holds 'a copy of a run beside it' "$(folded)" grep -qxF \
    '3b: names 2 as the run before it, and so does 3' out
rm -r runs/3b runs/2/data/report.txt
run "$rollproof" check-evidence runs
holds 'in a folder of runs the run is named with the file' "$(folded)" \
    grep -qxF '2/data/report.txt: is missing' out
run "$rollproof" check-evidence runs/3
holds 'the tag files of an earlier run are looked at, not its payload' \
    "exit $status $(folded)" [ $status -eq 0 ]
mkdir far
cp -r runs/4 far
run "$rollproof" check-evidence far/4
holds 'a run that was carried off lacks the one before it' "$(folded)" \
    [ "$status $(folded)" = '1 3: is missing: the run before 4;' ]
run "$rollproof" check-evidence far/4 --alone
holds 'which is not asked for with --alone' "exit $status $(folded)" \
    [ $status -eq 0 ]

# Runs that publish at the same time, each of its own database.
rm -rf runs
for name in 1 2 3 4 5 6 7 8; do
    cp s.db $name.db
    "$rollproof" migrate -q $name.db e.csv $keys --evidence runs/$name &
done
wait
run "$rollproof" check-evidence runs
holds 'eight runs at the same time are one chain' "$(folded) $(said)" \
    grep -q '^complete and unaltered: 8 runs,' out
