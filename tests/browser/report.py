"""report.html in a real browser.

report.py OUT NAME=PAGE.html...: prints one line per test, and leaves
screenshots and what is printed in OUT, for eyes.  planted.py shows that each
of the tests can fail.
"""

import json
import os
import re
import struct
import subprocess
import sys
import zlib

from chromium import Chromium, Failed, Page

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "measure.js"), encoding="utf-8") as script:
    MEASURE = script.read()

PHONE, WIDE = 360, 1100
WIDTHS = (320, PHONE, 600, 768, WIDE, 1920)
A4 = (595, 842)
# Their order on paper is that of eyes, so only what is around is looked for.
RIGHT_TO_LEFT = re.compile(r"[^A-Za-z]*[\u0590-\u08ff][^A-Za-z]*")
SECTIONS = ["Where every record went", "Tables before and after",
            "Findings and what to do", "Checks", "Inputs",
            "How to verify without rollproof"]
# Of a run that could remove links.
REMOVED = "Removed links"


def measure(page, what):
    return page.evaluate(f"{MEASURE}.{what}()")


def say(name, problems):
    """One test: no problems, or what they are."""
    if problems:
        text = "; ".join(str(one) for one in problems[:5])
        print(f"not ok {name}: {len(problems)}: {text[:1500]!r}")
    else:
        print(f"ok {name}")


def pixel(png):
    """The colour of the first pixel; that row can only be predicted from
    what is left of it, which is nothing."""
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at:at + 4])
        if png[at + 4:at + 8] == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += size + 12
    return tuple(zlib.decompress(data)[1:4])


def squeeze(text):
    """Without blanks and soft marks: where lines break is no content."""
    return re.sub(r"[\s\u00ad\u200b\f]+", "", text)


