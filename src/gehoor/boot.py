"""The only place that picks adapters and builds a World.

Why this file is long: every adapter that may be picked is named here and nowhere else.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import structlog

from gehoor import __version__
from gehoor.adapters import logs
from gehoor.adapters.articles.manuscripts import Manuscripts
from gehoor.adapters.articles.markdown import imported, read_articles
from gehoor.adapters.articles.question_set import OWN_FILE, read_questions
from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.guarded import GuardedBrain
from gehoor.adapters.brains.measuring import measurer
from gehoor.adapters.brains.retrieval import TRAINED, RetrievalBrain
from gehoor.adapters.brains.saying import SayingBrain
from gehoor.adapters.checkpoints import append_line, last_line
from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.hearing.language import get_ready
from gehoor.adapters.hearing.listening import FullHearing
from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.keys.secret_file import line_of, secret_of
from gehoor.adapters.organisation import Organisation, PolicyDocuments, open_organisation
from gehoor.adapters.outbound.nothing import NoMail, NoPartner
from gehoor.adapters.outbound.walk import TIME_LIMIT_S, HttpWalk
from gehoor.adapters.outbound.webhook import WebhookPartner
from gehoor.adapters.peers.alone import Alone
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.adapters.stores.memory_people import MemoryPeople
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_people import SqlitePeople
from gehoor.adapters.system import SystemClock, SystemIds, collecting_later, settle_memory
from gehoor.adapters.systemd import Notifier
from gehoor.core.errors import Invalid, StoreAway, StoreFault
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.questions import Asked
from gehoor.core.time import MINUTE
from gehoor.flows.contents import Contents
from gehoor.flows.faults import described
from gehoor.flows.health import Health
from gehoor.flows.house import House
from gehoor.flows.keep import keep_articles, note_account
from gehoor.flows.measured import Meter
from gehoor.flows.people import hash_password
from gehoor.flows.privacy import settle_at_start
from gehoor.flows.probe import Probe
from gehoor.flows.vitals import vitals
from gehoor.flows.witness import Witness
from gehoor.ports.brain import Brain
from gehoor.ports.hearing import Hears
from gehoor.ports.keys import Keys
from gehoor.ports.outbound import Mail, Outbound
from gehoor.ports.peers import Peers
from gehoor.ports.people import People, Staff
from gehoor.ports.rewriting import Rewrites
from gehoor.ports.store import Store
from gehoor.ports.world import World
from gehoor.settings import Settings
from gehoor.texts.read import sentences, version

if TYPE_CHECKING:
    from gehoor.adapters.brains.openai_compatible import ChatServer
    from gehoor.adapters.instruments import Instruments
    from gehoor.adapters.outbound.bounces import Bounced, BounceReceiver

_LOG = structlog.get_logger()
LAST_TURNS_S: Final = 5.0
"""How long what was begun may take to end when the house stops: longer than the AI may think."""


@dataclass(slots=True)
class Running:
    """A house with what must be started and stopped beside it."""

    house: House
    organisation: Organisation
    brain: RetrievalBrain | None
    witness: Witness
    bounces: BounceReceiver | None = None
    probe: Probe | None = None
    probe_secret: str = ""
    health: Health | None = None
    instruments: Instruments | None = None
    ending: list[Callable[[], object]] = field(default_factory=list)
    notifier: Notifier = field(default_factory=lambda: Notifier(os.environ))

    @property
    def library(self) -> Library:
        """The articles in force now."""
        return self.house.knowledge.library

    async def start(self) -> None:
        """Accounts, the house, the brain's index; returns when conversations can be had."""
        world = self.house.world
        await self.house.peering.join()
        async with world.peers.lock("accounts"):
            if not await world.people.staff():
                await _make_accounts(world, self.organisation)
        self.house.keep_running(_patiently(lambda: _set_passwords(world, self.organisation)))
        await settle_at_start(world)
        await self.house.policies.start(self.organisation.text)
        with collecting_later():
            await self.house.start()
        if self.bounces is not None:
            await _listen(self.bounces)
        self.house.keep_running(_patiently(lambda: _keep_articles(world, self.library)))
        settle_memory()
        if self.brain is not None:
            self.house.keep_running(_prepare(self.brain, self.house.world.hearing))
        self.house.keep_running(self.witness.run())
        if self.probe is not None:
            self.house.keep_running(self.probe.run())
        if self.instruments is not None:
            self.house.keep_running(self.instruments.run())
        self.house.keep_running(self.notifier.run())

    async def stop(self) -> None:
        """Stops the house, makes a last checkpoint, lets go of files."""
        self.notifier.tell("STOPPING=1")
        if self.brain is not None:
            self.brain.stop()
        if self.bounces is not None:
            await self.bounces.stop()
        await self.house.stop(LAST_TURNS_S)
        await self.witness.try_checkpoint()
        await self.house.world.peers.close()
        await self.house.world.store.close()
        await self.house.world.keys.close()
        for end in self.ending:
            await asyncio.to_thread(end)


