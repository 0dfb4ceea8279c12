"""An answer that was given here was wrong: the customer is told so, once.

A correction is a notice of the house. It is told whoever has the floor (decision 0023): who acts on a wrong answer must
not wait until a colleague is done, and it takes the floor from nobody.
"""

from __future__ import annotations

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import RECALL
from gehoor.core.conversation.model import Danger, Phase, PromiseKind
from gehoor.core.decide.case import HOUSE, Case, Told, by_house
from gehoor.core.decide.request import offer_person, request
from gehoor.core.guarantee.fallback import fallback


def correct(case: Case, command: c.GiveCorrection) -> list[Told]:
    """What was wrong and what is right, with a person one click away. Not to who was never given it, and not twice."""
    if not case.situation.due or case.floor is Phase.NEW:
        return []
    event = e.CorrectionGiven(
        command.recall, command.article, command.version, command.given, command.by_mail, command.template
    )
    told = [Told(event, command.text, actor=HOUSE)]
    return [*told, offer_person(case, RECALL)] if case.floor is Phase.AI else told


def tell_by_phone(case: Case, _command: c.TellByPhone) -> list[Told]:
    """A person calls: a request like another, with a dated promise. Who waits for a person or has one is told by them:
    the correction stands before their eyes."""
    if not case.situation.due or case.floor not in (Phase.AI, Phase.RESOLVED):
        return []
    event, said = fallback(case.policy, case.record, Danger.NONE, PromiseKind.CALLBACK, case.order.reference, case.now)
    return [request(case, RECALL, actor=HOUSE), by_house(event, said)]
