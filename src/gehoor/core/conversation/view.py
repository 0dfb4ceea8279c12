"""The row that is stored beside the facts: what lists and queues need without folding.

It is a copy, written in the same commit; a test proves for every kind of fact that it equals the fold.
"""

from __future__ import annotations

from dataclasses import dataclass

from gehoor.core.conversation.model import Danger, Phase, PromiseKind, Reached, State, Timer
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.time import Instant


@dataclass(frozen=True, slots=True)
class ConversationView:
    """One conversation in a list. No personal data."""

    id: ConversationId
    seq: int
    at: Instant
    started_at: Instant
    channel: str
    language: str
    phase: Phase
    ai_busy: bool
    requested: bool
    danger: Danger
    returned: bool
    reached: Reached
    tries: int
    agent: StaffId | None
    offered_to: StaffId | None
    offer_expires_at: Instant | None
    wanted: StaffId | None
    declined: tuple[StaffId, ...]
    queued_since: Instant | None
    first_requested_at: Instant | None
    due_at: Instant | None
    reference: str
    promise_kind: PromiseKind | None
    window_start: Instant | None = None
    owner: str = ""
    skill: str = ""
    link: int = 0
    acknowledged: bool = False


def view(state: State) -> ConversationView:
    """The row of a state."""
    control, record = state.control, state.record
    return ConversationView(
        id=record.id,
        seq=record.seq,
        at=record.at,
        started_at=record.started_at,
        channel=record.channel.value,
        language=record.language,
        phase=control.phase,
        ai_busy=Timer.BOT in control.armed,
        requested=control.requested,
        danger=control.danger,
        returned=control.returned,
        reached=control.reached,
        tries=control.tries,
        agent=record.agent,
        offered_to=record.offered_to,
        offer_expires_at=_expiry(state),
        wanted=record.wanted,
        declined=record.declined,
        queued_since=record.queued_since,
        first_requested_at=record.first_requested_at,
        due_at=record.due_at,
        reference=record.reference,
        promise_kind=record.promise_kind,
        window_start=record.window_start,
        owner=record.owner,
        skill=record.skill,
        link=control.link,
        acknowledged=control.acknowledged,
    )


def _expiry(state: State) -> Instant | None:
    return state.record.rings_at(Timer.OFFER)