class Look:
    """All tests of one page."""

    def __init__(self, browser, out, name, path):
        self.browser, self.out, self.name, self.path = browser, out, name, path

    def say(self, test, problems):
        say(f"{self.name}: {test}", problems)

    def page(self, **options):
        return Page(self.browser, self.path, **options)

    def test(self):
        self.is_quiet()
        self.is_inert()
        self.fits_every_width()
        self.is_dark_in_the_dark()
        self.has_contrast()
        self.needs_no_script()
        self.is_printed()
        self.can_be_read_aloud()
        self.can_be_walked_by_keys()
        self.bars_are_right()

    def is_quiet(self):
        with self.page() as page:
            self.say("the console stays empty", complaints(page))
            self.say("nothing is asked from anywhere", requests(page))

    def is_inert(self):
        with self.page() as page:
            self.say("nothing in it can run, load or send",
                     measure(page, "active"))
            self.say("every link and label leads somewhere",
                     measure(page, "broken"))
            text = page.evaluate("document.documentElement.textContent")
            self.say("no control character and no override of direction",
                     re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c"
                                r"\u200e\u200f\u202a-\u202e\u2066-\u2069]",
                                text))
            self.say("names move nothing beside them", measure(page, "moved"))

    def fits_every_width(self):
        with self.page() as page:
            for width in WIDTHS:
                page.resize(width, 900)
                self.say(f"nothing sticks out at {width} pixels",
                         measure(page, "overflow"))
                self.say(f"nothing lies over another at {width} pixels",
                         measure(page, "overlaps"))
                self.say(f"no cell is squeezed at {width} pixels",
                         measure(page, "squeezed"))

    def is_dark_in_the_dark(self):
        colors = {}
        with self.page() as page:
            for dark in (False, True):
                page.emulate(dark)
                colors[dark] = pixel(page.screenshot(clip=(1, 1, 4, 4)))
        self.say("the background follows light and dark",
                 [] if min(colors[False]) > 230 and max(colors[True]) < 50
                 else [colors])

    def has_contrast(self):
        with self.page() as page:
            for dark, media in ((False, ""), (True, ""), (False, "print"),
                                (True, "print")):
                page.emulate(dark, media)
                found = measure(page, "contrasts")
                self.say("text stands out by 4.5 to 1, "
                         + ("dark" if dark else "light")
                         + (" and printed" if media else ""),
                         [one for one in found if one[0] < 4.5]
                         if len(found) > 3 else ["hardly any text"])

    def needs_no_script(self):
        pictures = []
        for scripts in (True, False):
            with self.page(scripts=scripts) as page:
                pictures.append(page.screenshot())
        self.say("it looks the same without scripts",
                 [] if pictures[0] == pictures[1] else ["it does not"])

    def is_printed(self):
        pdf = os.path.join(self.out, f"{self.name}.pdf")
        with self.page() as page:
            page.pdf(pdf)
            page.emulate(media="print")
            blocks = measure(page, "blocks")
        self.say("it is printed on A4", wrong_paper(pdf))
        self.say("no word leaves the paper", off_paper(pdf))
        self.say("no word is too small on paper", tiny(pdf))
        lines = pdf_text(pdf).splitlines()
        printed = squeeze("".join(lines)).casefold()
        self.say("all of its text is printed",
                 [block for block in blocks
                  if any(squeeze(part).casefold() not in printed
                         for part in RIGHT_TO_LEFT.split(block))]
                 if len(blocks) > 50 else ["hardly any text"])
        self.say("all of its sections are printed",
                 [one for one in SECTIONS if one not in lines])

    def can_be_read_aloud(self):
        with self.page() as page:
            for width in (WIDE, PHONE):
                page.resize(width, 900)
                tree = page.tree()
                self.say(f"headings are in order at {width} pixels",
                         wrong_headings(tree))
                self.say(f"tables have names and headings at {width} pixels",
                         wrong_tables(tree))
                self.say(f"images and landmarks have names at {width} pixels",
                         nameless(tree))

    def can_be_walked_by_keys(self):
        with self.page() as page:
            links = page.evaluate(
                "[...document.querySelectorAll('a')]"
                ".map(one => one.getAttribute('href'))")
            walked, problems = [], []
            for _ in links:
                for kind in ("rawKeyDown", "keyUp"):
                    page.call("Input.dispatchKeyEvent", type=kind, key="Tab",
                              code="Tab", windowsVirtualKeyCode=9)
                kind, href, seen = measure(page, "focused")
                walked.append(href)
                if kind != "A" or not seen:
                    problems.append(f"{kind} {href} seen {seen}")
            if walked != links:
                problems.append(f"walked {walked} instead of {links}")
            self.say("the keyboard walks every link, and shows where it is",
                     problems)

    def bars_are_right(self):
        with self.page() as page:
            for width in (WIDE, PHONE):
                page.resize(width, 900)
                self.say(f"every fate can be seen in its bar at {width} pixels",
                         wrong_bars(measure(page, "bars"),
                                    measure(page, "fates")))

    def take_pictures(self):
        """Not a test: for whoever wants to look."""
        for tag, width, dark in (("wide", WIDE, False), ("dark", WIDE, True),
                                 ("phone", PHONE, False),
                                 ("phone-dark", PHONE, True)):
            with self.page(width=width, dark=dark) as page:
                page.screenshot(
                    os.path.join(self.out, f"{self.name}-{tag}.png"))
        subprocess.run(["pdftoppm", "-r", "60", "-png",
                        os.path.join(self.out, f"{self.name}.pdf"),
                        os.path.join(self.out, f"{self.name}-print")],
                       check=True)


def complaints(page):
    return [json.dumps(event) for event in page.happened(
        "Log.entryAdded", "Runtime.consoleAPICalled",
        "Runtime.exceptionThrown", "Audits.issueAdded")]


def requests(page):
    """Of anything but the page itself, which is asked for once."""
    asked = [event["request"]["url"]
             for event in page.happened("Network.requestWillBeSent")]
    return asked if asked != [page.url] else []


def pdf_text(pdf):
    return subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", pdf, "-"],
                          check=True, capture_output=True).stdout.decode()


def pdf_boxes(pdf):
    """The pages as (width, height), and the words as (xmin, ymin, xmax, ymax,
    text, width, height)."""
    text = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True,
                          capture_output=True).stdout.decode()
    pages, words = [], []
    number = r'"(-?[\d.]+)"'
    for page in re.finditer(rf"<page width={number} height={number}>"
                            r"(.*?)</page>", text, re.S):
        size = float(page[1]), float(page[2])
        pages.append(size)
        for word in re.finditer(rf"<word xMin={number} yMin={number} "
                                rf"xMax={number} yMax={number}>(.*?)</word>",
                                page[3], re.S):
            words.append((*map(float, word.groups()[:4]), word[5], *size))
    return pages, words


