#!/bin/sh
# P5: the same input gives the same bytes of everything in the evidence but
# run.json and bag-info.txt (and the manifests, which hold their hashes).
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

accept=unknown-student=1,unknown-course=1,field-count=1,invalid-encoding=1
accept=$accept,duplicate-conflict=1

mkdir base
run load base/school.db students "$fixtures/school/students.csv" \
    --key student_id
run load base/school.db courses "$fixtures/school/courses.csv" --key course_id

# prepare PLACE: the same school and sources at another place.
prepare()
{
    mkdir -p "$1"
    cp base/school.db "$fixtures/demo/enrollments.csv" \
        "$fixtures/demo/late.csv" "$1"
}

# prove PLACE EVIDENCE ARG...: one run, in the folder itself.
prove()
{
    place=$1
    evidence=$2
    shift 2
    (cd "$place" && "$rollproof" migrate school.db enrollments.csv \
        late.csv --leave-out term,grade,note \
        --evidence "$evidence" "$@" >"$dir/out" 2>"$dir/err")
    exit=$?
}

# same NAME EXIT ONE OTHER: the folders hold the same files and bytes.
same()
{
    diff -r -x run.json -x bag-info.txt -x manifest-sha256.txt \
        -x tagmanifest-sha256.txt "$3" "$4" >differs 2>&1
    if [ "$exit" -ne "$2" ]; then
        not_ok "$1" "exit $exit: $(cat err)"
    elif [ -s differs ]; then
        not_ok "$1" "$(head -n 20 differs)"
    elif [ ! -s "$4/data/verdict.json" ]; then
        not_ok "$1" 'there is no verdict to compare'
    else
        ok "$1"
    fi
}

prepare refused1
prove refused1 evidence
prepare refused2
prove refused2 evidence
same 'two refused runs give the same bytes' 3 refused1/evidence \
    refused2/evidence

prepare one
prove one evidence --accept "$accept"
prepare two
prove two evidence --accept "$accept"
same 'two committed runs give the same bytes' 0 one/evidence two/evidence

# A zone half a day away, a locale with other rules, if it is there.
prepare locale
locale=$(locale -a 2>/dev/null | grep -iE '^(tr|de|ja)_.*utf' | head -n 1)
(
    TZ=Pacific/Kiritimati
    LC_ALL=${locale:-C.UTF-8}
    LANG=$LC_ALL
    export TZ LC_ALL LANG
    prove locale evidence --accept "$accept"
    exit "$exit"
)
exit=$?
same 'neither the zone nor the locale changes a byte' 0 one/evidence \
    locale/evidence

prepare umask
(
    umask 077
    prove umask evidence --accept "$accept"
    exit "$exit"
)
exit=$?
same 'the umask changes no byte' 0 one/evidence umask/evidence

# Modes are promised too, whatever the umask.
check_same 'files are 0600 and folders 0700 under any umask' \
    '600 700 600 700' "$(for place in one umask; do
        find "$place/evidence" -type f -exec stat -c %a {} + | sort -u
        find "$place/evidence" -type d -exec stat -c %a {} + | sort -u
    done | xargs)"

prepare 'a place/with a longer path'
prove 'a place/with a longer path' "$dir/elsewhere.bag" --accept "$accept"
same 'neither the folder nor the evidence path changes a byte' 0 \
    one/evidence elsewhere.bag

prepare paths
(cd / && "$rollproof" migrate "$dir/paths/school.db" \
    "$dir/paths/enrollments.csv" "$dir/paths/late.csv" \
    --leave-out term,grade,note --accept "$accept" \
    --evidence "$dir/paths/evidence" >"$dir/out" 2>"$dir/err")
exit=$?
same 'another working folder and absolute paths change no byte' 0 \
    one/evidence paths/evidence

prepare memory
prove memory evidence --accept "$accept" --memory 8M
same 'the memory limit changes no byte' 0 one/evidence memory/evidence

