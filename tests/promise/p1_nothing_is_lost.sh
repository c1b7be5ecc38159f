#!/bin/sh
# P1: every byte, record and enrollment of a source gets exactly one class,
# and the sums balance, however dirty the source is.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

run load school.db students "$fixtures/school/students.csv" --key student_id
run load school.db courses "$fixtures/school/courses.csv" --key course_id

# generate SEED: a source with sins drawn by SEED; the same every time.
generate()
{
    awk -v state="$1" '
    # Park and Miller: awk differs in rand(), not in this.
    function draw(n) {
        state = (state * 16807) % 2147483647
        return state % n
    }
    function end() { return draw(9) == 0 ? "\r\n" : newline }
    function plain() {
        return s[draw(6) + 1] "," c[draw(5) + 1] "," grade[draw(3) + 1]
    }
    function wrong(kind) {
        if (kind == 0) return plain() ",one too many"
        if (kind == 1) return s[draw(6) + 1]
        if (kind == 2) return "99," c[1] ",A"
        if (kind == 3) return s[1] ",XXX9,\"B\""
        if (kind == 4) return "," c[2] ","
        if (kind == 5) return s[2] "," c[3] ",\"two" newline "lines\""
        if (kind == 6) return s[3] "," c[4] ",\"a \"\"b\"\", c\""
        if (kind == 7) return s[4] "," c[5] ",\"x\"y"
        if (kind == 8) return s[5] "," c[1] ",y\"x"
        if (kind == 9) return s[5] "," c[1] "," "\353"
        if (kind == 10) return "student_id,course_id,grade"
        if (kind == 11) return ""
        if (kind == 12) return s[6] "," c[2] ",\rA"
        if (kind == 13) return "\357\273\277" plain()
        if (kind == 14) return " " s[1] " ,\t" c[2] ",A"
        if (kind == 15) return ",,"
        if (kind == 16) return s[1] "," c[1] ",\"A" newline plain() "\""
        if (kind == 17) return s[1] "," c[1] ",\"never closed"
        return plain()
    }
    BEGIN {
        draw(2); draw(2)
        split("007 7 1001 1002 1003 1004", s)
        split("BIO1 CHE1 HIS1 MAT1 ART1", c)
        split("A B ", grade)
        newline = draw(3) ? "\n" : "\r\n"
        printf "%sstudent_id,course_id,grade%s", \
            draw(4) ? "" : "\357\273\277", newline
        records = draw(60) + 1
        # An open quote eats the rest: only now and then.
        sins = draw(5) ? 17 : 18
        for (i = 1; i <= records; i++) {
            printf "%s", draw(4) ? plain() : wrong(draw(sins))
            if (i < records || draw(3))
                printf "%s", end()
        }
    }' </dev/null
}

# sums VERDICT: what must balance, computed here from the single numbers.
sums()
{
    sqlite3 :memory: "WITH v AS (SELECT readfile('$1') AS j),
      b AS (SELECT json_extract(j, '\$.sources[0].byte_classes') AS b,
        json_extract(j, '\$.records') AS r,
        json_extract(j, '\$.enrollments') AS e, j FROM v)
      SELECT (SELECT sum(value) FROM json_each(b)) || ' ' ||
        (json_extract(r, '\$.total') = json_extract(r, '\$.used') +
         json_extract(r, '\$.blank') + json_extract(r, '\$.filtered') +
         json_extract(r, '\$.rejected')) || ' ' ||
        (json_extract(e, '\$.total') = json_extract(e, '\$.inserted') +
         json_extract(e, '\$.already_present') +
         json_extract(e, '\$.duplicate_exact') +
         json_extract(e, '\$.duplicate_conflict') +
         json_extract(e, '\$.rejected')) || ' ' ||
        (json_extract(r, '\$.used') = json_extract(e, '\$.total')) || ' ' ||
        (SELECT group_concat(DISTINCT json_extract(value, '\$.result'))
         FROM json_each(j, '\$.checks') WHERE json_extract(value, '\$.id') <>
         'committed-state-reread') FROM b"
}

# rebuilt EVIDENCE SOURCE: the rejected records, cut out of the source at the
# places that findings.csv names.
rebuilt()
{
    sqlite3 -batch :memory: '.mode csv' ".import $1/data/findings.csv f" \
        '.mode list' "SELECT coalesce(group_concat(part, ''), '') FROM (
         SELECT hex(substr(readfile('$2'), byte_start + 1,
           byte_end - byte_start)) AS part FROM f
         WHERE disposition = 'rejected' AND record <> ''
         ORDER BY CAST(record AS INTEGER))"
}

