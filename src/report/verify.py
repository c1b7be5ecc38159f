#!/usr/bin/env python3
"""Recompute a verdict of rollproof without rollproof.

    python3 verify.py [OPTION]... DATABASE SOURCE...

Standard library only, Python 3.8 or later.  It reads the evidence around it,
the database and the sources, writes nothing, and decides everything anew:

  - every file of the evidence against its manifests;
  - the SHA-256 digest of every table, the schema, the digest of the database;
  - every record of every source, divided by Python's csv module: its bytes,
    its fate, its keys, its link;
  - the links: what the sources and the links of before demand against what
    the database holds, each missing or extra one by name.

The end says what agrees (exit 0), what differs (1) or why something could not
be checked (2).  README.txt beside this file tells what is taken on trust.
"""

import argparse
import array
import collections
import csv
import fractions
import hashlib
import json
import os
import re
import sqlite3
import stat
import struct
import sys
import urllib.parse

CHUNK_BYTES = 1 << 20
FIELD_MAX_BYTES = 1 << 20
RECORD_MAX_BYTES = 4 << 20
COLUMNS_MAX = 2000
PROBE_BYTES = 4096
FILTERED_VALUES_MAX = 256
BOM = b"\xef\xbb\xbf"
PLAIN_LINE = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]*(?:\r?\n)?")
BLANKS = " \t\n\v\f\r"
INT64_MAX = (1 << 63) - 1
# What cannot be found again: a trigger shows in the schema, and rows that were
# rolled back are not there.
NOT_DERIVED = ("trigger", "unknown-schema-function", "row-missing",
               "row-added", "row-changed")
# The first that fits decides, whichever side it is on.
KEY_CODES = ("empty-key", "not-an-integer", "ambiguous-student",
             "ambiguous-course", "unknown-student", "unknown-course")
# Where a delivery has one of these, it may say more than was understood.
DOUBTS = KEY_CODES + (
    "not-csv", "nothing-used", "where-value-unseen", "stray-quote",
    "unclosed-quote", "bare-cr", "field-too-large", "nul-byte",
    "invalid-encoding", "bom-inside", "repeated-header", "field-count",
    "suspicious-multiline", "after-resync")


class Trouble(Exception):
    """Why something cannot be checked, and what to do."""


class Broken(Trouble):
    """The evidence holds what no run of rollproof writes."""


# ---------------------------------------------------------------- the report

class Report:
    """One line for every check; what differs is listed below its line."""

    def __init__(self, out, limit):
        self.out = out
        self.limit = limit
        self.passed = 0
        self.failed = []
        self.unchecked = []

    def line(self, text=""):
        """Nothing that comes from a file may steer the terminal."""
        print("".join("\\x%02x" % ord(char) if is_control(ord(char)) else char
                      for char in text), file=self.out)

    def agrees(self, name, what):
        self.passed += 1
        self.line("ok       %s: %s" % (name, what))

    def compare(self, name, expected, actual):
        if expected == actual:
            self.agrees(name, actual)
        else:
            self.differs(name, "expected %s, found %s" % (expected, actual))
        return expected == actual

    def differs(self, name, what):
        self.failed.append(name)
        self.line("DIFFERS  %s: %s" % (name, what))

    def not_checked(self, name, why):
        self.unchecked.append(name)
        self.line("-        %s: not checked: %s" % (name, why))

    def attempt(self, name, work, *arguments):
        """None when the work could not be done, which is told."""
        try:
            return work(*arguments)
        except Broken as broken:
            self.differs(name, str(broken))
        except (Trouble, OSError) as trouble:
            self.not_checked(name, str(trouble))
        except sqlite3.Error as error:
            self.not_checked(name, "SQLite says: %s" % error)
        return None

    def listing(self, items, total):
        for item in items:
            self.line("           %s" % item)
        if total > len(items):
            self.line("           ... shown %d of %d; --limit shows more" %
                      (len(items), total))

    def conclude(self):
        self.line()
        if self.failed:
            self.line("DIFFERS: %d of %d checks: %s" % (
                len(self.failed), len(self.failed) + self.passed,
                ", ".join(self.failed)))
            return 1
        if self.unchecked:
            self.line("NOT CHECKED: %s; %d checks agree" % (
                ", ".join(self.unchecked), self.passed))
            return 2
        self.line("AGREES: %d checks" % self.passed)
        return 0


# ---------------------------------------------------------------- shown text

def is_control(code):
    """C0, DEL, C1 and the characters that turn the direction of writing."""
    return (code < 0x20 or 0x7f <= code <= 0x9f or code == 0x61c or
            0x200e <= code <= 0x200f or 0x202a <= code <= 0x202e or
            0x2066 <= code <= 0x2069)


def show(data):
    """Bytes as the evidence and this program print them."""
    out = []
    for char in data.decode("utf-8", "surrogateescape"):
        if 0xdc80 <= ord(char) <= 0xdcff:
            out.append("\\x%02x" % (ord(char) - 0xdc00))
        elif is_control(ord(char)):
            out.extend("\\x%02x" % byte for byte in char.encode())
        else:
            out.append("\\\\" if char == "\\" else char)
    return "".join(out)


def unshow(text):
    """The bytes that were shown as text."""
    out = []
    for part in re.split(r"(\\\\|\\x[0-9a-f]{2})", text):
        if part == "\\\\":
            out.append(b"\\")
        elif len(part) == 4 and part.startswith("\\x"):
            out.append(bytes([int(part[2:], 16)]))
        else:
            out.append(part.encode("utf-8", "surrogateescape"))
    return b"".join(out)


def latin(text):
    """Shown text as sources are read here: one character for each byte."""
    return unshow(text).decode("latin-1")


def show_latin(text):
    return show(text.encode("latin-1"))


def list_cell(text):
    """A text as the lists of the evidence hold it."""
    escaped = show(text.encode("utf-8", "surrogateescape"))
    return "'" + escaped if text[:1] in tuple("=+-@\t\r") else escaped


def split_unescaped(text, separator):
    """Parts of text; a backslash takes the next character literally."""
    parts, part, chars = [], [], iter(text)
    for char in chars:
        if char == separator:
            parts.append("".join(part))
            part = []
        else:
            part.append(next(chars, "\\") if char == "\\" else char)
    return parts + ["".join(part)]


# ------------------------------------------------------------------- the bag

def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    return digest.hexdigest()


class Bag:
    """The folder of evidence: no file missing, added or altered."""

    TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")

    def __init__(self, root):
        self.root = root
        if not os.path.isfile(self.path("verdict.json")):
            raise Trouble("%s: there is no data/verdict.json in it; name the "
                          "folder of evidence by --evidence" %
                          show(os.fsencode(root)))
        self.problems = []

    def path(self, name):
        return os.path.join(self.root, "data", *name.split("/"))

    def has(self, name):
        return os.path.isfile(self.path(name))

    def bytes_of(self, name):
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except OSError as error:
            raise Broken("%s: cannot be read: %s" % (name, error.strerror))

    def rows(self, name, needed=()):
        """A list of the evidence: one dict for each line."""
        try:
            with open(self.path(name), encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file, restkey="")
                if set(needed) - set(reader.fieldnames or ()):
                    raise Broken("%s: columns are missing" % name)
                yield from reader
        except (csv.Error, UnicodeDecodeError, OSError) as error:
            raise Broken("%s: cannot be read: %s" % (
                name, getattr(error, "strerror", None) or error))

    def problem(self, name, what):
        self.problems.append((show(os.fsencode(name)), what))

    def manifest(self, name):
        listed = {}
        try:
            with open(os.path.join(self.root, name), "rb") as file:
                lines = file.read().split(b"\n")
        except OSError:
            self.problem(name, "is missing")
            return listed
        for line in filter(None, lines):
            match = re.fullmatch(rb"([0-9a-f]{64})  ([!-~]+)", line)
            path = match and match.group(2).decode()
            if not match or path in listed or self.leaves(path):
                self.problem(name, "has a line that no manifest may have: " +
                             show(line))
            else:
                listed[path] = match.group(1).decode()
        return listed

    @staticmethod
    def leaves(path):
        """No path of a manifest may lead out of the bag."""
        return path[0] in "/~" or ".." in path.split("/")

    def check_listed(self, listed):
        for path, expected in sorted(listed.items()):
            real = os.path.join(self.root, *path.split("/"))
            if not os.path.lexists(real):
                self.problem(path, "is missing")
            elif os.path.islink(real) or not os.path.isfile(real):
                self.problem(path, "is no file")
            else:
                actual = sha256_of(real)
                if actual != expected:
                    self.problem(path, "is altered: expected sha256 %s, found "
                                 "%s" % (expected, actual))

    def check_others(self, known):
        for folder, folders, files in os.walk(self.root):
            for name in folders + files:
                real = os.path.join(folder, name)
                path = os.path.relpath(real, self.root).replace(os.sep, "/")
                mode = os.lstat(real).st_mode
                if not stat.S_ISDIR(mode) and path not in known:
                    self.problem(path, "is in no manifest")

    def check(self, report):
        payload = self.manifest("manifest-sha256.txt")
        tags = self.manifest("tagmanifest-sha256.txt")
        for name in sorted(set(self.TAGS) - set(tags)):
            self.problem(name, "is not in tagmanifest-sha256.txt")
        for listed in (payload, tags):
            self.check_listed(listed)
        self.check_others(set(payload) | set(tags) | {
            "tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"})
        for path in sorted(payload):
            if not path.startswith("data/"):
                self.problem(path, "is no payload")
        if not self.problems:
            report.agrees("evidence", "%d files, all as in its manifests" %
                          (len(payload) + len(tags) + 1))
        for name, what in self.problems:
            report.differs("evidence, " + name, what)


# --------------------------------------------------------------- the verdict

NAMES = [str]
SIDE = (None, {"csv": NAMES, "db": NAMES})
COUNT = int
RECORDS = {"total": COUNT, "used": COUNT, "blank": COUNT, "filtered": COUNT,
           "rejected": COUNT, "balanced": bool}
FATES = {"already_present": COUNT, "duplicate_exact": COUNT,
         "duplicate_conflict": COUNT, "rejected": COUNT, "balanced": bool}
# What this program reads of verdict.json; a tuple lists alternatives.
SCHEMA = "rollproof/verdict/1"
SOURCE = {
    "name": str, "bytes": COUNT, "sha256": str, "encoding": str,
    "delimiter": str, "quote": str, "newline": str, "header": NAMES,
    "columns": {"student": NAMES, "course": NAMES, "carried": NAMES},
    "byte_classes": {"bom": COUNT, "header": COUNT, "records": COUNT,
                     "blank": COUNT, "rejected": COUNT},
    "bytes_balanced": bool, "records": RECORDS,
    "enrollments": dict(FATES, total=COUNT, planned=COUNT)}
SYNC = {
    "previous": [{"source": SOURCE, "imported": bool, "same_mapping": bool}],
    "claims": COUNT, "kept": COUNT, "gone": COUNT, "removed": COUNT,
    "links_before": COUNT, "elsewhere": COUNT, "max_removed": str,
    "forbidden": (None, str)}
