#!/bin/sh
# tools/run-tests counts right, and nothing that goes wrong counts as passed.
set -u

root=${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/tests"

# program NAME BODY, script NAME BODY: a test that is run as such.
program()
{
    printf '#!/bin/sh\n%s\n' "$2" >"$dir/tests/$1"
    chmod +x "$dir/tests/$1"
}
script() { program "$1.sh" "$2"; }

# expect NAME LAST-LINE STATUS TEST...
expect()
{
    name=$1
    last=$2
    wanted=$3
    shift 3
    (cd "$dir/tests" && TEST_SECONDS=2 "$root/tools/run-tests" "$@") \
        >"$dir/said" 2>&1
    status=$?
    if [ "$(tail -n 1 "$dir/said")" = "$last" ] && [ "$status" -eq "$wanted" ]
    then
        echo "ok $name"
    else
        echo "not ok $name: exit $status: $(tr '\n' '|' <"$dir/said")"
    fi
}

program good 'echo "[==========] Running 2 test(s)."
echo "[  PASSED  ] 2 test(s)."'
program bad 'echo "[==========] Running 3 test(s)."
echo "[  PASSED  ] 1 test(s)."
echo "[  FAILED  ] 2 test(s), listed below:" >&2
echo "[  FAILED  ] one" >&2
exit 2'
program skips 'echo "[==========] Running 2 test(s)."
echo "[  PASSED  ] 1 test(s)."
echo "[  SKIPPED ] 1 test(s), listed below:"'
program dies 'echo "[==========] Running 1 test(s)."; kill -SEGV $$'
program stops 'echo "[==========] Running 2 test(s)."
echo "[  PASSED  ] 1 test(s)."'
program late 'echo "[==========] Running 1 test(s)."
echo "[  PASSED  ] 1 test(s)."; exit 9'
program nothing 'exit 0'
program hangs 'echo "[==========] Running 1 test(s)."; sleep 60'
script lines 'echo "ok a b"; echo "ok c"; echo "skip d no data"'
script broken 'echo "ok a"; echo "not ok b: why"'
script exits 'echo "ok a"; exit 3'

expect 'programs and scripts are added up' \
    '4 passed, 0 failed, 1 skipped' 0 ./good ./lines.sh
expect 'without a skip none is mentioned' '2 passed, 0 failed' 0 ./good
expect 'failures are counted one by one' '3 passed, 2 failed' 1 ./good ./bad
expect 'a skipped test of a program is counted' \
    '1 passed, 0 failed, 1 skipped' 0 ./skips
expect 'a failed line of a script fails' '1 passed, 1 failed' 1 ./broken.sh
expect 'a script that exits badly fails' '1 passed, 1 failed' 1 ./exits.sh
expect 'a program that dies fails' '2 passed, 1 failed' 1 ./good ./dies
expect 'a program that stops early fails' '1 passed, 1 failed' 1 ./stops
expect 'an exit that is not 0 fails' '1 passed, 1 failed' 1 ./late
expect 'a program without tests fails' '2 passed, 1 failed' 1 ./nothing ./good
expect 'a program that is not there fails' '0 passed, 1 failed' 1 ./absent
expect 'a program that hangs fails' '0 passed, 1 failed' 1 ./hangs
expect 'no test at all fails' '0 passed, 1 failed' 1

(cd "$dir/tests" && "$root/tools/run-tests" ./bad ./broken.sh) \
    >"$dir/said" 2>&1
if grep -q 'FAILED  \] one' "$dir/said" && grep -q 'b: why' "$dir/said"; then
    echo 'ok what failed is told in full'
else
    echo "not ok what failed is told in full: $(tr '\n' '|' <"$dir/said")"
fi
