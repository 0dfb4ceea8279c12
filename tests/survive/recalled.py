"""One recall in one store, whatever the store is: it is filled, a text is withdrawn, everybody is told, and meanwhile
the server, or the database under it, is killed (kill -9). At the end the store is held against what may be there.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol, cast

import httpx

from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.system import SystemClock, SystemIds
from gehoor.core.conversation.given import given
from gehoor.core.ids import ConversationId
from gehoor.flows.people import leave_contact
from gehoor.flows.recall import CALLS_AT_ONCE
from gehoor.flows.recipients import listed, scanned
from gehoor.ports.people import People
from gehoor.ports.store import Store
from gehoor.ports.world import World
from gehoor.prove.audit import audit_facts
from gehoor.prove.bench.kit import Place
from gehoor.prove.bench.seeding import copied_id, one_answered
from gehoor.prove.postgres_server import PostgresServer
from tests.journeys.test_kill import mail_by
from tests.smtp_server import SmtpServer
from tests.web.browser.house import Server

WRONG, OTHER = "huur-opzeggen", "borg"
ASKED = {WRONG: "Hoe zeg ik mijn huur op?", OTHER: "Wanneer krijg ik mijn borg terug?"}
WORDS = {"wordings": [{"language": "nl", "wrong": "U kunt per dag opzeggen.", "right": "Een maand van tevoren."}]}
PATIENCE_S = 300.0


class Beside(Protocol):
    """The store of a story, as it is reached beside the server."""

    @property
    def place(self) -> Place:
        """Where it is; its keys lie there too."""
        ...

    @property
    def database(self) -> PostgresServer | None:
        """The server of the database, where there is one to kill."""
        ...

    def multiply(self, id: str, count: int, first: int) -> None:
        """Copies a conversation so many times, while no server runs; ``first`` is the number of the first copy."""
        ...

    def opened(self) -> tuple[Store, People]:
        """The store and its people; the store closes both."""
        ...

    def counts(self, kind: str, says: str = "", since: str = "") -> dict[str, int]:
        """How many facts of a kind, whose body holds these words, stand in each conversation from this one on. There
        may be a server that writes."""
        ...


@dataclass(frozen=True)
class Kill:
    """What is killed, and when: when so many (a part of all) were told, so many letters were taken, and so many calls
    were asked for."""

    what: str
    told: float
    taken: int = 0
    called: int = 0


def evenly(kills: int) -> tuple[Kill, ...]:
    """The server, at moments that part the telling into equal pieces."""
    return tuple(Kill("server", number / (kills + 1)) for number in range(1, kills + 1))


@dataclass(frozen=True)
class Run:
    """How much, and what is killed when."""

    conversations: int
    recipients: int
    mails: int
    phones: int
    kills: tuple[Kill, ...]


class Killed(NamedTuple):
    """What was killed, and what had been done by then."""

    what: str
    told: int
    taken: int
    called: int


@dataclass(slots=True)
class Done:
    """What came of it."""

    listed_s: float = 0.0
    told_s: float = 0.0
    killed: list[Killed] = field(default_factory=list)


class Story:
    """One recall in one store."""

    def __init__(self, folder: Path, run: Run, post: SmtpServer, beside: Beside) -> None:
        self.run, self.post, self.beside = run, post, beside
        settings = mail_by(post) | {"GEHOOR_DATA": str(beside.place.file.parent)}
        if beside.place.database:
            settings |= {"GEHOOR_DATABASE": beside.place.database}
        self.server = Server(folder, opened=True, settings=settings)
        self.done = Done()
        first = run.conversations - run.recipients + 1
        self.recipients = [ConversationId(copied_id(number)) for number in range(first, run.conversations + 1)]

    # -- the store ---------------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Most were given another answer; the last ones were given the one that is wrong."""
        others = self.run.conversations - self.run.recipients
        self.server.start()
        other, wrong = (one_answered(self.server.port, ASKED[article]) for article in (OTHER, WRONG))
        assert self.server.stops() == 0
        self.beside.multiply(other, others, 1)
        self.beside.multiply(wrong, self.run.recipients, others + 1)
        asyncio.run(self._leave())

    async def _leave(self) -> None:
        """Some left an address, some a telephone number."""
        store, people = self.beside.opened()
        kept = self.beside.place.keys
        keys = FileKeys(kept, kept.with_name("master.key"))
        parts = SimpleNamespace(people=people, keys=keys, clock=SystemClock(), ids=SystemIds())
        world = cast(World, parts)
        for number, id in enumerate(self.recipients[: self.run.mails]):
            assert await leave_contact(world, id, {"email": f"klant{number}@example.nl"})
        for number, id in enumerate(self.recipients[self.run.mails :][: self.run.phones]):
            assert await leave_contact(world, id, {"phone": f"0612{number:06}"})
        await store.close()
        await keys.close()

    # -- people ------------------------------------------------------------------------------------------------------

    def signed_in(self, login: str) -> httpx.Client:
        client = httpx.Client(base_url=f"{self.server.url}/api/v1/staff", trust_env=False, timeout=60.0)
        end = time.monotonic() + 30
        while client.post("/session", json={"login": login, "password": f"demo-{login}"}).status_code != 201:
            assert time.monotonic() < end, "nobody can sign in"
            time.sleep(0.2)
        return client

    def recalls(self) -> str:
        """The text is taken back as wrong, and its list is waited for."""
        with closing(self.signed_in("teamleider")) as kim, closing(self.signed_in("schrijver")) as writer:
            begun = time.monotonic()
            taken = {"language": "nl", "number": 1, "why": "De termijn is fout.", "wrong": True, "harm": "ordinary"}
            assert kim.post(f"/knowledge/{WRONG}/withdraw", json=taken).status_code == 200
            while not (found := kim.get("/recalls").json()["recalls"]) or found[0]["listed"] is None:
                assert time.monotonic() - begun < PATIENCE_S
                time.sleep(0.2)
            self.done.listed_s = time.monotonic() - begun
            assert found[0]["listed"]["recipients"] == self.run.recipients + 1, "the copies, and the one they are of"
            path = f"/recalls/{found[0]['id']}"
            worded = writer.post(f"{path}/wording", json=WORDS).json()
            assert kim.post(f"{path}/approve", json={"wording": worded["wording"]}).status_code == 200
        return str(found[0]["id"])

    # -- telling -----------------------------------------------------------------------------------------------------

    def told(self) -> int:
        """How many were told."""
        return len(self.beside.counts("CorrectionGiven", since=self.recipients[0]))

    def taken(self) -> int:
        """How many letters a mail server took."""
        return sum(self.beside.counts("MailAccepted", '"correction"', self.recipients[0]).values())

    def called(self) -> int:
        """How many times a person was asked to call."""
        return sum(self.beside.counts("HumanRequested", '"how":"recall"', self.recipients[0]).values())

    def kills_and_waits(self) -> None:
        """It is killed at some moments of the telling, and started again at once."""
        begun = time.monotonic()
        for kill in self.run.kills:
            self._until(lambda kill=kill: self._reached(kill))
            self._kill(kill.what)
        self._until(lambda: self.told() >= self.run.recipients + 1)
        self.done.told_s = time.monotonic() - begun
        self._until(lambda: self.taken() >= self.run.mails)
        self._until(lambda: self.called() >= min(self.run.phones, CALLS_AT_ONCE))

    def _reached(self, kill: Kill) -> bool:
        """Whether it is this kill's turn: never before the telling went on after the one before it."""
        told, before = self.told(), self.done.killed[-1].told if self.done.killed else 0
        return (
            told >= int(self.run.recipients * kill.told)
            and (told > before or told > self.run.recipients)
            and (not kill.taken or self.taken() >= kill.taken)
            and (not kill.called or self.called() >= kill.called)
        )

    def _kill(self, what: str) -> None:
        if what == "server":
            self.server.kill()
        else:
            assert self.beside.database is not None
            self.beside.database.kill()
            self.beside.database.start()
        self.done.killed.append(Killed(what, self.told(), self.taken(), self.called()))
        if what == "server":
            self.server.start()

    def _until(self, true: Any) -> None:
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert self.server.runs(), self.server.complaints()[-2000:]
            assert time.monotonic() < end, "it was not told in time"
            time.sleep(0.05)

    # -- the end -----------------------------------------------------------------------------------------------------

    async def compares(self, recall: str) -> None:
        """The list against every fact in the store, what each was told, and every letter that went out."""
        store, _ = self.beside.opened()
        try:
            (opened,) = [one for one in await store.ledger(kind="recall") if '"opened"' in one.body]
            version = (await store.given(WRONG, _version(opened.body), None, 1))[0].version
            found = await listed(store, WRONG, [version])
            assert found == await scanned(store, WRONG, [version])
            assert {one.conversation for one in found} >= set(self.recipients)
            assert len(found) == self.run.recipients + 1
            others = await listed(store, OTHER, [await _version_in(store, ConversationId(copied_id(1)))])
            assert len(others) > self.run.conversations - len(found)
            for id in (one.conversation for one in found):
                loaded = await store.load(id)
                assert loaded is not None
                assert audit_facts(id, loaded.facts) == []
        finally:
            await store.close()
        counts = self.beside.counts("CorrectionGiven")
        assert counts.keys() == {one.conversation for one in found}, "nobody else was told"
        assert set(counts.values()) == {1}, "nobody was told twice"
        calls = self.beside.counts("HumanRequested", '"how":"recall"')
        assert len(calls) == min(self.run.phones, CALLS_AT_ONCE), "no more calls than can be kept"
        assert set(calls.values()) == {1}, "nobody is called twice"
        letters = Counter(str(one["X-Envelope-To"]) for one in self._letters())
        ids = {str(one["Message-ID"]) for one in self._letters()}
        assert len(letters) == len(ids) == self.run.mails, "each address got one letter, under one Message-ID"
        assert recall

    def _letters(self) -> Iterator[Any]:
        return (one for one in self.post.letters() if "fout antwoord" in str(one["Subject"]))