async def _patiently(work: Callable[[], Awaitable[None]]) -> None:
    """Does what a store that is away would break off: again from the start, which does nothing twice."""
    while True:
        try:
            return await work()
        except StoreAway:
            await asyncio.sleep(2)


async def _keep_articles(world: World, library: Library) -> None:
    async with world.peers.lock("articles"):  # each version once, also when several processes start at one moment
        await keep_articles(world, library.articles)
    settle_memory()  # thousands of them leave much behind


async def _make_accounts(world: World, organisation: Organisation) -> None:
    """Accounts that nobody can sign in with yet: passwords follow, because their hashes are slow on purpose."""
    for one in organisation.staff:
        staff = Staff(one.id, one.login, one.name, one.role, one.team, "")
        await world.people.put_staff(staff)
        await note_account(world, staff)


async def _set_passwords(world: World, organisation: Organisation) -> None:
    given = {one.id: one.password for one in organisation.staff}
    for staff in await world.people.staff():
        if not staff.password_hash and staff.id in given:
            hashed = await asyncio.to_thread(hash_password, given[staff.id])
            await world.people.put_staff(replace(staff, password_hash=hashed))


async def _prepare(brain: RetrievalBrain, hearing: Hears) -> None:
    await brain.prepare()
    if isinstance(hearing, FullHearing):
        await asyncio.to_thread(hearing.get_ready)  # or the first customer would wait for it
    settle_memory()


async def _listen(bounces: BounceReceiver) -> None:
    """Without it the other servers keep their bounces and try again: no reason not to serve customers."""
    try:
        await bounces.start()
    except OSError as fault:
        _LOG.error("bounces cannot be taken: see GEHOOR_BOUNCE_HOST and GEHOOR_BOUNCE_PORT", reason=fault.strerror)


def log_as_told(settings: Settings, process: int = 0) -> None:
    """How this process writes its log; ``process``: which of several it is, from 1."""
    logs.configure(settings.log, settings.log_level, process, TableHearing().mask, described)


def build(settings: Settings, broken: Callable[[BaseException], None], brain: Brain | None = None) -> Running:
    """Everything on files, as the settings say.

    Args:
        broken: called when the store can no longer be trusted; must end the process.
        brain: another brain than the one over our own articles.

    Raises:
        StoreFault: the store or the keys cannot be opened; the message says why and what to do.
    """
    organisation, library, retrieval, hearing = _contents(settings)
    model = _model(settings)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = _keys(settings, _holds_something(settings))
    clock, ids = SystemClock(), SystemIds()
    engine, store, people, peers = _stores(settings, ids.new())
    checkpoints = settings.data / "checkpoints.jsonl"
    mail, bounces = _post(settings, keys, lambda token, status: house.post.bounced(token, status))
    partner = WebhookPartner(clock, lambda link: _partner_secret(settings, link), loopback=settings.demo)
    world = World(
        store=store,
        people=people,
        brain=_brain(model, brain or retrieval, lambda: house),
        hearing=hearing,
        keys=keys,
        feed=MemoryFeed(),
        clock=clock,
        ids=ids,
        outbound=Outbound(mail, partner, _public_url(settings)),
        peers=peers,
    )
    instruments, ending = _instruments(settings, engine)
    if instruments is not None:
        world = _watched(world, instruments)
    _make_partner_secrets(settings, organisation)
    house = House(
        world,
        organisation.policy,
        broken,
        documents=_documents(),
        contents=_knowing(settings, library, retrieval, model),
        meter=Meter(measurer(retrieval.finding_for), _questions(settings.knowledge / OWN_FILE)),
    )
    witness = Witness(world, lambda: last_line(checkpoints), lambda line: append_line(checkpoints, line))
    probe_secret = keys.blind_index("probe", "").hex()  # the walk may come to another process than its own
    probe = _probe(settings, house, probe_secret)
    learning = None if brain else retrieval
    health = Health(
        house, lambda: shutil.disk_usage(settings.data).free, lambda: brain is not None or retrieval.learned
    )
    if instruments is not None:
        instruments.look = lambda: vitals(house)
    return Running(house, organisation, learning, witness, bounces, probe, probe_secret, health, instruments, ending)


