# recompute.sh - what the tests of verify.py share; sourced behind lib.sh.
# $verify is the program, and recompute runs it as run does rollproof.  Lines
# that begin with "ok" are left out of $dir/out; all of them are in $dir/said.

recompute()
{
    python3 "$verify" "$@" >"$dir/said" 2>"$dir/err" </dev/null
    exit=$?
    grep -v '^ok ' "$dir/said" >"$dir/out"
}

# agreeing NAME ARG...
agreeing()
{
    agree_name=$1
    shift
    recompute "$@"
    check_same "$agree_name: agrees" '0 AGREES' \
        "$exit $(tail -n 1 "$dir/out" | cut -d: -f1)"
}

# differing NAME ARG...: exit 1, and the complete output but what agrees.
differing()
{
    differ_name=$1
    shift
    recompute "$@"
    compare_output "$differ_name"
    check_same "$differ_name: is exit 1" 1 "$exit"
}

# unchecked NAME ARG...: exit 2.
unchecked()
{
    unchecked_name=$1
    shift
    recompute "$@"
    compare_output "$unchecked_name"
    check_same "$unchecked_name: is exit 2" 2 "$exit"
}

# recomputed LEAST SCRIPT: all evidence that the runs of another test leave,
# whatever they try, is recomputed by its verify.py right after the run, and
# agrees; of at least LEAST runs.
recomputed()
{
    VERIFIED_BIN=$rollproof
    export VERIFIED_BIN
    VERIFIED_LOG=$dir/$(basename "$2" .sh)
    export VERIFIED_LOG
    : >"$VERIFIED_LOG"
    ROLLPROOF_BIN=$root/tests/support/verified sh "$root/tests/$2" \
        >"$dir/.script" 2>&1
    if why=$(grep -E '^skip (real data|schools of Alembic)' "$dir/.script"); then
        skip "$2 is recomputed" "it says: $why"
        return
    fi
    check_same "all evidence of $2 agrees" '' \
        "$(grep -v -e '^AGREES: ' -e '^passed over: ' "$VERIFIED_LOG" |
            head -n 20)"
    agreed=$(grep -c '^AGREES: ' "$VERIFIED_LOG")
    check_same "all evidence of $2 is at least $1" yes \
        "$([ "$agreed" -ge "$1" ] && echo yes || echo "no, $agreed")"
}

# What a script that alters evidence has to say: fresh makes bag and school.db
# as they were, wrong NAME recomputes them, and they must differ.

# seal: manifests anew, as somebody would make them who has altered a file.
seal()
{
    (
        cd bag || exit 1
        find data -type f | sort | xargs sha256sum >manifest-sha256.txt
        sha256sum bag-info.txt bagit.txt manifest-sha256.txt \
            >tagmanifest-sha256.txt
    )
}

# changed NAME SQL: the database is not what it was.
changed()
{
    fresh
    query school.db "$2" >"$dir/.said"
    wrong "$1"
}

# forged NAME FILE SED: a file of the evidence edited and the manifests anew.
forged()
{
    fresh
    cp "bag/data/$2" "$dir/.file"
    sed -i -E "$3" "bag/data/$2"
    if cmp -s "$dir/.file" "bag/data/$2"; then
        not_ok "$1" "$3 changes nothing in $2"
        return
    fi
    seal
    wrong "$1"
}
