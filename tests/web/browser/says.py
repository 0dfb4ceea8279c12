"""The server with a brain that finds by one word each: ``python -m tests.web.browser.says serve``.

Everything else is the product: what is said of what was found, the guard, and what the screens make of it.
"""

import sys
from datetime import date
from typing import Final

from gehoor import boot
from gehoor.adapters.brains.retrieval import RetrievalBrain
from gehoor.cli.main import main
from gehoor.core.knowledge.answer import Candidate
from gehoor.core.knowledge.article import Library
from gehoor.ports.brain import Answer, DontKnow, Looked, Question, Said

NEXT: Final = tuple(Candidate(slug, 0.2) for slug in ("eindinspectie", "borg", "woningruil"))
PASSAGES: Final = {"huur-opzeggen": (0.2, 0.1, 0.9, 0.1, 0.1)}


class KnownWords(RetrievalBrain):
    """Knows "opzeggen" (its answer), "einddatum" (the passage about it), and the titles of what comes next."""

    async def look(self, question: Question, today: date) -> Looked:
        """What was found; the whole answer, as retrieval says it."""
        said = await self.answer(question, today)
        passages = PASSAGES if "einddatum" in question.text else {}
        return Looked(said, NEXT if isinstance(said, Answer) else (), passages)

    async def answer(self, question: Question, today: date) -> Said:
        """The article that the words are about."""
        library: Library = self._library
        known = {"opzeggen": "huur-opzeggen", "einddatum": "huur-opzeggen"}
        known |= {one.title: one.slug for one in library.articles if one.language == question.language}
        slug = next((slug for words, slug in known.items() if words in question.text), "")
        one = library.find_in_force(slug, question.language, today)
        if one is None or slug in question.given:
            return DontKnow("not_sure")
        return Answer(one.slug, one.version, one.title, one.language, one.answer, one.url_path)


if __name__ == "__main__":
    setattr(boot, "RetrievalBrain", KnownWords)  # noqa: B010  the one place that chooses adapters has no other door
    sys.exit(main(sys.argv[1:]))
