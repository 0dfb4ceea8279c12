"""The queue, exhaustively: every pair of places, and every small queue before every pair of agents (TURN)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.routing.assign import Hands, Match, assign
from gehoor.core.routing.queue import Waiting, in_order, place_key
from gehoor.core.time import MINUTE, Instant

ANNA: Final = StaffId("anna")
BRAM: Final = StaffId("bram")
OVERTAKING: Final = 60 * MINUTE
"""The bound that core/routing/queue.py states: nobody who asked later than this goes first, but for the front."""

CLASSES: Final = (Danger.NONE, Danger.DAMAGE, Danger.LIFE)
_APART: Final = 20 * MINUTE
_STEP: Final = 10 * MINUTE
_STEPS: Final = 14
_DECLINED: Final[tuple[tuple[StaffId, ...], ...]] = ((), (ANNA,), (BRAM,), (ANNA, BRAM), (BRAM, ANNA))
_FEW_DECLINED: Final[tuple[tuple[StaffId, ...], ...]] = ((), (ANNA,))
_HANDS: Final = ((0, 0), (0, 1), (1, 1), (1, 2), (0, 2))
"""Busy and capacity of one agent; (0, 0) is absent."""

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
    for queue, hands in _situations():
        if found and until_found:
            break
        count += 1
        for sentence in wrong_offers(queue, hands):
            found.setdefault(sentence, f"{_spoken(queue)} before {_hands(hands)}")
    return count, list(found.items())


# -- places ----------------------------------------------------------------------------------------------------------


def _pairs() -> Iterator[Wrong]:
    """Every two customers of every class, up to two hours apart: who goes first, and why that is fair."""
    kinds = [(danger, returned) for danger in Danger for returned in (False, True)]
    ages = [Instant(step * _STEP) for step in range(_STEPS)]
    one = [Waiting(ConversationId("a"), at, danger, returned) for danger, returned in kinds for at in ages]
    for first, second in product(one, one):
        other = replace(second, id=ConversationId("b"))
        if place_key(first) < place_key(other):
            for sentence in _unfair(first, other):
                yield sentence, _spoken((first, other))


def _unfair(first: Waiting, later: Waiting) -> Iterator[str]:
    """What is wrong when ``first`` goes before ``later``."""
    life = first.danger is Danger.LIFE
    if later.danger is Danger.LIFE and not life:
        yield "Danger to life does not go first."
    same = (first.danger, first.returned) == (later.danger, later.returned)
    if same and first.since > later.since:
        yield "Within a class the longest waiting does not go first."
    if later.returned and not (first.returned or life):
        yield "A customer whose agent dropped out is not in front."
    if first.since == later.since and first.danger < later.danger and first.returned <= later.returned:
        yield "Of two who asked at once, the greater danger does not go first."
    in_front = life or first.returned
    if not in_front and first.since > later.since + OVERTAKING:
        yield "A customer was overtaken by somebody who asked more than an hour later."


# -- offers ----------------------------------------------------------------------------------------------------------

Situation = tuple[tuple[Waiting, ...], tuple[Hands, ...]]


def _situations() -> Iterator[Situation]:
    """Up to four customers of three classes, and up to two with everything that can be known of them."""
    agents = [tuple(_present(*both)) for both in product(_HANDS, _HANDS)]
    few = list(product(CLASSES, (False,), _FEW_DECLINED, (None,)))
    every = list(product(CLASSES, (False, True), _DECLINED, (None, ANNA)))
    for size, kinds in ((0, every), (1, every), (2, every), (3, few), (4, few)):
        for chosen in product(kinds, repeat=size):
            queue = tuple(_customer(place, *kind) for place, kind in enumerate(chosen))
            # Two customers with everything that can be known of them, before every second pair of agents.
            for hands in agents[:: 2 if kinds is every else 1]:
                yield queue, hands


def _customer(
    place: int, danger: Danger, returned: bool, declined: tuple[StaffId, ...], wanted: StaffId | None
) -> Waiting:
    return Waiting(ConversationId(f"c{place}"), Instant(place * _APART), danger, returned, wanted, declined)


def _present(anna: tuple[int, int], bram: tuple[int, int]) -> Iterator[Hands]:
    for agent, (busy, capacity) in ((ANNA, anna), (BRAM, bram)):
        if capacity:
            yield Hands(agent, busy, capacity)


def wrong_offers(queue: Sequence[Waiting], hands: Sequence[Hands]) -> Iterator[str]:
    """What is wrong with the offers that are made to these customers and agents, in this round and the next."""
    matches = assign(queue, hands)
    if assign(queue[::-1], hands[::-1]) != matches:
        yield "The same queue in another order gives other offers."
    if len({match.conversation for match in matches}) != len(matches):
        yield "A customer was offered to two agents."
    busy = {hand.agent: hand.busy for hand in hands}
    room = {hand.agent: hand.capacity for hand in hands}
    offers = {match.conversation: match for match in matches}
    for waiting in in_order(queue):
        match = offers.get(waiting.id)
        free = {agent for agent in busy if busy[agent] < room[agent]}
        yield from _wrong_match(waiting, match, free, busy)
        if match is not None and match.agent in busy:
            busy[match.agent] += 1
    yield from _wrong_again(queue, hands, matches)


def _wrong_match(waiting: Waiting, match: Match | None, free: set[StaffId], busy: dict[StaffId, int]) -> Iterator[str]:
    """One customer, in turn: ``free`` are the agents with room, ``busy`` everybody present."""
    willing = free - set(waiting.declined)
    unasked = busy.keys() - set(waiting.declined)
    if match is None:
        spared = waiting.danger is Danger.NONE and bool(unasked) and not willing and waiting.wanted not in free
        if free and not spared:
            yield "Somebody who waits longer was passed over."
        return
    if match.agent not in free:
        yield "An agent was offered more than there is room for, or is not there."
        return
    if waiting.wanted in free:
        if match.agent != waiting.wanted:
            yield "A customer was not offered to the agent for whom they were meant."
        return
    if match.agent in waiting.declined and (willing or (unasked and waiting.danger is Danger.NONE)):
        yield "An agent who declined was asked again while another is willing."
    if match.agent in willing and busy[match.agent] > min(busy[agent] for agent in willing):
        yield "A customer was offered to an agent with more conversations than another."


def _wrong_again(queue: Sequence[Waiting], hands: Sequence[Hands], matches: Sequence[Match]) -> Iterator[str]:
    """The next round, with these offers standing."""
    offered = {match.conversation: match.agent for match in matches}
    standing = [replace(one, offered_to=offered.get(one.id)) for one in queue]
    more = [sum(match.agent == hand.agent for match in matches) for hand in hands]
    fuller = [replace(hand, busy=hand.busy + extra) for hand, extra in zip(hands, more, strict=True)]
    if any(hand.busy > hand.capacity for hand in fuller):
        yield "An agent has more conversations than there is room for."
    if assign(standing, fuller):
        yield "The same customer or the same agent got a second offer in the next round."


def _spoken(queue: Sequence[Waiting]) -> str:
    told = (
        f"{one.danger.name.lower()}{' returned' if one.returned else ''} since {one.since // MINUTE} min"
        f"{' declined by ' + ', '.join(one.declined) if one.declined else ''}"
        for one in queue
    )
    return "; ".join(told) or "nobody"


def _hands(hands: Sequence[Hands]) -> str:
    return ", ".join(f"{one.agent} {one.busy}/{one.capacity}" for one in hands) or "nobody"
