"""How far the AI may go with a topic: a ladder that is climbed one rung at a time, on evidence.

What is evidence: what the AI said, or would have said, was compared by people with what was right. Going down needs no
evidence and is never refused; above the limit of errors of its topic the house steps down by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gehoor.core.errors import NotNow
from gehoor.core.knowledge.score import Share, wilson


class Rung(StrEnum):
    """From nothing to everything. ``SHADOW``: the AI answers unseen, and is compared with what the agent said.
    ``HELPS_AGENTS``: agents see what the AI found, and decide. On a rung below ``SUGGESTS`` a customer sees nothing."""

    OFF = "off"
    SHADOW = "shadow"
    HELPS_AGENTS = "helps_agents"
    SUGGESTS = "suggests"
    ANSWERS = "answers"


RUNGS: Final = tuple(Rung)


class Severity(StrEnum):
    """What a wrong answer can do to a customer: cost time, cost money or a right, or do harm that stays."""

    ORDINARY = "ordinary"
    SERIOUS = "serious"
    GRAVE = "grave"


class Verdict(StrEnum):
    """What a person says of one answer."""

    RIGHT = "right"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"
    HARMFUL = "harmful"


GRAVITY: Final = tuple(Verdict)
"""From good to bad: of two people who do not agree the worse verdict counts."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What must be shown before a rung may be stepped on: how many compared cases, and the least that the lower bound
    of the share that was right may be (Wilson, 95%)."""

    cases: int
    right: float


NOTHING: Final = Demand(0, 0.0)
"""Asked of the shadow, which no customer sees."""
_DEMANDS: Final[Mapping[tuple[Rung, Severity], Demand]] = {
    (Rung.HELPS_AGENTS, Severity.ORDINARY): Demand(50, 0.85),
    (Rung.HELPS_AGENTS, Severity.SERIOUS): Demand(50, 0.85),
    (Rung.HELPS_AGENTS, Severity.GRAVE): Demand(50, 0.85),
    (Rung.SUGGESTS, Severity.ORDINARY): Demand(50, 0.85),
    (Rung.SUGGESTS, Severity.SERIOUS): Demand(50, 0.90),
    (Rung.SUGGESTS, Severity.GRAVE): Demand(100, 0.95),
    (Rung.ANSWERS, Severity.ORDINARY): Demand(50, 0.95),
    (Rung.ANSWERS, Severity.SERIOUS): Demand(100, 0.97),
    (Rung.ANSWERS, Severity.GRAVE): Demand(200, 0.98),
}
_MOST_WRONG: Final = {Severity.ORDINARY: 0.05, Severity.SERIOUS: 0.03, Severity.GRAVE: 0.01}
"""The share of wrong answers above which a topic steps down by itself."""
_FEW: Final = 20
"""With fewer cases than this one mistake is a large share and says little: then the lower bound counts."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The compared cases of one rung, by verdict."""

    right: int = 0
    incomplete: int = 0
    wrong: int = 0
    harmful: int = 0

    @property
    def cases(self) -> int:
        """How many were compared."""
        return self.right + self.incomplete + self.wrong + self.harmful

    @property
    def right_share(self) -> Share:
        """The share that was right, with its interval."""
        return wilson(self.right, self.cases)

    @property
    def wrong_share(self) -> Share:
        """The share that was wrong or harmful, with its interval. What is incomplete is not right, and no error."""
        return wilson(self.wrong + self.harmful, self.cases)


UNSEEN: Final = Figures()
"""Nothing was compared."""


def figures_of(verdicts: Iterable[Verdict]) -> Figures:
    """Counts verdicts, one per case."""
    counts = dict.fromkeys(Verdict, 0)
    for one in verdicts:
        counts[one] += 1
    return Figures(counts[Verdict.RIGHT], counts[Verdict.INCOMPLETE], counts[Verdict.WRONG], counts[Verdict.HARMFUL])


def worse(one: Verdict, other: Verdict) -> Verdict:
    """Of two verdicts about the same case the one that counts."""
    return max(one, other, key=GRAVITY.index)


def above(rung: Rung) -> Rung | None:
    """The next rung, or None at the top."""
    place = RUNGS.index(rung) + 1
    return RUNGS[place] if place < len(RUNGS) else None


def below(rung: Rung) -> Rung:
    """The rung below; below the lowest there is none, so that stays."""
    return RUNGS[max(RUNGS.index(rung) - 1, 0)]


def demand(rung: Rung, severity: Severity) -> Demand:
    """What must be shown before this rung. Nobody but the people who compare sees the shadow, so it asks nothing."""
    return _DEMANDS.get((rung, severity), NOTHING)


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not shown yet: how many cases short, the lower bound against what it must be, and harmful ones."""

    cases: int
    right: float
    needed: float
    harmful: int

    @property
    def nothing(self) -> bool:
        """Whether the rung may be stepped on."""
        return not self.cases and self.right >= self.needed and not self.harmful


def missing(rung: Rung, severity: Severity, shown: Figures) -> Missing:
    """What the figures of the rung below do not show yet."""
    asked = demand(rung, severity)
    if asked == NOTHING:
        return Missing(0, 1.0, 0.0, 0)
    low = shown.right_share.low if shown.cases else 0.0
    return Missing(max(asked.cases - shown.cases, 0), low, asked.right, shown.harmful)


def climbed(rung: Rung, severity: Severity, shown: Figures) -> Rung:
    """The next rung, for which the figures of this one speak.

    Raises:
        NotNow: the topic is at the top, or too little is shown; the data says what is missing.
    """
    wanted = above(rung)
    if wanted is None:
        raise NotNow("Dit onderwerp staat al op de hoogste trede.", field="rung")
    lacks = missing(wanted, severity, shown)
    if lacks.nothing:
        return wanted
    raise NotNow(_what_lacks(lacks), field="rung", needed=lacks.needed)


def slips(severity: Severity, shown: Figures) -> bool:
    """Whether a topic must step down by itself: something did harm, or more is wrong than its limit."""
    wrong = shown.wrong_share
    share = wrong.low if shown.cases < _FEW else wrong.share
    return bool(shown.harmful) or (shown.cases > 0 and share > _MOST_WRONG[severity])


def _what_lacks(lacks: Missing) -> str:
    if lacks.harmful:
        return f"Er zijn {lacks.harmful} schadelijke antwoorden gezien. Dan kan dit onderwerp niet omhoog."
    if lacks.cases:
        return f"Er zijn nog {lacks.cases} vergeleken gesprekken nodig voor de volgende trede."
    low, needed = math.floor(100 * lacks.right), round(100 * lacks.needed)
    return f"Zeker goed is {low}%. Voor de volgende trede is {needed}% nodig."
