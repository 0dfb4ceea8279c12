"""What lies on the shelf on a day: the organisation's folder, and over it what was done with each topic since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.life import Stage, Topic


def shelved(base: Library, topics: Iterable[Topic], on: date) -> Library:
    """The library of a day.

    Args:
        base: the articles of the folder. A topic of which editions were kept is taken from them alone.
    """
    kept = {one.slug: one for one in topics}
    articles = [one for one in base.articles if one.slug not in kept or not kept[one.slug].editions]
    withdrawn: set[str] = set()
    for topic in kept.values():
        for language in topic.languages:
            edition = topic.counting(language, on) or topic.upcoming(language, on)
            if edition is not None:
                articles.append(edition.article)
            if edition is not None and edition.stage is Stage.WITHDRAWN:
                withdrawn.add(edition.article.version)
    return Library(
        tuple(articles),
        base.unanswerable,
        rungs={one.slug: one.rung for one in kept.values()},
        silenced=frozenset(one.slug for one in kept.values() if one.silenced),
        withdrawn=frozenset(withdrawn),
        known=base.known,
        costs=base.costs,
        severities={**base.severities, **{one.slug: one.severity for one in kept.values()}},
    )
