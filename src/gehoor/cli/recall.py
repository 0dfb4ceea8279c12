"""``gehoor knowledge recall``: who was given a version of an article, beside a server that runs."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.stores.codec import decode
from gehoor.adapters.stores.people_rows import PeopleRows
from gehoor.adapters.stores.rows import GIVEN_COLUMNS, read_given
from gehoor.adapters.stores.session import Session
from gehoor.adapters.stores.view_rows import VIEW_COLUMNS, row_view
from gehoor.adapters.system import SystemClock
from gehoor.cli.db_place import Place, place_of
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.given import Given
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant, iso
from gehoor.flows.recall_lines import LINE, Recall, after
from gehoor.flows.recipients import Books, Recipient, Tally, listed, recipients, scanned, survey
from gehoor.ports.keys import Keys
from gehoor.ports.people import People
from gehoor.ports.store import LedgerEntry, Loaded, Store
from gehoor.ports.store import Place as Fact_
from gehoor.settings import read_settings

_GIVEN = (
    f"SELECT {GIVEN_COLUMNS} FROM given WHERE article = $1 AND version = $2 AND (conversation, seq) > ($3, $4) "  # noqa: S608
    "ORDER BY conversation, seq LIMIT $5"
)
_VIEW = f"SELECT id, {', '.join(VIEW_COLUMNS)} FROM conversation WHERE id = $1"  # noqa: S608
_VERSIONS = "SELECT version, count(*), min(at), max(at) FROM given WHERE article = $1 GROUP BY version ORDER BY max(at)"


class _Reader(PeopleRows):
    """What is read of a store and of people, through one connection that writes nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turn = asyncio.Lock()  # one statement at a time on one connection

    async def given(self, article: str, version: str, place: Fact_ | None, limit: int) -> list[Given]:
        """As a store's."""
        rows = await self._all(_GIVEN, article, version, *(place or ("", 0)), limit)
        return [read_given(row) for row in rows]

    async def view(self, id: ConversationId) -> ConversationView | None:
        """As a store's."""
        rows = await self._all(_VIEW, id)
        return row_view(rows[0]) if rows else None

    async def facts(self, id: ConversationId, place: int) -> list[Fact]:
        """As a store's."""
        asked = "SELECT body FROM fact WHERE conversation = $1 AND seq > $2 ORDER BY seq"
        return [decode(bytes(row[0])) for row in await self._all(asked, id, place)]

    async def load(self, id: ConversationId) -> Loaded | None:
        """As a store's, without the head of its chain."""
        return Loaded(tuple(await self.facts(id, 0)), b"")

    async def all_ids(self) -> list[ConversationId]:
        """As a store's."""
        return [ConversationId(row[0]) for row in await self._all("SELECT id FROM conversation ORDER BY id")]

    async def _all(self, statement: str, *values: object) -> list[Any]:
        async with self._turn:
            return list(await self._session.rows(statement, *values))


class _NoKeys(MemoryKeys):
    """Without the keys nobody knows what was erased."""

    async def without(self, owners: Sequence[str]) -> set[str]:  # noqa: ARG002
        """Nothing is known to be."""
        return set()


@dataclass(slots=True)
class _Found:
    """What was read. ``scanned``: how many the facts give, and whether they are the same ones."""

    article: str
    versions: list[str]
    tally: Tally
    to: list[Recipient]
    recalls: list[dict[str, Any]]
    scanned: dict[str, Any] | None = None


def recall(chosen: argparse.Namespace) -> int:
    """Says who was given the versions. Returns 1 when the list is not what the facts say.

    Raises:
        StoreFault: there is no store, or it cannot be read.
    """
    place = place_of(read_settings(os.environ), chosen.data)
    if not chosen.versions:
        there = asyncio.run(_versions(place, chosen.article))
        print(json.dumps({"article": chosen.article, "versions": there}, indent=2) if chosen.json else _named(there))
        return 0
    found = asyncio.run(_read(place, chosen))
    told = _as_json(found, chosen.conversations)
    print(json.dumps(told, ensure_ascii=False, indent=2) if chosen.json else "\n".join(_said(told)))
    return 0 if found.scanned is None or found.scanned["same"] else 1


