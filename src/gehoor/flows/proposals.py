"""A writer lets a language model rewrite an article: what it gives becomes the writer's draft, and nothing more.

From there it goes the way of every text: submitted, approved by somebody else, in force. The house ledger says which
draft came from which model.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from gehoor.core.errors import Invalid, NotAllowed, NotNow, Unknown
from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.life import SUPERVISOR, WRITER, Topic
from gehoor.core.knowledge.proposal import Difference, How, differences
from gehoor.flows.knowledge import KnowledgeBook
from gehoor.ports.people import Staff
from gehoor.ports.rewriting import Rewrites, Rewritten
from gehoor.ports.world import World
from gehoor.ports.writing import Manuscript

LINE: Final = "proposal"
"""The kind of the lines of the house ledger."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The topic with its new draft, and what a person must look at in it."""

    topic: Topic
    article: Article
    differences: tuple[Difference, ...]


class Proposals:
    """What a model rewrites. ``rewriter`` None: there is no model."""

    def __init__(self, world: World, book: KnowledgeBook, rewriter: Rewrites | None, today: Callable[[], date]) -> None:
        self._world = world
        self._book = book
        self._rewriter = rewriter
        self._today = today

    @property
    def possible(self) -> bool:
        """Whether there is a model to ask."""
        return self._rewriter is not None

    async def propose(self, slug: str, language: str, how: How, to: str, seen: int, staff: Staff) -> Proposed:
        """Lets the text in force be rewritten, and keeps what comes of it as the draft of who asked.

        Args:
            language: of the text that is rewritten; ``to``: of the new one.
            seen: the last line of the topic that the writer saw.

        Raises:
            NotAllowed, NotNow, Unknown, Invalid, Conflict, Busy: it cannot be done; see ``KnowledgeBook.draft``.
        """
        if staff.role not in (WRITER, SUPERVISOR):
            raise NotAllowed("Alleen wie teksten schrijft, mag dit.")
        if self._rewriter is None:
            raise NotNow("Er is geen taalmodel ingesteld.")
        if (how is How.TRANSLATED) != (language != to):
            raise Invalid("Vertalen is naar een andere taal; herschrijven is in dezelfde.", field="to")
        before = self._book.library.find(slug, language)
        if before is None or before.language != language:
            raise Unknown("Deze tekst is er niet.", field="language")
        # Nothing is locked while a model thinks: who changed the topic meanwhile is told by the draft.
        made = await self._rewriter.rewrite(before, how, to, self._today())
        after = self._book.writing.read(_manuscript(before, made, to))
        topic = await self._book.draft(after, seen, staff)
        told = {"slug": slug, "language": language, "version": before.version, "how": how.value, "to": to}
        told |= {"draft": after.version, "model": made.model, "by": staff.id}
        body = json.dumps(told | {"tokens": made.tokens}, sort_keys=True, ensure_ascii=False)
        await self._world.store.add_to_ledger(self._world.clock.now(), LINE, body)
        return Proposed(topic, after, differences(before, after))


def _manuscript(before: Article, made: Rewritten, to: str) -> Manuscript:
    """The new text in the form in which texts are written, so that it is read by the same rules as every other."""
    first, *others = made.passages
    text = "\n\n".join([" ".join(first.text.split()), *(f"## {one.heading}\n{one.text}" for one in others)])
    return Manuscript(
        slug=before.slug,
        language=to,
        title=" ".join(made.title.split()),
        owner=before.owner,
        valid_from=before.valid_from,
        review_by=before.review_by,
        policy=before.policy,
        text=text,
        ways=before.ways if to == before.language else (),
        valid_until=before.valid_until,
        audiences=before.audiences,
        tags=before.tags,
        source=before.source,
        computes=before.computes,
    )
