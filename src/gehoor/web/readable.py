"""Who of the staff may see what.

An agent reads what waits for people and what people have; a supervisor reads everything. A partner's people at our desk
(a restricted team of the policy) see only the conversation that is offered to them or that they have, and that one from
the request on. Whatever else there is looks to them as if it were not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.transcript import Line
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import NotAllowed, Unknown
from gehoor.core.ids import StaffId
from gehoor.core.knowledge.life import SUPERVISOR, WRITER
from gehoor.core.policy import Policy
from gehoor.ports.people import Staff

_WITH_PEOPLE: Final = (Phase.WAITING, Phase.OFFERED, Phase.HUMAN, Phase.PARKED)


def restricted(policy: Policy, staff: Staff) -> bool:
    """Whether somebody works at our desk for a partner."""
    return any(team.restricted and team.id == staff.team for team in policy.teams)


def supervises(policy: Policy, staff: Staff) -> bool:
    """Whether somebody reads what is not theirs, and sees the figures and the policy. A partner's people never do."""
    return staff.role == "supervisor" and not restricted(policy, staff)


def writes(policy: Policy, staff: Staff) -> bool:
    """Whether somebody writes the knowledge. A partner's people never do."""
    return staff.role in (WRITER, SUPERVISOR) and not restricted(policy, staff)


def refuse_who_does_not_supervise(policy: Policy, staff: Staff) -> None:
    """Keeps what is for supervisors to them.

    Raises:
        NotAllowed: somebody else.
    """
    if not supervises(policy, staff):
        raise NotAllowed("Dit is voor leidinggevenden.")


def sees_quality(policy: Policy, staff: Staff) -> bool:
    """Whether somebody sees how good answers are: who supervises, and who writes them."""
    return staff.role in ("supervisor", "writer") and not restricted(policy, staff)


def is_given(view: ConversationView, staff: StaffId) -> bool:
    """Whether the conversation is offered to this member of staff, or theirs."""
    offered = view.phase is Phase.OFFERED and view.offered_to == staff
    return offered or (view.phase is Phase.HUMAN and view.agent == staff)


def readable(policy: Policy, staff: Staff, view: ConversationView | None) -> ConversationView:
    """The conversation, if this member of staff may read it. What the AI has is not read over its shoulder.

    Raises:
        Unknown: there is none; or, for a partner's people, it is not theirs.
        NotAllowed: no person has it or is asked for.
    """
    if view is None or (restricted(policy, staff) and not is_given(view, staff.id)):
        raise Unknown("Er is geen gesprek met dit nummer.")
    if view.phase not in _WITH_PEOPLE and not supervises(policy, staff):
        raise NotAllowed("Dit gesprek is niet bij een medewerker.")
    return view


def since_request(lines: Sequence[Line]) -> int:
    """The seq at which a partner's people begin to read: the newest request, with the words that it was made in.

    Beyond the end when nobody ever asked: then there is nothing for them to read before they came.
    """
    asked = [line.fact for line in lines if isinstance(line.fact.event, e.HumanRequested)]
    if not asked:
        return lines[-1].fact.seq + 1 if lines else 0
    return next(line.fact.seq for line in lines if line.fact.cause == asked[-1].cause)
