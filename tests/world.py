"""A house from the parts that the product ships for memory, and people who use it over HTTP.

Everything is real but the store (memory), the clock (it stands still until a test moves it) and the brain (it says what
a test tells it, behind the guard that every brain has). Nothing here opens a port.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette

from gehoor.adapters.articles.manuscripts import Manuscripts
from gehoor.adapters.brains.guarded import GuardedBrain
from gehoor.adapters.brains.scripted import ScriptedBrain, Step
from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.organisation import Organisation, PolicyDocuments, read_organisation
from gehoor.adapters.outbound.memory import MemoryMail
from gehoor.adapters.outbound.memory_partner import MemoryPartner
from gehoor.adapters.peers.alone import Alone
from gehoor.adapters.scripted import MONDAY_MORNING, CountingIds, FixedClock
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.adapters.stores.memory_people import MemoryPeople
from gehoor.core.conversation import events as e
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.knowledge.article import Article, ArticlePolicy, Library, Passage
from gehoor.core.policy import Policy
from gehoor.core.time import HOUR, Instant
from gehoor.flows.contents import Contents
from gehoor.flows.house import House
from gehoor.flows.people import hash_password
from gehoor.ports.brain import Answer, Brain, Suggestion, Suggestions
from gehoor.ports.outbound import Mail, Outbound, Partner
from gehoor.ports.people import Staff
from gehoor.ports.store import Store
from gehoor.ports.world import World
from gehoor.settings import DEMO, Settings
from gehoor.texts.read import sentences, version
from gehoor.web.app import create_app
from gehoor.web.counted import Watcher

SITE = "http://gehoor.test"
PATIENCE_S = 5.0
AT_NIGHT = Instant(MONDAY_MORNING + 13 * HOUR)
"""Monday 23 November 2026, 23:00 in Amsterdam."""


# -- what the organisation has ---------------------------------------------------------------------------------------


@cache
def organisation() -> Organisation:
    """The demo organisation."""
    spoken = sentences()
    return read_organisation(DEMO / "organisation.yaml", spoken, version(spoken), date(2026, 11, 23))


def policy_with(*, origins: tuple[str, ...] = (), chats_per_agent: int = 3, **clocks: int) -> Policy:
    """The demo organisation's policy with some clocks (in microseconds) set otherwise."""
    policy = organisation().policy
    return replace(policy, clocks=replace(policy.clocks, **clocks), origins=origins, chats_per_agent=chats_per_agent)


def article(slug: str, title: str, text: str, policy: ArticlePolicy = ArticlePolicy.MAY_ANSWER) -> Article:
    """An approved article in Dutch, in force all year."""
    passages = (Passage("", text), Passage("Meer weten", "Bel ons **gerust**."))
    return Article(slug, "nl", title, "Klantcontact", date(2026, 1, 1), date(2027, 12, 31), policy, passages)


OPZEGGEN = article("huur-opzeggen", "Hoe zeg ik mijn huur op?", "U zegt uw huur op met een brief. Dat kan elke dag.")
SLEUTEL = article("sleutel-kwijt", "Wat doe ik als mijn sleutel kwijt is?", "Bel ons. Wij sturen een slotenmaker.")
BORG = article("borg", "Wanneer krijg ik mijn borg terug?", "U krijgt uw borg binnen veertien dagen terug.")
LIBRARY = Library((OPZEGGEN, SLEUTEL, BORG))
CONTENTS = Contents(LIBRARY, writing=Manuscripts())


def answer_from(one: Article = OPZEGGEN) -> Answer:
    """What a brain says that answers from the article."""
    return Answer(one.slug, one.version, one.title, one.language, one.answer, one.url_path)


def suggest(*some: Article) -> Suggestions:
    """What a brain says that is less sure."""
    return Suggestions(tuple(Suggestion(one.slug, one.version, one.title) for one in some))


@cache
def _accounts() -> tuple[Staff, ...]:
    # argon2 is slow on purpose: once for all tests.
    return tuple(
        Staff(one.id, one.login, one.name, one.role, one.team, hash_password(one.password))
        for one in organisation().staff
    )


NOOR, SAM, ROBIN, KIM = (StaffId(f"demo-{login}") for login in ("agent1", "agent2", "agent3", "teamleider"))


def account(id: StaffId) -> Staff:
    """The account with this id."""
    return next(one for one in _accounts() if one.id == id)


