#!/bin/sh
# self-test: every fault is caught, and a verifier that is blind is noticed.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

mkdir tmp
TMPDIR=$dir/tmp
export TMPDIR

expect_output 'every fault is caught' self-test
check_same 'at least fourteen faults are planted' yes \
    "$([ "$(grep -c '^  an* \|^  one \|^  NULL \|^  the ' out)" -ge 14 ] &&
        echo yes)"
check_same 'nothing is left behind' '' "$(ls tmp)"
cp out first
run self-test
check_files 'it says the same again' first out

expect_output 'an argument is refused' self-test school.db
TMPDIR=$dir/not/there run self-test
check_same 'without a folder to work in it cannot be done' \
    '2 rollproof: DIR/not/there/rollproof-self-test-N: cannot be made' \
    "$exit $(sed "s|$dir|DIR|; s|; set TMPDIR.*||; s|test-.*:|test-N:|" err)"

# The same program, but it believes any evidence.
planted=${ROLLPROOF_BUILD:-$root/build}/tests/fault/planted/rollproof
rollproof=$planted
ROLLPROOF_FAULT=evidence-is-believed run self-test
check_same 'a verifier that is blind is noticed' '1 4 18 of 22' \
    "$exit $(grep -c 'WRONG *nothing was found' out) \
$(grep -o '[0-9][0-9]* of [0-9][0-9]*' out)"
ROLLPROOF_FAULT=verifier-cries-wolf run self-test
check_same 'a verifier that always finds something is noticed' \
    '1 WRONG but something where nothing was planted' \
    "$exit $(awk '$1 == "nothing" { print $2 }' out) \
$(grep -o 'but something.*' out)"
