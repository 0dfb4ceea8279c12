"""What was in force stays readable: article versions and roles in the house ledger (PROOF, COR-2).

A fact names the version of the article; the ledger, which is chained like the facts, holds what that version said.
(Policies: ``flows/policy.py``.)
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

import msgspec

from gehoor.core.knowledge.article import Article
from gehoor.ports.people import Staff
from gehoor.ports.world import World


def canonical(value: object) -> object:
    """A value as plain data with a fixed order, also of sets."""
    return msgspec.to_builtins(value, order="sorted", enc_hook=str)


def _canonical(value: object) -> str:
    return json.dumps(canonical(value), sort_keys=True, ensure_ascii=False)


async def keep_articles(world: World, articles: Iterable[Article]) -> None:
    """Every article version that was not kept before, word for word."""
    known = {
        (told["slug"], told["language"], told["version"])
        for told in [json.loads(entry.body) for entry in await world.store.ledger(kind="article")]
    }
    for article in articles:
        if (article.slug, article.language, article.version) in known:
            continue
        passages = [[one.heading, one.text] for one in article.passages]
        told: dict[str, object] = {
            "slug": article.slug,
            "language": article.language,
            "version": article.version,
            "title": article.title,
            "owner": article.owner,
            "valid_from": article.valid_from.isoformat(),
            "review_by": article.review_by.isoformat(),
            "policy": article.policy.value,
            "passages": passages,
        }
        if article.valid_until is not None:
            told["valid_until"] = article.valid_until.isoformat()
        if article.audiences:
            told["audiences"] = list(article.audiences)
        if article.source:
            told["source"] = article.source
        if article.computes is not None:
            told["computes"] = article.computes.value
        await world.store.add_to_ledger(world.clock.now(), "article", _canonical(told))
        await asyncio.sleep(0)  # customers go first


async def note_account(world: World, staff: Staff) -> None:
    """An account and its role; no name and no password."""
    told = {"staff": staff.id, "role": staff.role, "team": staff.team}
    await world.store.add_to_ledger(world.clock.now(), "account", _canonical(told))