# -- the house -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Built:
    """A house that runs, with the parts that a test moves or looks into."""

    house: House
    app: Starlette
    clock: FixedClock
    brain: ScriptedBrain
    store: Store
    feed: MemoryFeed
    broken: list[BaseException]
    _closing: AsyncExitStack = field(repr=False)

    async def settle(self) -> None:
        """Lets everything happen that follows from what was done."""
        for _ in range(3):
            await self.house.outbox.idle()
            await self.house.alarms.idle()
            await self.house.floor.assign()
            for _ in range(20):
                await asyncio.sleep(0)

    async def pass_time(self, span: int) -> None:
        """Moves the clock, rings what is due, and lets it happen."""
        self.clock.forward(span)
        await self.ring()

    async def ring(self) -> None:
        """Rings every clock that is due."""
        await self.house.ticker.once()
        await self.settle()

    async def view(self, id: str) -> ConversationView:
        """The stored view of a conversation."""
        view = await self.store.view(ConversationId(id))
        assert view is not None
        return view

    async def facts(self, id: str) -> tuple[e.Fact, ...]:
        """Everything that is stored of a conversation."""
        loaded = await self.store.load(ConversationId(id))
        assert loaded is not None
        return loaded.facts

    async def kinds(self, id: str) -> list[str]:
        """The kinds of facts of a conversation, in order."""
        return [type(fact.event).__name__ for fact in await self.facts(id)]

    def client(self, address: str = "127.0.0.1", **settings: Any) -> httpx.AsyncClient:
        """A browser or a program, without cookies yet. ``address``: where it calls from."""
        # What the app raises after it answered is for the log of the server, as it is under uvicorn.
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 1))
        client = httpx.AsyncClient(transport=transport, base_url=SITE, **settings)
        self._closing.push_async_callback(client.aclose)
        return client

    async def customer(self, **body: str) -> "Customer":
        """A customer who has opened a conversation."""
        client = self.client()
        answer = await client.post("/api/v1/conversations", json=body)
        assert answer.status_code == 201, answer.text
        return Customer(self, client, answer.json())

    async def agent(self, login: str = "agent1", *, available: bool = True) -> "Agent":
        """An agent who signed in and has the desk open."""
        agent = Agent(self, self.client())
        await agent.signs_in(login)
        await agent.opens_desk()
        if available:
            await agent.is_there()
        return agent

    def stream(self, path: str, headers: dict[str, str] | None = None, most: int = 0) -> "Stream":
        """An event stream; ``most`` chunks are taken before the reader is asked to read (0: no bound)."""
        return Stream(self.app, path, headers or {}, most)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Waits for something that the house does by itself; fails when it does not."""
    async with asyncio.timeout(PATIENCE_S):
        while not await true():  # noqa: ASYNC110  what is waited for is in the store, which wakes nobody
            await asyncio.sleep(0.001)


def parts(
    steps: Iterable[Step] = (),
    *,
    store: Store | None = None,
    brain: Brain | None = None,
    brain_limit_s: float = 4.0,
    feed: MemoryFeed | None = None,
    mail: Mail | None = None,
    partner: Partner | None = None,
    library: Callable[[], Library] = lambda: LIBRARY,
) -> tuple[World, FixedClock, ScriptedBrain]:
    """A world in memory."""
    clock, scripted = FixedClock(), ScriptedBrain(steps)
    guarded = GuardedBrain(brain or scripted, library, time_limit_s=brain_limit_s)
    world = World(
        store=store or MemoryStore(),
        people=MemoryPeople(),
        brain=guarded,
        hearing=TableHearing(),
        keys=MemoryKeys(),
        feed=feed or MemoryFeed(),
        clock=clock,
        ids=CountingIds(),
        outbound=Outbound(mail or MemoryMail(), partner or MemoryPartner(), SITE),
        peers=Alone(),
    )
    return world, clock, scripted


@asynccontextmanager
async def open_house(
    steps: Iterable[Step] = (),
    *,
    policy: Policy | None = None,
    world: World | None = None,
    probe_secret: str = "",
    watcher: Watcher | None = None,
    told: Settings | None = None,
    contents: Contents = CONTENTS,
    **settings: Any,
) -> AsyncIterator[Built]:
    """A house that runs, closed again at the end.

    Args:
        steps: what the brain says, one step for each question.
        policy: another one than the demo organisation's.
        world: the world of an earlier house, to start again on its store.
        probe_secret: what the house knows its own probe by.
        watcher: counts requests.
        told: the limits of the web.
        contents: the knowledge that the house starts with.
        settings: see ``parts``.
    """
    brain = ScriptedBrain(steps)

    def in_force() -> Library:
        return house.knowledge.library

    if world is None:
        world, clock, brain = parts(steps, library=in_force, **settings)
        for one in _accounts():
            await world.people.put_staff(one)
    else:
        assert isinstance(world.clock, FixedClock)
        clock = world.clock
        world = replace(world, brain=GuardedBrain(brain, in_force), feed=MemoryFeed())
    broken: list[BaseException] = []
    documents = PolicyDocuments(sentences(), version(sentences()))
    house = House(
        world,
        policy or organisation().policy,
        broken.append,
        documents=documents,
        contents=contents,
    )
    app = create_app(
        house,
        in_force,
        start=house.start,
        stop=house.stop,
        probe_secret=probe_secret,
        watcher=watcher,
        settings=told,
    )
    assert isinstance(world.feed, MemoryFeed)
    async with AsyncExitStack() as closing:
        await closing.enter_async_context(app.router.lifespan_context(app))
        yield Built(house, app, clock, brain, world.store, world.feed, broken, closing)


# -- people ----------------------------------------------------------------------------------------------------------


def new_id() -> str:
    """A client's own id of what it sends."""
    return str(uuid.uuid4())


