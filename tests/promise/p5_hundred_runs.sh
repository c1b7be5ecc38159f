#!/bin/sh
# P5 again, often: a hundred loads and imports by the programs of two
# compilers, under three locales and two zones, give the same bytes.
#
# make same builds the other compiler's program first; without it, and without
# the sources of locales, this says "skip" for that part.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

runs=100
accept=unknown-student=1,unknown-course=1,field-count=1,invalid-encoding=1
accept=$accept,duplicate-conflict=1

programs=$rollproof
other=$(dirname "$rollproof")/clang/rollproof
# One that is older may be of other sources.
if [ -x "$other" ] && [ "$other" -nt "$rollproof" ]; then
    programs="$programs $other"
else
    skip 'two compilers' "(no $(basename "$(dirname "$other")") program; run \
make same)"
fi

# Numbers with commas, an I without a dot: where locales bite.
mkdir locales
LOCPATH=$dir/locales
export LOCPATH
locales='C C.UTF-8'
for name in tr_TR de_DE; do
    if localedef -i "$name" -f UTF-8 "locales/$name.UTF-8" >/dev/null 2>&1
    then
        locales="$locales $name.UTF-8"
        break
    fi
done
case $locales in
*_*) ;;
*) skip 'a third locale' '(localedef made none)' ;;
esac
zones='UTC Pacific/Kiritimati'

# pick N WORD...: the N-th word, beginning again after the last.
pick()
{
    picked=$1
    shift
    shift $((picked % $#))
    printf '%s' "$1"
}

# bytes RUN: the hashes of all that must not differ.
bytes()
{
    (cd "$1" && find . -type f ! -name run.json ! -name bag-info.txt \
        ! -name '*manifest-sha256.txt' -exec sha256sum {} + | LC_ALL=C sort -k 2)
}

# once N: everything in a folder of its own; its hashes in hashes.N
once()
{
    # shellcheck disable=SC2086
    program=$(pick "$1" $programs)
    # shellcheck disable=SC2086
    LC_ALL=$(pick $(($1 / 2)) $locales)
    # shellcheck disable=SC2086
    TZ=$(pick $(($1 / 6)) $zones)
    export LC_ALL TZ
    mkdir "run.$1" "run.$1/evidence"
    cp "$fixtures/demo/enrollments.csv" "$fixtures/demo/late.csv" "run.$1"
    (
        cd "run.$1" || exit 1
        "$program" load school.db students "$fixtures/school/students.csv" \
            --key student_id --evidence evidence/students &&
            "$program" load school.db courses "$fixtures/school/courses.csv" \
                --key course_id --evidence evidence/courses &&
            "$program" migrate school.db enrollments.csv late.csv \
                --leave-out term,grade,note --accept "$accept" \
                --evidence evidence/links
        echo "exit $?"
        # A second import, refused: nothing is accepted.
        "$program" migrate school.db enrollments.csv --leave-out term,grade,note \
            --evidence evidence/refused
        echo "exit $?"
    ) >"said.$1" 2>&1
    grep '^exit ' "said.$1" >"hashes.$1"
    bytes "run.$1/evidence" >>"hashes.$1"
    sha256sum <"run.$1/school.db" >>"hashes.$1"
    rm -rf "run.$1"
}

number=0
different=
while [ "$number" -lt "$runs" ]; do
    (once "$number")
    cmp -s hashes.0 "hashes.$number" || different="$different $number"
    number=$((number + 1))
done

check_same 'a hundred runs give the same bytes' '' "$different"
[ -z "$different" ] ||
    diff hashes.0 "hashes.${different##* }" | sed 's/^/# /'
# What was compared is all that is there.
check_same 'each made four bags, two of them with links' \
    'exit 0 exit 3 4 4' "$(grep '^exit' hashes.0 | xargs) \
$(grep -c 'data/verdict.json' hashes.0) $(grep -c 'data/report.txt' hashes.0)"