def _version(body: str) -> str:
    return body.partition('"versions": ["')[2].partition('"')[0]


async def _version_in(store: Store, id: ConversationId) -> str:
    """The version of what was given in a conversation."""
    loaded = await store.load(id)
    assert loaded is not None
    return next(given(id, loaded.facts)).version


async def recalled(folder: Path, run: Run, post: SmtpServer, beside: Beside) -> Done:
    """The whole story; returns what happened."""
    story = Story(folder, run, post, beside)
    try:
        await asyncio.to_thread(story.fill)
        await asyncio.to_thread(story.server.start)
        recall = await asyncio.to_thread(story.recalls)
        await asyncio.to_thread(story.kills_and_waits)
    finally:
        await asyncio.to_thread(story.server.kill)
    done = story.done
    assert done.listed_s <= 60
    assert [one.what for one in done.killed] == [kill.what for kill in run.kills]
    assert any(one.told < run.recipients for one in done.killed), "it was never killed in the middle"
    await story.compares(recall)
    assert "Traceback" not in story.server.complaints()
    again = len(post.letters()) - run.mails
    print(
        f"\n{run.conversations:,} conversations, {run.recipients:,} recipients: listed in {done.listed_s:.1f} s, "
        f"told in {done.told_s:.1f} s with {len(run.kills)} kills "
        f"({', '.join(f'{one.what} at {one.told} told, {one.taken} by mail' for one in done.killed)}); "
        f"{run.mails:,} letters, {again} more under a Message-ID that was there; told twice 0, nobody else"
    )
    return done
