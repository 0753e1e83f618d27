"""A real headless Chromium, spoken to over its debugging pipe: pages, keys, screenshots, and all that it complains of.

Its messages are JSON objects that end in a zero byte, on its file descriptors 3 and 4.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import pytest

DEADLINE_S = 120
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"),
    *("--no-first-run", "--disable-extensions", "--disable-background-networking", "--hide-scrollbars"),
)


def require_chromium() -> str:
    """Skip where this host has no Chromium; fail where `RLVR_NEEDS_CHROMIUM=1` says that it must."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    if os.environ.get("RLVR_NEEDS_CHROMIUM") == "1":
        pytest.fail("RLVR_NEEDS_CHROMIUM=1, and yet there is no Chromium")
    pytest.skip("there is no Chromium here: apt-get install chromium")


class Browser:
    """One browser with one tab."""

    def __init__(self, program: str) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="rlvr-chromium-")
        inward, self._out = os.pipe()
        self._in, outward = os.pipe()
        wired = ["bash", "-c", f'exec "$@" 3<&{inward} 4>&{outward}', "bash"]
        self._log = (Path(self._profile.name) / "log").open("wb")
        self._process = subprocess.Popen(
            [*wired, program, *OPTIONS, f"--user-data-dir={self._profile.name}", "about:blank"],
            pass_fds=(inward, outward),
            stdout=self._log,
            stderr=self._log,
        )
        os.close(inward)
        os.close(outward)
        self._buffer, self._number, self._tab = b"", 0, ""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._tab = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(DEADLINE_S)
        for end in (self._in, self._out):
            os.close(end)
        self._log.close()
        self._profile.cleanup()

    def open(self, page: Path, fragment: str = "", *, width: int = 1280, scheme: str = "light") -> None:
        """Load a page at a width in a colour scheme; what was complained of before is forgotten."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._call("Page.navigate", url="about:blank")
        self._await("Page.loadEventFired")
        self.events = []
        self._call("Page.navigate", url=page.resolve().as_uri() + fragment)
        self._await("Page.loadEventFired")
        self.run("new Promise((done) => setTimeout(done))")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys one after another: a name such as `Tab`, or a text to type."""
        for key in keys:
            if len(key) == 1:
                self._call("Input.dispatchKeyEvent", type="char", text=key)
                continue
            text = {"text": "\r"} if key == "Enter" else {}
            code = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35}[key]
            self._call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **text)
            self._call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""
        self._call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def screenshot(self, path: Path, *, height: int | None = None) -> None:
        """Take a picture of the page, or of its top."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"], "scale": 1}
        shot = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings on the console, exceptions, refusals of the page's policy."""
        kinds = {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
        return [json.dumps(event["params"]) for event in self._loaded() if event["method"] in kinds]

    @property
    def requested(self) -> list[str]:
        """What was asked for, the page itself left out."""
        sent = (e["params"]["request"]["url"] for e in self._loaded() if e["method"] == "Network.requestWillBeSent")
        return [url for url in sent if not url.startswith(("file:", "about:"))]

    def _loaded(self) -> list[dict[str, Any]]:
        self.run("0")
        return self.events

    def _await(self, method: str) -> None:
        """Wait for an event, and forget it, so that the next one can be waited for."""
        while not any(event["method"] == method for event in self.events):
            self._receive(time.monotonic() + DEADLINE_S)
        self.events = [event for event in self.events if event["method"] != method]

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._tab:
            message["sessionId"] = self._tab
        os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline_s = time.monotonic() + DEADLINE_S
        while (answer := self._receive(deadline_s)).get("id") != self._number:
            pass
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def _receive(self, deadline_s: float) -> dict[str, Any]:
        """The next message; an event is kept."""
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline_s - time.monotonic()))
            received = os.read(self._in, 1 << 20) if ready else b""
            assert received, "Chromium " + ("has ended" if ready else f"does not answer within {DEADLINE_S} s")
            self._buffer += received
        raw, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(raw)
        if "method" in message:
            self.events.append(message)
        return message
