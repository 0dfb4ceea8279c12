"""Where the one who gives a command stands towards the conversation.

These verdicts compare ids, instants and articles of the Record with those of the command, once, so that ``decide`` need
not read the Record to choose. They are few, so that every combination can be visited (``gehoor check``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Heard, Record, State, Timer
from gehoor.core.guarantee.heard import easier_ways
from gehoor.core.guarantee.receipts import topics
from gehoor.core.ids import StaffId
from gehoor.core.time import Instant


class Standing(Enum):
    """What a member of staff is to the conversation."""

    OWNER = "owner"
    OFFERED = "offered"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Situation:
    """The verdicts over the Record for one command.

    ``standing`` of the member of staff who asks (or is meant); ``current``: the turn, the timer or the words that the
    command is about are the ones that count now; ``given``: the article was answered with before; ``more``: other
    turns of the AI are due beside this one. ``offered``: a person was offered in this turn already. ``topics`` were
    heard and have no receipt yet; ``offers`` would help and were not made yet.
    ``due``: what the recall is about was given here, and this step of it was not taken yet. ``seen``: the recalls whose
    correction was seen just now, each with its fact.
    """

    standing: Standing = Standing.OTHER
    current: bool = True
    given: bool = False
    more: bool = False
    offered: bool = False
    topics: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    due: bool = False
    seen: tuple[tuple[str, int], ...] = ()


_PLAIN = Situation()


def situation(state: State, command: c.Command, now: Instant) -> Situation:
    """The verdicts for this command."""
    record = state.record
    if isinstance(command, c.BotAnswered):
        given = command.source.article in record.given
        return Situation(current=command.turn in record.turns, given=given, more=len(record.turns) > 1)
    if isinstance(command, c.BotSuggests | c.BotDoesNotKnow):
        return Situation(current=command.turn in record.turns, more=len(record.turns) > 1)
    if isinstance(command, c.WriteMessage):
        return Situation(topics=_topics_due(record, command.heard), offers=_offers_due(record, command.heard))
    if isinstance(command, c.RaiseSignals):
        return Situation(
            current=command.turn in record.turns,
            more=len(record.turns) > 1,
            offered=record.offered_seq > command.turn,
            topics=_topics_due(record, command.heard),
            offers=_offers_due(record, command.heard),
        )
    if isinstance(command, c.RingTimer):
        return Situation(current=_has_rung(state, command.timer, now))
    if isinstance(command, c.MarkDelivered | c.PostTold):
        current = record.last_human_seq > 0 and command.upto >= record.last_human_seq
        by_page = isinstance(command, c.MarkDelivered)
        return Situation(
            current=current, seen=tuple(one for one in record.unseen if by_page and one[1] <= command.upto)
        )
    if isinstance(command, c.GiveCorrection):
        given = (command.article, command.version) in record.told
        return Situation(due=given and command.recall not in record.corrected)
    if isinstance(command, c.TellByPhone):
        return Situation(due=command.recall in record.corrected and command.recall not in record.called_about)
    agent: StaffId | None = getattr(command, "agent", None)
    if agent is None:
        return _PLAIN
    if agent == record.agent:
        seen: int | None = getattr(command, "seen", None)
        return Situation(Standing.OWNER, current=seen is None or seen >= record.last_customer_seq)
    return Situation(Standing.OFFERED if agent == record.offered_to else Standing.OTHER)


def _topics_due(record: Record, heard: Heard) -> tuple[str, ...]:
    return tuple(topic for topic in topics(heard) if topic not in record.receipts)


def _offers_due(record: Record, heard: Heard) -> tuple[str, ...]:
    return tuple(offer for offer in easier_ways(heard) if offer not in record.supports)


def _has_rung(state: State, timer: Timer, now: Instant) -> bool:
    rings = state.record.rings_at(timer)
    return rings is not None and rings <= now