SHAPE = {
    "schema": str, "command": str, "school": str, "declared": str,
    "verdict": str, "committed": bool, "dry_run": bool,
    "mapping": {"student": SIDE, "course": SIDE, "carried": SIDE,
                "where": NAMES, "left_out": NAMES,
                "map": (None, {"name": str, "sha256": str})},
    "sources": [SOURCE],
    "records": RECORDS,
    "enrollments": dict(FATES, total=COUNT, inserted=COUNT),
    "findings": [{"code": str, "severity": str, "count": COUNT,
                  "accepted": bool, "limit": (None, str), "listed": COUNT,
                  "positions": [dict.fromkeys(
                      ("source", "record", "first_line", "last_line",
                       "byte_start", "byte_end"), (None, COUNT))]}],
    "listed": COUNT,
    "tables": [{"table": str, "role": str, "rows_before": (None, COUNT),
                "rows_after": (None, COUNT), "digest_before": (None, str),
                "digest_after": (None, str), "missing": COUNT,
                "added": COUNT, "changed": COUNT, "same": bool}],
    "checks": [{"id": str, "result": str, "expected": (None, str),
                "actual": (None, str)}],
}


def check_shape(value, shape, place):
    """Afterwards every member can be used without looking."""
    if isinstance(shape, tuple):
        if value is None and shape[0] is None:
            return
        shape = shape[-1]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise Trouble("verdict.json: %s is no object" % place)
        for name, part in shape.items():
            if name not in value:
                raise Trouble("verdict.json: %s.%s is missing; it was written "
                              "by another version" % (place, name))
            check_shape(value[name], part, "%s.%s" % (place, name))
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise Trouble("verdict.json: %s is no array" % place)
        for item in value:
            check_shape(item, shape[0], place)
    elif type(value) is not shape or shape is int and value < 0:
        raise Trouble("verdict.json: %s is no %s" % (place, shape.__name__))


