"""Plants every fault of tests/prove/mutation.py in turn, and looks which of them the tests of the core do not see.

``python -m tests.prove.mutating [--jobs 2] [--sample] [--only decide/post.py]`` prints the survivors and the score. A
sample takes two minutes where all of them take ten.

pytest collects once, and runs once without a fault to see which test calls what. Then each fault gets a process forked
from there. In it the function that is living gets the code of the changed one, so that everybody who imported it runs
the fault, and the tests that call it run, the nearest first, until one fails. Who survives them meets the state machine
of tests/promises for a while and, if asked for, is explored by the check with its rough key. A fault that makes a test
take a minute of the processor is seen as well.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Final
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, settings

from gehoor.prove.check import Explorer
from gehoor.prove.model import office, rough_key
from tests.promises.test_machine import run
from tests.prove.living import plant
from tests.prove.mutation import Fault, faults

ROOT: Final = Path(__file__).resolve().parents[2]
CORE: Final = ROOT / "src" / "gehoor" / "core"
_CORE: Final = f"{CORE}/"
ROOMS: Final = ("decide", "guarantee")
TESTS: Final = (
    *("tests/core/conversation", "tests/core/decide", "tests/core/guarantee"),
    *("tests/promises/test_traces.py", "tests/promises/test_what_is_told.py"),
)
EVERY: Final = {"decide": 3, "guarantee": 11}
"""Of how many faults of a room one is in the sample: the rules are changed more often than their predicates."""
MOST_MINUTES: Final = 60
"""For how long faults are tried, all together; what is not tried by then counts as not seen."""

_NOT_SEEN: Final = "not seen  "
_READERS: Final = ("decide/dispatch.py", "guarantee/promises.py")
_QUIET: Final = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
MOST_S: Final = 60
SURVIVED: Final = 0
SEEN: Final = 1
UNPLANTED: Final = 3
CONVERSATIONS: Final = 20
"""For how many conversations the state machine looks at a fault."""


def all_faults() -> list[Fault]:
    """Every fault of the rooms."""
    files = [file for room in ROOMS for file in sorted((CORE / room).glob("*.py"))]
    return [one for file in files for one in faults(file, f"{file.parent.name}/{file.name}")]


def is_in_sample(fault: Fault) -> bool:
    """Whether a quick look tries it. The name decides, so that it stays so when other lines change."""
    return crc32(fault.name.encode()) % EVERY[fault.file.partition("/")[0]] == 0


# -- one run ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Mutating:
    """A plugin of pytest: when the tests are collected, it runs them once for each fault. ``survivors`` is its result.

    ``explore``: whether the check looks at those that the tests do not see. ``untried``: those for which there was no
    time any more.
    """

    faults: Sequence[Fault]
    jobs: int = 1
    explore: bool = False
    survivors: list[Fault] = field(default_factory=list)
    slow: list[Fault] = field(default_factory=list)
    unplanted: list[Fault] = field(default_factory=list)
    untried: list[Fault] = field(default_factory=list)
    _running: dict[int, Fault] = field(default_factory=dict)
    _callers: dict[str, set[pytest.Item]] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests."""
        for item in session.items:
            self._watch(session, item)
        until = time.monotonic() + 60 * MOST_MINUTES
        for place, fault in enumerate(self.faults, 1):
            if time.monotonic() > until:
                self.untried.append(fault)
                continue
            while len(self._running) >= self.jobs:
                self._reap()
            child = os.fork()
            if child == 0:
                self._try(session, fault)
            self._running[child] = fault
            if place % 50 == 0:
                _say(f"{place} of {len(self.faults)}")
        while self._running:
            self._reap()
        return True

    def _watch(self, session: pytest.Session, item: pytest.Item) -> None:
        """Runs a test without any fault, and keeps which units and files of the rooms it calls."""
        called: set[str] = set()
        _forget()
        sys.setprofile(lambda frame, event, _: called.update(_unit_of(frame.f_code)) if event == "call" else None)
        try:
            assert _run(session, [item]) == SURVIVED, f"fails without any fault: {item.nodeid}"
        finally:
            sys.setprofile(None)
        for unit in called:
            self._callers.setdefault(unit, set()).add(item)

    def _tests_of(self, fault: Fault) -> list[pytest.Item]:
        """The tests that call it (of a table: that call anything in its file), those of the file itself first."""
        in_function = isinstance(fault.sound, ast.FunctionDef)
        found = self._callers.get(f"{fault.file} {fault.unit}" if in_function else fault.file, set())
        if not in_function:  # a table may be read from elsewhere: what is done first by all who import it
            found = (
                found
                | self._callers.get("decide/dispatch.py", set())
                | self._callers.get("guarantee/promises.py", set())
            )
        room, _, file = fault.file.partition("/")
        return sorted(
            found, key=lambda item: (item.path.name != f"test_{file}", item.path.parent.name != room, item.nodeid)
        )

    def _reap(self) -> None:
        child, status = os.wait()
        fault = self._running.pop(child)
        if os.WIFSIGNALED(status):
            self.slow.append(fault)
        elif os.WEXITSTATUS(status) == SURVIVED:
            self.survivors.append(fault)
            _say(f"{_NOT_SEEN}{fault.name}")
        elif os.WEXITSTATUS(status) == UNPLANTED:
            self.unplanted.append(fault)

    def _try(self, session: pytest.Session, fault: Fault) -> None:
        """Never returns: the process ends with what came of the fault."""
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_S, MOST_S))
        seen = UNPLANTED
        try:
            plant(fault)
            _forget()
            seen = SEEN
            seen = _run(session, self._tests_of(fault)) or _long_look(self.explore)
        finally:
            os._exit(seen)


