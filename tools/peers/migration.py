"""migration.py ids|texts WORK SCHOOL.db - Alembic makes the table, SQLAlchemy
Core fills it, as a migration with a bulk insert does."""
import csv
import hashlib
import sys

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

kind, work, school = sys.argv[1:]
source = "enr_int.csv" if kind == "ids" else "enr_key.csv"
BATCH = 10000


def digest(connection, table, *key):
    sha = hashlib.sha256()
    for row in connection.execute(sa.select(table).order_by(*key)):
        sha.update(repr(tuple(row)).encode())
    return sha.hexdigest()


def parents(connection, students, courses):
    return (digest(connection, students, students.c.id),
            digest(connection, courses, courses.c.id))


def upgrade(op):
    op.create_table(
        "student_courses",
        sa.Column("student_id", sa.Integer, sa.ForeignKey("students.id"),
                  primary_key=True),
        sa.Column("course_id", sa.Integer, sa.ForeignKey("courses.id"),
                  primary_key=True))


def key_table(connection, table, column):
    return {str(key): number for key, number
            in connection.execute(sa.select(column, table.c.id))}


def batches(path, students, courses):
    seen = set()
    batch = []
    with open(path, newline="", encoding="utf-8",
              errors="surrogateescape") as file:
        reader = csv.reader(file)
        header = next(reader)
        for row in reader:
            if len(row) != len(header):
                continue
            link = students.get(row[0]), courses.get(row[1])
            if None in link or link in seen:
                continue
            seen.add(link)
            batch.append({"student_id": link[0], "course_id": link[1]})
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


engine = sa.create_engine(f"sqlite:///{school}")


@sa.event.listens_for(engine, "connect")
def set_foreign_keys(connection, _):
    connection.execute("PRAGMA foreign_keys = ON")


with engine.begin() as connection:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    students = metadata.tables["students"]
    courses = metadata.tables["courses"]
    before = parents(connection, students, courses)
    upgrade(Operations(MigrationContext.configure(connection)))
    metadata.reflect(connection)
    links = metadata.tables["student_courses"]
    columns = ((students.c.id, courses.c.id) if kind == "ids" else
               (students.c.student_number, courses.c.course_code))
    for batch in batches(f"{work}/{source}",
                         key_table(connection, students, columns[0]),
                         key_table(connection, courses, columns[1])):
        connection.execute(links.insert(), batch)
    if before != parents(connection, students, courses):
        sys.exit("the parents changed")
    print(connection.execute(
        sa.select(sa.func.count()).select_from(links)).scalar(),
        digest(connection, links, links.c.student_id, links.c.course_id))