class Customer:
    """A customer with a conversation, over HTTP."""

    def __init__(self, built: Built, client: httpx.AsyncClient, opened: dict[str, Any]) -> None:
        self.built = built
        self.client = client
        self.opened = opened
        self.id: str = opened["id"]
        self.token: str = opened["token"]
        self.path = f"/api/v1/conversations/{self.id}"
        self.headers = {"authorization": f"Bearer {self.token}"}

    async def posts(self, what: str, **body: object) -> httpx.Response:
        """Any of the customer's calls."""
        body.setdefault("client_id", new_id())
        return await self.client.post(f"{self.path}/{what}", json=body, headers=self.headers)

    async def writes(self, text: str, client_id: str | None = None) -> httpx.Response:
        """A message; returns when everything that follows from it has happened."""
        answer = await self.posts("messages", text=text, client_id=client_id or new_id())
        await self.built.settle()
        return answer

    async def wants_a_person(self, **more: object) -> dict[str, Any]:
        """The button; returns the answer."""
        answer = await self.posts("human", **more)
        assert answer.status_code in (200, 201), answer.text
        await self.built.settle()
        told: dict[str, Any] = answer.json()
        return told

    async def looks(self, after: int = 0) -> list[dict[str, Any]]:
        """The events above ``after``, fetched."""
        answer = await self.client.get(f"{self.path}/events", params={"after": after}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        await self.built.settle()
        events: list[dict[str, Any]] = answer.json()["events"]
        return events

    async def state(self) -> dict[str, Any]:
        """What stands beside the conversation, without reading it: an answer is not delivered by this."""
        answer = await self.client.get(f"{self.path}/events", params={"after": 10**9}, headers=self.headers)
        state: dict[str, Any] = answer.json()["state"]
        return state

    def listens(self, after: int = 0, most: int = 0) -> "Stream":
        """The customer's open page."""
        return self.built.stream(f"{self.path}/stream?after={after}", self.headers, most)

    async def still_works(self) -> None:
        """An ordinary message is stored and can be read."""
        text = f"Gewoon bericht {new_id()}"
        answer = await self.writes(text)
        assert answer.status_code == 201, answer.text
        assert text in [event.get("text") for event in await self.looks()]


class Agent:
    """A member of staff, over HTTP."""

    def __init__(self, built: Built, client: httpx.AsyncClient) -> None:
        self.built = built
        self.client = client
        self.desk: Stream | None = None

    async def signs_in(self, login: str = "agent1") -> dict[str, Any]:
        """Signs in with the demo password."""
        answer = await self.client.post("/api/v1/staff/session", json={"login": login, "password": f"demo-{login}"})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    @property
    def cookie(self) -> dict[str, str]:
        """The header that the browser sends."""
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())}

    async def opens_desk(self) -> "Stream":
        """The desk's page."""
        self.desk = self.built.stream("/api/v1/staff/desk/stream", self.cookie)
        await self.desk.open()
        self.built._closing.push_async_callback(self.desk.close)
        await self.desk.next("snapshot")
        return self.desk

    async def closes_desk(self) -> None:
        """The page is closed, or the line breaks."""
        assert self.desk is not None
        await self.desk.close()

    async def is_there(self, status: str = "available") -> None:
        """Available for customers, or not."""
        answer = await self.client.post("/api/v1/staff/presence", json={"status": status})
        assert answer.status_code == 200, answer.text
        await self.built.settle()

    async def does(self, what: str, id: str, **body: object) -> httpx.Response:
        """Any of the agent's calls about a conversation."""
        answer = await self.client.post(f"/api/v1/staff/conversations/{id}/{what}", json=body)
        await self.built.settle()
        return answer

    async def takes(self, id: str) -> None:
        """Accepts."""
        answer = await self.does("accept", id)
        assert answer.status_code == 200, answer.text

    async def writes(self, id: str, text: str) -> int:
        """Words to the customer; the seq."""
        answer = await self.does("messages", id, client_id=new_id(), text=text)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["seq"])

    async def reads(self, id: str) -> dict[str, Any]:
        """Everything said, tried and given."""
        answer = await self.client.get(f"/api/v1/staff/conversations/{id}")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


