"""A real server for the browser: ``python -m gehoor serve``, a process that can be killed and started again."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / "test-output" / "cache"
PATIENCE_S = 30.0
COSTS = "costs.yaml"


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def organisation(folder: Path, *, opened: bool | None, origin: str, changes: Mapping[str, str]) -> Path:
    """The demo organisation, with people there now, or only half a day from now (None: as it is), and a website that
    shows the chat.

    Args:
        changes: what else stands in the file otherwise, old words by new ones.
    """
    then = datetime.now(ZoneInfo("Europe/Amsterdam")) + timedelta(hours=12)
    block = "00:00-23:59" if opened else f"{then:%H}:00-{then:%H}:59"
    text = (ROOT / "src/gehoor/demo/voorbeeldstad/organisation.yaml").read_text(encoding="utf-8")
    if opened is not None:
        text = re.sub(r"^(  \w+day): \[.*\]$", rf'\1: ["{block}"]', text, flags=re.MULTILINE)
        # Somebody is on shift whenever people may be there.
        text = text.replace('friday]\n    hours: "08:00-16:30"', 'friday, saturday, sunday]\n    hours: "00:00-24:00"')
    text = re.sub(r"^origins: \[\].*$", f"origins: [{origin}]", text, flags=re.MULTILINE)
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    file = folder / "organisation.yaml"
    if opened is not None:
        text = text.replace("  public_holidays: NL", "  # public_holidays: NL")
    file.write_text(text, encoding="utf-8")
    return file


def readily(folder: Path) -> Path:
    """The demo's articles for an organisation that would rather answer wrongly than send on for nothing: a short
    question is answered by words alone too, so that a test needs no language model."""
    demo, there = ROOT / "src/gehoor/demo/voorbeeldstad/knowledge", folder / "knowledge"
    there.mkdir(exist_ok=True)
    for one in demo.iterdir():
        if one.name != COSTS and not (there / one.name).exists():
            (there / one.name).symlink_to(one)
    (there / COSTS).write_text("wrong_answer: 3\nidle_suggestion: 0.5\nchosen_suggestion: 0.2\n", encoding="utf-8")
    return there


class Server:
    """The product on a free port of this machine, with its data in a folder of its own.

    The language model is off: the journey is the same without it, and starting is faster. ``prepared`` is the folder of
    a server that was started once: its accounts need not be made again. ``at``: the local time at which it starts; then
    its opening hours are the demo organisation's own, and ``moves_to`` moves its clock. ``settings``: variables beside
    those it needs. ``program``: the module that is run.
    """

    def __init__(
        self,
        folder: Path,
        *,
        opened: bool = True,
        prepared: Path | None = None,
        changes: Mapping[str, str] | None = None,
        at: datetime | None = None,
        settings: Mapping[str, str] | None = None,
        program: str = "gehoor",
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # Another origin than the server's own: the website of the organisation, for a test that serves one there.
        self.website = free_port()
        self._log = folder / "server.log"
        self._clock = folder / "clock"
        self._program = program if at is None else "tests.web.browser.moved"
        if prepared is not None:
            for part in ("data", "keys"):
                shutil.copytree(prepared / part, folder / part)
        self._process: subprocess.Popen[bytes] | None = None
        CACHE.mkdir(parents=True, exist_ok=True)
        origin = f"http://127.0.0.1:{self.website}"
        written = organisation(folder, opened=None if at else opened, origin=origin, changes=changes or {})
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("GEHOOR_")} | {
            "GEHOOR_PORT": str(self.port),
            "GEHOOR_DATA": str(folder / "data"),
            "GEHOOR_KEYS": str(folder / "keys"),
            "GEHOOR_CACHE": str(CACHE),
            "GEHOOR_ORGANISATION": str(written),
            "GEHOOR_KNOWLEDGE": str(readily(folder)),
            "GEHOOR_DEMO": "on",
            "GEHOOR_LANGUAGE_MODEL": "off",
        }
        self._environment |= settings or {}
        if at is not None:
            self._environment["MOVED_CLOCK"] = str(self._clock)
            self.moves_to(at)

    def moves_to(self, at: datetime) -> None:
        """It becomes this local time for the server, and goes on from there."""
        moved = at.replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp() - time.time()
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(str(int(moved * 1_000_000)), encoding="utf-8")
        fresh.replace(self._clock)

    def launch(self) -> None:
        """Starts it on the same port and the same data, and does not wait."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", self._program, "serve"]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, cwd=ROOT)

    def start(self, patience_s: float = PATIENCE_S) -> None:
        """The same; returns when it answers."""
        self.launch()
        assert self._process is not None
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended: {self._log.read_text(encoding='utf-8')[-2000:]}")
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/health", timeout=1.0).status_code == 200:
                    return
            time.sleep(0.05)  # between two looks at a process that starts
        raise RuntimeError(f"the server did not answer: {self._log.read_text(encoding='utf-8')[-2000:]}")

    def signals(self, which: signal.Signals) -> None:
        """Sends a signal."""
        assert self._process is not None
        self._process.send_signal(which)

    def stops(self) -> int:
        """Tells it to stop, as systemd does, and waits; its exit status."""
        self.signals(signal.SIGTERM)
        status = self.wait(PATIENCE_S)
        self._process = None
        return status

    def runs(self) -> bool:
        """Whether it runs still."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Ends it without a warning, as a power cut does (kill -9)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """What it was told."""
        return dict(self._environment)

    def wait(self, patience_s: float) -> int:
        """The status with which it ends by itself, or because it was told to."""
        assert self._process is not None
        return self._process.wait(patience_s)

    def complaints(self) -> str:
        """What the server wrote about itself."""
        return self._log.read_text(encoding="utf-8")
