"""``gehoor db check``: is what is stored whole, and does every part of it fit the others?

The audit (prove/audit.py) holds the guarantees against the facts; this holds the rows against each other: records and
chains, projections and facts, jobs and conversations, sealed words and keys, words and what the facts tell of them, the
two ledgers of erasures. It only reads, beside a server that runs, and names each thing by itself: where it is, what is
wrong, what to do. Words are opened to see whether they can be, and go nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gehoor.adapters.stores.codec import encode_entry
from gehoor.adapters.stores.revision import HEAD
from gehoor.adapters.stores.session import Session
from gehoor.adapters.stores.stored import Stored, conversations, due, missing, sealed_words, stale, wrong_records
from gehoor.core.conversation.events import Fact
from gehoor.core.errors import StoreFault, Unknown
from gehoor.core.evidence.chain import GENESIS, link
from gehoor.core.ids import ConversationId
from gehoor.flows.privacy import ERASURE
from gehoor.ports.keys import Erasure, Keys
from gehoor.ports.store import Sealed

REBUILD: Final = "Run: gehoor db rebuild"
BACKUP: Final = "The rest can be used. Keep the database as it is, and look for this conversation in a backup."
KEYS: Final = "Put the newest copy of the key store back, if there is one."
WORDS: Final = (
    "The rest can be used. Put the words of this conversation back from a backup; "
    "if none has them, the customer may have a copy."
)
LEDGER: Final = "Put the newest copy of it back."
_LINKED: Final = ("conversation_person", "conversation_matter", "return_code", "access")
_MOST: Final = 100
"""So many rows of one table are named; when they are mended, the rest is."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is not as it should be. ``where``: a conversation and a fact, or a table."""

    where: str
    sentence: str
    remedy: str


@dataclass(slots=True)
class Checked:
    """What was looked at, and what was found."""

    database: str
    engine: str
    revision: str = ""
    conversations: int = 0
    facts: int = 0
    words: int = 0
    opened: int = 0
    jobs: int = 0
    ledger: int = 0
    erased: int = 0
    found: list[Wrong] = field(default_factory=list)


async def check_stored(session: Session, keys: Keys | None) -> Checked:
    """Everything, in one look of the database.

    Args:
        keys: None when there are none here, which is told.

    Raises:
        StoreFault: the database cannot be read at all.
    """
    done = Checked(session.place, session.engine)
    await session.begin(writes=False)
    try:
        done.found += [Wrong("the files", one, "Put a backup back.") for one in await session.integrity()]
        await _schema(session, done)
        erased = {one.owner for one in await _erased(keys, done)}
        async for part in conversations(session):
            facts = {stored.id: _conversation(stored, erased, done) for stored in part}
            await _keys_of([stored.id for stored in part if stored.words], keys, erased, done)
            if keys is not None:
                await _words(session, part, facts, keys, done)
        await _others(session, done)
        await _persons(session, keys, erased, done)
        await _ledger(session, erased, done)
    finally:
        await session.roll_back()
    return done


async def _schema(session: Session, done: Checked) -> None:
    done.revision = str((await session.rows("SELECT version_num FROM alembic_version"))[0][0])
    if done.revision != HEAD:
        sentence = f"The schema is {done.revision}; this version is written for {HEAD}."
        done.found.append(Wrong("the schema", sentence, "Run: gehoor db migrate, or install the newer version."))


async def _erased(keys: Keys | None, done: Checked) -> Sequence[Erasure]:
    if keys is None:
        done.found.append(
            Wrong("the keys", "The key store is not here: the sealed words could not be looked at.", KEYS)
        )
        return []
    try:
        erased = await keys.erased()
    except StoreFault as fault:
        done.found.append(Wrong("the erasure ledger", fault.sentence, LEDGER))
        return []
    done.erased = len(erased)
    return erased


# -- one conversation ------------------------------------------------------------------------------------------------


def _conversation(stored: Stored, erased: set[str], done: Checked) -> list[Fact]:
    """Everything but the words themselves. Returns the facts that can be read."""
    done.conversations += 1
    done.facts += len(stored.facts)
    done.words += len(stored.words)
    done.jobs += len(stored.jobs)
    if stored.fault:
        done.found.append(Wrong(stored.id, stored.fault, BACKUP))
        return []
    if not stored.facts:
        _without_facts(stored, done)
        return []
    facts, wrong = wrong_records(stored)
    done.found += [Wrong(f"{stored.id} fact {seq}", sentence, BACKUP) for seq, sentence in wrong]
    seqs = {row.seq for row in stored.facts}
    done.found += [
        Wrong(f"{stored.id} fact {seq}", "There are words of a fact that is not there.", BACKUP)
        for seq in stored.words
        if seq not in seqs
    ]
    if len(facts) == len(stored.facts):
        _projections(stored, facts, stored.id in erased, done)
    return facts


def _without_facts(stored: Stored, done: Checked) -> None:
    for what, there in (("a row", stored.row), ("words", stored.words)):
        if there:
            done.found.append(Wrong(stored.id, f"A conversation without facts has {what}.", BACKUP))
    if stored.given:
        done.found.append(Wrong(stored.id, "There are rows of what was given, and no facts of it.", BACKUP))
    if stored.jobs:
        names = ", ".join(sorted(job.kind for job in stored.jobs.values()))
        done.found.append(Wrong(stored.id, f"There are jobs of a conversation that is not there: {names}.", BACKUP))