def read_verdict(bag):
    def once(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a member is there twice")
        return dict(pairs)

    try:
        verdict = json.loads(bag.bytes_of("verdict.json").decode(),
                             object_pairs_hook=once)
    except ValueError as error:
        raise Trouble("verdict.json: %s" % error)
    check_shape(verdict, {"schema": str, "rollproof": str}, "verdict")
    if verdict["schema"] != SCHEMA:
        raise Trouble("verdict.json: rollproof %s wrote it with the schema "
                      "%s, and this program reads %s; take verify.py of that "
                      "version: it is in the evidence as "
                      "data/verify/verify.py"
                      % (verdict["rollproof"], verdict["schema"], SCHEMA))
    check_shape(verdict, SHAPE, "verdict")
    if "sync" in verdict:
        check_shape(verdict["sync"], SYNC, "verdict.sync")
    unknown = set(verdict["enrollments"]) - set(SHAPE["enrollments"])
    if unknown:
        raise Trouble("verdict.json: enrollments have a fate that this "
                      "program does not know: %s" % ", ".join(sorted(unknown)))
    return verdict


def is_accepted(finding, verdict):
    limit = finding["limit"]
    if limit is None or finding["severity"] != "blocking":
        return False
    if limit == "all":
        return True
    enrollments = KEY_CODES + ("duplicate-conflict",)
    kind = "enrollments" if finding["code"] in enrollments else "records"
    most = most_of(limit, verdict[kind]["total"])
    return most is not None and finding["count"] <= most


def earlier_of(verdict):
    """What is told of the sources of the delivery before, if it counts."""
    return [one["source"] for one in verdict["sync"]["previous"]
            ] if "sync" in verdict else []


def most_of(limit, total):
    """N, or P% of total; None when it is neither."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(%?)", limit)
    if match is None:
        return None
    most = fractions.Fraction(match.group(1))
    return most * total / 100 if match.group(2) else most


def may_remove(verdict):
    """By the rules of the README: may these links go?"""
    sync = verdict["sync"]
    most = most_of(sync["max_removed"], sync["links_before"])
    doubts = [finding["code"] for finding in verdict["findings"]
              if finding["code"] in DOUBTS and finding["count"] > 0]
    known = all(one["imported"] and one["same_mapping"]
                for one in sync["previous"])
    allowed = known and not doubts
    if (sync["forbidden"] is None) != allowed:
        return False
    return sync["removed"] == 0 or (
        allowed and most is not None and sync["removed"] <= most)


def outcome_of(verdict):
    """The word that checks and findings demand, by the rules of the README."""
    blocking = [finding for finding in verdict["findings"]
                if finding["severity"] == "blocking"]
    for check in verdict["checks"]:
        excused = (check["id"] == "committed-state-reread" and
                   check["result"] == "skipped" and not verdict["committed"])
        if check["result"] != "pass" and not excused:
            return "not-proved"
        if check["result"] == "pass" and check["expected"] != check["actual"]:
            return "not-proved"
    if not all(is_accepted(finding, verdict) for finding in blocking):
        return "not-proved"
    if "sync" in verdict and not may_remove(verdict):
        return "not-proved"
    return "proved-with-exceptions" if blocking else "proved"


def adds_up(counts):
    parts = sum(count for part, count in counts.items()
                if part not in ("total", "balanced"))
    return (parts == counts["total"]) == counts["balanced"]


def sums_of(verdict):
    """Does everything add up that has to?"""
    wrong = [name for name in ("records", "enrollments")
             if not adds_up(verdict[name])]
    if verdict["records"]["used"] != verdict["enrollments"]["total"]:
        wrong.append("records.used and enrollments.total")
    for source in verdict["sources"]:
        balanced = sum(source["byte_classes"].values()) == source["bytes"]
        if balanced != source["bytes_balanced"] or not (
                adds_up(source["records"]) and
                adds_up(source["enrollments"])):
            wrong.append(source["name"])
    for table in verdict["tables"]:
        same = (table["digest_before"] == table["digest_after"] and
                table["rows_before"] == table["rows_after"])
        if same != table["same"]:
            wrong.append("table " + table["table"])
        if table["role"] != "declared" and not same and (
                verdict["verdict"] != "not-proved"):
            wrong.append("table %s changed" % table["table"])
    return ", ".join(wrong) or "everything adds up"


def check_verdict(bag, verdict, report):
    report.compare("verdict", verdict["verdict"], outcome_of(verdict))
    report.compare("sums", "everything adds up", sums_of(verdict))
    report.attempt("tables.csv", check_list, bag, verdict, report)
    report.attempt("inputs.sha256", check_inputs, bag, verdict, report)
    report.attempt("positions", check_positions, bag, verdict, report)
    if verdict["mapping"]["map"] is not None and not verdict.get("shared"):
        report.compare(
            "map.ini", "sha256 " + verdict["mapping"]["map"]["sha256"],
            "sha256 " + sha256_of(bag.path("map.ini"))
            if bag.has("map.ini") else "no such file")


def cell_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def check_list(bag, verdict, report):
    names = ["table", "role", "rows_before", "rows_after", "digest_before",
             "digest_after", "fingerprint_before", "fingerprint_after",
             "missing", "added", "changed", "same"]
    told = [[list_cell(table[name]) if name == "table" else
             cell_of(table.get(name)) for name in names]
            for table in verdict["tables"]]
    listed = [[row.get(name) for name in names]
              for row in bag.rows("tables.csv")]
    report.compare("tables.csv", "as in verdict.json", "as in verdict.json"
                   if told == listed else "something else")


def position_cells(position, sources):
    """A position of verdict.json as findings.csv has it."""
    source = position["source"]
    if source is not None and not 0 < source <= len(sources):
        raise Broken("verdict.json: there is no source %d" % source)
    cells = [cell_of(position[name]) for name in Listed.COLUMNS[1:6]]
    return ["" if source is None else list_cell(sources[source - 1]["name"])
            ] + cells


def check_positions(bag, verdict, report):
    """What verdict.json repeats of findings.csv."""
    places = Listed.COLUMNS[:6]
    counts = collections.Counter()
    first = collections.defaultdict(list)
    for row in bag.rows("findings.csv", Listed.COLUMNS):
        counts[row["code"]] += 1
        if counts[row["code"]] <= 100:
            first[row["code"]].append([row[name] for name in places])
    wrong = []
    for finding in verdict["findings"]:
        code = finding["code"]
        told = [position_cells(position, verdict["sources"])
                for position in finding["positions"]]
        if counts[code] != finding["listed"] or (
                told[:100] != first[code][:len(told)]):
            wrong.append(code)
    report.compare("positions", "as in findings.csv",
                   ", ".join(wrong) or "as in findings.csv")


def check_inputs(bag, verdict, report):
    told = "".join("%s%s  %s\n" % (
        "\\" if "\\" in source["name"] else "", source["sha256"],
        source["name"]) for source in verdict["sources"] + earlier_of(verdict))
    listed = bag.bytes_of("inputs.sha256")
    report.compare("inputs.sha256", "as in verdict.json", "as in verdict.json"
                   if told.encode() == listed else "something else")


# ---------------------------------------------- canonical rows, RPCE-1 (T, D)

class Text(bytes):
    """TEXT; sqlite3 hands out BLOB as bytes."""

    __slots__ = ()


def be32(number):
    return struct.pack(">I", number)


def lp(data):
    return struct.pack(">I", len(data)) + data


def encode_field(value):
    kind = type(value)
    if kind is int:
        return b"\x01" + value.to_bytes(8, "big", signed=True)
    if kind is Text:
        return b"\x03" + lp(value)
    if value is None:
        return b"\x00"
    if kind is float:
        return b"\x02" + struct.pack(">d", value)
    return b"\x04" + lp(value)


class Digest:
    """T of a table: its name, its columns, its key, its rows in order."""

    def __init__(self, table):
        columns = [column.encode("utf-8", "surrogateescape")
                   for column in table.columns]
        self.mark = b"R" + be32(len(columns))
        self.rows = 0
        self.waiting = []
        self.sha256 = hashlib.sha256(
            b"rollproof/table/1\n" + lp(table.name.encode(
                "utf-8", "surrogateescape")) + be32(len(columns)) +
            b"".join(map(lp, columns)) + be32(len(table.key)) +
            b"".join(map(be32, table.key)))

    def add(self, fields):
        self.waiting.append(self.mark)
        self.waiting.append(fields)
        self.rows += 1
        if len(self.waiting) > 8192:
            self.sha256.update(b"".join(self.waiting))
            self.waiting = []

    def finish(self):
        self.sha256.update(b"".join(self.waiting))
        self.waiting = [b"E" + struct.pack(">Q", self.rows)]
        self.sha256.update(self.waiting.pop())
        return self.sha256.hexdigest()


# -------------------------------------------------------------- the database

def quoted(name):
    return '"%s"' % name.replace('"', '""')


def text_of(value):
    return value.decode("utf-8", "surrogateescape")


def affinity_is_integer(declared):
    """INTEGER or NUMERIC, by the rules of SQLite."""
    declared = declared.upper()
    if "INT" in declared:
        return True
    others = ("CHAR", "CLOB", "TEXT", "BLOB", "REAL", "FLOA", "DOUB")
    return declared != "" and not any(word in declared for word in others)


class Table:
    """Stored columns and declared key of an ordinary table."""

    def __init__(self, database, name):
        self.database = database
        self.name = name
        self.columns = []
        self.types = []
        keys = []
        nullable = False
        for row in database.query("PRAGMA table_xinfo(%s)" % quoted(name)):
            _, column, declared, not_null, _, place, hidden = row
            if hidden != 0:
                continue
            if place > 0:
                keys.append((place, len(self.columns)))
                nullable = nullable or not not_null
            self.columns.append(text_of(column))
            self.types.append(text_of(declared))
        self.key = [index for _, index in sorted(keys)]
        self.repeats = not self.key or nullable and not self.rowid_key()

    def rowid_key(self):
        """Is the key the rowid?  It is when it needs no index of its own."""
        return (len(self.key) == 1 and
                self.types[self.key[0]].upper() == "INTEGER" and
                not any(bytes(row[3]) == b"pk" for row in self.database.query(
                    "PRAGMA index_list(%s)" % quoted(self.name))))

    def column(self, name):
        """Index of a column; SQLite does not tell capitals from small."""
        if name in self.columns:
            return self.columns.index(name)
        folded = [column.lower() for column in self.columns]
        if name.lower() not in folded:
            raise Trouble("%s has no column %s" % (
                show(self.name.encode("utf-8", "surrogateescape")),
                show(name.encode("utf-8", "surrogateescape"))))
        return folded.index(name.lower())

    def select(self):
        order = list(self.key)
        if self.repeats:
            order += [index for index in range(len(self.columns))
                      if index not in self.key]
        return "SELECT %s FROM %s ORDER BY %s" % (
            ", ".join(map(quoted, self.columns)), quoted(self.name),
            ", ".join(quoted(self.columns[index]) + " COLLATE BINARY"
                      for index in order))

    def rows(self):
        """(values, canonical fields) of every row, in canonical order."""
        pairs = ((row, b"".join(map(encode_field, row)))
                 for row in self.database.query(self.select()))
        return untie(pairs) if self.repeats else pairs


def untie(pairs):
    """Rows that SQL cannot tell apart, as 1 and 1.0, by their bytes."""
    group = []
    for pair in pairs:
        if group and not alike(group[0][0], pair[0]):
            yield from sorted(group, key=lambda tied: tied[1])
            group = []
        group.append(pair)
    yield from sorted(group, key=lambda tied: tied[1])


def alike(left, right):
    def kind(value):
        return float if isinstance(value, int) else type(value)
    return all(kind(one) is kind(other) and one == other
               for one, other in zip(left, right))


class Database:
    """One read transaction; nothing is written, not even beside it."""

    def __init__(self, path):
        self.path = path
        self.state = self.stat() if path is not None else None
        self.tables = {}
        try:
            self.connection = sqlite3.connect(self.uri(), uri=True,
                                              isolation_level=None)
            self.connection.text_factory = Text
            self.query("PRAGMA trusted_schema = OFF")
            self.query("PRAGMA cell_size_check = ON")
            self.query("BEGIN")
            self.read_schema()
        except (sqlite3.Error, UnicodeError) as error:
            raise Trouble("%s: cannot be read: %s%s" % (
                self.shown(), error, "" if not self.beside("-journal") else
                "; there is a journal beside it: somebody writes it, or died "
                "while writing; when nobody does, copy both files and open "
                "the copy once with sqlite3"))

    def shown(self):
        return show(os.fsencode(self.path or "no database"))

    def stat(self):
        try:
            info = os.stat(self.path)
            with open(self.path, "rb") as file:
                self.header = file.read(100)
        except OSError as error:
            raise Trouble("%s: cannot be read: %s" % (self.shown(),
                                                      error.strerror))
        return info.st_size, info.st_mtime_ns

    def beside(self, suffix):
        """Is there something in the file of that name?"""
        try:
            return os.stat(self.path + suffix).st_size > 0
        except OSError:
            return False

    def uri(self):
        """A WAL that holds something must be read; for an empty one SQLite
        would make files beside the database, so it is told that nobody
        writes, and whether somebody did is looked at in the end."""
        self.still = False
        if self.path is None:
            return "file::memory:"
        quiet = not self.beside("-wal") and not self.beside("-journal")
        self.still = quiet and self.header[18:20] == b"\x02\x02"
        return "file:%s?mode=ro%s" % (
            urllib.parse.quote(os.fsencode(os.path.abspath(self.path))),
            "&immutable=1" if self.still else "")

    def query(self, sql, values=()):
        return self.connection.execute(sql, values)

    def read_schema(self):
        objects = self.query("SELECT type, name, sql FROM sqlite_master")
        self.objects = sorted((bytes(kind), bytes(name), sql)
                              for kind, name, sql in objects)
        for kind, name, sql in self.objects:
            virtual = sql is not None and sql.upper().startswith(
                b"CREATE VIRTUAL TABLE")
            if kind == b"table" and not virtual and not (
                    name.lower().startswith(b"sqlite_stat")):
                self.tables[text_of(name)] = Table(self, text_of(name))

    def table(self, name):
        """As SQLite finds it; the evidence calls it by this name."""
        for real, table in self.tables.items():
            if real.lower() == name.lower():
                return table
        return None

    def schema_text(self):
        return b"".join(sql + b";\n" for _, _, sql in self.objects if sql)

    def finish(self):
        self.connection.close()
        if self.still and (self.state != self.stat() or self.beside("-wal")):
            raise Trouble("%s: somebody wrote it meanwhile; let nobody write "
                          "it and start again" % self.shown())


def digest_of_all(database, digests):
    """D: all digests, and the SQL of everything."""
    sha256 = hashlib.sha256(b"rollproof/db/1\n")
    for name in sorted(digests, key=lambda name: name.encode(
            "utf-8", "surrogateescape")):
        digest, rows = digests[name]
        sha256.update(lp(name.encode("utf-8", "surrogateescape")) +
                      bytes.fromhex(digest) + struct.pack(">Q", rows))
    objects = [sql for _, name, sql in database.objects
               if sql and not name.lower().startswith(b"sqlite_")]
    for sql in objects:
        sha256.update(lp(sql))
    sha256.update(b"E" + struct.pack(">Q", len(objects)))
    return sha256.hexdigest()


def moment_of(table, moment):
    if table is None or table["rows_" + moment] is None:
        return "no such table"
    return "%d rows, sha256 %s" % (table["rows_" + moment],
                                   table["digest_" + moment])


class Tables:
    """Every table of a database against one moment of the evidence."""

    def __init__(self, database, verdict, moment, report):
        self.database = database
        self.verdict = verdict
        self.moment = moment
        self.report = report
        self.digests = {}
        self.readable = True

    def check_table(self, name, table, rows):
        """rows: the table's, which may have been looked at on their way."""
        label = name if self.moment == "after" or (
            not self.verdict["committed"]) else name + " before"
        actual = "no such table"
        if rows is not None:
            found = self.report.attempt(label, self.digest, name, rows)
            if found is None:
                self.readable = False
                return
            actual = "%d rows, sha256 %s" % (found[1], found[0])
        self.report.compare(label, moment_of(table, self.moment), actual)

    def digest(self, name, rows):
        table = self.database.table(name)
        digest = Digest(table)
        for fields in rows:
            digest.add(fields)
        self.digests[table.name] = digest.finish(), digest.rows
        return self.digests[table.name]

    def rows_of(self, name):
        table = self.database.table(name)
        return table and (fields for _, fields in table.rows())

    def check(self, watched=None):
        """watched: (name, rows) of the table that is looked at closer."""
        known = {table["table"]: table for table in self.verdict["tables"]}
        others = [name for name in self.database.tables
                  if not any(name.lower() == latin_name(other).lower()
                             for other in known)]
        for shown, table in known.items():
            name = latin_name(shown)
            rows = self.rows_of(name)
            if watched is not None and watched[0].lower() == name.lower():
                rows = watched[1]
            self.check_table(name, table, rows)
        for name in sorted(others):
            self.check_table(name, None, self.rows_of(name))

    def check_schema(self, bag):
        name = "schema.%s.sql" % self.moment
        self.report.compare(
            name, "sha256 " + hashlib.sha256(bag.bytes_of(name)).hexdigest(),
            "sha256 " + hashlib.sha256(
                self.database.schema_text()).hexdigest())

    def check_database(self):
        for check in self.verdict["checks"]:
            if check["id"] == "committed-state-reread" and (
                    check["result"] == "pass"):
                self.report.compare(
                    "database", (check["expected"] or "").replace(
                        "database ", "sha256 "),
                    "sha256 " + digest_of_all(self.database, self.digests))


def latin_name(shown):
    """A name that the evidence shows, as Python has it from SQLite."""
    return unshow(shown).decode("utf-8", "surrogateescape")


# --------------------------------------------------------------- the sources

MAGICS = (b"\xff\xfe", b"\xfe\xff", b"PK\3\4", b"PK\5\6", b"PK\7\10",
          b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"\xfd7zXZ\0",
          b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"%PDF-",
          b"SQLite format 3\0", b"\x7fELF")


def looks_like_csv(first):
    if first.startswith(MAGICS) or b"\0" in first:
        return False
    if re.match(rb"BZh.(1AY&SY|\x17\x72\x45\x38\x50\x90)", first, re.S):
        return False
    return re.match(rb"PAR1[\x00-\x08\x0b\x0c\x0e-\x1f]", first) is None


class Survey:
    """What one pass over the bytes of a file tells."""

    def __init__(self, path):
        self.path = path
        self.bytes = 0
        lf = crlf = cr = 0
        last = b""
        digest = hashlib.sha256()
        self.first = None
        try:
            with open(path, "rb") as file:
                for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                    digest.update(chunk)
                    if self.first is None:
                        self.first = chunk[:PROBE_BYTES]
                    self.bytes += len(chunk)
                    lf += chunk.count(b"\n")
                    cr += chunk.count(b"\r")
                    crlf += (last + chunk).count(b"\r\n")
                    last = chunk[-1:]
        except OSError as error:
            raise Trouble("%s: cannot be read: %s" % (
                show(os.fsencode(path)), error.strerror))
        self.first = self.first or b""
        self.sha256 = digest.hexdigest()
        self.has_lf = lf > 0
        self.newline = ("mixed" if 0 < crlf < lf else "CRLF" if crlf else
                        "LF" if lf else "CR" if cr else "none")
        self.ended = last == (b"\n" if lf else b"\r")
        self.is_csv = looks_like_csv(self.first)

    def shown(self):
        return show(os.fsencode(self.path))


DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ",
              "pipe": "|"}


