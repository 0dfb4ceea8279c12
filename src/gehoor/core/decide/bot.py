"""What the AI may say, when it must keep silent, and what is heard in its turn.

A brain is a guest: it returns data. It can never route, close or promise. A turn that is no longer its own (a person
was asked for, the customer wrote on, the clock ran out) is dropped without a word (SILENCE, ONE-VOICE).
"""

from __future__ import annotations

from typing import Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import ABSTAINING_WORDINGS, MOST_UNHELPFUL
from gehoor.core.conversation.model import NOTHING_HEARD, Consulted, Phase, Source, Timer
from gehoor.core.decide import signals
from gehoor.core.decide.case import HOUSE, Case, Told, by_house
from gehoor.core.decide.request import failed_over, offer_person, request
from gehoor.core.guarantee import deadlines
from gehoor.core.guarantee.heard import Course, course, rise, without_support
from gehoor.core.guarantee.presence import presence
from gehoor.core.knowledge.saying import QUESTIONS
from gehoor.core.time import Instant

_GIVEN: Final = ("already_given", "given_before")
"""There is an approved answer and it was given: the first wording, that there is none, would be untrue (HONEST)."""


def answered(case: Case, command: c.BotAnswered) -> list[Told]:
    """An approved answer with its source; never the same one twice (GROUNDED, NO-LOOP)."""
    record = _consulted(command.turn, command.consulted)
    if not _has_the_floor(case):
        return record
    if not (_names(command.source) and command.text):
        return [*record, *failed_over(case)]
    if case.situation.given:
        return [*record, *_abstain(case, command.turn, "given_before", command.brain)]
    idle, also = _idle_unless_more(case), tuple(filter(_names, command.also))[:3]
    said = presence(case.policy, case.now, command.source.language, command.day) if command.says_open else None
    computed, text = (None, command.text) if said is None else (said.template, f"{said.text}\n\n{command.text}")
    event = e.BotReplied(
        command.turn, command.source, command.brain, idle, command.sentences, command.phrases, also, computed
    )
    return [*record, Told(event, text, text)]


def suggests(case: Case, command: c.BotSuggests) -> list[Told]:
    """ "Do you mean ...?", at most three; the second turn that did not help brings the offer of a person."""
    record = _consulted(command.turn, command.consulted)
    if not _has_the_floor(case):
        return record
    if not command.sources or not all(map(_names, command.sources)):
        return [*record, *failed_over(case)]
    said = case.say(command.question if command.question in QUESTIONS else "suggest")
    idle = _idle_unless_more(case)
    event = e.BotSuggested(command.turn, command.sources[:3], command.brain, idle, said.template)
    offered = [offer_person(case, "two_turns")] if case.control.unhelpful >= MOST_UNHELPFUL - 1 else []
    return [*record, Told(event, said.text, said.text), *offered]


def does_not_know(case: Case, command: c.BotDoesNotKnow) -> list[Told]:
    """An honest "I do not know" with a person offered; a fault goes on to a person by itself."""
    record = _consulted(command.turn, command.consulted)
    if not _has_the_floor(case):
        return record
    if command.fault:
        return [*record, *failed_over(case)]
    unseen = command.unseen if command.unseen is not None and _names(command.unseen) else None
    return [*record, *_abstain(case, command.turn, command.reason, command.brain, unseen)]


def heard_more(case: Case, command: c.RaiseSignals) -> list[Told]:
    """The language model heard more in the message of this turn than the tables did. A yes ends the turn, and acts as
    if it had been heard at once; a maybe brings its question or offer, and the turn goes on."""
    if not _has_the_floor(case):
        return []
    kept = without_support(command.heard)
    told = [*_acted(case, command), *signals.beside(case, command.heard)]
    nothing = not told and rise(NOTHING_HEARD, kept) is None
    return [] if nothing else [by_house(e.SignalsRaised(command.turn, kept)), *told]


def _acted(case: Case, command: c.RaiseSignals) -> list[Told]:
    heard, what = command.heard, course(command.heard)
    if what is Course.DANGER:
        return signals.danger(case, heard)
    asked = signals.perhaps_danger(case, heard)
    if what is Course.PERSON or what is Course.TOPIC:
        return [*asked, request(case, what.value, language=heard.language)]
    if what is Course.IDENTITY:
        told = signals.identity(case, _idle_unless_more(case), heard.language, command.turn)
        return [*asked, told, *signals.perhaps(case, heard)]
    return [*asked, *signals.perhaps(case, heard)]


def _consulted(turn: int, asked: Consulted | None) -> list[Told]:
    """What a model was sent and said is on record, also where the turn is no longer its own: it was sent."""
    if asked is None:
        return []
    event = e.ModelConsulted(turn, asked.model, asked.outcome, asked.tokens)
    return [Told(event, asked.words, asked.words, HOUSE)]


def _has_the_floor(case: Case) -> bool:
    speaks = case.floor is Phase.AI and not case.control.requested and Timer.BOT in case.control.armed
    return speaks and case.situation.current


def _names(source: Source) -> bool:
    """What has no article or no version cannot be told to a customer (GROUNDED)."""
    return bool(source.article and source.version)


def _idle_unless_more(case: Case) -> Instant | None:
    return None if case.situation.more else deadlines.idle_at(case.policy, case.now)


def _abstain(case: Case, turn: int, reason: str, brain: str, unseen: Source | None = None) -> list[Told]:
    which = case.control.abstained % ABSTAINING_WORDINGS + 1
    name = f"abstain_{which}"
    if case.control.unhelpful == 0 and reason == "people_only":
        name = "people_only"
    elif which == 1 and reason in _GIVEN:
        name = "abstain_given"
    said = case.say(name)
    idle = _idle_unless_more(case)
    event = e.BotAbstained(turn, reason, brain, idle, said.template, unseen)
    stuck = "two_turns" if case.control.unhelpful >= MOST_UNHELPFUL - 1 else reason
    return [Told(event, said.text, said.text), offer_person(case, stuck)]
