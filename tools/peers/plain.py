"""plain.py ids|texts WORK SCHOOL.db - the job as one would write it first."""
import csv
import hashlib
import sqlite3
import sys

kind, work, school = sys.argv[1:]
source = "enr_int.csv" if kind == "ids" else "enr_key.csv"


def digest(db, table, key="id"):
    sha = hashlib.sha256()
    for row in db.execute(f"SELECT * FROM {table} ORDER BY {key}"):
        sha.update(repr(row).encode())
    return sha.hexdigest()


def key_table(db, table, column):
    return dict(db.execute(f"SELECT {column}, id FROM {table}"))


def integer(text):
    try:
        return int(text)
    except ValueError:
        return None


def links(db, path, refused):
    if kind == "ids":
        students = key_table(db, "students", "id")
        courses = key_table(db, "courses", "id")
        key = integer
    else:
        students = key_table(db, "students", "student_number")
        courses = key_table(db, "courses", "course_code")
        key = str
    seen = set()
    with open(path, newline="", encoding="utf-8",
              errors="surrogateescape") as file:
        reader = csv.reader(file)
        header = next(reader)
        for row in reader:
            if len(row) != len(header):
                refused.append((reader.line_num, "fields"))
                continue
            student = students.get(key(row[0]))
            course = courses.get(key(row[1]))
            if student is None or course is None:
                refused.append((reader.line_num, "unknown"))
                continue
            link = (student, course)
            if link not in seen:
                seen.add(link)
                yield link


db = sqlite3.connect(school)
db.execute("PRAGMA foreign_keys = ON")
before = digest(db, "students"), digest(db, "courses")
db.execute("""
    CREATE TABLE student_courses (
      student_id INTEGER NOT NULL REFERENCES students (id),
      course_id INTEGER NOT NULL REFERENCES courses (id),
      PRIMARY KEY (student_id, course_id))""")
refused = []
with db:
    db.executemany("INSERT INTO student_courses VALUES (?, ?)",
                   links(db, f"{work}/{source}", refused))
if before != (digest(db, "students"), digest(db, "courses")):
    sys.exit("the parents changed")
print(db.execute("SELECT count(*) FROM student_courses").fetchone()[0],
      len(refused), digest(db, "student_courses", "student_id, course_id"))
db.close()