class Syntax:
    """What a record must look like, as regular expressions over bytes.

    Python's csv module lets more pass than RFC 4180: a quote inside a field,
    text behind a closing quote.  These expressions do not."""

    def __init__(self, delimiter, quote):
        self.delimiter = delimiter
        self.quote = quote.encode("latin-1")
        q = re.escape(self.quote)
        d = re.escape(delimiter.encode("latin-1"))
        inside = b"%s[^%s]*(?:%s%s[^%s]*)*" % (q, q, q, q, q)
        plain = b"[^%s%s]*" % (q, d)
        field = b"(?:%s%s|%s)" % (inside, q, plain)
        self.well = re.compile(b"%s(?:%s%s)*" % (field, d, field))
        self.open = re.compile(b"(?:%s%s)*%s" % (field, d, inside))
        self.quoted = re.compile(b"%s(?:%s|\\Z)" % (inside, q))
        self.field = re.compile(b"(%s%s?|%s)(?:%s|\\Z)" % (inside, q, plain,
                                                          d))
        self.delimiter_byte = delimiter.encode("latin-1")

    def state(self, content, was_open):
        """Of one line without its end: 'well', 'open' or 'stray'."""
        if was_open:
            content = self.quote + content
        if self.well.fullmatch(content):
            return "well"
        return "open" if self.open.fullmatch(content) else "stray"

    def fields(self, content):
        """The fields as they stand, with their quotes."""
        found, at = [], 0
        while True:
            match = self.field.match(content, at)
            found.append(match.group(1))
            at = match.end()
            if match.end(1) == len(content):
                return found

    def slack(self, content, is_open):
        """How many bytes more may come before it may be too large; negative
        when it is.  Of an open record only the last field can grow."""
        fields = self.fields(content)
        if len(content) > RECORD_MAX_BYTES or (
                len(fields) - is_open > COLUMNS_MAX):
            return -1
        slack = 0
        for number, field in enumerate(fields, 1):
            if field.startswith(self.quote):
                closed = not is_open or number < len(fields)
                field = field[1:-1] if closed else field[1:]
                field = field.replace(self.quote * 2, self.quote)
            slack = FIELD_MAX_BYTES - len(field)
            if slack < 0:
                return slack
        return min(slack, RECORD_MAX_BYTES - len(content))


class Growing:
    """A record over several lines.  A quote that is never closed runs to the
    limits, so they are looked at only when they may have been reached."""

    def __init__(self, syntax, number, start):
        self.syntax = syntax
        self.first_line = number
        self.start = start
        self.lines = []
        self.bytes = 0
        self.due = FIELD_MAX_BYTES + 1
        self.delimiters = 0
        self.delimiters_due = COLUMNS_MAX

    def add(self, number, line):
        self.last_line = number
        self.lines.append(line)
        self.bytes += len(line)
        self.delimiters += line.count(self.syntax.delimiter_byte)

    def is_too_large(self):
        if self.bytes < self.due and self.delimiters < self.delimiters_due:
            return False
        slack = self.syntax.slack(b"".join(self.lines), True)
        self.due = self.bytes + slack + 1
        self.delimiters_due = self.delimiters + COLUMNS_MAX // 2
        return slack < 0

    def record(self):
        return Record(self.first_line, self.last_line, self.start,
                      b"".join(self.lines))


class Record:
    __slots__ = ("number", "first_line", "last_line", "start", "raw", "code",
                 "fields", "after_resync", "suspicious")

    def __init__(self, first_line, last_line, start, raw):
        self.number = 0
        self.first_line = first_line
        self.last_line = last_line
        self.start = start
        self.raw = raw
        self.code = None
        self.fields = None
        self.after_resync = False
        self.suspicious = False


class OneByOne:
    """Hands Python's csv module one whole record at a time."""

    def __init__(self, syntax):
        self.text = None
        self.reader = csv.reader(
            self, delimiter=syntax.delimiter, doublequote=True,
            quotechar=syntax.quote.decode("latin-1"), strict=True)

    def __iter__(self):
        return self

    def __next__(self):
        if self.text is None:
            raise csv.Error("it wants more lines")
        text, self.text = self.text, None
        return text

    def fields(self, raw):
        self.text = raw.decode("latin-1")
        return next(self.reader)


class Source:
    """One source of the verdict, divided into records."""

    def __init__(self, told, survey):
        self.told = told
        self.survey = survey
        self.syntax = Syntax(
            DELIMITERS.get(told["delimiter"]) or latin(told["delimiter"]),
            latin(told["quote"]))
        self.names = [latin(name) for name in told["header"]]
        self.has_header = told["byte_classes"]["header"] > 0
        self.header = None
        self.header_raw = b""
        self.columns = {side: [self.index_of(place) for place in places]
                        for side, places in told["columns"].items()}
        self.classes = dict.fromkeys(told["byte_classes"], 0)
        self.csv = OneByOne(self.syntax)
        self.resync = False

    def index_of(self, place):
        match = re.fullmatch("#([1-9][0-9]{0,3})", place)
        if match is None or int(match.group(1)) > len(self.names):
            raise Broken("verdict.json: %s has no column %s" % (
                self.told["name"], place))
        return int(match.group(1)) - 1

    def place_of(self, name):
        """A column by its name, or by #N; None when there is none."""
        if self.names.count(name) == 1:
            return self.names.index(name)
        return None if name in self.names else self.index_of(name)

    def content(self, line):
        """A line without its end; CR alone ends lines where no LF does."""
        if line.endswith(b"\n"):
            return line[:-2] if line.endswith(b"\r\n") else line[:-1]
        if not self.survey.has_lf and line.endswith(b"\r"):
            return line[:-1]
        return line

    def lines(self, file):
        if self.survey.has_lf:
            return file
        return self.lines_of_cr(file)

    @staticmethod
    def lines_of_cr(file):
        rest = b""
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            parts = (rest + chunk).split(b"\r")
            rest = parts.pop()
            for part in parts:
                yield part + b"\r"
        if rest:
            yield rest

    def numbered_lines(self, file, digest):
        """(number, first byte, line); the bytes are hashed on the way."""
        start = 0
        for number, line in enumerate(self.lines(file), 1):
            digest.update(line)
            if number == 1 and line.startswith(BOM):
                start = self.classes["bom"] = len(BOM)
                line = line[start:]
                if not line:
                    continue
            yield number, start, line
            start += len(line)

    def divide(self, lines):
        """Lines gathered to records, with the code that their bytes have."""
        held = None
        for number, start, line in lines:
            state = "well"
            if held is not None:
                state = self.syntax.state(self.content(line), True)
            elif self.syntax.quote in line:
                state = self.syntax.state(self.content(line), False)
            if held is None and state != "open":
                yield self.judged(Record(number, number, start, line), state)
                continue
            held = held or Growing(self.syntax, number, start)
            held.add(number, line)
            ended = self.content(line) != line
            if state != "open" or ended and held.is_too_large():
                yield self.judged(held.record(), state)
                held = None
        if held is not None:
            record = held.record()
            record.code = "unclosed-quote"
            yield record

    def judged(self, record, state):
        record.after_resync = self.resync
        # Nearly all lines of nearly all sources.
        if state == "well" and len(record.raw) < COLUMNS_MAX and (
                PLAIN_LINE.fullmatch(record.raw)):
            return record
        if state == "stray":
            self.resync = True
            record.code = "stray-quote"
            return record
        raw = record.raw
        large = state == "open"
        if len(raw) > FIELD_MAX_BYTES or (
                raw.count(self.syntax.delimiter_byte) >= COLUMNS_MAX):
            large = large or self.syntax.slack(self.content(raw), False) < 0
        self.resync = self.resync or large
        if self.has_bare_cr(raw):
            record.code = "bare-cr"
        elif large:
            record.code = "field-too-large"
        elif not raw.isascii() or b"\0" in raw:
            record.code = code_of_bytes(raw)
        return record

    def has_bare_cr(self, raw):
        if b"\r" not in raw:
            return False
        content = self.content(raw)
        return b"\r" in content and b"\r" in self.syntax.quoted.sub(
            b"", content)

    def swallows(self, record):
        """Does a line behind the first look like a record of its own?"""
        lines = record.raw.splitlines(True) if b"\n" not in record.raw else (
            record.raw.split(b"\n"))
        if lines[-1] == b"":
            lines.pop()
        width = len(self.names)
        for index, line in enumerate(lines[1:], 1):
            if line.count(self.syntax.delimiter_byte) + 1 != width:
                continue
            end = b"\n" if b"\n" in record.raw else b""
            before = end.join(lines[:index]) + end
            in_first = self.syntax.delimiter_byte not in (
                self.syntax.quoted.sub(b"", before))
            if index < len(lines) - 1 or not in_first:
                return True
        return False

    def parse(self, record):
        try:
            return self.csv.fields(record.raw)
        except csv.Error as error:
            raise Trouble("%s: bytes %d-%d: Python's csv module cannot read "
                          "what is well-formed: %s" % (
                              self.survey.shown(), record.start,
                              record.start + len(record.raw), error))

    def take_header(self, record):
        if record.code is not None:
            raise Trouble("%s: its header cannot be used: %s" % (
                self.survey.shown(), record.code))
        self.header = self.parse(record)
        self.header_raw = record.raw
        self.classes["header"] += len(record.raw)

    def take_fields(self, record):
        """What only the header can tell about well-formed bytes."""
        fields = self.parse(record)
        if self.has_header and fields == self.header:
            record.code = "repeated-header"
        elif len(fields) != len(self.names):
            record.code = "field-count"
        else:
            record.fields = fields
            record.suspicious = (
                len(fields) > 1 and record.first_line < record.last_line and
                self.swallows(record))

    def records(self):
        """Every record but the header, in order, judged by its shape."""
        digest = hashlib.sha256()
        number = 0
        with open(self.survey.path, "rb") as file:
            lines = self.numbered_lines(file, digest)
            for record in self.divide(lines):
                blank = len(record.raw) < 3 and not self.content(record.raw)
                if self.has_header and self.header is None and not blank:
                    self.take_header(record)
                    continue
                number += 1
                record.number = number
                if blank:
                    record.code = "blank-record"
                elif record.code is None:
                    self.take_fields(record)
                self.classes["blank" if blank else "rejected" if record.code
                             else "records"] += len(record.raw)
                yield record
        if digest.hexdigest() != self.survey.sha256:
            raise Trouble("%s: somebody wrote it meanwhile; let nobody write "
                          "it and start again" % self.survey.shown())


def code_of_bytes(raw):
    if b"\0" in raw:
        return "nul-byte"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "invalid-encoding"
    return "bom-inside" if BOM in raw else None


# ------------------------------------------------------------ keys and links

AMBIGUOUS = object()


def parse_int64(text):
    """(value, leading zeros), or None: strict decimal, as the README says."""
    match = re.fullmatch("(-?)(0*)([0-9]{0,19})", text)
    if match is None or text in ("", "-"):
        return None
    sign, zeros, digits = match.groups()
    value = int(sign + (digits or "0"))
    if not -INT64_MAX - 1 <= value <= INT64_MAX or sign and value == 0:
        return None
    return value, zeros != "" and len(zeros + digits) > 1


