"""What every part of the measurement needs: what is wanted, servers, load generators, and a list of what went wrong."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import msgspec
import yaml

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.core.conversation.model import Signal
from gehoor.core.errors import GehoorError
from gehoor.prove.bench.machine import memory_mb
from gehoor.prove.bench.plan import MOST_AT_ONCE, PER_DESK, Agent, Found, Plan, Point, Target
from gehoor.prove.bench.processes import Server, free_port, generate, serving
from gehoor.prove.postgres_server import PostgresServer
from gehoor.settings import DEMO

_LEARNED_S: Final = 90.0
_LOOK_S: Final = 0.25
_STILL: Final = 6
_STILL_MB: Final = 0.5
"""Memory stands still when it changed less than this, so many looks in a row."""

_POSTGRES: Final = ("shared_buffers=512MB", "max_wal_size=4GB")

Tell = Callable[[str], None]
Values = dict[str, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure: so many runs, so many seconds a point, these parts (``parts.NAMES``), and the sizes of each.

    ``closed``, ``paced``: chats of the parts messages and delivery. ``chats``: open chats of the part chats, which
    together send ``rate`` messages a second while ``asking`` customers a second ask for a person. ``idle``: streams.
    ``turns``: customers of the AI; ``models``: without and with the language model; ``beside``: questions a second
    beside other chats. ``stored``: conversations in a small and in a large store; ``queued``: customers in a short and
    in a long line; ``taken``: how many of them are taken. ``longest``: characters of the longest texts that are heard.
    ``articles``: in the libraries in which answers are found; 0: the demo's.
    ``processes``: how many, on PostgreSQL; none: not measured.
    """

    runs: int
    seconds: float
    only: tuple[str, ...]
    closed: tuple[int, ...] = (1, 10, 50, 200)
    paced: tuple[int, ...] = (1, 50, 200)
    chats: int = 1000
    rate: float = 200.0
    asking: float = 10.0
    idle: int = 5000
    turns: int = 50
    models: tuple[bool, ...] = (False, True)
    beside: float = 150.0
    stored: tuple[int, int] = (1000, 1_000_000)
    queued: tuple[int, int] = (100, 100_000)
    taken: int = 100
    longest: int = 100_000
    articles: tuple[int, ...] = (0, 20_000)
    processes: tuple[int, ...] = (1, 2, 4)

    @property
    def agents(self) -> int:
        """How many accounts all of that takes, and some for taking out of a line."""
        most = max((*self.closed, *self.paced, self.chats), default=0)
        return -(-most // PER_DESK) + 4


class Place:
    """Where servers keep what they are told. Each server that starts on it finds it again."""

    def __init__(self, folder: Path, database: str = "", database_process: int = 0) -> None:
        self.folder = folder
        self.database = database
        self.database_process = database_process

    @property
    def file(self) -> Path:
        """The store on SQLite."""
        return self.folder / "store" / "gehoor.db"

    @property
    def keys(self) -> Path:
        """The data keys on SQLite."""
        return self.folder / "keys" / "keys.db"


class Kit:
    """Everything that parts share. What was started for all of them ends with ``closing``."""

    def __init__(
        self, wanted: Wanted, folder: Path, tell: Tell, faults: list[str], closing: contextlib.ExitStack
    ) -> None:
        self.wanted = wanted
        self.folder = folder
        self.tell = tell
        self._faults = faults
        self._closing = closing
        self._kept: dict[str, Place] = {}
        self.agents = [Agent(f"bench{number}", f"bench-{number}") for number in range(wanted.agents)]
        self.organisation = folder / "organisation.yaml"
        write_organisation(self.organisation, self.agents)

    @cached_property
    def questions(self) -> list[str]:
        """What the AI answers, found once."""
        return _questions()

    # -- places and servers ------------------------------------------------------------------------------------------

    @cached_property
    def postgres(self) -> PostgresServer:
        """A PostgreSQL of our own, started once.

        Raises:
            GehoorError: it is not installed.
        """
        try:
            return self._closing.enter_context(PostgresServer(settings=_POSTGRES))
        except FileNotFoundError as fault:
            raise GehoorError(str(fault)) from fault

    @contextlib.contextmanager
    def place(self, postgres: bool = False) -> Iterator[Place]:
        """A new folder, and a new database; removed afterwards."""
        place = self._new_place(Path(tempfile.mkdtemp(dir=self.folder)), postgres)
        try:
            yield place
        finally:
            shutil.rmtree(place.folder)
            if place.database:
                self.postgres.drop(place.database)

    def _new_place(self, folder: Path, postgres: bool) -> Place:
        if not postgres:
            return Place(folder)
        return Place(folder, self.postgres.database(), self.postgres.processes()[0])

    def kept(self, name: str, fill: Callable[[Place], None], postgres: bool = False) -> Place:
        """A place that stays until the end, filled when it is needed for the first time."""
        if name not in self._kept:
            folder = self.folder / name
            folder.mkdir()
            place = self._new_place(folder, postgres)
            fill(place)
            self._kept[name] = place
        return self._kept[name]

    @contextlib.contextmanager
    def floor(self, place: Place, processes: int = 1) -> Iterator[Server]:
        """The floor, while it is needed."""
        port = free_port()
        where = place.database or str(place.folder / "floor.db")
        arguments = ["gehoor.prove.bench.floor", str(port), where, str(processes)]
        with serving(arguments, {}, place.folder, port) as server:
            yield server

    @contextlib.contextmanager
    def gehoor(
        self,
        place: Place,
        organisation: Path | None = None,
        model: bool = False,
        cache: Path | None = None,
        processes: int = 1,
    ) -> Iterator[Server]:
        """Our server, while it is needed.

        Args:
            organisation: the one with many agents, unless it is given.
            cache: what the brain learned from; shared by all servers, unless it is given.
        """
        port = free_port()
        environment = {
            "GEHOOR_PORT": str(port),
            "GEHOOR_DATA": str(place.folder / "store"),
            "GEHOOR_KEYS": str(place.folder / "keys"),
            "GEHOOR_CACHE": str(cache or self.folder / "cache"),
            "GEHOOR_ORGANISATION": str(organisation or self.organisation),
            "GEHOOR_LANGUAGE_MODEL": "on" if model else "off",
        }
        if place.database:
            environment["GEHOOR_DATABASE"] = place.database
        if processes > 1:
            environment["GEHOOR_PROCESSES"] = str(processes)
        with serving(["gehoor", "serve"], environment, place.folder, port) as server:
            yield server

    def learn(self, server: Server) -> None:
        """Waits until the brain has read what was learned of the demo's articles (it comes along with them), and its
        memory stands still."""
        until = monotonic() + _LEARNED_S
        before, still = 0.0, 0
        while still < _STILL and monotonic() < until:
            sleep(_LOOK_S)
            now, _ = memory_mb(server.id)
            still = still + 1 if abs(now - before) < _STILL_MB else 0
            before = now

    # -- load --------------------------------------------------------------------------------------------------------

    def load(
        self,
        target: Target,
        server: Server,
        points: list[Point],
        database: int = 0,
        waiting: list[str] | None = None,
        agents: list[Agent] | None = None,
    ) -> list[Found]:
        """Runs a load generator, and notes what should not have happened.

        Raises:
            GehoorError: it could not do the plan.
        """
        asks = any(point.kind == "turns" or point.questions for point in points)
        plan = Plan(
            target=target,
            port=server.port,
            server=server.id,
            points=points,
            agents=self.agents if agents is None else agents,
            questions=self.questions if asks else [],
            waiting=waiting or [],
            database=database,
        )
        found = generate(plan)
        for one in found:
            self._note(target, one)
        return found

    def _note(self, target: Target, found: Found) -> None:
        counts = {
            "refused": found.refused,
            "acknowledged and not pushed": found.lost,
            "pushed twice": found.doubled,
            "streams ended by the server": found.closed_streams,
            "requests for a person that no desk showed": found.unseen,
            "turns without an approved answer": found.turns - found.answered,
        }
        told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
        if not found.count:
            told = f"nothing came back, {told}"
        if told:
            self._faults.append(f"{target}, {found.kind}, {found.chats} chats: {told.rstrip(', ')}")


def values_of(name: str, found: Found) -> Values:
    """What a point found, by dotted name."""
    values = {
        f"{name}.per_second": found.per_second,
        f"{name}.p50_ms": found.p50,
        f"{name}.p95_ms": found.p95,
        f"{name}.p99_ms": found.p99,
        f"{name}.cpu_us": found.cpu,
        f"{name}.load_share": found.load_share,
        f"{name}.count": float(found.count),
    }
    if found.kind == "paced":
        values[f"{name}.late_p99_ms"] = found.late_p99
    return values | {f"{name}.{more}": value for more, value in found.more.items()}


def write_organisation(file: Path, agents: list[Agent]) -> None:
    """The demo's organisation with more agents, each of whom can have as many chats as the policy allows."""
    found: dict[str, Any] = yaml.safe_load((DEMO / "organisation.yaml").read_text(encoding="utf-8"))
    found["chats_per_agent"] = MOST_AT_ONCE
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
