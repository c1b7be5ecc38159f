#!/bin/sh
# What --help and --version print.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

expect_output 'version' --version
expect_output 'help' --help
expect_output 'help of a command that is not there' nonsense --help
for command in load migrate upgrade downgrade verify snapshot diff courses students \
    enroll withdraw status report check-evidence share \
    self-test; do
    expect_output "help of $command" "$command" --help
    run "$command" -h
    cp out short
    run "$command" --help
    check_files "-h is --help: $command" out short
done
run --help
cp out long
run -h
check_files '-h is --help' long out
run help
check_files 'help is --help' long out
run
cp err said
check_files 'no command at all is told like --help' long said
check_same 'no command at all is exit 2' 2 "$exit"

# Every command that exists is in --help, and has a test of its help here.
check_same 'all commands are tested' \
    "$(sed -n 's/^  \([a-z-]*\)  .*/\1/p' long | sort | xargs)" \
    "$(sed -n '/^for command in/,/do$/p' "$root/tests/cli/help.sh" |
        grep -oE '[a-z-]+' | grep -vxE 'for|command|in|do' | sort | xargs)"