class Keys:
    """From the key of a record to the id of a row of a parent."""

    def __init__(self, database, side, shown):
        table = database.table(side)
        if table is None:
            raise Trouble("%s: there is no table %s" % (database.shown(),
                                                        side))
        self.ambiguous = "ambiguous-" + side[:-1]
        self.unknown = "unknown-" + side[:-1]
        self.table = table
        self.columns = [table.column(latin_name(name)) for name in shown]
        self.integer = [affinity_is_integer(table.types[index])
                        for index in self.columns]
        if len(table.key) != 1:
            raise Trouble("%s has no INTEGER PRIMARY KEY" % side)
        self.single_text = self.integer == [False]
        self.ids = {}
        for row in database.query("SELECT %s FROM %s" % (", ".join(
                quoted(table.columns[index])
                for index in [table.key[0]] + self.columns),
                quoted(table.name))):
            key = self.key_of(row[1:])
            if key is not None:
                self.ids[key] = AMBIGUOUS if key in self.ids else row[0]

    def key_of(self, values):
        """The key of a row; None when no field of a source can equal it."""
        key = []
        for value, integer in zip(values, self.integer):
            if value is None or value == b"" or isinstance(value, float) or (
                    integer and not isinstance(value, int)):
                return None
            if isinstance(value, int):
                key.append(value if integer else str(value))
            else:
                key.append(value.decode("latin-1"))
        return key[0] if len(key) == 1 else tuple(key)

    def look_up(self, fields):
        """(id or None, code or None, leading zeros)"""
        key, zeros = [], False
        for field, integer in zip(fields, self.integer):
            if field == "":
                return None, "empty-key", False
            if integer:
                parsed = parse_int64(field)
                if parsed is None:
                    return None, "not-an-integer", False
                zeros = zeros or parsed[1]
                field = parsed[0]
            key.append(field)
        found = self.ids.get(key[0] if len(key) == 1 else tuple(key))
        if found is AMBIGUOUS:
            return None, self.ambiguous, zeros
        return found, self.unknown if found is None else None, zeros

    def find(self, fields):
        """As look_up, and whether blanks had to be taken away."""
        if self.single_text:
            found = self.ids.get(fields[0])
            if found is not None and found is not AMBIGUOUS:
                return found, None, False, False
        found = self.look_up(fields)
        if found[1] is None or found[1] == self.ambiguous:
            return found + (False,)
        trimmed = [field.strip(BLANKS) for field in fields]
        if trimmed == fields:
            return found + (False,)
        return self.look_up(trimmed) + (True,)

    def shown(self, number):
        """The key of a row for people."""
        names = ", ".join("CAST(%s AS TEXT)" % quoted(self.table.columns[i])
                          for i in self.columns)
        row = self.table.database.query("SELECT %s FROM %s WHERE %s = ?" % (
            names, quoted(self.table.name),
            quoted(self.table.columns[self.table.key[0]])),
            (number,)).fetchone()
        if row is None:
            return "no row"
        return "+".join("NULL" if value is None else show(value)
                        for value in row)


class Already:
    """already.csv: which records found their link there."""

    def __init__(self, bag, report):
        self.runs = collections.defaultdict(list)
        self.report = report
        self.listed = 0
        self.hit = 0
        if bag.has("already.csv"):
            names = ("source", "first_record", "last_record")
            for row in bag.rows("already.csv", names):
                try:
                    source, first, last = (int(row[name]) for name in names)
                except (TypeError, ValueError):
                    raise Broken("already.csv: what is %r?" % row)
                self.runs[source].append((first, last))
                self.listed += last - first + 1
        self.source = None

    def holds(self, source, number):
        """Asked in the order of records; a run that is passed is forgotten."""
        if source != self.source:
            self.source = source
            self.waiting = collections.deque(sorted(self.runs[source]))
        while self.waiting and self.waiting[0][1] < number:
            self.waiting.popleft()
        held = bool(self.waiting) and self.waiting[0][0] <= number
        self.hit += held
        return held

    def check(self):
        self.report.compare(
            "already.csv", "%d records, the first of their link" % self.listed,
            "%d records, the first of their link" % self.hit)


BEFORE, SEEN = 1, 2


class Courses:
    """The distinct enrollments of one student; small, since there are many."""

    __slots__ = ("ids", "rests", "states", "places")

    def __init__(self):
        self.ids = array.array("q")
        self.rests = array.array("q")
        self.states = bytearray()
        self.places = None

    def place(self, course):
        """-1 when there is none."""
        if self.places is not None:
            return self.places.get(course, -1)
        return self.ids.index(course) if course in self.ids else -1

    def add(self, course, rest, state):
        if self.places is not None:
            self.places[course] = len(self.ids)
        self.ids.append(course)
        self.rests.append(rest)
        self.states.append(state)
        if len(self.ids) == 256:
            self.places = {one: place for place, one in enumerate(self.ids)}


class Links:
    """What the sources claim of student_courses."""

    what = "links"

    def __init__(self, database, verdict, already):
        mapping = verdict["mapping"]
        self.database = database
        self.verdict = verdict
        self.already = already
        self.student = self.course = None
        for side, name in (("student", "students"), ("course", "courses")):
            if mapping[side] is None:
                raise Broken("verdict.json: mapping.%s is missing" % side)
        self.student = Keys(database, "students", mapping["student"]["db"])
        self.course = Keys(database, "courses", mapping["course"]["db"])
        self.claims = {}
        self.marked = 0
        self.extra = []
        self.extra_count = 0
        self.withdrawn = None

    def begin(self, source):
        self.at = [source.columns[side] for side in ("student", "course")]
        keys = set(self.at[0] + self.at[1])
        self.others = [index for index in range(len(source.names))
                       if index not in keys]
        self.other_names = hash(tuple(source.names[index]
                                      for index in self.others))

    def claim(self, record, source_number):
        """(disposition, ids, trimmed, leading zeros)"""
        fields = record.fields
        student, s_code, s_zeros, s_trimmed = self.student.find(
            [fields[index] for index in self.at[0]])
        course, c_code, c_zeros, c_trimmed = self.course.find(
            [fields[index] for index in self.at[1]])
        if s_code is not None or c_code is not None:
            return min((code for code in (s_code, c_code) if code),
                       key=KEY_CODES.index), None, False, False
        return (self.settle(student, course, record, source_number),
                (student, course), s_trimmed or c_trimmed, s_zeros or c_zeros)

    def settle(self, student, course, record, source_number):
        rest = hash((self.other_names,
                     *[record.fields[index] for index in self.others]))
        claims = self.claims.get(student)
        if claims is None:
            claims = self.claims[student] = Courses()
        place = claims.place(course)
        if place >= 0:
            return ("duplicate-exact" if claims.rests[place] == rest else
                    "duplicate-conflict")
        before = self.already.holds(source_number, record.number)
        claims.add(course, rest, BEFORE if before else 0)
        self.marked += before
        return "already-present" if before else "inserted"

    def look_at(self, limit):
        """The rows of the table on their way to its digest; those that this
        run did not insert make the digest of before as well."""
        table = self.database.table("student_courses")
        if table is None:
            return None
        self.before = Digest(table)
        return self.watch(limit)

    def keyed_rows(self, database):
        table = database.table("student_courses")
        if table is None:
            return
        student = table.column("student_id")
        course = table.column("course_id")
        for row, fields in table.rows():
            yield (row[student], row[course]), fields

    def are_claimed(self, link):
        claims = self.claims.get(link[0])
        return (claims is not None and isinstance(link[1], int) and
                claims.place(link[1]) >= 0)

    def watch(self, limit):
        for link, fields in self.keyed_rows(self.database):
            if self.withdrawn is not None:
                self.withdrawn.pass_by(link, self.before)
            if self.are_claimed(link):
                claims = self.claims[link[0]]
                place = claims.place(link[1])
                if claims.states[place] & BEFORE:
                    self.before.add(fields)
                claims.states[place] |= SEEN
            else:
                self.before.add(fields)
                self.extra_count += 1
                if self.extra_count <= limit:
                    self.extra.append(link)
            yield fields
        if self.withdrawn is not None:
            self.withdrawn.put_rest(self.before)

    def unseen(self, limit):
        """(some, count) of the claims that the table does not hold."""
        some, count = [], 0
        for student, claims in self.claims.items():
            for place, state in enumerate(claims.states):
                if not state & SEEN:
                    count += 1
                    if count <= limit:
                        some.append((student, claims.ids[place]))
        return some, count

    def shown(self, link):
        ids = "student %s, course %s" % tuple(
            number if isinstance(number, int) else show(encode_field(number))
            for number in link)
        if self.ids_only or not all(isinstance(one, int) for one in link):
            return ids
        return "%s | %s  (%s)" % (self.student.shown(link[0]),
                                  self.course.shown(link[1]), ids)


class Unlinked:
    """In the place of already.csv: nothing was linked."""

    @staticmethod
    def holds(source, number):
        return False


class Earlier(Links):
    """What the delivery before claims; wanted are links of which the first
    record is asked."""

    def __init__(self, claims, wanted):
        self.claims = {}
        self.marked = 0
        self.already = Unlinked
        self.student, self.course = claims.student, claims.course
        self.first = dict.fromkeys(wanted)

    def settle(self, student, course, record, source_number):
        fate = super().settle(student, course, record, source_number)
        if fate == "inserted" and (student, course) in self.first:
            self.first[student, course] = (source_number, record.number)
        return fate


