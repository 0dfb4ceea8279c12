"""A request for a person: the same facts whoever or whatever makes it."""

from __future__ import annotations

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, Danger, Preference
from gehoor.core.decide.case import HOUSE, Case, Told, by_house
from gehoor.core.guarantee import deadlines
from gehoor.core.ids import ClientId
from gehoor.core.time import Instant


def request(
    case: Case,
    how: str,
    danger: Danger = Danger.NONE,
    preference: Preference | None = None,
    client_id: ClientId | None = None,
    actor: Actor | None = None,
    kind: str = "",
    language: str = "",
) -> Told:
    """The wish as a fact, at once: no confirmation, no form (HUM-2, HUM-3). ``kind``: the kind of danger, if any;
    ``language``: of the words in which it was asked."""
    said = case.say(f"requested_{how}", language=language)
    wait = deadlines.wait_until(case.policy, case.now, danger)
    skill = case.policy.skill_for(how, kind)
    event = e.HumanRequested(how, preference, danger, wait, said.template, client_id, skill)
    return Told(event, said.text, "", actor)


def failed_over(case: Case) -> list[Told]:
    """Something of the AI broke, timed out or came back empty: the customer goes on to a person, and reads so."""
    return [request(case, "fault", actor=HOUSE)]


def offer_person(case: Case, reason: str, language: str = "") -> Told:
    """A person, offered without being asked for. ``language``: of the message that it answers."""
    said = case.say("offer_person", language=language)
    return by_house(e.HumanOffered(reason, said.template), said)


def reopen(case: Case) -> Told:
    """A new engagement after the end."""
    said = case.say("reopened")
    return by_house(e.Reopened(deadlines.idle_at(case.policy, case.now), said.template), said)


def back_in_queue(case: Case, reason: str, danger: Danger = Danger.NONE) -> Told:
    """A parked case is waiting again, in front. ``danger``: what was heard this moment."""
    said = case.say("back_in_queue")
    return by_house(e.ReturnedToQueue(reason, wait_unless_promised(case, danger), said.template), said)


def wait_unless_promised(case: Case, danger: Danger = Danger.NONE) -> Instant | None:
    """When the house makes a promise to somebody who waits; None when one runs already. In danger a promise that runs
    counts for nothing: the clock leads to the number to call and the night chain."""
    danger = max(danger, case.control.danger)
    in_time = case.control.promised and danger is Danger.NONE
    return None if in_time else deadlines.wait_until(case.policy, case.now, danger)