class Browser:
    """A customer's browser without JavaScript: it shows a page and sends the forms on it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = ""
        self.status = 0

    async def opens(self, path: str = "/chat") -> str:
        """Loads a page."""
        return self._shows(await self.client.get(path, follow_redirects=True))

    def _shows(self, answer: httpx.Response) -> str:
        self.page, self.status = answer.text, answer.status_code
        return self.page

    def hidden(self, name: str, action: str = "") -> str:
        """The value of a hidden field, of the form with this action."""
        after = self.page.partition(f'action="{action}"')[2] if action else self.page
        return after.partition(f'name="{name}" value="')[2].partition('"')[0]

    async def sends(self, action: str, **fields: str) -> str:
        """Fills in a form of the page and sends it, with its hidden fields."""
        for name in ("form_token", "client_id", "language"):
            fields.setdefault(name, self.hidden(name, action))
        return await self.posts(action, **fields)

    async def posts(self, action: str, **fields: str) -> str:
        """Sends just these fields."""
        form = {"content-type": "application/x-www-form-urlencoded"}
        return self._shows(
            await self.client.post(action, content=urlencode(fields), headers=form, follow_redirects=True)
        )


# -- event streams ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """One server-sent event. ``kind`` "" for what is no event: a comment, the time to reconnect."""

    kind: str
    data: Any
    id: str | None
    raw: str


def parse_event(raw: str) -> Sent:
    """Reads one block of a stream."""
    fields = dict(line.partition(": ")[::2] for line in raw.splitlines() if not line.startswith(":"))
    data = fields.get("data")
    return Sent(fields.get("event", ""), None if data is None else json.loads(data), fields.get("id"), raw)


class Stream:
    """One open event stream, spoken in ASGI: httpx's own transport keeps an answer until it ends."""

    def __init__(self, app: Starlette, path: str, headers: dict[str, str], most: int) -> None:
        self._app = app
        self._path, _, self._query = path.partition("?")
        self._asked = headers
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(most)
        self._gone = asyncio.Event()
        self._begun = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._kept = ""
        self.pieces = 0
        self.status = 0
        self.headers: dict[str, str] = {}

    async def open(self) -> Self:
        """Sends the request, and waits for the start of the answer."""
        self._task = asyncio.create_task(self._run())
        async with asyncio.timeout(PATIENCE_S):
            await self._begun.wait()
        return self

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": self._path,
            "raw_path": self._path.encode(),
            "root_path": "",
            "query_string": self._query.encode(),
            "headers": [(b"host", b"gehoor.test"), *((n.encode(), v.encode()) for n, v in self._asked.items())],
            "server": ("gehoor.test", 80),
            "client": ("127.0.0.1", 1),
        }
        try:
            await self._app(scope, self._receive, self._send)
        finally:
            self._begun.set()
            if not self._gone.is_set():
                await self._chunks.put(None)

    async def _receive(self) -> dict[str, Any]:
        if self._gone.is_set() or self._begun.is_set():
            await self._gone.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Any) -> None:
        if self._gone.is_set():
            raise OSError("The reader is gone.")
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self._begun.set()
        elif message.get("body"):
            self.pieces += 1
            await self._chunks.put(message["body"])

    async def block(self, patience_s: float = PATIENCE_S) -> Sent | None:
        """The next block of the stream; None when it ended."""
        while "\n\n" not in self._kept:
            async with asyncio.timeout(patience_s):
                chunk = await self._chunks.get()
            if chunk is None:
                return None
            self._kept += chunk.decode()
        raw, _, self._kept = self._kept.partition("\n\n")
        return parse_event(raw)

    async def next(self, *kinds: str) -> Sent:
        """The next event, of one of these kinds when given."""
        while True:
            sent = await self.block()
            assert sent is not None, "the stream ended"
            if sent.kind and (not kinds or sent.kind in kinds):
                return sent

    async def until(self, type: str) -> list[dict[str, Any]]:
        """The facts up to and with the first one of this type."""
        facts: list[dict[str, Any]] = []
        while not facts or facts[-1]["type"] != type:
            facts.append((await self.next("fact")).data)
        return facts

    async def rest(self) -> list[Sent]:
        """What still comes, until it ends."""
        found: list[Sent] = []
        while (sent := await self.block()) is not None:
            found.append(sent)
        return found

    async def close(self) -> None:
        """The reader goes away."""
        self._gone.set()
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
