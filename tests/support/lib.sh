# lib.sh - what test scripts share.  A script sources it first and finds
# itself in an empty directory that vanishes at the end:
#
#     . "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"
#
# Every test prints one line, "ok NAME" or "not ok NAME: why".  With
# ROLLPROOF_UPDATE=1 expect_output writes what it would have compared; read
# the difference before believing it.
set -u
LC_ALL=C
export LC_ALL
umask 022

root=${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
rollproof=${ROLLPROOF_BIN:-$root/build/rollproof}
fixtures=$root/fixtures
script=$(basename "$0" .sh)
# A disk of memory, when there is one: thousands of fsyncs wait otherwise.
scratch=/dev/shm
[ -w "$scratch" ] || scratch=${TMPDIR:-/tmp}
dir=$(mktemp -d -p "$scratch") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
cd "$dir" || exit 1

ok() { printf 'ok %s\n' "$1"; }
not_ok() { printf 'not ok %s: %s\n' "$1" "$2"; }
skip() { printf 'skip %s %s\n' "$1" "$2"; }

# check NAME COMMAND...: the command must succeed.
check()
{
    check_name=$1
    shift
    if "$@" >"$dir/.said" 2>&1; then
        ok "$check_name"
    else
        not_ok "$check_name" "$* failed: $(head -n 30 "$dir/.said")"
    fi
}

# check_same NAME EXPECTED ACTUAL: two texts.
check_same()
{
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "expected '$2' but got '$3'"
    fi
}

# check_files NAME EXPECTED ACTUAL: two files, byte for byte.
check_files()
{
    if cmp -s "$2" "$3"; then
        ok "$1"
    else
        not_ok "$1" "$(diff -a -u "$2" "$3" 2>&1 | head -n 40)"
    fi
}

# run ARG...: run rollproof; its output is in out and err, its exit in $exit.
run()
{
    "$rollproof" "$@" >"$dir/out" 2>"$dir/err" </dev/null
    exit=$?
}

# Only the name of a run and the time of a lock may differ between two runs.
mask()
{
    sed -E -e 's/[0-9]{8}T[0-9]{6}Z-[0-9a-f]+/<RUN>/g' \
        -e 's/(locked for )[0-9]+\.[0-9]+ s/\1<TIME> s/' "$@"
}

# All that can be seen of the last run: output, messages, exit.
transcript()
{
    mask "$dir/out"
    mask "$dir/err" | sed 's/^/stderr: /'
    printf 'exit %s\n' "$exit"
}

# expect_output NAME ARG...: the complete output of a run must be that of
# fixtures/expected/SCRIPT/NAME.txt, blanks written as _.
expect_output()
{
    output_name=$1
    shift
    run "$@"
    compare_output "$output_name"
}
compare_output()
{
    file=$fixtures/expected/$script/$(printf '%s' "$1" | tr ' ' '_').txt
    transcript >"$dir/.transcript"
    if [ -n "${ROLLPROOF_UPDATE-}" ]; then
        mkdir -p "$fixtures/expected/$script"
        cp "$dir/.transcript" "$file"
    fi
    check_files "$1" "$file" "$dir/.transcript"
}

# A database by its bytes; a database that is not there is "absent".
hash_of()
{
    if [ -f "$1" ]; then
        sha256sum <"$1" | cut -d' ' -f1
    else
        echo absent
    fi
}

# json FILE PATH: one value of a JSON file, by SQLite's path.
json()
{
    sqlite3 :memory: "SELECT json_extract(readfile('$1'), '$2')"
}

# query DB SQL
query() { sqlite3 -batch "$1" "$2"; }

# count_of VERDICT CODE: how many findings of a code; 0 when there is none.
count_of()
{
    sqlite3 :memory: "SELECT coalesce(sum(json_extract(value, '\$.count')), 0)
      FROM json_each(readfile('$1'), '\$.findings')
      WHERE json_extract(value, '\$.code') = '$2'"
}

# check_result VERDICT ID: pass, fail or skipped.
check_result()
{
    sqlite3 :memory: "SELECT json_extract(value, '\$.result')
      FROM json_each(readfile('$1'), '\$.checks')
      WHERE json_extract(value, '\$.id') = '$2'"
}

# enrollments VERDICT: total = inserted already same conflicting rejected.
enrollments()
{
    sqlite3 :memory: "SELECT json_extract(e, '\$.total') || ' = ' ||
        json_extract(e, '\$.inserted') || ' ' ||
        json_extract(e, '\$.already_present') || ' ' ||
        json_extract(e, '\$.duplicate_exact') || ' ' ||
        json_extract(e, '\$.duplicate_conflict') || ' ' ||
        json_extract(e, '\$.rejected')
      FROM (SELECT json_extract(readfile('$1'), '\$.enrollments') AS e)"
}

# records VERDICT: total = used blank filtered rejected.
records()
{
    sqlite3 :memory: "SELECT json_extract(e, '\$.total') || ' = ' ||
        json_extract(e, '\$.used') || ' ' || json_extract(e, '\$.blank') ||
        ' ' || json_extract(e, '\$.filtered') || ' ' ||
        json_extract(e, '\$.rejected')
      FROM (SELECT json_extract(readfile('$1'), '\$.records') AS e)"
}

# digest_of VERDICT TABLE: the digest after.
digest_of()
{
    sqlite3 :memory: "SELECT json_extract(value, '\$.digest_after')
      FROM json_each(readfile('$1'), '\$.tables')
      WHERE json_extract(value, '\$.table') = '$2'"
}

# pairs DB STUDENT COURSE: SHA-256 over the distinct pairs of the links, each
# "student US course LF", sorted by bytes; STUDENT and COURSE are expressions
# over s and c.
pairs()
{
    sqlite3 -batch "$1" "SELECT DISTINCT $2 || char(31) || $3
      FROM student_courses sc JOIN students s ON s.id = sc.student_id
      JOIN courses c ON c.id = sc.course_id" | sort | sha256sum |
        cut -d' ' -f1
}