class Withdrawn:
    """The links that were removed: removed.csv, and why it is right."""

    def __init__(self, bag, verdict, claims):
        self.claims = claims
        self.verdict = verdict
        self.sync = verdict["sync"]
        self.committed = verdict["committed"]
        self.listed = []
        self.still = self.elsewhere = 0
        self.next = 0
        self.known = not verdict.get("shared")
        names = ("student_id", "course_id", "previous", "record")
        if self.known and bag.has("removed.csv"):
            for row in bag.rows("removed.csv", names):
                try:
                    self.listed.append((
                        (int(row[names[0]]), int(row[names[1]])),
                        row["previous"], int(row["record"])))
                except (TypeError, ValueError):
                    raise Broken("removed.csv: what is %r?" % row)
        self.links = [link for link, _, _ in self.listed]
        if any(one >= other for one, other in zip(self.links,
                                                  self.links[1:])):
            raise Broken("removed.csv: links do not rise")

    def read(self, ledger, sources):
        """What the delivery before claims; ledger is made for its claims."""
        ledger.read(sources)
        self.earlier = ledger.claims
        self.count = self.kept = 0
        only = []
        for student, courses in self.earlier.claims.items():
            for course in courses.ids:
                self.count += 1
                if self.claims.are_claimed((student, course)):
                    self.kept += 1
                elif not self.known and self.sync["gone"] == 0:
                    only.append((student, course))
        if not self.known and self.sync["gone"] == 0:
            self.links = sorted(only)
            self.known = True

    def restores(self):
        """Can the rows that went be written down?  Not when the table has
        columns of which nobody knows what they held."""
        table = self.claims.database.table("student_courses")
        return self.known and table is not None and [
            table.column(name) for name in ("student_id", "course_id")
        ] == [0, 1] and len(table.columns) == 2 and list(table.key) == [0, 1]

    def put(self, link, digest):
        digest.add(b"".join(map(encode_field, link)))

    def pass_by(self, link, digest):
        """A row of now on the way; those that went stood before it."""
        if not all(isinstance(one, int) for one in link):
            return
        if self.committed and self.restores_rows:
            while self.next < len(self.links) and self.links[
                    self.next] < link:
                self.put(self.links[self.next], digest)
                self.next += 1
        if not self.claims.are_claimed(link):
            claimed = self.earlier.are_claimed(link)
            self.still += claimed
            self.elsewhere += not claimed

    def put_rest(self, digest):
        if self.committed and self.restores_rows:
            for link in self.links[self.next:]:
                self.put(link, digest)

    def check_list(self, report):
        if self.verdict.get("shared"):
            report.line("-        removed.csv: not in a shared copy")
            return
        names = [list_cell(told["name"]) for told in earlier_of(self.verdict)]
        good = 0
        for link, name, number in self.listed:
            first = self.earlier.first[link]
            good += (first is not None and names[first[0] - 1] == name and
                     first[1] == number and not self.claims.are_claimed(link))
        what = "%d links that only the previous delivery claims, each with " \
            "its record"
        report.compare("removed.csv", what % self.sync["removed"],
                       what % good if good == len(self.listed) else
                       "%d of %d such links" % (good, len(self.listed)))

    def check(self, report):
        """After the rows went by."""
        sync = self.sync
        removed = len(self.links) if self.known else sync["removed"]
        told = {name: sync[name]
                for name in ("claims", "kept", "gone", "removed")}
        report.compare("previous delivery", counted(told), counted({
            "claims": self.count, "kept": self.kept,
            "gone": self.count - self.kept - removed, "removed": removed}))
        if self.committed:
            report.compare("links withdrawn and still there", "0",
                           str(self.still))
        report.compare("links made elsewhere", str(sync["elsewhere"]),
                       str(self.elsewhere))


class Rows:
    """What the source of a load claims of students or courses."""

    what = "rows"

    def __init__(self, database, verdict, already):
        self.database = database
        self.verdict = verdict
        self.already = already
        self.name = verdict["declared"]
        carried = verdict["mapping"]["carried"]
        self.table = database.table(self.name)
        side = verdict["mapping"][self.name[:-1]]
        self.key_count = len(side["db"]) if side else 0
        self.places = {}
        self.rests = array.array("q")
        self.states = bytearray()
        self.marked = 0
        self.extra = []
        self.extra_count = 0
        self.columns = []
        if self.table is not None and carried is not None:
            self.columns = [self.table.column(latin_name(name))
                            for name in carried["db"]]
            self.read_present()

    CLAIMED, PRESENT, INSERTED = 4, 8, 16

    def read_present(self):
        names = ", ".join("CAST(%s AS TEXT)" % quoted(
            self.table.columns[index]) for index in self.columns)
        for row in self.database.query("SELECT %s FROM %s" % (
                names, quoted(self.table.name))):
            values = [None if value is None else value.decode("latin-1")
                      for value in row]
            self.add(self.key_of(values), hash(tuple(
                values[self.key_count:])), self.PRESENT)

    def key_of(self, values):
        return values[0] if self.key_count == 1 else tuple(
            values[:self.key_count])

    def add(self, key, rest, state):
        self.places[key] = len(self.states)
        self.rests.append(rest)
        self.states.append(state)

    def begin(self, source):
        self.at = source.columns["carried"]
        self.source = source

    def values_of(self, record):
        """An empty field without quotes is NULL, which csv does not tell."""
        values = [record.fields[index] for index in self.at]
        if "" in values:
            raw = self.source.syntax.fields(self.source.content(record.raw))
            values = [None if value == "" and raw[index] == b"" else value
                      for value, index in zip(values, self.at)]
        return values

    def claim(self, record, source_number):
        values = self.values_of(record)
        if any(not value for value in values[:self.key_count]):
            return "empty-key", None, False, False
        key = self.key_of(values)
        rest = hash(tuple(values[self.key_count:]))
        return self.settle(key, rest, record, source_number), None, False, \
            False

    def settle(self, key, rest, record, source_number):
        place = self.places.get(key, -1)
        if place < 0:
            self.add(key, rest, self.CLAIMED | self.INSERTED)
            return "inserted"
        same = self.rests[place] == rest
        if self.states[place] & self.CLAIMED:
            return "duplicate-exact" if same else "duplicate-conflict"
        self.states[place] |= self.CLAIMED
        if not same:
            return "duplicate-conflict"
        if self.already.holds(source_number, record.number):
            self.marked += 1
            return "already-present"
        self.states[place] |= self.INSERTED
        return "inserted"

    def look_at(self, limit):
        if self.table is None or not self.columns:
            return self.table and (fields for _, fields in self.table.rows())
        self.before = Digest(self.table)
        return self.watch(limit)

    def keyed_rows(self, database):
        table = database.table(self.name)
        if table is None:
            return
        names = self.verdict["mapping"]["carried"]["db"][:self.key_count]
        keys = [table.column(latin_name(name)) for name in names]
        for row, fields in table.rows():
            yield self.key_of([self.as_text(row[index])
                               for index in keys]), fields

    def are_claimed(self, key):
        place = self.places.get(key, -1)
        return place >= 0 and self.states[place] & self.CLAIMED

    def watch(self, limit):
        for key, fields in self.keyed_rows(self.database):
            state = self.states[self.places[key]]
            if not state & self.INSERTED:
                self.before.add(fields)
            if not state & self.CLAIMED:
                self.extra_count += 1
                if self.extra_count <= limit:
                    self.extra.append(key)
            yield fields

    def as_text(self, value):
        """As CAST(... AS TEXT), without asking for each."""
        if value is None or isinstance(value, int):
            return value if value is None else str(value)
        if isinstance(value, float):
            value = self.database.query("SELECT CAST(? AS TEXT)",
                                        (value,)).fetchone()[0]
        return value.decode("latin-1")

    def unseen(self, limit):
        lost = [key for key, place in self.places.items()
                if not self.states[place] & self.PRESENT]
        return lost[:limit], len(lost)

    def shown(self, key):
        if self.ids_only:
            return "a row of %s" % self.name
        parts = (key,) if isinstance(key, str) or key is None else key
        return "+".join("NULL" if part is None else show_latin(part)
                        for part in parts)


# ------------------------------------------------------ what becomes of it all

class Listed:
    """findings.csv: every line must be found again, and no other."""

    COLUMNS = ("source", "record", "first_line", "last_line", "byte_start",
               "byte_end", "code", "disposition")

    def __init__(self, bag, limit):
        self.bag = bag
        self.limit = limit
        self.lines = 0
        self.counts = collections.Counter()
        self.unlisted = []
        self.unlisted_count = 0
        for row in bag.rows("findings.csv", self.COLUMNS):
            self.lines += 1
            if row["code"] not in NOT_DERIVED:
                self.counts[self.key(row)] += 1

    def key(self, row):
        return hash(tuple(row.get(name) for name in self.COLUMNS))

    def derive(self, *values):
        values = tuple(map(str, values))
        key = hash(values)
        if self.counts[key] > 0:
            self.counts[key] -= 1
            return
        self.unlisted_count += 1
        if self.unlisted_count <= self.limit:
            self.unlisted.append("not in findings.csv: " + self.shown(values))

    @staticmethod
    def shown(values):
        source, record, first, last, start, end, code, fate = values
        return "%s, record %s, lines %s-%s, bytes %s-%s: %s, %s" % (
            source, record or "-", first or "-", last or "-", start or "-",
            end or "-", code, fate)

    def check(self, report, expected):
        report.compare("findings.csv", "%d lines" % expected,
                       "%d lines" % self.lines)
        left = sum(self.counts.values())
        if report.compare("findings", "0 unlisted, 0 invented",
                          "%d unlisted, %d invented" % (self.unlisted_count,
                                                        left)):
            return
        report.listing(self.unlisted, self.unlisted_count)
        report.listing(self.invented(), left)

    def invented(self):
        some = []
        for row in self.bag.rows("findings.csv"):
            if self.counts.get(self.key(row), 0) > 0 and (
                    len(some) < self.limit):
                some.append("not in the sources: " + self.shown(
                    [row[name] for name in self.COLUMNS]))
        return some


class Sample:
    """sample.csv: each record drawn must have the fate that it tells."""

    def __init__(self, bag, shared):
        self.waiting = {}
        self.records = set()
        self.total = 0
        if shared:
            return
        for row in bag.rows("sample.csv", ("record",)):
            self.total += 1
            if not re.fullmatch("[0-9]{1,18}", row["record"] or ""):
                raise Broken("sample.csv: what is record %s?" %
                             row["record"])
            key = tuple(row.values())
            self.records.add(int(row["record"]))
            self.waiting[key] = self.waiting.get(key, 0) + 1

    def derive(self, values):
        key = tuple(map(str, values))
        if self.waiting.get(key, 0) > 0:
            self.waiting[key] -= 1

    def check(self, report):
        wrong = [", ".join(key) for key, left in self.waiting.items() if left]
        if not report.compare("sample.csv", "%d of %d records as told" % (
                self.total, self.total), "%d of %d records as told" % (
                self.total - len(wrong), self.total)):
            report.listing(["another fate than " + one for one in wrong],
                           len(wrong))


class Kept:
    """Records that the evidence keeps byte for byte, as one hash."""

    def __init__(self, bag, name, header):
        self.bag = bag
        self.name = name
        self.records = 0
        self.ended = True
        self.digest = hashlib.sha256(header)
        if header and not header.endswith((b"\n", b"\r")):
            self.digest.update(b"\n")

    def add(self, raw):
        if not self.ended:
            self.digest.update(b"\n")
        self.digest.update(raw)
        self.ended = raw.endswith((b"\n", b"\r"))
        self.records += 1

    def check(self, report):
        there = self.bag.has(self.name)
        expected = ("sha256 " + hashlib.sha256(self.bag.bytes_of(
            self.name)).hexdigest() if there else "no such file")
        actual = ("sha256 " + self.digest.hexdigest() if self.records else
                  "no such file")
        if there or self.records:
            report.compare(self.name, expected, actual)


class Filtered:
    """Records left out by --where, counted for each value."""

    def __init__(self):
        self.counts = {}

    def add(self, source, column, value):
        key = (source, column, value)
        if key not in self.counts:
            other = (source, column, None)
            if other in self.counts or (
                    len(self.counts) >= FILTERED_VALUES_MAX):
                key = other
        self.counts[key] = self.counts.get(key, 0) + 1


