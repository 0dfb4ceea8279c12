"""What people found of the answers of a topic, by the rung that it was on: what the ladder is climbed with.

An answer counts once two people judged it, blind to each other; where they do not agree the worse verdict counts, until
a third has judged. What the AI would have said belongs to the shadow, what an agent sent to helping agents, and what
the AI said itself to the rung that the topic was on then.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from gehoor.core.knowledge.judging import Opinion, worst_of
from gehoor.core.knowledge.ladder import Figures, Rung, Verdict, figures_of
from gehoor.core.time import Instant
from gehoor.flows.knowledge_lines import Judged

_RUNG_OF: Final = {"shadow": Rung.SHADOW, "agent": Rung.HELPS_AGENTS}
_Key = tuple[str, int, str]


@dataclass(slots=True)
class _Case:
    rung: Rung
    at: Instant
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict | None:
        return worst_of([Opinion(staff, verdict) for staff, verdict in self.verdicts.items()])


class Evidence:
    """Every judgement, by topic."""

    def __init__(self) -> None:
        self._cases: defaultdict[str, dict[_Key, _Case]] = defaultdict(dict)

    def take(self, one: Judged, rung: Rung, at: Instant) -> None:
        """Counts a judgement. Who judges the same answer again says it better.

        Args:
            rung: of the topic, at this line of the ledger.
        """
        cases = self._cases[one.article]
        key = (one.conversation, one.seq, one.by)
        case = cases.setdefault(key, _Case(_RUNG_OF.get(one.by, rung), at))
        case.at = at
        case.verdicts[one.staff] = one.verdict

    @property
    def slugs(self) -> tuple[str, ...]:
        """The topics of which something was judged."""
        return tuple(self._cases)

    def figures(self, slug: str, rung: Rung, since: Instant = Instant(0)) -> Figures:
        """The compared cases of a rung, judged since a moment."""
        cases = self._cases.get(slug, {}).values()
        found = (one.verdict for one in cases if one.rung is rung and one.at >= since)
        return figures_of(one for one in found if one is not None)
