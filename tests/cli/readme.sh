#!/bin/sh
# README.md tells the truth: every example in a ```console block, run in order
# in a folder with fixtures/readme, prints what stands there, messages behind
# results.  Every option of README.md is in some --help, and every command and
# option of --help is in the manual page.
#
# ROLLPROOF_UPDATE=1 writes what is printed into README.md; read the difference
# before believing it.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

readme=$root/README.md
manual=$root/src/cli/rollproof.1

# expected/N: the N-th block; commands/N: what is typed in it.
split_blocks()
{
    mkdir expected commands
    awk '
    /^```console$/ { inside = 1; name = sprintf("%02d", ++count); next }
    /^```$/ { inside = 0 }
    inside { print >("expected/" name) }
    inside && /^\$ / { print substr($0, 3) >("commands/" name) }
    ' "$readme"
}

# The commands of file $1, each with what it printed; the exit code of the one
# before is in $?, as for who types them.
play()
{
    while IFS= read -r line <&3; do
        printf '$ %s\n' "$line"
        (exit "$last")
        eval "$line" >"$dir/out" 2>"$dir/err" </dev/null
        last=$?
        cat "$dir/out" "$dir/err"
    done 3<"$1"
}

play_blocks()
{
    mkdir printed bin work
    ln -s "$rollproof" bin/rollproof
    cp "$fixtures"/readme/*.csv work
    PATH=$dir/bin:$PATH
    last=0
    cd work || exit 1
    for block in "$dir"/commands/*; do
        play "$block" >"$dir/printed/$(basename "$block")"
    done
    cd "$dir" || exit 1
}

# The blocks of README.md with what was printed.
update()
{
    awk '
    /^```console$/ {
        print
        name = sprintf("printed/%02d", ++count)
        while ((getline line <name) > 0)
            print line
        inside = 1
    }
    /^```$/ { inside = 0 }
    !inside { print }
    ' "$readme" >new.md
    cp new.md "$readme"
}

# A key that was just made has another fingerprint each time.
mask_example()
{
    mask "$1" | sed -E 's,(SHA256:)[A-Za-z0-9+/]{43},\1<KEY>,'
}

compare_blocks()
{
    for block in "$dir"/expected/*; do
        name=$(basename "$block")
        mask_example "expected/$name" >expected.masked
        mask_example "printed/$name" >printed.masked
        check_files "example $name prints what README.md says" \
            expected.masked printed.masked
    done
}

options_in() { grep -oE -e '--[a-z][a-z-]*' "$@" | sort -u; }

# The commands that rollproof --help lists, one per line.
commands() { "$rollproof" --help | sed -nE 's/^  ([a-z-]+)  .*/\1/p'; }

collect_help()
{
    "$rollproof" --help >help
    commands >names
    while IFS= read -r command; do
        "$rollproof" "$command" --help >>help
    done <names
    options_in help >help.options
    awk '/^CODE is one of/ { inside = 1; next } !/^  / { inside = 0 } inside' \
        help | tr -s ' ' '\n' | grep . | sort -u >codes
    # In a manual page a hyphen that is typed is written as \-.
    sed 's/\\//g' "$manual" >plain
    options_in plain >manual.options
}

# all_in NAME WANTED HAVE: all lines of the sorted file WANTED are in HAVE.
all_in()
{
    check_same "$1" '' "$(comm -23 "$2" "$3" | tr '\n' ' ')"
}

check_words()
{
    options_in "$readme" >readme.options
    all_in 'every option of README.md is in some --help' \
        readme.options help.options
    all_in 'every option of --help is in the manual page' \
        help.options manual.options
    all_in 'every option of the manual page is in some --help' \
        manual.options help.options
    while IFS= read -r code; do
        check "README.md tells $code" grep -q "\`$code\`" "$readme"
        check "the manual page tells $code" grep -qw -e "$code" plain
    done <codes
    while IFS= read -r command; do
        check "the manual page has the command $command" \
            grep -q "^\\.SS \"\\{0,1\\}$command" plain
        check "README.md has the command $command" \
            grep -q "\`$command\`" "$readme"
    done <names
}

check_manual()
{
    if ! command -v groff >/dev/null 2>&1; then
        skip 'the manual page has no warnings' 'there is no groff'
        return
    fi
    check_same 'the manual page has no warnings' '' \
        "$(groff -man -ww -z -Tutf8 "$manual" 2>&1)"
}

split_blocks
play_blocks
if [ "${ROLLPROOF_UPDATE:-}" = 1 ]; then
    update
    exit 0
fi
compare_blocks
collect_help
check_words
check_manual
