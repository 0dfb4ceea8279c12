"""A real server for the browser: ``python -m gehoor serve`` as its own process, that can be killed and started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / "test-output" / "cache"
PATIENCE_S = 30.0
ALWAYS = "\n".join(
    f'  {day}: ["00:00-23:59"]'
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def organisation(folder: Path, *, opened: bool, **changes: str) -> Path:
    """The demo organisation, with people there at every hour or at no hour soon, and other lines changed by key."""
    text = (ROOT / "src/gehoor/demo/voorbeeldstad/organisation.yaml").read_text(encoding="utf-8")
    lines: list[str] = []
    days = ("monday:", "tuesday:", "wednesday:", "thursday:", "friday:", "saturday:", "sunday:")
    for line in text.splitlines():
        key = line.strip().split(":")[0]
        if line.strip().startswith(days):
            if opened and not any("00:00-23:59" in known for known in lines):
                lines.extend(ALWAYS.splitlines())
            elif not opened:
                lines.append(line)
        elif opened and key == "public_holidays":
            continue
        elif key in changes:
            lines.append(f"{line[: len(line) - len(line.lstrip())]}{key}: {changes[key]}")
        else:
            lines.append(line)
    file = folder / "organisation.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


class Server:
    """The product on a free port of this machine, with its data in a folder of its own.

    The language model is off: the journey is the same without it, and starting is faster.
    """

    def __init__(self, folder: Path, *, opened: bool = True, **changes: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        CACHE.mkdir(parents=True, exist_ok=True)
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("GEHOOR_")} | {
            "GEHOOR_PORT": str(self.port),
            "GEHOOR_DATA": str(folder / "data"),
            "GEHOOR_KEYS": str(folder / "keys"),
            "GEHOOR_CACHE": str(CACHE),
            "GEHOOR_ORGANISATION": str(organisation(folder, opened=opened, **changes)),
            "GEHOOR_DEMO": "on",
            "GEHOOR_LANGUAGE_MODEL": "off",
        }

    def start(self) -> None:
        """Starts it on the same port and the same data; returns when it answers."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "gehoor", "serve"]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, cwd=ROOT)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended: {self._log.read_text(encoding='utf-8')[-2000:]}")
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/health", timeout=1.0).status_code == 200:
                    return
            time.sleep(0.05)  # between two looks at a process that starts
        raise RuntimeError(f"the server did not answer: {self._log.read_text(encoding='utf-8')[-2000:]}")

    def kill(self) -> None:
        """Ends it without a warning, as a power cut does (kill -9)."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it at the end of a test; what is open needs no goodbye."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(10)
        self._process = None

    def complaints(self) -> str:
        """What the server wrote about itself."""
        return self._log.read_text(encoding="utf-8")
