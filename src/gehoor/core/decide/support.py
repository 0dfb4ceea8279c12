"""An easier way, chosen by the customer: what is on record is the choice, never a reason for it."""

from __future__ import annotations

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import BY_A_PERSON, Phase, Preference, Timer
from gehoor.core.decide.case import Case, Told
from gehoor.core.decide.request import back_in_queue, reopen, request
from gehoor.core.errors import NotNow
from gehoor.core.guarantee import deadlines
from gehoor.core.time import Instant


def choose(case: Case, command: c.ChooseSupport) -> list[Told]:
    """The choice, and what it leads to: a person who knows what was chosen, or on as before in another language, with
    more time, or with somebody who helps."""
    if not case.control.disclosed:
        raise NotNow("Start the conversation first: the customer must have been told that this is an AI.")
    spoken_here = command.offer == "other_language" and command.language in case.policy.languages
    language = command.language if spoken_here else None
    told = [reopen(case)] if case.floor is Phase.RESOLVED else []
    told.append(_chosen(case, command, language))
    if case.floor is Phase.PARKED:
        told.append(back_in_queue(case, "customer_back"))
    by_a_person = command.offer in BY_A_PERSON and language is None
    if by_a_person and case.floor in (Phase.AI, Phase.RESOLVED):
        called = Preference.CALLBACK if command.offer == "call" else None
        told.append(request(case, "support", case.control.danger, called, kind=command.offer))
    return told


def _chosen(case: Case, command: c.ChooseSupport, language: str | None) -> Told:
    spoken = case.record.language if language is None else language
    said = case.policy.wording.say(f"chosen_{command.offer}", spoken, phone=case.policy.contact.phone)
    event = e.SupportChosen(command.client_id, command.offer, language, _open_until(case, command), said.template)
    return Told(event, said.text)


def _open_until(case: Case, command: c.ChooseSupport) -> Instant | None:
    """Who asks for time gets it: the clock that would close the conversation begins anew, with more on it."""
    runs = Timer.IDLE in case.control.armed or case.floor is Phase.RESOLVED
    return deadlines.no_hurry(case.policy, case.now) if command.offer == "more_time" and runs else None
