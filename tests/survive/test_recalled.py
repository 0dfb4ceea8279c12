"""A wrong answer is recalled from a large store, and the server is killed (kill -9) while everybody is told.

The list is complete, nobody else is on it, it is there within a minute, and nobody is told twice. In ``make test`` over
20,000 conversations, in ``make soak`` over 1,000,000.
"""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_people import SqlitePeople
from gehoor.adapters.system import SystemClock, SystemIds
from gehoor.core.ids import ConversationId
from gehoor.flows.people import leave_contact
from gehoor.flows.recall import CALLS_AT_ONCE
from gehoor.flows.recipients import listed, scanned
from gehoor.ports.world import World
from gehoor.prove.audit import audit_facts
from gehoor.prove.bench.kit import Place
from gehoor.prove.bench.seeding import copied_id, multiply, one_answered
from tests.journeys.test_kill import mail_by
from tests.smtp_server import SmtpServer
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio

WRONG, OTHER = "huur-opzeggen", "borg"
ASKED = {WRONG: "Hoe zeg ik mijn huur op?", OTHER: "Wanneer krijg ik mijn borg terug?"}
WORDS = {"wordings": [{"language": "nl", "wrong": "U kunt per dag opzeggen.", "right": "Een maand van tevoren."}]}
TOLD = "SELECT conversation, count(*) FROM fact WHERE conversation >= ? AND type = 'CorrectionGiven' GROUP BY 1"
TAKEN = (
    "SELECT count(*) FROM fact WHERE conversation >= ? AND type = 'MailAccepted' "
    "AND CAST(body AS TEXT) LIKE '%\"correction\"%'"
)
CALLED = (
    "SELECT count(*) FROM fact WHERE conversation >= ? AND type = 'HumanRequested' "
    'AND CAST(body AS TEXT) LIKE \'%"how":"recall"%\''
)
PATIENCE_S = 300.0


@dataclass(frozen=True)
class Run:
    """How much, and how often it is killed."""

    conversations: int
    recipients: int
    mails: int
    phones: int
    kills: int


@dataclass(slots=True)
class Done:
    """What came of it."""

    listed_s: float = 0.0
    told_s: float = 0.0
    kills: int = 0
    killed_at: list[int] = field(default_factory=list)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path / "letters") as running:
        yield running