def _instruments(settings: Settings, engine: str) -> tuple[Instruments | None, list[Callable[[], object]]]:
    """What counts, when anybody reads it; and what must be done at the end.

    Raises:
        Invalid: figures are wanted on a port that cannot be had, or spans without the packages that send them.
    """
    if not settings.metrics_port and not settings.traces:
        return None, []
    # Only here: it takes long to import, and who watches with something else need not wait for it.
    from gehoor.adapters.instruments import Instruments
    from gehoor.adapters.tracing import spans_to

    span, sent = spans_to(settings.traces, __version__)
    instruments = Instruments(__version__, engine, span)
    if not settings.metrics_port:
        return instruments, [sent]
    try:
        return instruments, [sent, instruments.serve(settings.metrics_host, settings.metrics_port)]
    except OSError as fault:
        raise Invalid(f"Figures cannot be given there: {fault.strerror}.", field="GEHOOR_METRICS_PORT") from fault


def _watched(world: World, instruments: Instruments) -> World:
    from gehoor.adapters.watched import WatchedBrain, WatchedMail, WatchedPartner, watched_store

    outbound = replace(
        world.outbound,
        mail=WatchedMail(world.outbound.mail, instruments),
        partner=WatchedPartner(world.outbound.partner, instruments),
    )
    store, brain = watched_store(world.store, instruments), WatchedBrain(world.brain, instruments)
    return replace(world, store=store, brain=brain, outbound=outbound)


def database_url(settings: Settings) -> str:
    """The address of the database; empty: the store is SQLite.

    Raises:
        StoreFault: the file that it should stand in cannot be used.
    """
    return _address(settings.database, settings.database_file)


def key_database_url(settings: Settings) -> str:
    """The address of the database with the keys; empty: they are in the key folder.

    Raises:
        StoreFault: the file that it should stand in cannot be used.
    """
    return _address(settings.key_database, settings.key_database_file)


def _address(told: str, file: str) -> str:
    try:
        return line_of(Path(file)) if file else told
    except OSError as fault:
        raise StoreFault(f"The file with an address or a key cannot be read: {fault.strerror}. File: {file}") from fault


def _keys(settings: Settings, needed: bool) -> Keys:
    """The keys. ``needed``: the store is not empty, so they must be there."""
    master, url = settings.keys / "master.key", key_database_url(settings)
    if url:
        from gehoor.adapters.keys.postgres import PostgresKeys

        return PostgresKeys(url, master, store=database_url(settings), needed=needed)
    ring = settings.keys / "keys.db"
    if needed and not ring.exists():
        raise StoreFault(
            f"The store is here, but its keys are not: everything would read as erased. Put the keys back in "
            f"{settings.keys}, or name their folder in GEHOOR_KEYS."
        )
    return FileKeys(ring, master)


def _holds_something(settings: Settings) -> bool:
    url = database_url(settings)
    if not url:
        return (settings.data / "gehoor.db").exists()
    from gehoor.adapters.stores.postgres_setup import prepared

    return prepared(url)