class Ledger:
    """Every record of every source gets its fate, once more."""

    def __init__(self, bag, verdict, claims, limit):
        self.bag = bag
        self.verdict = verdict
        self.claims = claims
        self.codes = collections.Counter()
        self.counts = []
        self.listed = Listed(bag, limit)
        self.sample = Sample(bag, verdict.get("shared"))
        self.collapsed = Kept(bag, "collapsed.csv", b"")
        self.kept = []
        self.filtered = Filtered()
        self.seen = {}

    def begin(self, number, source):
        """The columns of this source."""
        self.number = number
        self.source = source
        self.cell = list_cell(source.told["name"])
        self.records, self.fates = self.counts[number - 1]
        self.rejects = None
        self.wheres = []
        for text in self.verdict["mapping"]["where"]:
            column, values = split_where(latin(text))
            place = source.place_of(column)
            self.wheres.append((place, column, frozenset(values)))
            self.seen.setdefault(column, set())
        self.set_others()
        self.claims.begin(source)

    def set_others(self):
        """Columns that are carried nowhere, of which their owner is told."""
        source = self.source
        if self.claims.what == "rows":
            self.others = {}
            return
        known = set(source.columns["student"] + source.columns["course"])
        known |= {place for place, _, _ in self.wheres}
        known |= {source.place_of(latin(name))
                  for name in self.verdict["mapping"]["left_out"]}
        self.others = {index: 0 for index in range(len(source.names))
                       if index not in known}

    def place_of(self, record):
        return (self.cell, record.number, record.first_line,
                record.last_line, record.start,
                record.start + len(record.raw))

    def tell(self, record, code, disposition):
        self.listed.derive(*self.place_of(record), code, disposition)

    def reject(self, record):
        if self.rejects is None:
            self.rejects = Kept(self.bag, "rejects/%d.csv" % self.number,
                                self.source.header_raw)
            self.kept.append(self.rejects)
        self.rejects.add(record.raw)

    def take(self, record):
        self.records["total"] += 1
        ids = None
        if record.code == "blank-record":
            self.records["blank"] += 1
            fate = "blank"
        elif record.code is not None:
            self.records["rejected"] += 1
            fate = record.code
            self.tell(record, fate, "rejected")
            self.reject(record)
        elif self.passes(record):
            fate, ids = self.take_used(record)
        else:
            self.records["filtered"] += 1
            fate = "filtered"
        self.codes["blank-record" if fate == "blank" else fate] += 1
        if record.number in self.sample.records:
            self.sample.derive(self.place_of(record) + (fate,) +
                               (ids or ("", "")))

    def passes(self, record):
        for place, column, values in self.wheres:
            if record.fields[place] in values:
                self.seen[column].add(record.fields[place])
        for place, column, values in self.wheres:
            if record.fields[place] not in values:
                self.filtered.add(self.number, column, record.fields[place])
                return False
        return True

    def take_used(self, record):
        self.records["used"] += 1
        for index in self.others:
            if record.fields[index] != "":
                self.others[index] += 1
        told = ("suspicious-multiline" if record.suspicious else
                "after-resync" if record.after_resync else None)
        if told is not None:
            self.codes[told] += 1
            self.tell(record, told, "used")
        fate, ids, trimmed, zeros = self.claims.claim(record, self.number)
        self.codes["key-trimmed"] += trimmed
        self.codes["leading-zeros"] += zeros
        self.fates["rejected" if fate in KEY_CODES else fate] += 1
        if fate in KEY_CODES:
            self.tell(record, fate, "rejected")
            self.reject(record)
        elif fate == "duplicate-conflict":
            self.tell(record, fate, "collapsed")
            self.collapsed.add(record.raw)
        return fate, ids

    def end(self):
        """What is told of the source as a whole."""
        survey = self.source.survey
        self.codes["no-final-newline"] += not survey.ended
        self.codes["mixed-newlines"] += survey.newline == "mixed"
        used = self.records["used"]
        if used == 0:
            self.codes["nothing-used"] += 1
            self.tell_whole("nothing-used", "rejected", survey)
        for count in self.others.values():
            self.codes["column-not-carried"] += 1
            self.tell_whole("column-not-carried",
                            "left out: %d of %d not empty" % (count, used))

    def tell_whole(self, code, disposition, survey=None):
        span = ("", "") if survey is None else (0, survey.bytes)
        self.listed.derive(self.cell, "", "", "", *span, code, disposition)

    def take_not_csv(self, source):
        self.cell = list_cell(source.told["name"])
        self.codes["not-csv"] += 1
        source.classes["rejected"] = source.survey.bytes
        self.tell_whole("not-csv", "rejected", source.survey)

    def finish(self):
        for (number, _, value), count in self.filtered.counts.items():
            self.cell = list_cell(self.verdict["sources"][number - 1]["name"])
            self.tell_whole("filtered", "filtered: %d records%s" % (
                count, " of all other values" if value is None else ""))
        for text in self.verdict["mapping"]["where"] if self.seen else ():
            column, values = split_where(latin(text))
            for value in values:
                if value not in self.seen[column]:
                    self.codes["where-value-unseen"] += 1
                    self.listed.derive("", "", "", "", "", "",
                                       "where-value-unseen",
                                       "no record has this value")

    def read(self, sources):
        for number, source in enumerate(sources, 1):
            self.counts.append((collections.Counter(), collections.Counter()))
            if not source.survey.is_csv:
                self.take_not_csv(source)
                continue
            self.begin(number, source)
            for record in source.records():
                self.take(record)
            self.end()
        self.finish()

    def check(self, report):
        self.listed.check(report, self.verdict["listed"])
        if self.verdict.get("shared"):
            report.line("-        sample.csv, rejects/, collapsed.csv: not in "
                        "a shared copy")
            return
        self.sample.check(report)
        for kept in self.kept + [self.collapsed]:
            kept.check(report)

    def counted(self, told, number=None):
        """Records and enrollments, told alike, of one source or of all."""
        chosen = self.counts if number is None else [self.counts[number]]
        found = collections.Counter()
        for records, fates in chosen:
            for name in records:
                found["records", name] += records[name]
            for name in fates:
                found["enrollments", name.replace("-", "_")] += fates[name]
        found["enrollments", "total"] = found["records", "used"]
        found["enrollments", "planned"] = found["enrollments", "inserted"]
        return {part: {name: found[part, name] for name in told[part]
                       if name != "balanced"}
                for part in ("records", "enrollments")}


def split_where(text):
    """COL=VALUE[,VALUE], a backslash taking the next character literally."""
    match = re.match(r"((?:[^=\\]|\\.)*)=(.*)", text, re.S)
    if match is None:
        raise Broken("verdict.json: --where %s" % show_latin(text))
    return (split_unescaped(match.group(1), None)[0],
            split_unescaped(match.group(2), ","))


def counted(counts):
    return ", ".join("%s %d" % (name.replace("_", " "), count)
                     for name, count in counts.items())


def source_name(number, source, what="source"):
    return "%s %d, %s" % (what, number, source.told["name"])


def check_identity(number, source, report, what="source"):
    told, survey = source.told, source.survey
    report.compare(source_name(number, source, what),
                   "%d bytes, sha256 %s" % (told["bytes"], told["sha256"]),
                   "%d bytes, sha256 %s" % (survey.bytes, survey.sha256))


def check_source(number, source, report, what="source"):
    told, survey = source.told, source.survey
    name = source_name(number, source, what)
    report.compare(name + ", bytes", counted(told["byte_classes"]),
                   counted(source.classes))
    shape = "%s, line ends %s, columns %s"
    header = source.names if source.header is None else source.header
    report.compare(
        name + ", shape",
        shape % ("not CSV" if told["encoding"].startswith("not CSV") else
                 "CSV", told["newline"], "|".join(told["header"])),
        shape % ("CSV" if survey.is_csv else "not CSV", survey.newline,
                 "|".join(map(show_latin, header))))


def check_mapping(verdict, sources, report):
    """The columns by place must be the columns by name."""
    first = next((source for source in sources if source.survey.is_csv), None)
    if first is None:
        return
    for side in ("student", "course", "carried"):
        mapped = verdict["mapping"][side]
        places = first.columns[side]
        if mapped is None:
            continue
        names = [first.told["header"][place] for place in places]
        report.compare("mapping, " + side, "%s = %s" % (
            "+".join(mapped["csv"]), "+".join(mapped["db"])), "%s = %s" % (
                "+".join(names), "+".join(mapped["db"])))


def check_part(name, told, found, report):
    report.compare(name, counted({part: count for part, count in told.items()
                                  if part != "balanced"}), counted(found))


def check_counts(ledger, verdict, report):
    for number, source in enumerate(verdict["sources"]):
        found = ledger.counted(source, number)
        for part in ("records", "enrollments"):
            check_part("source %d, %s, %s" % (number + 1, source["name"],
                                              part), source[part], found[part],
                       report)
    found = ledger.counted(verdict)
    told = dict(verdict["enrollments"])
    inserted = found["enrollments"]["inserted"]
    if not told["balanced"] and not verdict["committed"]:
        report.line("-        inserted: %d were counted then, %d would have "
                    "been right; it was refused and rolled back" % (
                        told["inserted"], inserted))
        told["inserted"] = inserted
    check_part("records", verdict["records"], found["records"], report)
    check_part("rows" if verdict["command"] == "load" else "enrollments",
               told, found["enrollments"], report)


def check_codes(ledger, verdict, report):
    told = {finding["code"]: finding["count"]
            for finding in verdict["findings"]
            if finding["code"] not in NOT_DERIVED}
    ledger.codes["inserted"] = 0
    found = {code: count for code, count in ledger.codes.items() if count}
    report.compare("codes", counted(dict(sorted(told.items()))) or "none",
                   counted(dict(sorted(found.items()))) or "none")


class EarlierLedger(Ledger):
    """Of the delivery before only the claims count: none of its findings are
    told."""

    def finish(self):
        pass