prepare quiet
prove quiet evidence --accept "$accept" --quiet --format json
same 'quiet and the printed format change no byte' 0 one/evidence \
    quiet/evidence

# Thirty thousand records: spills, batches and threads come into play.
prepare large
prepare larger
awk 'BEGIN {
    print "student_id,course_id,term,grade,note"
    split("007 7 1001 1002 1003 1004", s)
    split("BIO1 CHE1 HIS1 MAT1 ART1", c)
    for (i = 0; i < 30000; i++)
        printf "%s,%s,%d,,\n", s[i % 6 + 1], c[i % 5 + 1], i % 7
}' >large/enrollments.csv
cp large/enrollments.csv larger/enrollments.csv
prove large evidence
prove larger evidence --memory 8M
same 'thirty thousand conflicting records give the same bytes' 3 \
    large/evidence larger/evidence

for threads in 1 2; do
    prepare "threads$threads"
    cp large/enrollments.csv "threads$threads"
    prove "threads$threads" evidence --threads "$threads"
    same "the number of threads changes no byte: $threads" 3 large/evidence \
        "threads$threads/evidence"
    prepare "accepted$threads"
    prove "accepted$threads" evidence --accept "$accept" --threads "$threads"
    same "the number of threads changes no byte of a commit: $threads" 0 \
        one/evidence "accepted$threads/evidence"
done

# Keys that 8 MiB cannot hold are sorted and merged: the same findings in the
# same order, of clean and of dirty sources, refused and committed.
for table in students courses; do
    query base/school.db "WITH RECURSIVE n(i) AS (VALUES (10000) UNION ALL
        SELECT i + 1 FROM n WHERE i < 90000)
      INSERT INTO $table (id, ${table%s}_id) SELECT i, 'more' || i FROM n"
done
# fit NAME EXIT ARG...: with and without a limit, with one thread and two.
fit()
{
    fit_name=$1
    fit_exit=$2
    shift 2
    rm -rf fits sorted1 sorted2
    prepare fits
    cp dirty.csv fits/enrollments.csv
    prove fits evidence "$@"
    for threads in 1 2; do
        prepare "sorted$threads"
        cp dirty.csv "sorted$threads/enrollments.csv"
        prove "sorted$threads" evidence "$@" --memory 8M --threads "$threads"
        same "sorted keys change no byte, threads: $threads, $fit_name" \
            "$fit_exit" fits/evidence "sorted$threads/evidence"
    done
}
cp "$fixtures/demo/enrollments.csv" dirty.csv
fit 'a refused run' 3
fit 'a committed run' 0 --accept "$accept"
fit 'a dry run' 0 --accept "$accept" --dry-run
fit 'a filtered run' 3 --where term=2019
cp large/enrollments.csv dirty.csv
fit 'conflicts' 3
awk 'BEGIN {
    print "student_id,course_id,term,grade,note"
    split("007|7| 1001|1002 |1003||nobody|\"1004\"|\" 1004\"|10\"04", s, "|")
    split("BIO1|CHE1|\tHIS1|MAT1||nothing|ART1,,,,|more10000", c, "|")
    for (i = 0; i < 3000; i++)
        printf "%s,%s,%d,,%s\n", s[i * 7 % 10 + 1], c[i * 5 % 8 + 1], i % 2,
            i % 500 ? "" : "\377"
}' >dirty.csv
fit 'every kind of trouble' 3
query base/school.db "CREATE TABLE student_courses (student_id INTEGER NOT
    NULL, course_id INTEGER NOT NULL, PRIMARY KEY (student_id, course_id))
  WITHOUT ROWID;
  INSERT INTO student_courses SELECT s.id, c.id FROM students AS s, courses AS c
    WHERE s.id < 10 AND c.id < 5"
fit 'links that are there' 3
fit 'links that are there, committed' 0 --accept unknown-student=all \
    --accept unknown-course=all,duplicate-conflict=all,empty-key=all \
    --accept stray-quote=all,after-resync=all,field-count=all \
    --accept invalid-encoding=all,suspicious-multiline=all