class Story:
    """One recall in one store."""

    def __init__(self, folder: Path, run: Run, post: SmtpServer) -> None:
        self.run, self.post, self.folder = run, post, folder
        self.place = Place(folder)
        settings = mail_by(post) | {"GEHOOR_DATA": str(folder / "store")}
        self.server = Server(folder, opened=True, settings=settings)
        self.done = Done()
        first = run.conversations - run.recipients + 1
        self.recipients = [ConversationId(copied_id(number)) for number in range(first, run.conversations + 1)]

    # -- the store ---------------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Most were given another answer; the last ones were given the one that is wrong."""
        others = self.run.conversations - self.run.recipients
        for article, count, first in ((OTHER, others, 1), (WRONG, self.run.recipients, others + 1)):
            self.server.start()
            one_answered(self.server.port, ASKED[article])
            assert self.server.stops() == 0
            multiply(self.place, count, first=first)
        asyncio.run(self._leave())

    async def _leave(self) -> None:
        """Some left an address, some a telephone number."""
        file, keys = SqliteFile(self.place.file), FileKeys(self.place.keys, self.place.keys.with_name("master.key"))
        parts = SimpleNamespace(people=SqlitePeople(file), keys=keys, clock=SystemClock(), ids=SystemIds())
        world = cast(World, parts)
        for number, id in enumerate(self.recipients[: self.run.mails]):
            assert await leave_contact(world, id, {"email": f"klant{number}@example.nl"})
        for number, id in enumerate(self.recipients[self.run.mails :][: self.run.phones]):
            assert await leave_contact(world, id, {"phone": f"0612{number:06}"})
        await file.close()
        await keys.close()

    def counted(self, sql: str, after: str = "") -> list[Any]:
        """What stands in the store now, beside the server."""
        with closing(sqlite3.connect(f"file:{self.place.file}?mode=ro", uri=True)) as store:
            return store.execute(sql, (after or self.recipients[0],)).fetchall()

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

    def told(self) -> int:
        return len(self.counted(TOLD))

    def called(self) -> int:
        """How many a person was asked to call."""
        return int(self.counted(CALLED)[0][0])

    def kills_and_waits(self) -> None:
        """The server is killed at some moments of the telling, and started again at once."""
        begun = time.monotonic()
        for kill in range(1, self.run.kills + 1):
            self._until(lambda wanted=self.run.recipients * kill // (self.run.kills + 1): self.told() >= wanted)
            self.server.kill()
            self.done.kills += 1
            self.done.killed_at.append(self.told())
            self.server.start()
        self._until(lambda: self.told() >= self.run.recipients + 1)
        self.done.told_s = time.monotonic() - begun
        self._until(lambda: self.counted(TAKEN)[0][0] >= self.run.mails)
        self._until(lambda: self.called() >= min(self.run.phones, CALLS_AT_ONCE))

    def _until(self, true: Any) -> None:
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert self.server.runs(), self.server.complaints()[-2000:]
            assert time.monotonic() < end, "it was not told in time"
            time.sleep(0.05)

    # -- the end -----------------------------------------------------------------------------------------------------

    async def compares(self, recall: str) -> None:
        """The list against every fact in the store, what each was told, and every letter that went out."""
        store = SqliteStore(SqliteFile(self.place.file))
        try:
            (opened,) = [one for one in await store.ledger(kind="recall") if '"opened"' in one.body]
            version = (await store.given(WRONG, _version(opened.body), None, 1))[0].version
            found = await listed(store, WRONG, [version])
            assert found == await scanned(store, WRONG, [version])
            assert {one.conversation for one in found} >= set(self.recipients)
            assert len(found) == self.run.recipients + 1
            assert len(await listed(store, OTHER, [self._other()])) > self.run.conversations - len(found)
            for id in (one.conversation for one in found):
                loaded = await store.load(id)
                assert loaded is not None
                assert audit_facts(id, loaded.facts) == []
        finally:
            await store.close()
        assert self.called() == min(self.run.phones, CALLS_AT_ONCE), "no more calls than can be kept"
        counts = self.counted(TOLD, after="0")
        assert {id for id, _ in counts} == {one.conversation for one in found}, "nobody else was told"
        assert {count for _, count in counts} == {1}, "nobody was told twice"
        letters = Counter(str(one["X-Envelope-To"]) for one in self.post.letters() if "fout antwoord" in one["Subject"])
        ids = {str(one["Message-ID"]) for one in self.post.letters() if "fout antwoord" in str(one["Subject"])}
        assert len(letters) == len(ids) == self.run.mails, "each address got one letter, under one Message-ID"
        assert recall

    def _other(self) -> str:
        """The version of what the others were given."""
        return str(self.counted("SELECT version FROM given WHERE conversation >= ? LIMIT 1", after="0")[0][0])


def _version(body: str) -> str:
    return body.partition('"versions": ["')[2].partition('"')[0]


async def recalled(folder: Path, run: Run, post: SmtpServer) -> Done:
    story = Story(folder, run, post)
    try:
        await asyncio.to_thread(story.fill)
        await asyncio.to_thread(story.server.start)
        recall = await asyncio.to_thread(story.recalls)
        await asyncio.to_thread(story.kills_and_waits)
    finally:
        await asyncio.to_thread(story.server.kill)
    assert story.done.listed_s <= 60
    assert story.done.kills == run.kills
    assert any(count < run.recipients for count in story.done.killed_at), "it was never killed in the middle"
    await story.compares(recall)
    done = story.done
    again = len(post.letters()) - run.mails
    print(
        f"\n{run.conversations:,} conversations, {run.recipients:,} recipients: listed in {done.listed_s:.1f} s, "
        f"told in {done.told_s:.1f} s with {done.kills} kills (at {', '.join(map(str, done.killed_at))} told); "
        f"{run.mails:,} letters, {again} more under a Message-ID that was there; told twice 0, nobody else"
    )
    return done


async def test_that_a_recall_of_200_in_20000_survives_3_kills(tmp_path: Path, post: SmtpServer) -> None:
    await recalled(tmp_path, Run(20_000, 200, 40, 10, 3), post)


@pytest.mark.soak
async def test_that_a_recall_of_10000_in_a_million_survives_5_kills(
    tmp_path: Path, post: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        await recalled(tmp_path, Run(1_000_000, 10_000, 1_000, 100, 5), post)
