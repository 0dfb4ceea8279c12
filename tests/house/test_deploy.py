"""What is copied to run the product is true: settings that exist, files that are there, a unit that systemd knows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gehoor.settings import HELP

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


@pytest.mark.parametrize("file", ["gehoor.service", "Dockerfile"])
def test_that_every_setting_that_is_used_exists(file: str) -> None:
    named = re.findall(r"GEHOOR_([A-Z_]+)(?:=|: )", (DEPLOY / file).read_text(encoding="utf-8"))
    assert named
    assert {name.lower() for name in named} <= set(HELP)


def test_that_every_file_that_the_container_takes_is_there() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    taken = [name for line in lines if re.match(r"COPY (?!--)", line) for name in line.split()[1:-1]]
    assert "requirements" in taken
    assert [name for name in taken if not (ROOT / name).exists()] == []


def test_that_the_container_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert text.rindex("USER gehoor") < text.index("ENTRYPOINT")
    assert "/health/ready" in text


def test_that_what_ships_is_locked_as_it_is_tested() -> None:
    pinned = re.compile(r"^([A-Za-z0-9._-]+==\S+)", re.MULTILINE)
    tested = set(pinned.findall((ROOT / "requirements" / "locked.txt").read_text(encoding="utf-8")))
    ships = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    assert pinned.findall(ships)
    assert set(pinned.findall(ships)) <= tested
    assert ships.count("--hash=sha256:") >= len(pinned.findall(ships))
    assert "pytest" not in ships


def test_that_systemd_understands_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    text = (DEPLOY / "gehoor.service").read_text(encoding="utf-8")
    for promised in ("Type=notify", "WatchdogSec=", "Restart=always", "LimitNOFILE="):
        assert promised in text
    if analyze is None:  # a machine without systemd; the lines above were looked at all the same
        return
    unit = tmp_path / "gehoor.service"
    unit.write_text(text.replace("/opt/gehoor/.venv/bin/gehoor", "/bin/true"), encoding="utf-8")
    told = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert [line for line in told.stderr.splitlines() if "gehoor.service" in line] == []
