"""Who is offered which conversation, and why.

Pure: the line and the agents in, offers out. One place calls it at a time (flows/handover.py), so that two agents are
never offered the same customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.routing.queue import Need, NeedKind, Waiting
from gehoor.core.time import Instant


class Because(StrEnum):
    """Why this agent and no other."""

    TRANSFERRED = "transferred to this agent"
    ALONE = "nobody else has room"
    FEWEST = "fewest conversations"
    FREE_LONGEST = "free longest"
    DECLINED = "everybody declined, asked longest ago"


class Met(StrEnum):
    """How a need stands with the agent who was chosen."""

    MET = "met"
    WIDENED = "waited long enough"
    DANGER = "danger does not wait for it"
    TRANSFERRED = "a colleague chose"


@dataclass(frozen=True, slots=True)
class Hands:
    """One agent who is present.

    ``busy``: conversations and offers now; ``free_since``: orders equal agents. ``skills``, ``languages``: what the
    agent has, None for everything. ``restricted``: one of a partner's people, for whom a need never widens.
    """

    agent: StaffId
    busy: int
    capacity: int
    free_since: int = 0
    skills: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    restricted: bool = False

    @property
    def free(self) -> bool:
        """Whether there is room for one more."""
        return self.busy < self.capacity

    def with_one_more(self) -> Hands:
        """This agent with one more conversation."""
        return replace(self, busy=self.busy + 1)

    def lacks(self, waiting: Waiting) -> tuple[Need, ...]:
        """The needs of a customer that this agent does not meet."""
        return tuple(need for need in waiting.needs if not self._has(need)) if waiting.needs else ()

    def _has(self, need: Need) -> bool:
        mine = self.languages if need.kind is NeedKind.LANGUAGE else self.skills
        return mine is None or need.name in mine

    def may(self, waiting: Waiting, now: Instant) -> bool:
        """Whether this agent may be offered the customer now. In danger a need keeps nobody waiting."""
        lacking = self.lacks(waiting)
        if not lacking or waiting.danger is not Danger.NONE:
            return True
        return not self.restricted and all(need.until <= now for need in lacking)

    def may_ever(self, waiting: Waiting) -> bool:
        """Whether this agent may be offered the customer once the needs have widened."""
        return not self.restricted or waiting.danger is not Danger.NONE or not self.lacks(waiting)


@dataclass(frozen=True, slots=True)
class Match:
    """An offer to make, with the reason in words for the record: the class, each need, why this agent."""

    conversation: ConversationId
    agent: StaffId
    why: str


def assign(line: Iterable[Waiting], hands: Iterable[Hands], now: Instant) -> list[Match]:
    """Offers for the customers at the head of the line, as far as hands reach.

    The customer is chosen first, then the agent: the one a colleague transferred to, else of those who may take this
    customer who meets the most needs, then who has the fewest conversations, then who has been free longest. An agent
    who declined this customer is asked again only when everybody present declined who could ever take it: until then it
    waits for who is still busy, or for a need to widen. In danger nobody is spared.

    Args:
        line: everybody who waits, in order (core/routing/queue.py).
    """
    present = tuple(hands)
    room = {hand.agent: hand for hand in present if hand.free}
    matches: list[Match] = []
    for waiting in line:
        if not room:
            break
        match = None if waiting.offered_to is not None else _match(waiting, room, present, now)
        if match is None:
            continue
        matches.append(match)
        more = room[match.agent].with_one_more()
        if more.free:
            room[match.agent] = more
        else:
            del room[match.agent]
    return matches


def _match(waiting: Waiting, room: dict[StaffId, Hands], present: tuple[Hands, ...], now: Instant) -> Match | None:
    if not waiting.in_line(now):
        return None
    wanted = room.get(waiting.wanted) if waiting.wanted is not None else None
    if wanted is not None and wanted.may_ever(waiting):
        return _matched(waiting, wanted, Because.TRANSFERRED, now)
    able = [hand for hand in room.values() if hand.may(waiting, now)]
    willing = [hand for hand in able if hand.agent not in waiting.declined]
    if willing:
        chosen = min(willing, key=lambda hand: (len(hand.lacks(waiting)), hand.busy, hand.free_since, hand.agent))
        return _matched(waiting, chosen, _because(chosen, willing), now)
    spared = any(hand.agent not in waiting.declined and hand.may_ever(waiting) for hand in present)
    if not able or (spared and waiting.danger is Danger.NONE):
        return None
    order = {agent: place for place, agent in enumerate(waiting.declined)}
    chosen = min(able, key=lambda hand: (order[hand.agent], hand.agent))
    return _matched(waiting, chosen, Because.DECLINED, now)


def _because(chosen: Hands, willing: list[Hands]) -> Because:
    if len(willing) == 1:
        return Because.ALONE
    equal = sum(hand.busy == chosen.busy for hand in willing) > 1
    return Because.FREE_LONGEST if equal else Because.FEWEST


def _matched(waiting: Waiting, hand: Hands, because: Because, now: Instant) -> Match:
    lacking = hand.lacks(waiting)
    parts = [waiting.waiting_class.value]
    for need in waiting.needs:
        how = Met.MET
        if need in lacking and because is Because.TRANSFERRED and need.until > now:
            how = Met.TRANSFERRED
        elif need in lacking:
            how = Met.WIDENED if waiting.danger is Danger.NONE else Met.DANGER
        parts.append(f"{need.kind} {need.name}: {how}")
    return Match(waiting.id, hand.agent, "; ".join((*parts, because)))
