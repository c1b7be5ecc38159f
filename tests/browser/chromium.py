"""Chromium without a window, driven by its DevTools protocol.

Standard library only: the protocol runs over two pipes, as messages of JSON
that end in a NUL, so there is no port, no WebSocket and no driver that must
fit the browser's version.
"""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

SECONDS = 60
NAMES = ("chromium", "chromium-browser", "google-chrome")


class Failed(Exception):
    """The browser did not do what it was asked."""


def find():
    """The path of the browser; None when there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Chromium:
    """One browser process; use it in a with statement."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="rollproof-browser-")
        self.last = 0
        self.rest = b""
        self.events = []
        from_us, self.out = os.pipe()
        self.back, from_it = os.pipe()
        try:
            self.process = subprocess.Popen(
                [find(), *self.arguments()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
                # The browser reads descriptor 3 and writes descriptor 4.
                preexec_fn=lambda: self.hand_over(from_us, from_it),
                close_fds=False)
        finally:
            os.close(from_us)
            os.close(from_it)

    def arguments(self):
        """Nothing that calls home, nothing that depends on the machine."""
        yield from ("--headless=new", "--remote-debugging-pipe",
                    f"--user-data-dir={self.profile}", "--no-first-run",
                    "--disable-gpu", "--disable-dev-shm-usage",
                    "--disable-background-networking", "--disable-sync",
                    "--disable-component-update", "--disable-extensions",
                    "--no-default-browser-check", "--hide-scrollbars",
                    "--force-color-profile=srgb", "--lang=en-US")
        if os.geteuid() == 0:
            yield "--no-sandbox"
        yield "about:blank"

    @staticmethod
    def hand_over(read, write):
        """Descriptors 3 and 4 of the new process, wherever they were."""
        read, write = os.dup(read), os.dup(write)
        while read in (3, 4):
            read = os.dup(read)
        while write in (3, 4):
            write = os.dup(write)
        os.dup2(read, 3)
        os.dup2(write, 4)
        os.closerange(5, 256)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.out)
        os.close(self.back)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def read_message(self, until):
        """The next message; None when the time is over."""
        while b"\0" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.back], [], [], left)[0]:
                return None
            piece = os.read(self.back, 1 << 20)
            if not piece:
                raise Failed("the browser ended by itself")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **params):
        """One command and its result; events that come before are kept."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data):]
        until = time.monotonic() + SECONDS
        while True:
            answer = self.read_message(until)
            if answer is None:
                raise Failed(f"{method}: no answer in {SECONDS} s")
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method, session):
        """The parameters of the next such event, or one that came already."""
        until = time.monotonic() + SECONDS
        at = 0
        while True:
            for at in range(at, len(self.events)):
                event = self.events[at]
                if (event.get("method") == method
                        and event.get("sessionId") == session):
                    return event["params"]
            at = len(self.events)
            event = self.read_message(until)
            if event is None:
                raise Failed(f"{method} did not happen in {SECONDS} s")
            self.events.append(event)


class Page:
    """One page that was opened from a file, and what happened meanwhile."""

    DOMAINS = ("Page", "Runtime", "Log", "Network", "Audits", "DOM",
               "Accessibility")

    def __init__(self, browser, path, width=1280, height=900, dark=False,
                 scripts=True):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")
        self.target = target["targetId"]
        self.session = browser.call("Target.attachToTarget", flatten=True,
                                    targetId=self.target)["sessionId"]
        for domain in self.DOMAINS:
            self.call(f"{domain}.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.resize(width, height)
        self.emulate(dark)
        browser.events.clear()
        self.url = "file://" + os.path.abspath(path)
        self.call("Page.navigate", url=self.url)
        browser.wait_for("Page.loadEventFired", self.session)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=width < 600)

    def emulate(self, dark=False, media=""):
        self.call("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"}])

    def evaluate(self, expression):
        """The value of an expression of JavaScript.  The page's own policy
        forbids scripts; the protocol's are not the page's."""
        answer = self.call("Runtime.evaluate", expression=expression,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Failed(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def happened(self, *methods):
        """The parameters of all events of these names."""
        self.call("Runtime.getIsolateId")
        return [event["params"] for event in self.browser.events
                if event.get("method") in methods
                and event.get("sessionId") == self.session]

    def screenshot(self, path=None, whole=True, clip=None):
        """The page as PNG, into path when given."""
        params = {"format": "png", "captureBeyondViewport": whole}
        if clip:
            params["clip"] = {"x": clip[0], "y": clip[1], "width": clip[2],
                              "height": clip[3], "scale": 1}
        elif whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            params["clip"] = {"x": 0, "y": 0, "width": size["width"],
                              "height": min(size["height"], 16000), "scale": 1}
        png = base64.b64decode(
            self.call("Page.captureScreenshot", **params)["data"])
        if path:
            with open(path, "wb") as file:
                file.write(png)
        return png

    def pdf(self, path):
        """The page as it is printed, on the paper that it asks for."""
        data = self.call("Page.printToPDF", preferCSSPageSize=True,
                         printBackground=False)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def tree(self):
        """The nodes of the accessibility tree that are not ignored, as
        (role, name, properties, depth), in the order of the page."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        by_id = {node["nodeId"]: node for node in nodes}
        found = []

        def visit(node, depth):
            if not node.get("ignored"):
                found.append((
                    node.get("role", {}).get("value", ""),
                    node.get("name", {}).get("value", ""),
                    {one["name"]: one["value"].get("value")
                     for one in node.get("properties", [])},
                    depth))
            for child in node.get("childIds", []):
                if child in by_id:
                    visit(by_id[child], depth + 1)

        visit(nodes[0], 0)
        return found
