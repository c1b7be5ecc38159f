#!/bin/sh
# The nights of README.md: its cron line is run by a shell, as cron does it, and
# its units are looked at by systemd.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"

# block LANGUAGE N: the N-th block of README.md in that language, with the
# folder and the program of this test.
block()
{
    awk -v begin="\`\`\`$1" -v wanted="$2" '
    $0 == begin && ++count == wanted { inside = 1; next }
    /^```$/ { inside = 0 }
    inside' "$root/README.md" |
        sed -e "s,/srv/school,$dir/school,g" \
            -e "s,/usr/local/bin/rollproof,$dir/bin/rollproof,g" \
            -e "s,^User=.*,User=$(id -un),"
}

mkdir bin school
ln -s "$rollproof" bin/rollproof
PATH=$dir/bin:$PATH
cp "$fixtures"/school/*.csv "$fixtures/sources/plain.csv" school
cd school || exit 1
{
    rollproof load school.db students students.csv --key student_id
    rollproof load school.db courses courses.csv --key course_id
    rollproof migrate school.db plain.csv
    # The line of README.md that takes the first snapshot.
    eval "$(sed -n 's/^    \(cd .*rollproof snapshot .*\)/\1/p' \
        "$root/README.md" | sed "s,/srv/school,$dir/school,")"
} >/dev/null 2>&1
check 'the first snapshot is taken' [ -f nightly/last ]

# What cron hands to the shell: all behind the five fields of time.
line=$(block cron 1 | cut -d' ' -f6-)
check_same 'cron would not cut the line' '' "$(printf %s "$line" | tr -dc %)"
# What is printed would be mailed.
cron()
{
    cd / || exit 1
    sh -c "$line" >"$dir/mail" 2>&1
    mailed=$(head -n 1 "$dir/mail")
    cd "$dir/school" || exit 1
}

# metric NAME: what node_exporter would read.
metric() { sed -n "s/^rollproof_$1{.*} //p" nightly/rollproof.prom; }

cron
check_same 'monitoring hears of it' '0 1' \
    "$(metric exit_code) $(($(metric last_success_timestamp_seconds) > 0))"
success=$(metric last_success_timestamp_seconds)
check_same 'a quiet night is not mailed' '' "$(cat "$dir/mail")"
check_same 'but it is reported' '  SAME' "$(tail -n 1 nightly/report)"
query school.db "INSERT INTO students (student_id, name) VALUES ('N1', 'New');
  INSERT INTO student_courses SELECT max(id), 1 FROM students"
cron
check_same 'people who came are not mailed' '  CHANGED AS ALLOWED' \
    "$(cat "$dir/mail")$(tail -n 1 nightly/report)"
success=$(metric last_success_timestamp_seconds)
check_same 'the snapshot was rotated twice' 'last last.1 last.2' \
    "$(cd nightly && ls -d last* | xargs)"
query school.db 'DELETE FROM student_courses WHERE (student_id, course_id) =
  (1, 4); INSERT INTO student_courses VALUES (2, 4)'
cron
check_same 'a loss is mailed, with its name' \
    'rollproof: exit 1 1   missing   student_courses   student_id 1, course_id 4' \
    "$mailed $(grep -c . "$dir/mail" >/dev/null && grep -c '^  missing' \
        "$dir/mail") $(grep '^  missing' "$dir/mail")"
check_same 'monitoring hears of that, too, and when all was well' \
    "1 $success" "$(metric exit_code) $(metric last_success_timestamp_seconds)"
cron
check_same 'and again, until somebody has looked' 'rollproof: exit 1' "$mailed"
rollproof diff nightly/last school.db --limit all >told 2>&1
check_same 'diff tells the same' 1 \
    "$(grep -c 'missing   student_id 1, course_id 4$' told)"
rollproof verify school.db --against nightly/last.1 --allow \
    added:students,added:student_courses >told 2>&1
check_same 'an older snapshot finds it, too' 1 \
    "$(grep -c '^  missing   student_courses   student_id 1, course_id 4$' told)"
rollproof enroll -q school.db 1 4
cron
check_same 'what was put back is well' '' "$(cat "$dir/mail")"
query school.db 'DELETE FROM student_courses WHERE student_id = 5'
rollproof snapshot -q school.db nightly/new && mv nightly/new nightly/last
cron
check_same 'what is right is well with a new snapshot' '' "$(cat "$dir/mail")"
flock nightly/lock sh -c ': >held; while [ ! -e done ]; do sleep 0.02; done' &
until [ -e held ]; do sleep 0.02; done
cron
check_same 'two runs at once: the second is told to be busy' \
    'rollproof: exit 75' "$mailed"
: >done
wait
mv nightly/last nightly/away
cron
check_same 'and told to monitoring' 2 "$(metric exit_code)"
check_same 'a snapshot that is missing is mailed' \
    'rollproof: exit 2 rollproof: nightly/last: there is no such evidence and'\
' no such snapshot; rollproof snapshot SCHOOL.db OUT makes the first' \
    "$(xargs <"$dir/mail")"

cd "$dir" || exit 1
block ini 1 >rollproof.service
block ini 2 >rollproof.timer
check_same 'there are two units' '[Service] [Timer]' \
    "$(grep -hE '^\[(Service|Timer)\]' rollproof.service rollproof.timer |
        xargs)"
if command -v systemd-analyze >/dev/null; then
    check_same 'systemd has nothing to say about the units' '' \
        "$(systemd-analyze verify ./rollproof.service ./rollproof.timer 2>&1 |
            grep -F "$dir")"
    check 'systemd knows when the timer is due' systemd-analyze calendar \
        "$(sed -n 's/^OnCalendar=//p' rollproof.timer)"
else
    skip 'systemd looks at the units' 'there is no systemd-analyze'
fi
# What the service would run is what cron runs.
check_same 'service and cron run the same command' \
    "$(sed -n "s,^ExecStart=$dir/bin/,,p" rollproof.service)" \
    "$(printf '%s\n' "$line" | sed 's/.* nightly\/lock \(.*\) >nightly.*/\1/')"
mv school/nightly/away school/nightly/last
command=$(sed -n 's/^ExecStart=//p' rollproof.service)
cd school && sh -c "$command" >"$dir/out" 2>"$dir/err"
exit=$?
check_same 'the command of the service ends well' '0   SAME' \
    "$exit $(tail -n 1 "$dir/out")"
