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
refused 'a FIFO' data/pipe 'mkfifo data/pipe'
refused 'the hash of another method' manifest \
    "sed -i 's/^\\([0-9a-f]\\{32\\}\\)[0-9a-f]*/\\1/' manifest-sha256.txt
    $mend"

rm -rf bag && cp -r golden bag && echo x >bag/tagmanifest-sha256.txt.sig
run "$rollproof" check-evidence bag
holds 'a signature beside it is welcome' "$(said)" [ $status -eq 0 ]
for what in no-such-folder old.db .; do
    run "$rollproof" check-evidence $what
    holds "no evidence at all: $what" "exit $status: $(said)" \
        [ $status -ge 1 ] && [ $status -le 2 ]
done
