"""What became of a letter by e-mail.

The receiver's server took it: then an answer of a person has reached the customer, as far as a letter can tell. It was
refused, or came back: then it reached nobody, and what ended on it is open again (KEEP).
"""

from __future__ import annotations

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, LetterKind, Phase, Posted, Reached
from gehoor.core.decide.case import Case, Told, by_house
from gehoor.core.decide.customer import promise_kept
from gehoor.core.guarantee.fallback import fallback

_IN_QUEUE = (Phase.WAITING, Phase.OFFERED, Phase.PARKED)


def told(case: Case, command: c.PostTold) -> list[Told]:
    """The facts of one report about one letter."""
    if command.posted is Posted.ACCEPTED:
        return _accepted(case, command)
    return _failed(case, command)


def _accepted(case: Case, command: c.PostTold) -> list[Told]:
    facts = [by_house(e.MailAccepted(command.letter, command.upto))]
    if not _is_the_answer(case, command) or case.control.reached is not Reached.TRIED:
        return facts
    if case.control.promised:
        facts.append(promise_kept(case))
    if case.floor in _IN_QUEUE:
        said = case.say("resolved")
        facts.append(by_house(e.Resolved("answered", said.template), said))
    return facts


def _failed(case: Case, command: c.PostTold) -> list[Told]:
    bounced = command.posted is Posted.BOUNCED
    rested_on_it = bounced and case.control.mailed and _is_the_answer(case, command)
    reopens = rested_on_it and case.floor in (Phase.AI, Phase.RESOLVED)
    about = "correction_mail_failed" if command.letter is LetterKind.CORRECTION else "mail_failed"
    said = case.say(about, phone=case.policy.contact.phone)
    failed = e.MailFailed(command.letter, command.upto, bounced, reopens, command.code, said.template)
    facts = [by_house(failed, said)]
    if reopens:
        event, promise = fallback(case.policy, case.record, Danger.NONE, None, case.order.reference, case.now)
        facts.append(by_house(event, promise))
    return facts


def _is_the_answer(case: Case, command: c.PostTold) -> bool:
    """Whether the letter carries the newest answer of a person."""
    return command.letter is LetterKind.ANSWER and case.situation.current
