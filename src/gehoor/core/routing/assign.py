"""Who is offered which conversation, and why.

Pure: the queue and the agents in, offers out. One place calls it at a time (flows/handover.py), so that two agents are
never offered the same customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.routing.queue import Waiting, in_order


@dataclass(frozen=True, slots=True)
class Hands:
    """One agent who is present. ``busy``: conversations and offers now; ``free_since``: orders equal agents."""

    agent: StaffId
    busy: int
    capacity: int
    free_since: int = 0

    @property
    def free(self) -> bool:
        """Whether there is room for one more."""
        return self.busy < self.capacity


@dataclass(frozen=True, slots=True)
class Match:
    """An offer to make, with the reason in words for the record."""

    conversation: ConversationId
    agent: StaffId
    why: str


def assign(queue: Iterable[Waiting], hands: Iterable[Hands]) -> list[Match]:
    """Offers for the customers at the head of the queue, as far as hands reach.

    The customer is chosen first (the longest waiting in order), then the agent: the one a colleague transferred to,
    else who has the fewest conversations, then who has been free longest. An agent who declined this customer is asked
    again only when everybody present declined: until then it waits for who is still busy. In danger nobody is spared.
    """
    present = tuple(hands)
    room = {hand.agent: hand for hand in present if hand.free}
    matches: list[Match] = []
    for waiting in in_order(one for one in queue if one.offered_to is None):
        if not room:
            break
        match = _match(waiting, room, present)
        if match is None:
            continue
        matches.append(match)
        taken = room[match.agent]
        more = Hands(taken.agent, taken.busy + 1, taken.capacity, taken.free_since)
        if more.free:
            room[match.agent] = more
        else:
            del room[match.agent]
    return matches


def _match(waiting: Waiting, room: dict[StaffId, Hands], present: tuple[Hands, ...]) -> Match | None:
    if waiting.wanted is not None and waiting.wanted in room:
        return Match(waiting.id, waiting.wanted, f"{waiting.waiting_class}: transferred to this agent")
    willing = [hand for hand in room.values() if hand.agent not in waiting.declined]
    if willing:
        chosen = min(willing, key=lambda hand: (hand.busy, hand.free_since, hand.agent))
        return Match(waiting.id, chosen.agent, f"{waiting.waiting_class}: first in line; fewest conversations")
    if waiting.danger is Danger.NONE and any(hand.agent not in waiting.declined for hand in present):
        return None
    order = {agent: place for place, agent in enumerate(waiting.declined)}
    chosen = min(room.values(), key=lambda hand: (order[hand.agent], hand.agent))
    return Match(waiting.id, chosen.agent, f"{waiting.waiting_class}: everybody present declined; asked longest ago")
