"""schema.py SCHEMA FILE... [--broken FILE...] - are the verdicts valid?

Prints "ok NAME" or "not ok NAME: why" per test.  Of those behind --broken it
tries broken copies as well, none of which may be valid: without a member, with
one more, with every value in turn replaced by one that cannot stand there,
with parts that cannot be true together.
"""

import copy
import json
import sys

from jsonschema import Draft202012Validator

HUGE = 9223372036854775808


def tell(name, trouble):
    print("not ok %s: %s" % (name, trouble) if trouble else "ok %s" % name)


def places(value, path=()):
    """Every path of a document, from the top."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from places(value[index], path + (index,))


def at(document, path):
    for step in path:
        document = document[step]
    return document


def changed(document, path, value):
    other = copy.deepcopy(document)
    at(other, path[:-1])[path[-1]] = value
    return other


def replacements(path, value):
    """Values that cannot stand where value does."""
    yield 1.5
    if value is not None:
        yield []
        yield {}
    if not isinstance(value, bool):
        yield True
    if isinstance(value, bool):
        yield "true"
        yield 1
        yield None
    elif isinstance(value, int):
        yield -1
        yield HUGE
        yield str(value)
    elif isinstance(value, str):
        yield 7
        yield value + "\x1b[2J"
        yield value + "\u202e"


def breakages(document):
    """(what, broken copy)."""
    for path in places(document):
        value = at(document, path)
        where = "/".join(map(str, path))
        if isinstance(value, dict):
            for key in value:
                if key == "shared":
                    continue
                other = copy.deepcopy(document)
                del at(other, path)[key]
                yield "without %s/%s" % (where, key), other
            other = copy.deepcopy(document)
            at(other, path)["more"] = None
            yield "with %s/more" % where, other
        if path and isinstance(path[-1], str) or not isinstance(
            value, (dict, list)
        ):
            for wrong in replacements(path, value) if path else ():
                if isinstance(value, dict) and wrong == {}:
                    continue
                if isinstance(value, list) and wrong == []:
                    continue
                yield "%s: %r" % (where, wrong), changed(document, path, wrong)


def lies(document):
    """Documents whose parts are well-formed, but cannot be true together."""
    for index, check in enumerate(document["checks"]):
        path = ("checks", index)
        yield "check %s twice" % check["id"], changed(
            document, ("checks",), document["checks"] + [check]
        )
        rest = document["checks"][:index] + document["checks"][index + 1 :]
        yield "without check %s" % check["id"], changed(
            document, ("checks",), rest
        )
        yield "an unknown check", changed(document, path + ("id",), "other")
        if document["verdict"] != "not-proved":
            yield "proved although %s failed" % check["id"], changed(
                document, path + ("result",), "fail"
            )
    for index, finding in enumerate(document["findings"]):
        path = ("findings", index)
        other = "note" if finding["severity"] == "blocking" else "blocking"
        yield "severity", changed(document, path + ("severity",), other)
        yield "code", changed(document, path + ("code",), "other")
        yield "none of a finding", changed(document, path + ("count",), 0)
        if finding["severity"] == "note":
            yield "a note is accepted", changed(
                document, path + ("accepted",), True
            )
        if finding["accepted"]:
            yield "accepted without a limit", changed(
                document, path + ("limit",), None
            )
            if document["verdict"] != "not-proved":
                yield "proved and not accepted", changed(
                    document, path + ("accepted",), False
                )
        for limit in ("", "some", "-1", "1.5", "%", "1.23456%", "ALL"):
            yield "limit", changed(document, path + ("limit",), limit)
    for index, table in enumerate(document["tables"]):
        for moment in ("before", "after"):
            path = ("tables", index, "rows_" + moment)
            there = table["rows_" + moment] is not None
            yield "rows and no digest, or the reverse", changed(
                document, path, None if there else 1
            )
        digest = ("tables", index, "digest_after")
        for wrong in ("", "0" * 63, "0" * 65, "G" * 64, "A" * 64):
            yield "a digest", changed(document, digest, wrong)
    for word in ("schema", "rollproof", "command", "declared", "verdict"):
        yield word, changed(document, (word,), "other")
    yield "committed", changed(document, ("committed",), not document["committed"])
    for index in range(len(document["sources"])):
        for member in ("newline", "encoding", "sha256"):
            yield member, changed(
                document, ("sources", index, member), "other"
            )


def try_broken(validator, name, document):
    tried = 0
    passed = []
    for broken in (breakages, lies):
        for what, other in broken(document):
            tried += 1
            if validator.is_valid(other):
                passed.append(what)
    tell(
        "none of the broken copies of %s is valid" % name,
        "%d of %d are: %s" % (len(passed), tried, passed[:8])
        if passed or tried == 0
        else "",
    )


def main():
    names = sys.argv[2:]
    broken = names.index("--broken") if "--broken" in names else len(names)
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for index, name in enumerate(names):
        if name == "--broken":
            continue
        with open(name, encoding="utf-8") as file:
            document = json.load(file)
        errors = sorted(validator.iter_errors(document), key=str)
        if index > broken and errors:
            continue
        tell(
            "%s is valid" % name,
            "; ".join(
                "%s: %s" % (list(error.absolute_path), error.message)
                for error in errors[:3]
            ),
        )
        if index > broken:
            try_broken(validator, name, document)


main()
