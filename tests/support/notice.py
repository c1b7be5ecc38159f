"""notice.py FILE... - can other programs read what CI and monitoring are told?

FILE.xml is parsed by expat and its numbers are counted again; FILE.prom is
parsed by Prometheus' own client.  Prints "ok NAME" or "not ok NAME: why".
"""

import sys
from xml.etree import ElementTree

from prometheus_client.parser import text_string_to_metric_families


def check_junit(name):
    root = ElementTree.parse(name).getroot()
    cases = root.findall("./testsuite/testcase")
    counted = {
        "tests": len(cases),
        "failures": len(root.findall(".//failure")),
        "errors": len(root.findall(".//error")),
        "skipped": len(root.findall(".//skipped")),
    }
    for element in (root, root.find("testsuite")):
        told = {key: int(element.get(key)) for key in counted}
        if told != counted:
            return "it tells %s and has %s" % (told, counted)
        if not float(element.get("time")) >= 0:
            return "time is %s" % element.get("time")
    names = [(case.get("classname"), case.get("name")) for case in cases]
    if names[0][1] != "run":
        return "the first test is %s" % names[0][1]
    return None


def check_metrics(name):
    seen = set()
    with open(name, encoding="utf-8", newline="") as file:
        text = file.read()
    for family in text_string_to_metric_families(text):
        if family.type != "gauge" or not family.documentation:
            return "%s has no type or no help" % family.name
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in seen:
                return "%s is there twice" % (key,)
            if sample.timestamp is not None:
                return "%s has a time of its own" % sample.name
            if not {"command", "school"} <= set(sample.labels):
                return "%s does not say of what" % sample.name
            seen.add(key)
    return None if seen else "there is nothing in it"


for path in sys.argv[1:]:
    check = check_metrics if path.endswith(".prom") else check_junit
    try:
        trouble = check(path)
    except Exception as error:  # whatever a parser says
        trouble = "%s: %s" % (type(error).__name__, error)
    if trouble:
        print("not ok %s can be read: %s" % (path, trouble))
    else:
        print("ok %s can be read" % path)
