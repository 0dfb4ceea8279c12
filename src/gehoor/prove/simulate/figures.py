"""The figures of a simulation, counted from nothing but the facts that were stored.

Time to a person is what guarantee CLOCK says: from the first request, bot time included, to the first answer of a
person that reached the customer. It is told apart for customers who stayed until then and for those who left and were
reached later (a call-back, a message that they came back for). Spans and places are measured on the true moments of the
commits: the house's own clock jumps in a simulation, so what it wrote into facts cannot be compared between customers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger
from gehoor.core.guarantee.step import Step
from gehoor.core.hours import OpeningHours, is_open
from gehoor.core.policy import Policy
from gehoor.core.time import SECOND, Instant, local
from gehoor.prove.simulate.booked import Booked, booked, oversold

QUANTILES: Final = (0.5, 0.95, 0.99)
_ENDS: Final[dict[type, str]] = {e.RequestWithdrawn: "withdrawn", e.PromiseNotReached: "not reached"}
"""How a request ended, by the fact that ended it; by any other one a person reached the customer."""


@dataclass(slots=True)
class Request:
    """One request for a person, counted from ``at``, in the line from ``entered``. ``joined``: a person had the floor;
    ``reached``: their answer arrived."""

    at: Instant
    danger: Danger
    entered: Instant
    offered: Instant | None = None
    joined: Instant | None = None
    returned: bool = False
    reached: Instant | None = None
    left: Instant | None = None
    ended: str = "open"
    promised: bool = False
    windowed: bool = False
    by_mail: bool = False


@dataclass(slots=True)
class Figures:
    """Sums over conversations; two of them can be added. Spans are in seconds.

    ``straight``: times to a person of who was not promised anything; ``later``: of who was. ``urgent``: of who was in
    danger to life while people are there, ``at_night``: while they are not. ``joined``: times until a person had the
    floor. ``by_hour``: ``straight`` by the hour of the request. ``endings``: requests by how they ended. ``windows``:
    windows for calling back that customers had; ``oversold``: those of them that more had than fit. ``overtaken``: the
    longest time by which somebody of no special class asked later and was offered earlier.
    """

    conversations: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    straight: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    urgent: list[float] = field(default_factory=list)
    at_night: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)
    by_hour: dict[int, list[float]] = field(default_factory=dict)
    endings: Counter[str] = field(default_factory=Counter)
    promises: Counter[str] = field(default_factory=Counter)
    overtaken: float = 0.0
    violations: list[str] = field(default_factory=list)
    lost: int = 0
    windows: int = 0
    oversold: list[str] = field(default_factory=list)
    _booked: list[Booked] = field(default_factory=list, repr=False)
    _line: list[Stood] = field(default_factory=list, repr=False)

    def add(self, walked: Sequence[Step], moments: Sequence[Instant], hours: OpeningHours) -> None:
        """One more conversation.

        Args:
            walked: its facts with the states around them, from the first.
            moments: the true moment of each.
        """
        self.conversations += 1
        facts = [step.fact for step in walked]
        self.facts.update([type(fact.event).__name__ for fact in facts])
        for request in requests(walked, moments):
            self.requests += 1
            self.endings[request.ended] += 1
            self._line.append(stood(request))
            if request.joined is not None:
                self.joined.append((request.joined - request.at) / SECOND)
            if request.reached is not None:
                self._reached(request, (request.reached - request.at) / SECOND, hours)
        kinds = {type(fact.event) for fact in facts}
        if e.PromiseMade in kinds:
            self.promises.update(promises(facts))
            self._booked += booked(facts, moments)

    def _reached(self, request: Request, span: float, hours: OpeningHours) -> None:
        if request.danger is Danger.LIFE:
            (self.urgent if is_open(hours, request.at) else self.at_night).append(span)
        if request.promised:
            self.later.append(span)
            return
        self.straight.append(span)
        self.by_hour.setdefault(local(request.at, hours.zone).hour, []).append(span)

    def close(self, policy: Policy) -> None:
        """Everything of these days was added: looks at who overtook whom, and whether any window was oversold."""
        self.overtaken = longest_overtaking(self._line)
        self.windows, self.oversold = len(self._booked), oversold(policy, self._booked)
        self._line.clear()
        self._booked.clear()

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
        self.at_night += other.at_night
        self.joined += other.joined
        self.violations += other.violations
        self.windows += other.windows
        self.oversold += other.oversold

    @property
    def everybody(self) -> list[float]:
        """Time to a person of everybody who was reached."""
        return self.straight + self.later


def requests(walked: Sequence[Step], moments: Sequence[Instant]) -> list[Request]:
    """The requests for a person in one conversation, each with what became of it, as the fold of the facts says."""
    done: list[Request] = []
    now: Request | None = None
    first = Instant(0)
    for step, at in zip(walked, moments, strict=True):
        state, kind = step.after, type(step.fact.event)
        if state.record.first_requested_at != step.before.record.first_requested_at:
            first = at
        if now is None and state.control.requested:
            now = _opened(done, kind, state.control.danger, first, at)
        if now is None:
            continue
        now.danger = max(now.danger, state.control.danger)
        _follow(now, step.fact.event, at)
        if not state.control.requested:
            now.ended = _ENDS.get(kind, "reached")
            now.reached = at if now.ended == "reached" else None
            now.left, now.by_mail = at, kind is e.MailAccepted
            done.append(now)
            now = None
    return done if now is None else [*done, now]


def _opened(done: list[Request], kind: type, danger: Danger, first: Instant, at: Instant) -> Request:
    """A new request; or the one that a letter seemed to end, which came back."""
    if kind is e.MailFailed and done and done[-1].by_mail:
        again = done.pop()
        again.reached, again.left, again.ended, again.by_mail, again.returned = None, None, "open", False, True
        return again
    return Request(first, danger, at)


def _follow(request: Request, event: e.Event, at: Instant) -> None:
    kind = type(event)
    if isinstance(event, e.PromiseMade | e.PromiseMoved):
        request.promised = True
        request.windowed = request.windowed or event.window_start is not None
    elif kind is e.Offered:
        request.offered = request.offered or at
    elif kind is e.HumanJoined:
        request.joined = request.joined or at
        request.offered = request.offered or at
    elif kind is e.ReturnedToQueue or kind is e.HumanLeft:
        request.returned = True


Stood = tuple[Instant, Instant, Instant | None, bool]
"""From when somebody's place counts, since when they stood in the line, until when, and whether they were offered as
one of no special class."""


def stood(request: Request) -> Stood:
    """How a request stood in the line until its first offer. Who chose a window stands beside it."""
    if request.windowed:
        return request.at, request.entered, None, False
    plain = request.offered is not None and not request.returned and request.danger is not Danger.LIFE
    return request.at, request.entered, request.offered or request.left, plain


def longest_overtaking(line: Sequence[Stood]) -> float:
    """The most seconds by which somebody asked later than another who waited, and was offered earlier (TURN).

    Danger to life and who was sent back to the front may overtake without bound, so they do not count as overtaking.
    """
    moments = sorted((until, since, plain) for since, _, until, plain in line if until is not None)
    waiting = sorted((entered, since, until) for since, entered, until, _ in line if until is not None)
    longest, came, heap = 0, 0, list[tuple[Instant, Instant]]()
    for offered, since, plain in moments:
        while came < len(waiting) and waiting[came][0] <= offered:
            heappush(heap, waiting[came][1:])
            came += 1
        while heap and heap[0][1] <= offered:
            heappop(heap)
        if plain and heap:
            longest = max(longest, since - heap[0][0])
    return longest / SECOND


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