def wrong_paper(pdf):
    pages, _ = pdf_boxes(pdf)
    if not pages:
        return ["no page"]
    return [size for size in pages
            if abs(size[0] - A4[0]) > 1 or abs(size[1] - A4[1]) > 1]


def off_paper(pdf):
    """Nearer to an edge than 8 mm, where printers end."""
    edge = 8 / 25.4 * 72
    _, words = pdf_boxes(pdf)
    if not words:
        return ["no word"]
    return [word for word in words
            if word[0] < edge or word[1] < edge
            or word[2] > word[5] - edge or word[3] > word[6] - edge]


def tiny(pdf):
    """Under 7 points from the foot of a g to the head of an l: a browser makes
    everything smaller when one thing is too wide for the paper."""
    return [word for word in pdf_boxes(pdf)[1] if word[3] - word[1] < 7]


def wrong_headings(tree):
    levels = [(properties.get("level"), name)
              for role, name, properties, _ in tree if role == "heading"]
    problems = [f"{name!r} has no text" for _, name in levels if not name]
    if not levels or levels[0][0] != 1:
        problems.append(f"the first is {levels[:1]}")
    if [level for level, _ in levels].count(1) != 1:
        problems.append("not one of level 1")
    problems += [f"{name!r}: {before} to {level}"
                 for (before, _), (level, name) in zip(levels, levels[1:])
                 if level > before + 1]
    names = [name for level, name in levels
             if level == 2 and not name.startswith("What ")]
    if names not in (SECTIONS, SECTIONS[:1] + [REMOVED] + SECTIONS[1:]):
        problems.append(names)
    return problems


def wrong_tables(tree):
    """Every table has a name and headings, every row its own heading and as
    many cells as there are headings."""
    problems, tables, rows = [], 0, []
    columns = 0

    def check_rows():
        problems.extend(
            f"a row of {len(row)} cells, {columns} headings: {row}"
            for row in rows
            if len(row) != columns or row[0] not in
            ("rowheader", "columnheader"))

    for role, name, _, _ in tree:
        if role == "table":
            check_rows()
            tables, rows, columns = tables + 1, [], 0
            if not name:
                problems.append("a table without a name")
        elif role == "row":
            rows.append([])
        elif role in ("columnheader", "rowheader", "cell", "gridcell"):
            rows[-1].append(role)
            columns += role == "columnheader"
    check_rows()
    return problems if tables > 3 else [*problems, f"only {tables} tables"]


def nameless(tree):
    problems = [f"a nameless {role}" for role, name, _, _ in tree
                if role in ("image", "img", "link", "region", "navigation",
                            "SvgRoot")
                and not name]
    roles = [role for role, *_ in tree]
    problems += [f"{roles.count(role)} of {role}"
                 for role in ("banner", "main", "navigation")
                 if roles.count(role) != 1]
    if roles.count("region") < len(SECTIONS):
        problems.append(f"{roles.count('region')} regions")
    if tree[0][0] != "RootWebArea" or not tree[0][1]:
        problems.append(f"no title: {tree[0]}")
    return problems


def wrong_bars(bars, fates):
    """Every fate that is there has a part of its colour, at least two pixels
    wide; together they fill the bar."""
    problems = []
    fates = [[row for row in table if row["number"] != "0"]
             for table in fates]
    fates = [table for table in fates if table]
    if len(bars) != len(fates):
        return [f"{len(bars)} bars of {len(fates)} tables"]
    for bar, table in zip(bars, fates):
        parts = bar["parts"]
        if [one["fill"] for one in parts] != [one["fill"] for one in table]:
            problems.append(f"colours of {table}")
        if len({one["fill"] for one in parts}) != len(parts):
            problems.append("a colour twice")
        problems += [f"{one['right'] - one['left']} pixels" for one in parts
                     if one["right"] - one["left"] < 2]
        edges = [bar["left"], *(one["right"] for one in parts)]
        if (abs(edges[-1] - bar["right"]) > 1
                or any(abs(one["left"] - edge) > 1
                       for one, edge in zip(parts, edges))):
            problems.append(f"parts at {parts}")
    return problems


def main():
    out, pages = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    with Chromium() as browser:
        for page in pages:
            look = Look(browser, out, *page.split("=", 1))
            look.test()
            look.take_pictures()


if __name__ == "__main__":
    try:
        main()
    except Failed as why:
        print(f"not ok the browser does what it is asked: {why}")
        sys.exit(1)