# rejected EVIDENCE: the records of rejects/1.csv, without its header.
rejected()
{
    [ -f "$1/data/rejects/1.csv" ] || return 0
    sed 1d "$1/data/rejects/1.csv" | od -An -v -tx1 | tr -d ' \n' |
        tr a-f A-F
}

# spans EVIDENCE: how many pairs of rejected records overlap.
spans()
{
    sqlite3 -batch :memory: '.mode csv' ".import $1/data/findings.csv f" \
        '.mode list' "SELECT count(*) FROM f a JOIN f b ON a.rowid < b.rowid
           AND a.disposition = 'rejected' AND b.disposition = 'rejected'
           AND a.record <> '' AND b.record <> '' AND a.record <> b.record
           AND CAST(a.byte_start AS INTEGER) < CAST(b.byte_end AS INTEGER)
           AND CAST(b.byte_start AS INTEGER) < CAST(a.byte_end AS INTEGER)"
}

seed=1
while [ "$seed" -le 60 ]; do
    generate "$((seed * 7919))" >dirty.csv
    evidence=evidence$seed
    hash=$(hash_of school.db)
    run migrate school.db dirty.csv --evidence "$evidence"
    verdict=$evidence/data/verdict.json
    size=$(wc -c <dirty.csv)
    found="$(sums "$verdict") $(spans "$evidence") $(hash_of school.db)"
    rebuilt "$evidence" dirty.csv >cut_out
    rejected "$evidence" >kept
    if [ "$exit" -eq 3 ] && [ "$found" = "$size 1 1 1 pass 0 $hash" ] &&
        [ "$(cat cut_out)" = "$(cat kept)" ]; then
        ok "every byte, record and enrollment of dirty source $seed balances"
    else
        cp dirty.csv "${ROLLPROOF_KEEP:-.}/dirty$seed.csv"
        not_ok "every byte, record and enrollment of dirty source $seed \
balances" "exit $exit, $found instead of $size 1 1 1 pass 0 $hash; \
cut out $(wc -c <cut_out), kept $(wc -c <kept); $(cat err)"
    fi
    seed=$((seed + 1))
done

# The same, accepted: what is inserted is what the database holds.
for seed in 3 14 15 92; do
    generate "$((seed * 104729))" >dirty.csv
    cp school.db accepted.db
    codes=$("$rollproof" migrate school.db dirty.csv -n --evidence "dry$seed" 2>err |
        grep -o -e '--accept .*')
    run migrate accepted.db dirty.csv --evidence "accepted$seed" $codes
    verdict=accepted$seed/data/verdict.json
    check_same "the dirty source $seed is committed within its stated limits" \
        "0 $(json "$verdict" '$.enrollments.inserted')" \
        "$exit $(query accepted.db 'SELECT count(*) FROM student_courses')"
done

# alone VERDICT N: the fates of the records of the N-th source.
alone() { json "$1" "\$.sources[$2].records"; }

# apart VERDICT: per member, the sum over all sources minus the total; only
# members where it is not 0.
apart()
{
    sqlite3 :memory: "WITH v AS (SELECT readfile('$1') AS j),
      parts AS (SELECT p.value AS source, k.value AS kind FROM v,
        json_each(j, '\$.sources') p,
        json_each('[\"records\",\"enrollments\"]') k),
      members AS (SELECT kind, CASE m.key WHEN 'planned' THEN 'inserted'
          ELSE m.key END AS member, sum(m.value) AS total FROM parts,
        json_each(source, '\$.' || kind) m WHERE m.key <> 'balanced'
        GROUP BY 1, 2)
      SELECT coalesce(group_concat(kind || '.' || member || ' ' || total), '')
      FROM members, v
      WHERE total IS NOT json_extract(j, '\$.' || kind || '.' || member)"
}

# Several sources: each balances by itself, and together they are the totals.
for seed in 2 7 18 28; do
    generate "$((seed * 611953))" >first.csv
    generate "$((seed * 611957))" >second.csv
    run migrate school.db first.csv --evidence "first$seed"
    run migrate school.db second.csv --evidence "second$seed"
    run migrate school.db first.csv second.csv --evidence "both$seed"
    both=both$seed/data/verdict.json
    check_same "the records of two sources, seed $seed, have the fates that \
they have alone" "$(alone "first$seed/data/verdict.json" 0)
$(alone "second$seed/data/verdict.json" 0)" "$(alone "$both" 0)
$(alone "$both" 1)"
    check_same "the fates of two sources, seed $seed, add up to the totals" \
        '1 1 ' "$(json "$both" '$.sources[0].enrollments.balanced') \
$(json "$both" '$.sources[1].enrollments.balanced') $(apart "$both")"
done
