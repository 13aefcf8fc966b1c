"""Debian's Chromium without a screen, driven over two pipes by its own protocol."""

import base64
import contextlib
import fcntl
import itertools
import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processes import WITH_US, clean_environment
from results import Failed
from waiting import until

PATIENCE = 30
# Where it wants to read commands and to write answers.
COMMANDS, ANSWERS = 3, 4
# --no-sandbox: as root it would not start otherwise; it sees nothing but our own page.
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-pipe",
]


class Browser:
    """One tab. `complaints`: what its console was told of errors and violations."""

    def __init__(self, process: subprocess.Popen, to: int, back: int) -> None:
        self._process, self._to = process, to
        self._numbers = itertools.count(1)
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._session: str | None = None
        self.complaints: list[str] = []
        self.dialogs = 0
        threading.Thread(target=self._read, args=(back,), daemon=True).start()
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Accessibility"):
            self.call(f"{domain}.enable")

    def _read(self, back: int) -> None:
        rest = b""
        with os.fdopen(back, "rb", buffering=0) as pipe:
            while some := pipe.read(1 << 16):
                *whole, rest = (rest + some).split(b"\0")
                for one in whole:
                    self._take(json.loads(one))

    def _take(self, told: dict[str, Any]) -> None:
        parameters = told.get("params", {})
        match told.get("method"):
            case None:
                self._answers.put(told)
            case "Log.entryAdded" if parameters["entry"]["level"] == "error":
                self.complaints.append(f"{parameters['entry']['text']} ({parameters['entry'].get('url', '')})")
            case "Runtime.exceptionThrown":
                detail = parameters["exceptionDetails"]
                self.complaints.append(detail.get("exception", {}).get("description", detail["text"]))
            case "Page.javascriptDialogOpening":
                self.dialogs += 1

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._answers.get(timeout=PATIENCE)
            if answer["id"] == number:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, also of one that has to be waited for."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise Failed(f"{expression}: {result['exceptionDetails']['exception'].get('description')}")
        return result["result"].get("value")

    def until(self, what: str, expression: str, seconds: float = PATIENCE) -> Any:
        return until(
            what, seconds, lambda: self.evaluate(expression), lambda: self.evaluate("document.body.innerText")[:1500]
        )

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        self.until(f"{url} is loaded", f"document.readyState === 'complete' && location.href.startsWith('{url}')")

    def look(self, width: int, scheme: str, height: int = 900) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path) -> None:
        """The whole page, however long."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def press(self, key: str, text: str | None = None) -> None:
        codes = {"Tab": 9, "Enter": 13}
        own: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        own |= {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **own)
        self.call("Input.dispatchKeyEvent", type="keyUp", **own)

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def accessible(self) -> list[tuple[str, str]]:
        """Role and name of what a screen reader is told of."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and "role" in node
        ]


@contextlib.contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """`folder` takes its profile and its log."""
    folder.mkdir(parents=True, exist_ok=True)
    to_read, to_write = os.pipe()
    back_read, back_write = os.pipe()
    # Beyond the two numbers that it wants, so that putting them there closes neither.
    for_it = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, back_write)]
    os.close(to_read)
    os.close(back_write)
    # Not sh: Debian's takes one digit only.
    shell = f'exec "$0" "$@" {COMMANDS}<&{for_it[0]} {ANSWERS}>&{for_it[1]}'
    command = ["chromium", *OPTIONS, f"--user-data-dir={folder / 'profile'}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*WITH_US, "bash", "-c", shell, *command],
            env=clean_environment() | {"HOME": str(folder)},
            pass_fds=for_it,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    for end in for_it:
        os.close(end)
    try:
        yield Browser(process, to_write, back_read)
    finally:
        os.close(to_write)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
