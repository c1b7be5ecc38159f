#!/bin/sh
# Files that are not what they should be, or change while they are read: each
# is refused with a word about it, and nothing is written.
. "$(dirname "$0")/../support/fault.sh"

scratch
make_schools

# unable NAME WORDS COMMAND...: exit 2, WORDS on stderr, s.db as before.
unable()
{
    name=$1
    words=$2
    shift 2
    run "$@"
    if [ $status -ne 2 ]; then
        not_ok "$name" "exit $status: $(said)"
    elif ! grep -qE -- "$words" said; then
        not_ok "$name" "it does not say $words: $(said)"
    elif [ "$(content s.db)" != "$before" ]; then
        not_ok "$name" 'the database has changed'
    elif ! is_clean || [ -n "$(ls s.db.evidence 2>/dev/null)" ]; then
        not_ok "$name" "left: $(ls -d s.db* ./*.partial)"
    else
        ok "$name"
    fi
}
migrate() { "$rollproof" migrate s.db "$@" $keys --wait 0; }
before=$old
renew

unable 'a folder as source' 'folder' migrate .
mkfifo pipe
unable 'a pipe as source' 'pipe' migrate pipe
unable 'a device as source' 'device' migrate /dev/null
unable 'a source that is not there' 'absent.csv' migrate absent.csv
unable 'a source given twice as standard input' 'once' migrate - -
mkdir taken
unable 'an evidence folder that is there' 'taken' \
    migrate e.csv --evidence taken
mkdir in in/taken.partial
unable 'an unfinished evidence folder that is there' 'in/taken' \
    migrate e.csv --evidence in/taken
unable 'evidence in a folder that is a file' 'e\.csv' \
    migrate e.csv --evidence e.csv/bag
unable 'evidence where no folder is' 'none' \
    migrate e.csv --evidence none/none/bag

# Plain users only: root may write everything.
as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
if [ "$(id -u)" -ne 0 ]; then
    as_user() { "$@"; }
fi
if as_user true 2>/dev/null && cp "$rollproof" bin 2>/dev/null; then
    chmod 755 "$dir" bin
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$dir"
    plain() { as_user ./bin migrate s.db "$@" $keys --wait 0; }
    chmod 444 s.db
    unable 'a database that may only be read' 's\.db: .*only be read' \
        plain e.csv
    run as_user ./bin verify s.db
    holds 'which is enough to verify it' "$(said)" [ $status -le 1 ]
    chmod 000 s.db
    run as_user ./bin status s.db
    chmod 644 s.db
    holds 'a database that may not be read' "exit $status: $(said)" \
        [ $status -eq 2 ]
    mkdir shut && cp old.db shut/s.db && chmod 555 shut
    [ "$(id -u)" -ne 0 ] || chown -R 65534 shut
    unable 'a folder that may not be written' 'may not write into' \
        as_user ./bin migrate shut/s.db e.csv $keys
    unable 'load into a folder that may not be written' 'shut' \
        as_user ./bin load shut/n.db students students.csv --key sid
    unable 'evidence in a folder that may not be written' '--evidence' \
        plain e.csv --evidence shut/bag
    chmod 755 shut
    cp e.csv secret.csv && chmod 000 secret.csv
    unable 'a source that may not be read' 'secret.csv: .*Permission' \
        plain secret.csv
    run as_user ./bin check-evidence golden
    chmod 000 golden/data/verdict.json
    run as_user ./bin check-evidence golden
    chmod 600 golden/data/verdict.json
    holds 'evidence that may not be read' "exit $status: $(said)" \
        [ $status -eq 2 ]
    [ "$(id -u)" -ne 0 ] || chown -R 0:0 "$dir"
else
    echo 'skip permissions of plain users: setpriv is not allowed here'
fi

# Databases.  As s.db, so that it is seen that nothing becomes of them.
database()
{
    rm -rf s.db s.db?*
    eval "$2"
    before=$(content s.db)
    unable "$1" "$3" migrate e.csv
}
database 'a symbolic link' 'cp old.db real.db; ln -s real.db s.db' 'link'
database 'a text file' 'echo hello, world >s.db' 'not a database'
database 'a folder' 'mkdir s.db' 's\.db'
rm -rf s.db
database 'a database that is not there' ':' 's\.db'
database 'an empty file' ': >s.db' 'students'
database 'a truncated database' 'head -c 6000 old.db >s.db' \
    'malformed|corrupt|disk image'
database 'a UTF-16 database' \
    'sqlite3 s.db "PRAGMA encoding = \"UTF-16\"; CREATE TABLE t (a)"' 'UTF-16'
database 'students is a view' 'sqlite3 s.db "CREATE TABLE p (id INTEGER
    PRIMARY KEY, sid TEXT UNIQUE); CREATE VIEW students AS SELECT * FROM p;
    CREATE TABLE courses (id INTEGER PRIMARY KEY, code TEXT UNIQUE)"' 'students'
database 'student_courses is a view' 'cp old.db s.db
    sqlite3 s.db "CREATE VIEW student_courses AS SELECT 1 a"' 'view'
database 'student_courses of another shape' 'cp old.db s.db
    sqlite3 s.db "CREATE TABLE student_courses (a, b)"' 'student_courses'

