#!/bin/sh
# A signature by ssh-keygen binds every file of the evidence: whatever is done
# to one of them, either the signature or check-evidence says so.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

if ! command -v ssh-keygen >/dev/null 2>&1; then
    skip 'evidence that is signed' 'there is no ssh-keygen'
    exit 0
fi
cp "$fixtures"/readme/*.csv .
run load -q school.db students students.csv --key student_number
run load -q school.db courses courses.csv --key code+term
run migrate -q school.db enrollments.csv --student student_number \
    --course code+term --evidence bag -n
for who in registrar somebody; do
    ssh-keygen -q -t ed25519 -N '' -C $who@example.edu -f $who
done
echo "registrar@example.edu $(cat registrar.pub)" >allowed_signers

# signs WHO
signs()
{
    rm -f bag/tagmanifest-sha256.txt.sig
    ssh-keygen -Y sign -n file -f "$1" bag/tagmanifest-sha256.txt
}
verifies()
{
    ssh-keygen -Y verify -n file -f allowed_signers -I registrar@example.edu \
        -s bag/tagmanifest-sha256.txt.sig <bag/tagmanifest-sha256.txt
}
checks() { "$rollproof" check-evidence bag; }
fails() { ! "$@"; }

check 'the registrar signs' signs registrar
check 'the signature is good' verifies
check 'and evidence with a signature is unaltered' checks

# After each of these the one or the other must fail.
cp -R bag kept
restore()
{
    rm -rf bag
    cp -R kept bag
}
printf 'x' >>bag/data/report.txt
check 'an altered file leaves the signature good' verifies
check 'and check-evidence sees it' fails checks
(cd bag && find data -type f -exec sha256sum {} + >manifest-sha256.txt)
check 'with the manifest made anew the signature is good' verifies
check 'and check-evidence sees it still' fails checks
restore
printf 'X' | dd of=bag/data/report.txt conv=notrunc bs=1 seek=20 2>dd.said
(
    cd bag || exit 1
    find data -type f -exec sha256sum {} + | LC_ALL=C sort -k 2 >../m
    mv ../m manifest-sha256.txt
    sha256sum bag-info.txt bagit.txt manifest-sha256.txt \
        >tagmanifest-sha256.txt
)
check 'all manifests made anew satisfy check-evidence' checks
check 'and break the signature' fails verifies
check 'somebody signs that' signs somebody
check 'which is no signature of the registrar' fails verifies
restore
cp somebody.pub bag/tagmanifest-sha256.txt.sig
check 'what is no signature is not good' fails verifies
restore
cp bag/tagmanifest-sha256.txt.sig bag/bag-info.txt.sig
check 'no other file may be added' fails checks