def _projections(stored: Stored, facts: Sequence[Fact], erased: bool, done: Checked) -> None:
    wanted, row = due(stored, facts), stored.row
    if row is None:
        done.found.append(Wrong(stored.id, "The row of the conversation is missing.", REBUILD))
    else:
        if (row.head, row.length) != (wanted.head, len(facts)):
            done.found.append(Wrong(stored.id, "The stored end of the chain is not its end.", REBUILD))
        if row.view is None:
            done.found.append(Wrong(stored.id, "The stored view cannot be read.", REBUILD))
        elif row.view != wanted.view:
            done.found.append(Wrong(stored.id, "The stored view is not what the facts give.", REBUILD))
    if stored.given != wanted.given:
        done.found.append(Wrong(stored.id, "The rows of what was given are not what the facts give.", REBUILD))
    if erased:
        return  # nothing can be said there any more, so its clocks and turns end without a fact
    done.found += [Wrong(stored.id, f"The job {one.key} is missing.", REBUILD) for one in missing(stored, wanted)]
    done.found += [
        Wrong(stored.id, f"The job {key} should not be there.", REBUILD)
        for key in stale(stored, wanted)
        if key not in wanted.jobs
    ]


# -- its words -------------------------------------------------------------------------------------------------------


async def _words(
    session: Session, part: Sequence[Stored], facts: Mapping[ConversationId, Sequence[Fact]], keys: Keys, done: Checked
) -> None:
    """Opens every sealed word and masked copy, and holds it against what its fact tells of it."""
    digests = {(id, fact.seq): fact.digest for id, some in facts.items() for fact in some if fact.digest}
    bad: dict[tuple[ConversationId, str], list[int]] = {}
    whole = [stored for stored in part if not stored.fault]
    there = {(stored.id, seq) for stored in whole for seq in stored.words}
    for id, seq in sorted(digests.keys() - there):
        bad.setdefault((id, "The words of this fact are missing."), []).append(seq)
    with_key = [stored for stored in whole if stored.words and _has_key(stored.id, keys, done)]
    async for id, seq, sealed in sealed_words(session, with_key):
        if isinstance(sealed, StoreFault):
            sentence = sealed.sentence
        else:
            sentence = _opened(id, sealed, digests.get((id, seq), ""), keys)
        if not sentence:
            done.opened += 1
        else:
            bad.setdefault((id, sentence), []).append(seq)
    for (id, sentence), seqs in bad.items():
        done.found.append(Wrong(f"{id} fact {', '.join(map(str, seqs))}", sentence, WORDS))


def _has_key(owner: str, keys: Keys, done: Checked) -> bool:
    """Whether the words of a conversation can be opened. A key that is not there is told by ``_keys_of``."""
    try:
        keys.digest(owner, "")
    except Unknown:
        return False
    except StoreFault as fault:
        done.found.append(Wrong(owner, fault.sentence, KEYS))
        return False
    return True


def _opened(id: str, sealed: Sealed, digest: str, keys: Keys) -> str:
    """What is wrong with the words of one fact; empty: nothing, or they were erased while this was looked at."""
    try:
        text = keys.open(id, f"text:{sealed.seq}", sealed.text)
        if text is not None and digest and keys.digest(id, text) != digest:
            return "The sealed words are not those of this fact: their digest is another one."
    except StoreFault:
        return "The sealed words are damaged: they cannot be opened."
    except Unknown:
        return ""
    try:
        if sealed.masked is not None:
            keys.open(id, f"masked:{sealed.seq}", sealed.masked)
    except StoreFault:
        return "The masked copy of the words is damaged: it cannot be opened. The words themselves can."
    return ""


# -- the rest --------------------------------------------------------------------------------------------------------


async def _keys_of(owners: Sequence[str], keys: Keys | None, erased: set[str], done: Checked) -> None:
    if keys is None:
        return
    lost = await keys.without(owners) - erased
    if lost:  # or erased while this was looked at
        erased |= {one.owner for one in await keys.erased()}
    for owner in sorted(lost - erased):
        sentence = "There are sealed words, no key for them, and no erasure that tells why."
        done.found.append(Wrong(owner, sentence, KEYS))


async def _persons(session: Session, keys: Keys | None, erased: set[str], done: Checked) -> None:
    async for part in session.stream("SELECT DISTINCT person FROM person_identifier ORDER BY person"):
        await _keys_of([str(row[0]) for row in part], keys, erased, done)


async def _others(session: Session, done: Checked) -> None:
    for table in _LINKED:
        lost = (
            f"SELECT DISTINCT conversation FROM {table} AS one WHERE NOT EXISTS "  # noqa: S608  one of the names above
            f"(SELECT 1 FROM conversation WHERE conversation.id = one.conversation) LIMIT {_MOST}"
        )
        done.found += [
            Wrong(str(row[0]), f"A row of {table} is about a conversation that is not there.", REBUILD)
            for row in await session.rows(lost)
        ]


async def _ledger(session: Session, erased: set[str], done: Checked) -> None:
    head, told = GENESIS, set[str]()
    async for part in session.stream("SELECT number, at, kind, body, hash FROM ledger ORDER BY number"):
        for number, at, kind, body, hash in part:
            done.ledger += 1
            head = link(head, encode_entry(number, at, kind, body))
            if number != done.ledger or head != hash:
                sentence = "The house ledger is not the one that was written, from this line on."
                done.found.append(
                    Wrong(f"ledger line {number}", sentence, "Keep it: it is evidence. See gehoor audit.")
                )
                return
            if kind == ERASURE:
                told.add(str(json.loads(body)["owner"]))
    for owners, sentence in (
        (told - erased, "The house ledger tells an erasure that the ledger beside the keys does not."),
        (erased - told, "The ledger beside the keys tells an erasure that the house ledger does not."),
    ):
        remedy = "Start the server, or run gehoor db restore: it is erased again and told by both."
        done.found += [Wrong(owner, sentence, remedy) for owner in sorted(owners)[:_MOST]]
