"""The core has no clock, no chance, no files and no async; and decisions look only at what is finite."""

from pathlib import Path

import pytest

from tests.house.branching import branches_on_record
from tests.house.quiet import noises

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
CORE = SOURCE / "gehoor" / "core"


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(SOURCE).with_suffix("").parts)


def test_that_the_core_is_quiet() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{noise}"
        for file in sorted(CORE.rglob("*.py"))
        for noise in noises(file.read_text(encoding="utf-8"), module_name(file))
    ]
    assert found == []


def test_that_decisions_do_not_branch_on_the_record() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{branch}"
        for file in sorted((CORE / "decide").glob("*.py"))
        for branch in branches_on_record(file.read_text(encoding="utf-8"))
    ]
    assert found == []


QUIET = [
    "from __future__ import annotations",
    "from collections.abc import Mapping",
    "from collections import abc",
    "from dataclasses import dataclass",
    "from datetime import UTC, datetime, timedelta",
    "import json, math, re",
    "from gehoor.core.time import Span",
    "from gehoor.core import errors",
    "from gehoor import core",
    "from .articles import Article",
    "from ..errors import GehoorError",
    "def rings(now: datetime) -> bool: return now > LIMIT",  # an instant that is given is no clock
    "opening = hours.open_at(now)",
    "kind = json.loads(text)",
]

NOISY = [
    ("import os", "imports os"),
    ("import json, secrets", "imports secrets"),
    ("import collections", "imports collections"),
    ("from collections import Counter", "imports collections.Counter"),
    ("from pathlib import Path", "imports pathlib.Path"),
    ("from urllib.parse import urlsplit", "imports urllib.parse.urlsplit"),
    ("import uuid", "imports uuid"),
    ("import random", "imports random"),
    ("import time", "imports time"),
    ("import asyncio", "imports asyncio"),
    ("import logging", "imports logging"),
    ("import numpy as np", "imports numpy"),
    ("from gehoor.ports import store", "imports gehoor.ports.store"),
    ("from gehoor import settings", "imports gehoor.settings"),
    ("import gehoor.core_of_the_matter", "imports gehoor.core_of_the_matter"),
    ("from ...ports import store", "imports gehoor.ports.store"),
    ("def f():\n    import socket", "imports socket"),  # an import inside a function is an import
    ("at = datetime.now(UTC)", "calls now()"),
    ("at = datetime.datetime.utcnow()", "calls utcnow()"),
    ("day = date.today()", "calls today()"),
    ("at: datetime = field(default_factory=datetime.now)", "passes on now"),
    ("id = uuid4()", "calls uuid4()"),
    ("text = open('file').read()", "calls open()"),
    ("text = path.open()", "calls open()"),
    ("name = input()", "calls input()"),
    ("print('hello')", "calls print()"),
    ("os = __import__('os')", "calls __import__()"),
    ("eval('1')", "calls eval()"),
    ("async def f(): pass", "is async"),
    ("async def f():\n    return [x async for x in y]", "is async"),
]


@pytest.mark.parametrize("line", QUIET)
def test_that_a_quiet_line_passes(line: str) -> None:
    assert noises(line, "gehoor.core.knowledge.planted") == []


@pytest.mark.parametrize(("lines", "noise"), NOISY)
def test_that_a_noisy_line_is_caught(lines: str, noise: str) -> None:
    assert noise in [found.partition(": ")[2] for found in noises(lines, "gehoor.core.knowledge.planted")]


BRANCHES_ON_CONTROL = [
    "if state.control.floor is Floor.BOT: pass",
    "return [Closed(reference=state.record.reference)]",  # a decision may copy from the record, not look at it
    "reference = record.reference",
    "if recorded: pass",
    "if heard.wants_human and control.turns < 3: pass",
    "match state.control.phase:\n    case Phase.OPEN: pass",
    "offers = [offer for offer in state.record.offers]",
]

BRANCHES_ON_RECORD = [
    "if state.record.messages: pass",
    "if record.name == 'x': pass",
    "if x:\n    pass\nelif state.record.y: pass",
    "while len(state.record.queue) > 3: pass",
    "match state.record.language:\n    case 'nl': pass",
    "match command:\n    case Close() if state.record.closed: pass",
    "text = 'a' if state.record.short else 'b'",
    "found = [m for m in messages if m.id in state.record.seen]",
    "assert state.record",
    "known = control.known and state.record.known",
    "name = record.name or 'unknown'",
    "if (size := len(state.record.messages)) > 3: pass",
    "if any(m.urgent for m in state.record.messages): pass",
    "if not state.record.name: pass",
]


@pytest.mark.parametrize("lines", BRANCHES_ON_CONTROL)
def test_that_branching_on_control_passes(lines: str) -> None:
    assert branches_on_record(lines) == []


@pytest.mark.parametrize("lines", BRANCHES_ON_RECORD)
def test_that_branching_on_the_record_is_caught(lines: str) -> None:
    assert branches_on_record(lines) != []