class Outcome:
    """The declared table: what has to be there against what is."""

    def __init__(self, claims, ledger, report, limit):
        verdict = ledger.verdict
        self.claims = claims
        self.report = report
        self.limit = limit
        self.committed = verdict["committed"]
        self.table = next((table for table in verdict["tables"]
                           if table["table"] == verdict["declared"]), None)
        self.inserted = ledger.counted(verdict)["enrollments"]["inserted"]
        self.rows = claims.look_at(limit)

    def check(self, old):
        """After the rows went by on their way to the table's digest."""
        if getattr(self.claims, "withdrawn", None) is not None:
            self.claims.withdrawn.check(self.report)
        some, count = self.claims.unseen(self.limit)
        if not self.committed:
            self.compare("not there, since nothing was committed",
                         self.inserted, count, some)
            return
        self.compare("missing", 0, count, some)
        withdrawn = getattr(self.claims, "withdrawn", None)
        restores = withdrawn is None or withdrawn.restores_rows
        if restores and self.check_before():
            self.compare("extra", 0, 0, [])
        elif old is not None:
            extra, lost, changed = old.against(self.claims)
            self.compare("extra", 0, len(extra), extra)
            self.compare("of before lost", 0, len(lost), lost)
            self.compare("of before changed", 0, len(changed), changed)
        elif restores:
            self.tell_extra()
        else:
            self.report.not_checked(
                "links of before", "what the removed links held in other "
                "columns is gone; give --before OLD.db, the database of then")

    def compare(self, name, expected, count, some):
        name = "%s %s" % (self.claims.what, name)
        if not self.report.compare(name, str(expected), str(count)):
            self.report.listing([self.claims.shown(one)
                                 for one in some[:self.limit]], count)

    def check_before(self):
        """Everything that this run did not insert is what was there."""
        digest = getattr(self.claims, "before", None)
        expected = moment_of(self.table, "before")
        actual = "no such table"
        if digest is not None and self.rows is not None:
            actual = "%d rows, sha256 %s" % (digest.rows, digest.finish())
            if expected == "no such table" and digest.rows == 0:
                actual = expected
        return self.report.compare("%s of before" % self.claims.what,
                                   expected, actual)

    def tell_extra(self):
        """Without the database of before it is not always known which ones:
        no source makes what was there before and what somebody added."""
        rows_before = (self.table or {}).get("rows_before") or 0
        withdrawn = getattr(self.claims, "withdrawn", None)
        others = rows_before - self.claims.marked - (
            len(withdrawn.links) if withdrawn is not None else 0)
        count = self.claims.extra_count
        if others <= 0:
            self.compare("extra", 0, count, self.claims.extra)
            return
        self.report.differs(
            "%s that no source makes" % self.claims.what,
            "expected those %d of before, found these %d; which are extra, "
            "lost or changed is told with --before OLD.db, the database of "
            "then" % (others, count))
        self.report.listing([self.claims.shown(one)
                             for one in self.claims.extra], count)


class Old:
    """The database of before, when somebody has kept it."""

    def __init__(self, database):
        self.database = database

    def against(self, claims):
        """What became of the rows of then: those that are extra now, lost or
        changed."""
        then = dict(claims.keyed_rows(self.database))
        withdrawn = getattr(claims, "withdrawn", None)
        for link in withdrawn.links if withdrawn is not None else ():
            then.pop(link, None)
        extra, changed = [], []
        for key, fields in claims.keyed_rows(claims.database):
            before = then.pop(key, None)
            if before is None and not claims.are_claimed(key):
                extra.append(key)
            elif before not in (None, fields):
                changed.append(key)
        return extra, list(then), changed


# ---------------------------------------------------------------------- main

def assign_sources(verdict, surveys, report):
    """Which file is which source: by SHA-256, else by their order; behind the
    sources those of the previous delivery."""
    all_told = verdict["sources"] + earlier_of(verdict)
    files = [None] * len(all_told)
    used = set()
    for index, told in enumerate(all_told):
        for survey in surveys:
            if survey.sha256 == told["sha256"] and (
                    files[index] is None or survey.path not in used):
                files[index] = survey
        if files[index] is not None:
            used.add(files[index].path)
    left = [survey for survey in surveys if survey.path not in used]
    for index, survey in enumerate(files):
        if survey is None and left:
            files[index] = left.pop(0)
    for survey in left:
        report.differs("file " + survey.shown(),
                       "expected a source of this run, found sha256 %s, which "
                       "none has" % survey.sha256)
    return files


def open_database(path, verdict):
    """A refused load of a new database leaves none."""
    if not os.path.exists(path) and not verdict["committed"] and not any(
            table["rows_before"] is not None for table in verdict["tables"]):
        return Database(None)
    return Database(path)


class LinksTable:
    """student_courses as rollproof makes it: what a digest of links is of."""

    name = "student_courses"
    columns = ["student_id", "course_id"]
    key = [0, 1]


EXPORTED = re.compile(rb"(0|-?[1-9][0-9]{0,18}),(0|-?[1-9][0-9]{0,18})\n")


def digest_of_export(path):
    """Of the links in a file that a downgrade wrote, which must rise."""
    digest = Digest(LinksTable)
    last = None
    with open(path, "rb") as file:
        if file.readline() != b"student_id,course_id\n":
            raise Trouble("%s: has another header" % show(os.fsencode(path)))
        for number, line in enumerate(file, 2):
            match = EXPORTED.fullmatch(line)
            link = match and (int(match[1]), int(match[2]))
            if not link or last is not None and link <= last or not all(
                    -INT64_MAX - 1 <= one <= INT64_MAX for one in link):
                raise Trouble("%s:%d: is no link that comes behind the one "
                              "before it" % (show(os.fsencode(path)), number))
            digest.add(b"".join(map(encode_field, link)))
            last = link
    return "%d links, sha256 %s" % (digest.rows, digest.finish())


class Verification:
    """All of it, in order."""

    def __init__(self, options, report):
        self.options = options
        self.report = report
        self.bag = Bag(options.evidence)
        self.old = None

    def run(self):
        self.bag.check(self.report)
        self.verdict = read_verdict(self.bag)
        check_verdict(self.bag, self.verdict, self.report)
        self.database = open_database(self.options.database, self.verdict)
        if self.options.before is not None:
            self.report.attempt("--before", self.check_old)
        sources = self.report.attempt("sources", self.open_sources)
        watched = outcome = None
        if sources is not None:
            outcome = self.report.attempt("sources", self.check_sources,
                                          sources)
        if outcome is not None:
            watched = (self.verdict["declared"], outcome.rows)
        readable = self.check_tables(self.database, watched)
        if outcome is not None and readable:
            outcome.check(self.old)
        self.database.finish()

    def check_old(self):
        if not os.path.exists(self.options.before):
            raise Trouble("%s: there is no such file" %
                          show(os.fsencode(self.options.before)))
        old = Database(self.options.before)
        self.check_tables(old, None, "before")
        self.old = Old(old)

    def check_tables(self, database, watched, moment=None):
        if moment is None:
            moment = "after" if self.verdict["committed"] else "before"
        tables = Tables(database, self.verdict, moment, self.report)
        tables.check(watched)
        self.report.attempt("schema.%s.sql" % moment, tables.check_schema,
                            self.bag)
        if moment == "after":
            tables.check_database()
        return tables.readable

    def open_sources(self):
        """None when there is nothing to divide, or not all of it."""
        verdict, report = self.verdict, self.report
        if self.options.digests:
            report.line("-        sources: not asked for")
            return None
        if verdict["command"] == "upgrade":
            report.line("-        sources: this run read none")
            return None
        if verdict["command"] == "downgrade":
            self.check_export()
            return None
        if verdict["command"] not in ("migrate", "load"):
            raise Trouble("the command was %s" % verdict["command"])
        if verdict.get("shared") and verdict["mapping"]["where"]:
            raise Trouble("a shared copy withholds the values of --where")
        files = assign_sources(verdict, [
            Survey(path) for path in self.options.sources], report)
        if not self.are_named(files):
            return None
        told = verdict["sources"] + earlier_of(verdict)
        sources = list(map(Source, told, files))
        count = len(verdict["sources"])
        for number, source in enumerate(sources[:count], 1):
            check_identity(number, source, report)
        for number, source in enumerate(sources[count:], 1):
            check_identity(number, source, report, "previous")
        return sources

    def are_named(self, files):
        told = self.verdict["sources"] + earlier_of(self.verdict)
        for source, survey in zip(told, files):
            if survey is None:
                self.report.not_checked(
                    "source " + source["name"],
                    "name the file with sha256 %s" % source["sha256"])
        return None not in files

    def check_export(self):
        """Does the file of a downgrade hold the links of before?"""
        verdict, report = self.verdict, self.report
        told = verdict["sources"][0]
        survey = assign_sources(verdict, [
            Survey(path) for path in self.options.sources], report)[0]
        if survey is None:
            report.not_checked("export " + told["name"], "name the file with "
                               "sha256 %s" % told["sha256"])
            return
        report.compare("export " + told["name"], "%d bytes, sha256 %s" % (
            told["bytes"], told["sha256"]), "%d bytes, sha256 %s" % (
                survey.bytes, survey.sha256))
        found = report.attempt("links", digest_of_export, survey.path)
        for check in verdict["checks"]:
            if found is not None and check["id"] == "links-exported":
                report.compare("links", (check["expected"] or "").partition(
                    ";")[0], found)

    def check_sources(self, sources):
        """What has to be there."""
        verdict, report, limit = self.verdict, self.report, self.options.limit
        earlier = sources[len(verdict["sources"]):]
        sources = sources[:len(verdict["sources"])]
        already = Already(self.bag, report)
        claims = (Rows if verdict["command"] == "load" else Links)(
            self.database, verdict, already)
        claims.ids_only = self.options.ids
        ledger = Ledger(self.bag, verdict, claims, limit)
        ledger.read(sources)
        for number, source in enumerate(sources, 1):
            check_source(number, source, report)
        check_mapping(verdict, sources, report)
        check_counts(ledger, verdict, report)
        check_codes(ledger, verdict, report)
        ledger.check(report)
        already.check()
        if "sync" in verdict:
            self.check_earlier(earlier, claims)
        return Outcome(claims, ledger, report, limit)


    def check_earlier(self, sources, claims):
        """The delivery before, and what of it was removed."""
        verdict, report = self.verdict, self.report
        withdrawn = Withdrawn(self.bag, verdict, claims)
        ledger = EarlierLedger(self.bag, verdict,
                               Earlier(claims, withdrawn.links),
                               self.options.limit)
        withdrawn.read(ledger, sources)
        withdrawn.restores_rows = withdrawn.restores()
        for number, source in enumerate(sources, 1):
            check_source(number, source, report, "previous")
            name = source_name(number, source, "previous")
            for part, found in ledger.counted(source.told,
                                              number - 1).items():
                check_part("%s, %s" % (name, part), source.told[part], found,
                           report)
        withdrawn.check_list(report)
        claims.withdrawn = withdrawn


def parse_options(arguments):
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(
        description="Recompute a verdict of rollproof without rollproof.",
        epilog="Exit 0: everything agrees; 1: something differs; 2: something "
        "could not be checked.")
    parser.add_argument("database", metavar="DATABASE")
    parser.add_argument("sources", metavar="SOURCE", nargs="*")
    parser.add_argument("--evidence", metavar="DIR",
                        default=os.path.dirname(os.path.dirname(here)),
                        help="the folder of evidence; the one that this "
                        "program stands in")
    parser.add_argument("--before", metavar="OLD.db",
                        help="the database of before the run, to check the "
                        "digests of before")
    parser.add_argument("--digests", action="store_true",
                        help="check the evidence and the database only, no "
                        "source")
    parser.add_argument("--ids", action="store_true",
                        help="print ids only: otherwise missing and extra "
                        "links are named by the keys of people")
    parser.add_argument("--limit", metavar="N", type=int, default=20,
                        help="list at most N of a kind (20)")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse_options(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")
    csv.field_size_limit(2 * RECORD_MAX_BYTES)
    report = Report(sys.stdout, options.limit)
    report.attempt("the rest", lambda: Verification(options, report).run())
    return report.conclude()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
