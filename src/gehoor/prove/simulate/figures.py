"""The figures of a simulation, counted from nothing but the facts that were stored.

Time to a person is what guarantee CLOCK says: from the first request, bot time included, to the first answer of a
person that reached the customer. It is told apart for customers who stayed until then and for those who left and were
reached later (a call-back, a message that they came back for).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final
from zoneinfo import ZoneInfo

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Heard, Signal
from gehoor.core.time import SECOND, Instant, local

QUANTILES: Final = (0.5, 0.95, 0.99)
_ENDS: Final = (e.RequestWithdrawn, e.PromiseNotReached)


@dataclass(slots=True)
class Request:
    """One request for a person. ``joined``: a person had the floor; ``reached``: their answer arrived."""

    at: Instant
    danger: Danger
    offered: Instant | None = None
    joined: Instant | None = None
    returned: bool = False
    reached: Instant | None = None
    left: Instant | None = None
    ended: str = "open"
    promised: bool = False


@dataclass(slots=True)
class Figures:
    """Sums over conversations; two of them can be added. Spans are in seconds.

    ``straight``: times to a person of who was not promised anything; ``later``: of who was; ``urgent``: of who was in
    danger to life; ``joined``: times until a person had the floor; ``by_hour``: sum and number of ``straight`` by the
    hour of the request; ``endings``: requests by how they ended;
    ``overtaken``: the longest time by which somebody of no special class asked later and was offered earlier.
    """

    conversations: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    straight: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    urgent: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)
    by_hour: dict[int, list[float]] = field(default_factory=dict)
    endings: Counter[str] = field(default_factory=Counter)
    promises: Counter[str] = field(default_factory=Counter)
    overtaken: float = 0.0
    violations: list[str] = field(default_factory=list)
    lost: int = 0
    _line: list[Stood] = field(default_factory=list, repr=False)

    def add(self, facts: Sequence[e.Fact], zone: ZoneInfo) -> None:
        """One more conversation."""
        self.conversations += 1
        self.facts.update([type(fact.event).__name__ for fact in facts])
        for request in requests(facts):
            self.requests += 1
            self.endings[request.ended] += 1
            self._line.append(stood(request))
            if request.joined is not None:
                self.joined.append((request.joined - request.at) / SECOND)
            if request.reached is not None:
                self._reached(request, (request.reached - request.at) / SECOND, zone)
        for name in promises(facts):
            self.promises[name] += 1

    def _reached(self, request: Request, span: float, zone: ZoneInfo) -> None:
        if request.danger is Danger.LIFE:
            self.urgent.append(span)
        if request.promised:
            self.later.append(span)
            return
        self.straight.append(span)
        self.by_hour.setdefault(local(request.at, zone).hour, []).append(span)

    def close(self) -> None:
        """Everything of these days was added: looks at who overtook whom."""
        self.overtaken = longest_overtaking(self._line)
        self._line.clear()

    def merge(self, other: Figures) -> None:
        """Adds those of other days."""
        self.conversations += other.conversations
        self.requests += other.requests
        self.lost += other.lost
        self.overtaken = max(self.overtaken, other.overtaken)
        for mine, theirs in (
            (self.facts, other.facts),
            (self.endings, other.endings),
            (self.promises, other.promises),
        ):
            mine.update(theirs)
        for hour, spans in other.by_hour.items():
            self.by_hour.setdefault(hour, []).extend(spans)
        self.straight += other.straight
        self.later += other.later
        self.urgent += other.urgent
        self.joined += other.joined
        self.violations += other.violations

    @property
    def everybody(self) -> list[float]:
        """Time to a person of everybody who was reached."""
        return self.straight + self.later


def requests(facts: Sequence[e.Fact]) -> Iterator[Request]:
    """The requests for a person in one conversation, each with what became of it."""
    now: Request | None = None
    danger = Danger.NONE
    for fact in facts:
        event, kind = fact.event, type(fact.event)
        if kind is e.MessageReceived:
            danger = max(danger, _danger(event.heard))  # type: ignore[union-attr]  # only a message is heard
            if now is not None:
                now.danger = max(now.danger, danger)
        elif kind is e.HumanRequested or kind is e.HumanLeft:
            if now is None:
                now = Request(fact.at, danger)
            if kind is e.HumanLeft:
                now.returned = True
        elif now is None:
            danger = Danger.NONE if kind is e.Resolved or kind is e.HandedBack else danger
        elif kind is e.Offered:
            now.offered = now.offered or fact.at
        elif kind is e.HumanJoined:
            now.joined = now.joined or fact.at
            now.offered = now.offered or fact.at
        elif kind is e.ReturnedToQueue:
            now.returned = True
        elif kind is e.PromiseMade:
            now.promised = True
        elif kind is e.Delivered or (kind is e.CallRecorded and event.answered):  # type: ignore[union-attr]
            now.reached, now.ended = fact.at, "reached"
            yield now
            now = None
        elif kind in _ENDS:
            now.ended = "withdrawn" if kind is e.RequestWithdrawn else "not reached"
            now.left = fact.at
            yield now
            now, danger = None, Danger.NONE
    if now is not None:
        yield now


Stood = tuple[Instant, Instant | None, bool]
"""Since when somebody stood in the line, until when, and whether they were offered as one of no special class."""


def stood(request: Request) -> Stood:
    """How a request stood in the line until its first offer."""
    plain = request.offered is not None and not request.returned and request.danger is not Danger.LIFE
    return request.at, request.offered or request.left, plain


def longest_overtaking(line: Sequence[Stood]) -> float:
    """The most seconds by which somebody asked later than another who waited, and was offered earlier (TURN).

    Danger to life and who was sent back to the front may overtake without bound, so they do not count as overtaking.
    """
    moments = sorted((until, since, plain) for since, until, plain in line if until is not None)
    waiting = sorted((since, until) for since, until, _ in line if until is not None)
    longest, came, heap = 0, 0, list[tuple[Instant, Instant]]()
    for offered, since, plain in moments:
        while came < len(waiting) and waiting[came][0] <= offered:
            heappush(heap, waiting[came])
            came += 1
        while heap and heap[0][1] <= offered:
            heappop(heap)
        if plain and heap:
            longest = max(longest, since - heap[0][0])
    return longest / SECOND


def _danger(heard: Heard) -> Danger:
    return max(heard.danger, Danger.DISCOMFORT) if heard.urgent is Signal.YES else Danger.NONE


def promises(facts: Sequence[e.Fact]) -> Iterator[str]:
    """What was promised and what became of it. One that is only moved is not made anew."""
    stands = False
    for fact in facts:
        kind = type(fact.event)
        if kind is e.PromiseMade:
            if not stands:
                yield "made"
            stands = True
        elif kind in _OF_PROMISES and stands:
            yield _OF_PROMISES[kind]
            stands = False


_OF_PROMISES: Final[dict[type, str]] = {
    e.PromiseKept: "kept",
    e.PromiseBroken: "broken",
    e.PromiseNotReached: "not reached",
    e.RequestWithdrawn: "withdrawn",
}


def quantile(spans: Sequence[float], part: float) -> float:
    """The span that this part of them does not exceed; 0 for none."""
    if not spans:
        return 0.0
    ordered = sorted(spans)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]
