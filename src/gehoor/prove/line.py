"""The queue, exhaustively: every pair of places, and every small queue before every pair of agents (TURN)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.routing.assign import Hands, Match, assign
from gehoor.core.routing.places import Later, Move, why_later
from gehoor.core.routing.queue import Need, NeedKind, Waiting, WaitingClass, in_order, place_key
from gehoor.core.time import MINUTE, Instant

_Able = tuple[frozenset[str] | None, frozenset[str] | None, bool]

ANNA: Final = StaffId("anna")
BRAM: Final = StaffId("bram")
OVERTAKING: Final = 60 * MINUTE
"""The bound that core/routing/queue.py states: nobody who asked later than this goes first, but for the front."""

CLASSES: Final = (Danger.NONE, Danger.DAMAGE, Danger.LIFE)
NOW: Final = Instant(200 * MINUTE)
_APART: Final = 20 * MINUTE
_STEP: Final = 10 * MINUTE
_STEPS: Final = 14
_SOON: Final = Instant(NOW + 1)
_DECLINED: Final[tuple[tuple[StaffId, ...], ...]] = ((), (ANNA,), (BRAM,), (ANNA, BRAM), (BRAM, ANNA))
_FEW_DECLINED: Final[tuple[tuple[StaffId, ...], ...]] = ((), (ANNA,))
_ROOM: Final = ((0, 0), (0, 1), (1, 1), (1, 2), (0, 2))
"""Busy and capacity of one agent; (0, 0) is absent."""
_NARROW, _WIDE = (Need(NeedKind.LANGUAGE, "en", _SOON),), (Need(NeedKind.LANGUAGE, "en", NOW),)
_TWO: Final = (Need(NeedKind.LANGUAGE, "en", NOW), Need(NeedKind.SKILL, "lift", _SOON))
_NONE: Final[frozenset[str]] = frozenset()
_ABLE: Final[tuple[_Able, ...]] = (
    (None, None, False),
    (frozenset({"lift"}), frozenset({"en"}), False),
    (_NONE, frozenset({"nl"}), False),
    (frozenset({"lift"}), frozenset({"nl"}), True),
)
"""What agents have been taught and speak (None: everything), and whether a partner's: for those no need widens."""

Wrong = tuple[str, str]
"""What is wrong, and with which queue."""


def check_queue(until_found: bool = False) -> tuple[int, list[Wrong]]:
    """How many queues were looked at, and each different fault with the first queue that shows it.

    Args:
        until_found: stop at the first fault.
    """
    count, found = 0, dict[str, str]()
    for sentence, where in _pairs():
        found.setdefault(sentence, where)
        if until_found:
            break
    for queue, hands in _situations():
        if found and until_found:
            break
        count += 1
        for sentence in wrong_offers(queue, hands):
            found.setdefault(sentence, f"{_spoken(queue)} before {_hands(hands)}")
    return count, list(found.items())


# -- places ----------------------------------------------------------------------------------------------------------


def _pairs() -> Iterator[Wrong]:
    """Every two customers of every class, up to two hours apart: who goes first, why that is fair, and what is said."""
    kinds = [(danger, returned, None) for danger in Danger for returned in (False, True)]
    opened: list[tuple[Danger, bool, Instant | None]] = [
        (danger, returned, Instant(at * _STEP))
        for danger, returned, at in (*product((Danger.NONE,), (False, True), (3, 6)), (Danger.DAMAGE, False, 3))
    ]
    ages = [Instant(step * _STEP) for step in range(_STEPS)]
    one = [
        Waiting(ConversationId("a"), at, danger, returned, not_before=window)
        for danger, returned, window in (*kinds, *opened)
        for at in ages
    ]
    for first, second in product(one, one):
        other = replace(second, id=ConversationId("b"))
        if place_key(first) < place_key(other):
            for sentence in (*_unfair(first, other), *_unsaid(first, other)):
                yield sentence, _spoken((first, other))


def _unfair(first: Waiting, later: Waiting) -> Iterator[str]:
    """What is wrong when ``first`` goes before ``later``."""
    life = first.danger is Danger.LIFE
    window = first.not_before is not None and first.danger is Danger.NONE
    if later.danger is Danger.LIFE and not life:
        yield "Danger to life does not go first."
    same = (first.danger, first.returned, first.not_before) == (later.danger, later.returned, later.not_before)
    if same and first.since > later.since:
        yield "Within a class the longest waiting does not go first."
    if later.returned and not (first.returned or life):
        yield "A customer whose agent dropped out is not in front."
    windows = first.waiting_class is later.waiting_class is WaitingClass.WINDOW
    if windows and (first.not_before or 0) > (later.not_before or 0):
        yield "Of two windows the earlier one does not go first."
    if later.waiting_class is WaitingClass.WINDOW and not (window or first.returned or life):
        yield "A window that opened is not in front."
    as_calm = first.returned <= later.returned and not window
    if first.since == later.since and first.danger < later.danger and as_calm:
        yield "Of two who asked at once, the greater danger does not go first."
    in_front = life or first.returned or window
    if not in_front and first.since > later.since + OVERTAKING:
        yield "A customer was overtaken by somebody who asked more than an hour later."