def _stores(settings: Settings, process: str) -> tuple[str, Store, People, Peers]:
    """The engine's name, the store on it, and how processes meet there.

    Args:
        process: a name that no other process has.
    """
    url = database_url(settings)
    if not url:
        file = SqliteFile(settings.data / "gehoor.db")
        return "sqlite", SqliteStore(file), SqlitePeople(file), Alone()
    # Only here: who keeps everything in a file need not load it.
    from gehoor.adapters.peers.postgres import PostgresPeers
    from gehoor.adapters.stores.postgres import PostgresStore
    from gehoor.adapters.stores.postgres_database import PostgresDatabase
    from gehoor.adapters.stores.postgres_people import PostgresPeople

    database = PostgresDatabase(url)
    return "postgresql", PostgresStore(database), PostgresPeople(database), PostgresPeers(database, process)


def _public_url(settings: Settings) -> str:
    return settings.public_url or f"http://localhost:{settings.port}"


def _partner_secret(settings: Settings, link: str) -> bytes:
    """What we sign calls to a night partner with, made at its first use (docs/partner.md)."""
    return secret_of(settings.keys / f"partner-{link}", may_make=True)


def _make_partner_secrets(settings: Settings, organisation: Organisation) -> None:
    """So that they can be given to the partners before the first call. One that cannot be used is told; customers are
    served all the same, and the chain passes that partner over."""
    for link in organisation.policy.night:
        if link.how == "webhook":
            try:
                _partner_secret(settings, link.id)
            except (StoreFault, OSError) as fault:
                _LOG.error("a partner's secret cannot be used", partner=link.id, reason=str(fault))


def _probe(settings: Settings, house: House, secret: str) -> Probe | None:
    """The house tries its own door, where it knows on which port that is."""
    if not settings.probe or settings.port == 0:
        return None
    address = settings.host if settings.host not in ("0.0.0.0", "::", "") else "127.0.0.1"  # noqa: S104
    base = f"http://{f'[{address}]' if ':' in address else address}:{settings.port}"
    walk = HttpWalk(lambda: httpx.AsyncClient(base_url=base, timeout=TIME_LIMIT_S, trust_env=False), secret)
    return Probe(house, walk, settings.probe_minutes * MINUTE)


def _post(settings: Settings, keys: Keys, bounced: Bounced) -> tuple[Mail, BounceReceiver | None]:
    """Letters out and bounces in, as the settings say.

    Raises:
        Invalid: our own address cannot be used.
        StoreFault: there is a login but no password that can be used.
    """
    if not settings.smtp_host:
        return NoMail(), None
    # Only here: who has no mail server need not load one.
    from gehoor.adapters.outbound.bounces import BounceReceiver
    from gehoor.adapters.outbound.mime import house
    from gehoor.adapters.outbound.smtp import Server, SmtpMail

    key = keys.blind_index("return-path", "")
    try:
        sent_by = house(settings.mail_from, key)
    except Invalid as fault:
        raise Invalid(fault.sentence, field="GEHOOR_MAIL_FROM") from fault
    password = line_of(settings.keys / "smtp-password") if settings.smtp_user else ""
    server = Server(settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, password)
    port = settings.bounce_port
    return SmtpMail(server, sent_by), BounceReceiver(settings.bounce_host, port, key, bounced) if port else None


def build_in_memory(settings: Settings, brain: Brain | None = None) -> Running:
    """The same house without files: for tests and measurements. Nothing survives it."""
    organisation, library, retrieval, hearing = _contents(settings)
    model = _model(settings)
    lines: list[str] = []
    world = World(
        store=MemoryStore(),
        people=MemoryPeople(),
        brain=_brain(model, brain or retrieval, lambda: house),
        hearing=hearing,
        keys=MemoryKeys(),
        feed=MemoryFeed(),
        clock=SystemClock(),
        ids=SystemIds(),
        outbound=Outbound(NoMail(), NoPartner()),
        peers=Alone(),
    )
    house = House(
        world,
        organisation.policy,
        lambda _: None,
        documents=_documents(),
        contents=_knowing(settings, library, retrieval, model),
        meter=Meter(measurer(retrieval.finding_for)),
    )
    return Running(house, organisation, None if brain else retrieval, Witness(world, lambda: "", lines.append))


