"""Plants one fault in a copy of the source, and asks in a process of its own whether it is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.prove.mutants import Mutant

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "gehoor"
_ROOMS = ("core", "prove", "ports", "texts", "adapters/stores")

_CHECK = """
import sys
from gehoor.prove.check import Explorer
from gehoor.prove.model import office, rough_key
print(*{one.guarantee for one in Explorer(office(), rough_key, until=sys.argv[1]).run().found})
"""
_QUEUE = """
from gehoor.prove.line import check_queue
print("TURN" if check_queue(until_found=True)[1] else "")
"""
_TRACES = """
from gehoor.core.ids import ConversationId
from gehoor.prove.audit import audit_facts
from tests.promises.told import facts_of, traces
wrong = set()
for trace in traces():
    found = {one.guarantee for one in audit_facts(ConversationId("story"), facts_of(trace.lines))}
    if trace.breaks is not (trace.guarantee in found):
        wrong.add(trace.guarantee)
print(*wrong)
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """What came of one mutant: the guarantees whose check or traces saw it, or why it could not be planted."""

    found: frozenset[str]
    trouble: str = ""


def copy_source(folder: Path) -> Path:
    """The rooms that the check needs, as a package of their own."""
    package = folder / "gehoor"
    package.mkdir(parents=True)
    shutil.copy(SOURCE / "__init__.py", package)
    for room in _ROOMS:
        ignored = shutil.ignore_patterns("__pycache__", "bench")
        shutil.copytree(SOURCE / room, package / room, ignore=ignored)
    (package / "adapters" / "__init__.py").touch()
    return folder


def plant(mutant: Mutant, copy: Path) -> Planted:
    """Plants the fault in the copy, looks whether it is found, and takes it out again."""
    file = copy / "gehoor" / "core" / mutant.file
    whole = file.read_text(encoding="utf-8")
    if whole.count(mutant.old) != 1:
        return Planted(frozenset(), f"stands {whole.count(mutant.old)} times in {mutant.file}")
    try:
        file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
        return ask(mutant, copy)
    finally:
        file.write_text(whole, encoding="utf-8")


def ask(mutant: Mutant, copy: Path) -> Planted:
    """What the check, or the traces, say of the copy."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", _script(mutant), mutant.guarantee],
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Planted(frozenset(done.stdout.split()), done.stderr[-300:] if done.returncode else "")


def _script(mutant: Mutant) -> str:
    if mutant.by == "traces":
        return _TRACES
    return _QUEUE if mutant.file.startswith("routing/") else _CHECK