_SAID: Final = {WaitingClass.RETURNED: Later.RETURNED, WaitingClass.WINDOW: Later.WINDOW, WaitingClass.NORMAL: None}


def _unsaid(first: Waiting, later: Waiting) -> Iterator[str]:
    """What is wrong with the reasons that are told when ``first`` comes in, or goes, before or after ``later``."""
    reason = why_later([Move(None, first)], later)
    if reason is not (_SAID.get(first.waiting_class, Later.DANGER) or Later.EARLIER):
        yield "A place went up without its reason."
    if why_later([Move(None, later)], first) is not None or why_later([Move(first, first)], later) is not None:
        yield "A reason was told for a place that did not go up."
    if why_later([Move(later, later)], later) is not Later.MOVED:
        yield "A customer's own choice was not told as such."


# -- offers ----------------------------------------------------------------------------------------------------------

Situation = tuple[tuple[Waiting, ...], tuple[Hands, ...]]


def _situations() -> Iterator[Situation]:
    """Up to four customers of three classes before two agents; two with everything that can be known of them; and the
    same with needs, windows and probes."""
    agents = [tuple(_present(*both)) for both in product(_ROOM, _ROOM)]
    able = [tuple(_able(*both)) for both in product(product(_ROOM[1:4], _ABLE), repeat=2)]
    few = [_kind(*one) for one in product(CLASSES, (False,), _FEW_DECLINED, (None,))]
    every = [_kind(*one) for one in product(CLASSES, (False, True), _DECLINED, (None, ANNA))]
    needy = [
        replace(_kind(danger, False, declined, wanted), needs=needs)
        for danger, declined, wanted, needs in product(
            (Danger.NONE, Danger.DAMAGE), _FEW_DECLINED, (None, ANNA), ((), _NARROW, _WIDE, _TWO)
        )
    ]
    plain = [one for one in needy if one.wanted is None and not one.declined and one.needs != _TWO]
    timed = list(_timed())
    # Where everything that can be known of two customers is tried, some of the pairs of agents must do.
    kinds = [(0, every, agents), (1, every, agents), (2, every, agents[::2]), (3, few, agents), (4, few, agents)]
    kinds += [(1, needy, able), (2, needy, able[::5]), (3, plain, able[::5]), (4, plain, able[::11])]
    kinds += [(size, timed, agents[1::4]) for size in (1, 2, 3, 4)]
    for size, some, before in sorted(kinds, key=lambda one: len(one[1]) ** one[0] * len(one[2])):
        yield from _queues(some, size, before)


def _timed() -> Iterator[Waiting]:
    """Customers with a window, open or not yet, and the house at its own door."""
    calm = _kind(Danger.NONE, False, (), None)
    yield calm
    yield replace(calm, not_before=NOW)
    yield replace(calm, not_before=_SOON)
    yield replace(calm, not_before=_SOON, returned=True)
    yield replace(calm, not_before=_SOON, danger=Danger.DISCOMFORT)
    yield replace(calm, probe=True, danger=Danger.LIFE)


def _queues(kinds: Sequence[Waiting], size: int, agents: Sequence[tuple[Hands, ...]]) -> Iterator[Situation]:
    places = [
        [replace(kind, id=ConversationId(f"c{place}"), since=Instant(place * _APART)) for kind in kinds]
        for place in range(size)
    ]
    for queue in product(*places):
        for hands in agents:
            yield queue, hands


def _kind(danger: Danger, returned: bool, declined: tuple[StaffId, ...], wanted: StaffId | None) -> Waiting:
    return Waiting(ConversationId(""), Instant(0), danger, returned, wanted, declined)


def _present(anna: tuple[int, int], bram: tuple[int, int]) -> Iterator[Hands]:
    for agent, (busy, capacity) in ((ANNA, anna), (BRAM, bram)):
        if capacity:
            yield Hands(agent, busy, capacity)


def _able(anna: tuple[tuple[int, int], _Able], bram: tuple[tuple[int, int], _Able]) -> Iterator[Hands]:
    for agent, ((busy, capacity), able) in ((ANNA, anna), (BRAM, bram)):
        yield Hands(agent, busy, capacity, 0, *able)


