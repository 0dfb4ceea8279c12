"""Which answers of a week are judged: chosen by chance that anybody can draw again.

The chance is a SHA-256 over the week, the conversation and the place of the fact: nobody can steer it by choosing what
to answer, and a supervisor who doubts a sample recomputes it (``printf '2026-W48 <conversation> <seq>' | sha256sum``).
It holds no secret on purpose: who could know it beforehand would have to know the id of a conversation that is not yet
there. The answers with the lowest numbers are the sample.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from gehoor.core.errors import Invalid
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant, instant, local

MOST: Final = 100
"""Answers of the AI that are judged each week, beside those that were followed by a request for a person."""
MOST_A_TOPIC: Final = 20
"""What the AI would have said, and what agents said, is compared to climb the ladder: so many a topic each week."""
MOST_FOLLOWED: Final = 2_000
"""Kept of those that were followed by a request; a week with more has other troubles than its sample."""


class Giver(StrEnum):
    """Who gave an answer: the AI; the AI, unseen by the customer; a person who used what was proposed."""

    AI = "ai"
    SHADOW = "shadow"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Case:
    """One answer that may be judged. ``followed``: the customer asked for a person after it."""

    conversation: ConversationId
    seq: int
    article: str
    version: str
    language: str
    by: Giver
    followed: bool = False


def week_of(at: Instant, zone: ZoneInfo) -> str:
    """The calendar week (ISO 8601) in which a moment falls, where the organisation is: "2026-W48"."""
    return name_of(local(at, zone).date())


def name_of(day: date) -> str:
    """The calendar week of a day."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def span_of(week: str, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """From its first moment up to the first moment of the next week.

    Raises:
        Invalid: it names no week.
    """
    year, _, number = week.partition("-W")
    try:
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        raise Invalid("This is no calendar week, such as 2026-W48.", field="week") from None
    following = monday + timedelta(days=7)
    begins, ends = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (monday, following))
    return instant(begins), instant(ends)


def number_of(week: str, conversation: str, seq: int) -> str:
    """The chance of an answer in a week: the lower, the sooner it is chosen."""
    return hashlib.sha256(f"{week} {conversation} {seq}".encode()).hexdigest()


@dataclass(slots=True)
class _Lowest:
    """The so many cases with the lowest numbers of all that were taken."""

    most: int
    kept: list[tuple[str, int, Case]] = field(default_factory=list)
    taken: int = 0

    def take(self, number: str, case: Case) -> None:
        if any(one == number and other == case for one, _, other in self.kept):
            return  # it was told twice
        self.taken += 1
        if len(self.kept) < self.most or number < self.kept[-1][0]:
            insort(self.kept, (number, self.taken, case))
            del self.kept[self.most :]

    @property
    def cases(self) -> list[Case]:
        return [case for _, _, case in self.kept]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is judged of a week.

    ``answers``: how many the AI gave; ``chosen`` of them by chance; ``followed``: those that a request for a person
    followed and that chance had not chosen; ``compared``: for the ladder, of the AI unseen and of agents.
    ``more_followed``: how many were left out of ``followed``. ``zone``: where the week began and ended.
    """

    week: str
    answers: int
    chosen: tuple[Case, ...]
    followed: tuple[Case, ...]
    compared: tuple[Case, ...]
    more_followed: int = 0
    zone: str = ""

    @property
    def cases(self) -> tuple[Case, ...]:
        """Everything, each once."""
        return (*self.chosen, *self.followed, *self.compared)


class Drawing:
    """Draws a week's sample from its answers, one after another, in any order; it keeps no more than it may choose."""

    def __init__(self, week: str, zone: str = "") -> None:
        self._week = week
        self._zone = zone
        self._chosen = _Lowest(MOST)
        self._followed = _Lowest(MOST_FOLLOWED + MOST)  # some of them chance will have chosen
        self._compared: dict[tuple[str, Giver], _Lowest] = {}

    def take(self, case: Case) -> None:
        """One answer of the week."""
        number = number_of(self._week, case.conversation, case.seq)
        if case.by is not Giver.AI:
            self._compared.setdefault((case.article, case.by), _Lowest(MOST_A_TOPIC)).take(number, case)
            return
        self._chosen.take(number, case)
        if case.followed:
            self._followed.take(number, case)

    @property
    def sample(self) -> Sample:
        """The sample of what was taken until now."""
        chosen = self._chosen.cases
        known = {(one.conversation, one.seq) for one in chosen}
        rest = [one for one in self._followed.cases if (one.conversation, one.seq) not in known]
        both = sum(one.followed for one in chosen)
        kept = rest[:MOST_FOLLOWED]
        compared = [case for key in sorted(self._compared) for case in self._compared[key].cases]
        more = max(self._followed.taken - both - len(kept), 0)
        return Sample(self._week, self._chosen.taken, tuple(chosen), tuple(kept), tuple(compared), more, self._zone)


def draw(week: str, cases: Iterable[Case]) -> Sample:
    """The sample of a week."""
    drawing = Drawing(week)
    for case in cases:
        drawing.take(case)
    return drawing.sample
