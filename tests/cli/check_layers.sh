#!/bin/sh
# tools/check-layers sees each kind of broken rule: every case plants one in a
# small tree that is in order otherwise.
set -u

root=${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
check=$root/tools/check-layers
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT

put()
{
    mkdir -p "$tree/$(dirname "$1")"
    printf '%b\n' "$2" >"$tree/$1"
}

# Every floor, every door, and look-alikes of everything that is forbidden.
plant_good_tree()
{
    rm -rf "${tree:?}"/*
    put include/rollproof.h 'int rp_run(void);'
    put src/base/err.h '#include <stddef.h>'
    put src/base/mem.h '#include "base/err.h"\n#include "base/limits.h"'
    put src/base/limits.h '#define A 1'
    put src/base/hash.c '#include <xxhash.h>\n#include "base/mem.h"'
    put src/base/sha256.c '#include <openssl/evp.h>'
    put src/base/buf.c '/* printf("x") is\n * exit(1) not // here */
snprintf(a, b, "exit(1) /* // "); at_exit(x); my_stdout(); c = \x27"\x27;
rp_buf_printf(buf, "%d"); /* stderr */ vsnprintf(a); d = "\\"printf(";'
    put src/school/db.h '#include <sqlite3.h>\n#include "base/err.h"'
    put src/source/csv.c '#include <csv.h>\n#include "base/err.h"'
    put src/plan/resolve.h '#include "school/db.h"\n#include "base/mem.h"'
    put src/plan/plan.h '#include "plan/resolve.h"'
    put src/proof/verdict.h '#include "plan/plan.h"\n#include "school/db.h"'
    put src/report/json.c '#include <jansson.h>\n#include "proof/verdict.h"'
    put src/job/migrate.c '#include <rollproof.h>\n#include "report/text.h"'
    put src/cli/main.c '#include <rollproof.h>\n#include "common.h"
int main(void) { printf("x"); exit(0); }'
}

# bad NAME FILE TEXT WHY: with TEXT in FILE the tool must name it, and fail.
bad()
{
    plant_good_tree
    put "$2" "$3"
    if said=$("$check" "$tree"); then
        echo "not ok $1: nothing was found"
    elif ! printf '%s\n' "$said" | grep -F "$2:" | grep -qF "$4"; then
        echo "not ok $1: it said $(printf '%s' "$said" | tr '\n' ' ')"
    elif [ "$(printf '%s\n' "$said" | wc -l)" -ne 2 ]; then
        echo "not ok $1: more than one thing was found: $said"
    else
        echo "ok $1"
    fi
}

plant_good_tree
if said=$("$check" "$tree"); then
    echo 'ok a tree in order passes'
else
    echo "not ok a tree in order passes: $said"
fi

bad 'an include that points up is found' \
    src/base/up.h '#include "plan/plan.h"' 'not below it'
bad 'source may not include school' \
    src/source/a.c '\n#include "school/db.h"' 'not below it'
bad 'school may not include source' \
    src/school/a.c '#include "source/csv.h"' 'not below it'
bad 'proof may not include source' \
    src/proof/a.c '#  include "source/csv.h"' 'must not trust the writer'
bad 'proof may not include the resolver of plan' \
    src/proof/a.c '#include "plan/resolve.h"' 'must not trust the writer'
bad 'cli may not look below the public header' \
    src/cli/a.c '#include "base/err.h"' 'cli sees only rollproof.h'
bad 'report may not include the public header' \
    src/report/a.c '#include <rollproof.h>' 'only cli and job'
bad 'proof may not include the public header in quotes' \
    src/proof/a.c '#include "rollproof.h"' 'only cli and job'
bad 'a header without its folder is found' \
    src/plan/a.c '#include "plan.h"' 'names no floor'
bad 'a folder that is no floor is found' \
    src/extra/a.c 'int a;' 'is no floor'
bad 'libcsv has one door' \
    src/source/a.c '#include <csv.h>' 'has one door'
bad 'xxhash has one door' \
    src/proof/a.c '#include <xxhash.h>' 'has one door'
bad 'libcrypto has one door' \
    src/report/a.c '#include <openssl/sha.h>' 'has one door'
bad 'jansson has one door' \
    src/job/a.c '#include <jansson.h>' 'has one door'
bad 'sqlite has one door' \
    src/plan/a.c '\n#include <sqlite3.h>' 'has one door'
bad 'printing outside cli is found' \
    src/job/a.c 'void f(void) { (void)printf ("x"); }' 'only cli prints'
bad 'printing after a comment is found' \
    src/job/a.c '/* a\n b */ puts("x");' 'only cli prints'
bad 'exiting outside cli is found' \
    src/base/a.c 'void f(void)\n{\nexit(1);\n}' 'only cli prints or exits'
bad 'writing to stderr outside cli is found' \
    src/base/a.c 'fputs("x", stderr);' 'only cli talks'
bad 'a file of 501 lines is found' \
    src/base/a.c "$(printf 'int a;\\n%.0s' $(seq 500))" 'more than 500 lines'
bad 'a tool of 501 lines is found' \
    tools/a.c "$(printf 'int a;\\n%.0s' $(seq 500))" 'more than 500 lines'
bad 'a line comment is found' \
    tests/unit/a.c 'int a; // why' 'a // comment'
bad 'a typedef of a struct is found' \
    src/base/a.h 'typedef struct a a;' 'typedef hides'

plant_good_tree
put src/base/one.h '#include "base/two.h"'
put src/base/two.h '#include "base/three.h"'
put src/base/three.h '#include "base/one.h"'
if said=$("$check" "$tree"); then
    echo 'not ok headers in a circle are found: nothing was found'
else
    case $said in
    *'base/one.h and base/two.h'*circle*) echo 'ok headers in a circle are found' ;;
    *) echo "not ok headers in a circle are found: it said $said" ;;
    esac
fi

rm -rf "${tree:?}"/*
"$check" "$tree" >/dev/null 2>&1
if [ $? -eq 2 ]; then
    echo 'ok a tree without sources does not pass'
else
    echo 'not ok a tree without sources does not pass'
fi