def wrong_offers(queue: Sequence[Waiting], hands: Sequence[Hands]) -> Iterator[str]:
    """What is wrong with the offers that are made to these customers and agents, in this round and the next."""
    line = in_order(queue)
    matches = assign(line, hands, NOW)
    if assign(line, hands[::-1], NOW) != matches or in_order(queue[::-1]) != line:
        yield "The same queue in another order gives other offers."
    if len({match.conversation for match in matches}) != len(matches):
        yield "A customer was offered to two agents."
    present = {hand.agent: hand for hand in hands}
    offers = {match.conversation: match for match in matches}
    for waiting in line:
        match = offers.get(waiting.id)
        yield from _wrong_match(waiting, match, present)
        if match is not None and match.agent in present:
            present[match.agent] = present[match.agent].with_one_more()
    yield from _wrong_again(line, hands, matches)


def _unmet(waiting: Waiting, hand: Hands) -> list[Need]:
    has = {NeedKind.LANGUAGE: hand.languages, NeedKind.SKILL: hand.skills}
    named = [(need, has[need.kind]) for need in waiting.needs]
    return [need for need, known in named if known is not None and need.name not in known]


def _may(waiting: Waiting, hand: Hands, ever: bool = False) -> bool:
    """Whether an agent may have a customer now, or ever: said once more, in other words than the rule itself."""
    if waiting.danger is not Danger.NONE or not _unmet(waiting, hand):
        return True
    return not hand.restricted and (ever or max(need.until for need in _unmet(waiting, hand)) <= NOW)


def _wrong_match(waiting: Waiting, match: Match | None, present: dict[StaffId, Hands]) -> Iterator[str]:
    """One customer, in turn, before everybody present."""
    shut = waiting.not_before is not None and waiting.not_before > NOW and waiting.danger is Danger.NONE
    if shut or waiting.probe:
        if match is not None:
            yield "Somebody was offered who does not stand in the line."
        return
    free = {agent: hand for agent, hand in present.items() if hand.busy < hand.capacity}
    wanted = free.get(waiting.wanted) if waiting.wanted is not None else None
    meant = wanted if wanted is not None and _may(waiting, wanted, ever=True) else None
    able = {agent for agent, hand in free.items() if _may(waiting, hand)}
    willing = able - set(waiting.declined)
    unasked = {agent for agent, hand in present.items() if _may(waiting, hand, ever=True)} - set(waiting.declined)
    calm = waiting.danger is Danger.NONE
    if match is None:
        spared = calm and bool(unasked) and not willing and meant is None
        if (able or meant is not None) and not spared:
            yield "Somebody who waits longer was passed over."
        return
    yield from _wrong_words(waiting, match)
    if match.agent not in free:
        yield "An agent was offered more than there is room for, or is not there."
    elif meant is not None:
        if match.agent != waiting.wanted:
            yield "A customer was not offered to the agent for whom they were meant."
    elif match.agent not in able:
        yield "A customer was offered to an agent who lacks what they need."
    elif match.agent in waiting.declined and (willing or (unasked and calm)):
        yield "An agent who declined was asked again while another is willing."
    elif match.agent in willing:
        yield from _wrong_choice(waiting, free[match.agent], [free[agent] for agent in willing])


def _wrong_choice(waiting: Waiting, chosen: Hands, willing: Sequence[Hands]) -> Iterator[str]:
    fewest = min(len(_unmet(waiting, hand)) for hand in willing)
    if len(_unmet(waiting, chosen)) > fewest:
        yield "A customer was offered to an agent who meets less of what they need than another."
    elif chosen.busy > min(hand.busy for hand in willing if len(_unmet(waiting, hand)) == fewest):
        yield "A customer was offered to an agent with more conversations than another."


def _wrong_words(waiting: Waiting, match: Match) -> Iterator[str]:
    parts = match.why.split("; ")
    named = [part.split(":")[0] for part in parts[1:-1]]
    if parts[0] != waiting.waiting_class or named != [f"{need.kind} {need.name}" for need in waiting.needs]:
        yield "An offer does not say why."


def _wrong_again(queue: Sequence[Waiting], hands: Sequence[Hands], matches: Sequence[Match]) -> Iterator[str]:
    """The next round, with these offers standing."""
    offered = {match.conversation: match.agent for match in matches}
    standing = [replace(one, offered_to=offered[one.id]) if one.id in offered else one for one in queue]
    fuller = list(hands)
    for match in matches:
        fuller = [hand.with_one_more() if hand.agent == match.agent else hand for hand in fuller]
    if any(hand.busy > hand.capacity for hand in fuller):
        yield "An agent has more conversations than there is room for."
    if assign(standing, fuller, NOW):
        yield "The same customer or the same agent got a second offer in the next round."


def _spoken(queue: Sequence[Waiting]) -> str:
    told = (
        f"{one.waiting_class} since {one.since // MINUTE} min"
        f"{' needs ' + ', '.join(need.name for need in one.needs) if one.needs else ''}"
        f"{' declined by ' + ', '.join(one.declined) if one.declined else ''}"
        for one in queue
    )
    return "; ".join(told) or "nobody"


def _hands(hands: Sequence[Hands]) -> str:
    return ", ".join(f"{one.agent} {one.busy}/{one.capacity}" for one in hands) or "nobody"