async def _versions(place: Place, article: str) -> list[dict[str, Any]]:
    async with place.session() as session:
        rows = await session.rows(_VERSIONS, article)
    return [
        {"version": row[0], "times": row[1], "first": iso(Instant(row[2])), "last": iso(Instant(row[3]))}
        for row in rows
    ]


async def _read(place: Place, chosen: argparse.Namespace) -> _Found:
    keys = place.open_keys() or _NoKeys()
    try:
        async with place.session() as session:
            await session.begin(writes=False)  # everything as of one moment
            try:
                return await _found(_Reader(session), session, keys, chosen)
            finally:
                await session.roll_back()
    finally:
        await keys.close()


async def _found(reader: _Reader, session: Session, keys: Keys, chosen: argparse.Namespace) -> _Found:
    store, article, versions = cast(Store, reader), chosen.article, list(chosen.versions)
    books = Books(store, cast(People, reader), keys, SystemClock().now(), mail=True)
    found = _Found(article, versions, Tally(), [], [])
    async for some in recipients(books, article, versions):
        found.tally.take(some)
        found.to += some
    for one in (await _recalls(session)).values():
        if one.opened.article == article and set(one.opened.versions) & set(versions):
            found.recalls.append(await _told(books, one))
    if chosen.scan:
        by_facts, by_table = await scanned(store, article, versions), await listed(store, article, versions)
        found.scanned = {"recipients": len(by_facts), "same": by_facts == by_table}
    return found


async def _recalls(session: Session) -> dict[str, Recall]:
    rows = await session.rows("SELECT number, at, kind, body, hash FROM ledger WHERE kind = $1 ORDER BY number", LINE)
    return after({}, [LedgerEntry(row[0], Instant(row[1]), row[2], row[3], bytes(row[4])) for row in rows])


async def _told(books: Books, one: Recall) -> dict[str, Any]:
    came: Counter[str] = Counter()
    ways: Counter[str] = Counter()
    async for some in survey(books, one, lambda _: False):
        came.update(each.came.value for each in some)
        ways.update(each.recipient.way.value for each in some)
    return {
        "recall": one.id,
        "harm": one.opened.harm.value,
        "opened_at": iso(one.at),
        "listed": None if one.listed is None else one.listed.recipients,
        "digest": None if one.listed is None else one.listed.digest,
        "approved": one.approved is not None,
        "ended": one.ended is not None,
        "ways": dict(ways),
        "came": dict(came),
    }


def _as_json(found: _Found, conversations: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "article": found.article,
        "versions": found.versions,
        "recipients": found.tally.count,
        "digest": found.tally.digest,
        "by": dict(found.tally.by_whom),
        "ways": dict(found.tally.ways),
        "recalls": found.recalls,
    }
    if found.scanned is not None:
        told["scanned"] = found.scanned
    if conversations:
        told["conversations"] = [
            {"conversation": one.id, "seq": one.given.seq, "at": iso(one.given.at), "way": one.way.value}
            for one in found.to
        ]
    return told


def _named(there: Sequence[dict[str, Any]]) -> str:
    if not there:
        return "Nobody was given this article."
    return "\n".join(f"{one['version']}  {one['times']:>9,} times  {one['first']} to {one['last']}" for one in there)


def _said(told: dict[str, Any]) -> list[str]:
    lines = [
        f"article     {told['article']} ({', '.join(told['versions'])})",
        f"recipients  {told['recipients']:>9,}   conversations in which it was given",
        *(f"  {by:<10}{count:>9,}   gave it" for by, count in told["by"].items()),
        *(f"  {way:<10}{count:>9,}   can be told so" for way, count in told["ways"].items()),
    ]
    for one in told["recalls"]:
        lines.append(f"recall      {one['recall']:>9}   {one['harm']}, opened {one['opened_at']}")
        lines += [f"  {came:<10}{count:>9,}" for came, count in one["came"].items()]
    if "scanned" in told:
        same = "the same ones" if told["scanned"]["same"] else "OTHERS: run gehoor db rebuild"
        lines.append(f"by facts    {told['scanned']['recipients']:>9,}   {same}")
    lines += [f"{one['conversation']}  {one['seq']:>5}  {one['way']}" for one in told.get("conversations", ())]
    return lines