# May be odd, but what is not ours is not in the way; a refusal tells.
odd()
{
    rm -rf s.db s.db?*
    cp old.db s.db
    sqlite3 s.db "$2" >out 2>said || { echo "skip $1: sqlite3 cannot"; return; }
    run migrate e.csv
    case $status in
    0) holds "$1" 'no whole evidence' published ;;
    2 | 3) holds "$1" 'not a word, or a journal' [ -s said ] ;;
    *) not_ok "$1" "exit $status: $(said)" ;;
    esac
}
odd 'a virtual table beside' 'CREATE VIRTUAL TABLE f USING fts5 (a);
    INSERT INTO f VALUES (1)'
odd 'a view beside' 'CREATE VIEW v AS SELECT * FROM students'
odd 'a broken view beside' 'CREATE VIEW v AS SELECT x FROM nowhere'
odd 'a generated column' 'CREATE TABLE g (a, b AS (a + 1) STORED);
    INSERT INTO g (a) VALUES (1)'
odd 'a trigger that empties students' 'CREATE TABLE student_courses
    (student_id INTEGER NOT NULL, course_id INTEGER NOT NULL,
    PRIMARY KEY (student_id, course_id)) WITHOUT ROWID;
    CREATE TRIGGER t AFTER INSERT ON student_courses BEGIN
    DELETE FROM students; END'
holds 'and that one is refused' "exit $status" [ $status -eq 3 ]
python3 - 2>/dev/null <<'EOP' || echo 'skip an unknown function: no python3'
import shutil, sqlite3
shutil.copy("old.db", "g.db")
db = sqlite3.connect("g.db")
db.create_function("nobody_knows", 1, lambda a: a, deterministic=True)
db.create_collation("nowhere", lambda a, b: 0)
db.execute("CREATE TABLE g (a, b AS (nobody_knows(a)) VIRTUAL)")
db.execute("INSERT INTO g (a) VALUES (1)")
db.execute("CREATE INDEX gi ON g (a COLLATE nowhere)")
db.commit()
EOP
if [ -f g.db ]; then
    cp old.db kept.db && cp g.db old.db
    odd 'a generated column with an unknown function' 'SELECT 1'
    mv kept.db old.db
fi

# Sources that change meanwhile: the command runs right before e.csv is opened
# for the last time, by the second parser.
opens()
{
    rm -f trace
    renew
    KILLAT_OPEN=e.csv KILLAT_TRACE=trace run env \
        LD_PRELOAD="$shims/killat.so" "$rollproof" migrate s.db e.csv $keys
    wc -l <trace
}
changes()
{
    renew
    run env KILLAT_OPEN=e.csv KILLAT="$last" KILLAT_COMMAND="$2" \
        LD_PRELOAD="$shims/killat.so" "$rollproof" migrate s.db e.csv $keys
    rm -rf e.csv
    make_sources
    published
    case $status in 2 | 3) is_old ;; *) false ;; esac
    if [ $? -ne 0 ]; then
        not_ok "$1" "exit $status: $(said)"
    elif [ $status -eq 2 ] && ! says e.csv; then
        not_ok "$1" "the source is not named: $(said)"
    elif ! is_clean || [ $status -eq 3 ] && [ "$count" -ne 1 ]; then
        not_ok "$1" "left: $(ls -d s.db*)"
    else
        ok "$1"
    fi
}
# The same for verify, which reads it once: it ends, and says no word of a file
# that nobody saw.
verify_changes()
{
    rm -rf s.db*
    cp new.db s.db
    run env KILLAT_OPEN=e.csv KILLAT="$last" KILLAT_COMMAND="$2" \
        LD_PRELOAD="$shims/killat.so" "$rollproof" verify s.db --source e.csv $keys
    rm -rf e.csv
    make_sources
    holds "verify: $1" "exit $status: $(said)" [ $status -eq 2 ]
    holds "verify: $1, which is named" "$(said)" says e.csv
}

if can_preload killat; then
    last=$(opens)
    changes 'a source that grows' 'echo 2,P1 >>e.csv'
    changes 'a source that is cut' 'truncate -s 12 e.csv'
    changes 'a source that is emptied' ': >e.csv'
    changes 'a source that is altered in place' 'sed s/3,P1/3,M1/ e.csv >x
        cat x >e.csv'
    changes 'a source that is replaced' 'sed s/3,P1/3,M1/ e.csv >x; mv x e.csv'
    changes 'a source that is removed' 'rm e.csv'
    changes 'a source that becomes a folder' 'rm e.csv; mkdir e.csv'
    rm -f trace
    cp new.db s.db
    KILLAT_OPEN=e.csv KILLAT_TRACE=trace run env \
        LD_PRELOAD="$shims/killat.so" "$rollproof" verify s.db --source e.csv \
        $keys
    last=$(wc -l <trace)
    verify_changes 'a source that grows' 'echo 2,P1 >>e.csv'
    verify_changes 'a source that is cut' 'truncate -s 12 e.csv'
    verify_changes 'a source that is removed' 'rm e.csv'
else
    echo 'skip sources that change: nothing can be preloaded here'
fi
