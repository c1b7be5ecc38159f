#!/bin/sh
# tools/setup installs what is missing and nothing else; apt-get and the like
# are played by scripts here.
set -u

root=${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"

# fake NAME BODY: a command of that name, which also writes down how it was
# called.
fake()
{
    printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' "$1" "$dir" "$2" \
        >"$dir/bin/$1"
    chmod +x "$dir/bin/$1"
}

# run ARGUMENT...: the tool, with the played commands; status in $status.
run()
{
    : >"$dir/calls"
    PATH="$dir/bin:$PATH" "$root/tools/setup" "$@" >"$dir/said" 2>&1
    status=$?
}

# expect NAME CONDITION...
expect()
{
    name=$1
    shift
    if "$@"; then
        echo "ok $name"
    else
        echo "not ok $name: exit $status, said: $(tr '\n' ' ' <"$dir/said")"
    fi
}

said() { grep -qF -- "$1" "$dir/said"; }
called() { grep -qF -- "$1" "$dir/calls"; }
silent() { [ "$status" -eq 0 ] && [ ! -s "$dir/said" ] && ! called apt-get; }
installs()
{
    [ "$status" -eq 0 ] && called 'apt-get update' &&
        called '--no-install-recommends libcsv-dev' &&
        ! called 'libssl-dev libjansson-dev' && said 'installing libcsv-dev'
}
asks_sudo() { [ "$status" -eq 0 ] && called 'sudo apt-get update'; }
fails_and_says() { [ "$status" -ne 0 ] && said "$1"; }

all_there='printf installed'
one_missing='[ "$4" = libcsv-dev ] && exit 1; printf installed'

fake id 'echo 0'
fake apt-get ''
fake dpkg-query "$all_there"
run build
expect 'nothing missing: nothing is said or done' silent
run lint
expect 'nothing to lint with missing: nothing is said or done' silent
run browser
expect 'no browser missing: nothing is said or done' silent

fake dpkg-query "$one_missing"
run build
expect 'only what is missing is installed' installs

fake dpkg-query 'printf config-files'
run lint
expect 'a removed package counts as missing' called 'clang-tidy'
run browser
expect 'the browser is installed only when it is asked for' called 'chromium'

fake dpkg-query "$one_missing"
fake apt-get 'echo no network; exit 100'
run build
expect 'a failure tells what apt-get said' fails_and_says 'no network'
expect 'a failure names the packages' fails_and_says 'by hand: libcsv-dev'

fake apt-get ''
fake id 'echo 1000'
fake sudo '"$@"'
run build
expect 'without root it goes through sudo' asks_sudo

run
expect 'a missing argument is told' fails_and_says 'usage: tools/setup'
run everything
expect 'a wrong argument is told' fails_and_says 'usage: tools/setup'
