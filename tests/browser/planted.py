"""Each test of report.py can fail: one fault after the other is planted into
a page, and the test that is there for it has to say so.

planted.py OUT PAGE.html: the page has to pass without a fault.
"""

import base64
import hashlib
import os
import re
import sys

from chromium import Chromium
from report import Look

POLICY = re.compile(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>\n")


def behind(place, more):
    """Puts more behind the first place of that text."""
    return lambda page: page.replace(place, place + more, 1)


def instead(old, new, count=-1):
    return lambda page: page.replace(old, new, count)


def styled(rules):
    """Rules behind all others; the policy is told their hash."""
    def plant(page):
        page = page.replace("</style>", rules + "</style>", 1)
        return hashed(page)
    return plant


def restyled(old, new):
    return lambda page: hashed(page.replace(old, new))


def hashed(page):
    style = page.split("<style>", 1)[1].split("</style>", 1)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return re.sub(r"'sha256-[^']*'", f"'sha256-{digest}'", page, count=1)


def lawless(more):
    """Without a policy."""
    return lambda page: POLICY.sub("", page).replace("<main>",
                                                     "<main>" + more, 1)


# What is planted, how, the step that looks for it, the test that must fail.
FAULTS = [
    ("a script", behind("<main>", "<script>alert(1)</script>"),
     "is_quiet", "the console stays empty"),
    ("a style of one element", behind("<p", ' style="color:red"'),
     "is_quiet", "the console stays empty"),
    ("an image that the policy would stop",
     behind("<main>", '<img alt="x" src="http://127.0.0.1:9/x.png">'),
     "is_quiet", "the console stays empty"),
    ("an image without a policy",
     lawless('<img alt="x" src="other.png">'),
     "is_quiet", "nothing is asked from anywhere"),
    ("a frame", behind("<main>", '<iframe srcdoc="x"></iframe>'),
     "is_inert", "nothing in it can run, load or send"),
    ("a handler", instead("<h1>", '<h1 onclick="alert(1)">'),
     "is_inert", "nothing in it can run, load or send"),
    ("a link to elsewhere",
     instead('href="#tables"', 'href="http://example.edu/"'),
     "is_inert", "nothing in it can run, load or send"),
    ("a link to nowhere", instead('href="#tables"', 'href="#chairs"'),
     "is_inert", "every link and label leads somewhere"),
    ("an override of direction", behind("<h1>", "\u202e"),
     "is_inert", "no control character and no override of direction"),
    ("a name of another direction that is not isolated",
     behind("<main>", "<p>\u05e9\u05dc\u05d5\u05dd, 12</p>"),
     "is_inert", "names move nothing beside them"),
    ("a box that is too wide", styled(".facts { width: 30rem; }"),
     "fits_every_width", "nothing sticks out at 360 pixels"),
    ("a heading over its text", styled("h2 { margin-bottom: -2rem; }"),
     "fits_every_width", "nothing lies over another at 1100 pixels"),
    ("a column that takes all the room",
     styled(".stack th, .meaning { min-width: 0; } .stack td { width: 99%; }"),
     "fits_every_width", "no cell is squeezed at 1100 pixels"),
    ("no dark", restyled("prefers-color-scheme: dark", "width: 1px"),
     "is_dark_in_the_dark", "the background follows light and dark"),
    ("pale words", styled(":root { --soft: #999; }"),
     "has_contrast", "text stands out by 4.5 to 1, light"),
    ("words that are pale in the dark",
     restyled("--soft: #a5adb7", "--soft: #565d66"),
     "has_contrast", "text stands out by 4.5 to 1, dark"),
    ("words that are pale on paper",
     styled("@media print { .pass { color: #7c7; } }"),
     "has_contrast", "text stands out by 4.5 to 1, dark and printed"),
    ("words for who has no scripts",
     behind("<main>", "<noscript><p>Please turn scripts on.</p></noscript>"),
     "needs_no_script", "it looks the same without scripts"),
    ("other paper", restyled("size: A4", "size: A5"),
     "is_printed", "it is printed on A4"),
    ("hardly any margin on paper", restyled("margin: 16mm", "margin: 3mm"),
     "is_printed", "no word leaves the paper"),
    ("a page that is shifted on paper",
     styled("@media print { main { margin-left: -10mm; } }"),
     "is_printed", "all of its text is printed"),
    ("a table wider than paper",
     styled("@media print { table { width: 280mm; } }"),
     "is_printed", "no word is too small on paper"),
    ("a section that is not printed",
     styled("@media print { #checks { display: none; } }"),
     "is_printed", "all of its sections are printed"),
    ("cells that are cut off on paper",
     styled("@media print { td { overflow: hidden; display: block; "
            "height: 2px; line-height: 3rem; } }"),
     "is_printed", "all of its text is printed"),
    ("a level of headings left out",
     lambda page: re.sub(r"<(/?)h3", r"<\1h5", page),
     "can_be_read_aloud", "headings are in order at 1100 pixels"),
    ("a second title", behind("<main>", "<h1>Proved</h1>"),
     "can_be_read_aloud", "headings are in order at 360 pixels"),
    ("a table without a name", instead('<caption class="unseen">Rows</caption>', ""),
     "can_be_read_aloud", "tables have names and headings at 1100 pixels"),
    ("rows without a heading", instead('<th role="rowheader"', "<td"),
     "can_be_read_aloud", "tables have names and headings at 1100 pixels"),
    ("tables that are none on a phone",
     lambda page: re.sub(r' role="(table|row|cell|rowgroup)"',
                         ' role="presentation"', page),
     "can_be_read_aloud", "tables have names and headings at 360 pixels"),
    ("a bar without a name", lambda page: re.sub(
        r' aria-labelledby="source[^"]*"|<title id="bar[^>]*>[^<]*</title>'
        r'|<desc id[^>]*>[^<]*</desc>', "", page),
     "can_be_read_aloud",
     "images and landmarks have names at 1100 pixels"),
    ("a region without a name",
     instead(' aria-labelledby="tables-h"', ""),
     "can_be_read_aloud",
     "images and landmarks have names at 1100 pixels"),
    ("a link that keys pass by",
     instead('<a href="#tables"', '<a tabindex="-1" href="#tables"'),
     "can_be_walked_by_keys",
     "the keyboard walks every link, and shows where it is"),
    ("no mark of where the keys are",
     styled("a:focus-visible { outline: none; }"),
     "can_be_walked_by_keys",
     "the keyboard walks every link, and shows where it is"),
    ("a fate that cannot be seen",
     lambda page: re.sub(r'(class="f-blank" x="\d+" y="0") width="\d+"',
                         r'\1 width="1"', page),
     "bars_are_right", "every fate can be seen in its bar at 360 pixels"),
    ("a fate in another's colour", styled(".f-blank { fill: #1f6f8f; }"),
     "bars_are_right", "every fate can be seen in its bar at 1100 pixels"),
]


class Watch(Look):
    """Remembers what failed instead of telling it."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.failed = {}

    def say(self, test, problems):
        if problems:
            self.failed[test] = problems


def main():
    out, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        sound = file.read()
    os.makedirs(out, exist_ok=True)
    planted = os.path.join(out, "planted.html")
    with Chromium() as browser:
        for what, plant, step, test in FAULTS:
            page = plant(sound)
            with open(planted, "w", encoding="utf-8") as file:
                file.write(page)
            watch = Watch(browser, out, "planted", planted)
            getattr(watch, step)()
            if page != sound and test in watch.failed:
                print(f"ok {what} is noticed")
            else:
                print(f"not ok {what} is noticed: planted "
                      f"{page != sound}, only {list(watch.failed)}")


if __name__ == "__main__":
    main()