def _forget() -> None:
    """What the tests worked out without a fault is worked out again."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tests."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _run(session: pytest.Session, items: Iterable[pytest.Item]) -> int:
    session.testsfailed = 0
    for item in items:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if session.testsfailed:
            return SEEN
    return SURVIVED


def _unit_of(code: CodeType) -> tuple[str, ...]:
    """The file below the core, and the function or method in it; nothing when it is elsewhere."""
    if not code.co_filename.startswith(_CORE):
        return ()
    file = code.co_filename.removeprefix(_CORE)
    return file, f"{file} {code.co_qualname.partition('.<locals>')[0]}"


class _FirstFault(Explorer):
    """The check, ended by the first fault of any kind."""

    def _had_enough(self) -> bool:
        return bool(self._faults)


def _long_look(explored: bool) -> int:
    try:
        run(CONVERSATIONS, shrink=False)
    except BaseException:  # whatever it is, the fault was seen
        return SEEN
    return SEEN if explored and _FirstFault(office(), rough_key).run().found else SURVIVED


def mutate(chosen: Sequence[Fault], jobs: int = 1, explore: bool = False) -> Mutating:
    """Runs every fault."""
    settings.register_profile(
        "mutating",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    plugin = Mutating(chosen, jobs, explore)
    chatter = (
        "-q",
        "-s",
        "--tb=no",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "--hypothesis-profile=mutating",
        *_QUIET,
    )
    with Path(os.devnull).open("w") as nowhere:
        told, sys.stdout = sys.stdout, nowhere
        try:
            pytest.main([*(str(ROOT / one) for one in TESTS), *chatter, f"--rootdir={ROOT}"], plugins=[plugin])
        finally:
            sys.stdout = told
    return plugin


def told(done: Mutating) -> Iterator[str]:
    """What came of it, a line each."""
    count, survived = len(done.faults), len(done.survivors) + len(done.untried)
    for one in done.survivors:
        yield f"{_NOT_SEEN}{one.name}"
    for one in done.unplanted:
        yield f"broken    {one.name}"
    for one in done.untried:
        yield f"untried   {one.name}"
    share = 100 * (count - survived) / count if count else 100.0
    yield (
        f"{count:,} faults, {count - survived:,} seen ({share:.1f}%): of these {len(done.slow)} by running for "
        f"{MOST_S} s and {len(done.unplanted)} because the module no longer loads; {survived} not seen"
    )


def main(arguments: Sequence[str]) -> int:
    """Prints the survivors and the score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1, help="how many faults are tried at the same time")
    parser.add_argument("--sample", action="store_true", help="only some, for a quick look")
    parser.add_argument("--only", default="", help="only the faults whose name fits this pattern")
    parser.add_argument("--again", type=Path, help="only what an earlier run, whose output this is, did not see")
    parser.add_argument("--check", action="store_true", help="let the check explore what nothing else saw (12 s each)")
    given = parser.parse_args(arguments)
    started = time.monotonic()
    chosen = [one for one in all_faults() if re.search(given.only, one.name)]
    if given.sample:
        chosen = [one for one in chosen if is_in_sample(one)]
    if given.again is not None:
        before = given.again.read_text(encoding="utf-8").splitlines()
        chosen = [one for one in chosen if f"{_NOT_SEEN}{one.name}" in before]
    for line in told(mutate(chosen, given.jobs, given.check)):
        print(line)
    print(f"{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