def _brain(model: ChatServer | None, inside: Brain, house: Callable[[], House]) -> GuardedBrain:
    """The brain that finds, with its passage picked; a language model that chooses, where there is one; the guard."""

    def library() -> Library:
        return house().knowledge.library

    def phrases() -> Mapping[str, Mapping[str, str]]:
        return house().policy.wording.sentences

    says: Brain = SayingBrain(inside, library)
    if model is not None:
        # Only here: who has no model need not load what speaks to one.
        from gehoor.adapters.brains.choosing import ChoosingBrain

        says = ChoosingBrain(says, model, library, phrases)
    return GuardedBrain(says, library, phrases=phrases)


def _model(settings: Settings) -> ChatServer | None:
    """The language model, where there is one.

    Raises:
        StoreFault: the file with its key cannot be used.
    """
    if not settings.model_url:
        return None
    from gehoor.adapters.brains.openai_compatible import Budget, ChatServer

    key = _address("", settings.model_key_file)
    budget = Budget(settings.model_tokens_per_day // settings.processes)
    url, seconds = settings.model_url.rstrip("/"), float(settings.model_seconds)
    return ChatServer(url, settings.model_name, budget, key, seconds)


def _rewriter(model: ChatServer | None) -> Rewrites | None:
    """The same model, with the patience of a writer and out of the same budget."""
    if model is None:
        return None
    from gehoor.adapters.brains.rewriting import SECONDS, ModelRewriter

    return ModelRewriter(replace(model, seconds=SECONDS))


def _knowing(settings: Settings, folder: Library, retrieval: RetrievalBrain, model: ChatServer | None) -> Contents:
    """Every library that comes in force is given to the brain. What is on trial it answers too: the guard shows that to
    no customer."""

    def take(library: Library) -> None:
        retrieval.take(library.as_if_climbed())

    drafts, faults = imported(settings.knowledge)
    for fault in faults:
        _LOG.warning("an article is left out", reason=fault.sentence, **fault.data)
    return Contents(folder, take, Manuscripts(), _rewriter(model), drafts)


def _questions(file: Path) -> list[Asked]:
    """The organisation's own question set, if there is one. A broken line is told and left out."""
    if not file.exists():
        return []
    try:
        questions, faults = read_questions(file)
    except Invalid as fault:
        _LOG.error("the question set is left out", reason=fault.sentence, **fault.data)
        return []
    for number, wrong in faults:
        _LOG.warning("a question is left out", line=number, reason=wrong.sentence)
    return questions


def _contents(settings: Settings) -> tuple[Organisation, Library, RetrievalBrain, FullHearing]:
    """What the organisation wrote. A broken article is told and left out; a file that cannot be used is told when the
    house starts (flows/policy.py). The rest goes on."""
    spoken = sentences()
    # The calendar only decides for which years public holidays are computed.
    organisation = open_organisation(settings.organisation, spoken, version(spoken), date.today())
    library, faults = read_articles(settings.knowledge)
    for fault in faults:
        _LOG.warning("an article is left out", reason=fault.sentence, **fault.data)
    encoder = SentenceEncoder() if settings.language_model else NoEncoder()
    settings.cache.mkdir(parents=True, exist_ok=True)
    retrieval = RetrievalBrain(library, encoder=encoder, cache=settings.cache, shipped=settings.knowledge / TRAINED)
    return organisation, library, retrieval, _hearing(settings, encoder)


def _hearing(settings: Settings, encoder: Encoder) -> FullHearing:
    """The hearing, with the organisation's own tables. A table that cannot be read is told, and the product's hear on:
    the server always starts (REACH)."""
    try:
        get_ready()
    except Exception as fault:  # a library that is broken costs languages, never the house
        _LOG.error("languages are told by small words alone", code=type(fault).__name__)
    try:
        return FullHearing(encoder, Path(settings.tables) if settings.tables else None)
    except Invalid as fault:
        _LOG.error("the organisation's own tables of phrases cannot be used", reason=fault.sentence, **fault.data)
        return FullHearing(encoder)


def _documents() -> PolicyDocuments:
    spoken = sentences()
    return PolicyDocuments(spoken, version(spoken))
