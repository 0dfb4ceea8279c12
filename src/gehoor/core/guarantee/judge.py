"""The guarantees over the facts of a commit: each predicate is shown the facts that it says anything about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import evolve
from gehoor.core.conversation.model import State
from gehoor.core.guarantee import hearing, outside, promises, recalled
from gehoor.core.guarantee.step import Commit, Predicate, Step, Violation

_BRAIN_SPEAKS: Final = (e.BotReplied, e.BotSuggested, e.BotAbstained)
_AI_SPEAKS: Final = (*_BRAIN_SPEAKS, e.IdentityTold)
_BY_THE_OWNER: Final = (e.AgentWrote, e.CallRecorded, e.HandedBack, e.Parked, e.HumanLeft)

_HEARS: Final = (e.MessageReceived, e.SignalsRaised)

_ONLY_ABOUT: Final[dict[object, tuple[type, ...]]] = {
    promises.disclosed: (e.DisclosureShown, e.MessageReceived, e.HumanRequested, *_AI_SPEAKS),
    promises.silence: _AI_SPEAKS,
    promises.one_voice: (*_AI_SPEAKS, *_BY_THE_OWNER, e.Offered, e.HumanJoined, e.SignalsRaised),
    promises.turn: (e.HumanLeft, e.Offered, e.OfferDeclined, e.OfferTimedOut, e.MailFailed),
    promises.grounded: (*_BRAIN_SPEAKS, e.CorrectionGiven),
    promises.no_loop: (e.BotReplied, e.BotAbstained, e.SupportOffered, *recalled.TOLD),
    promises.no_dead_end: (e.PromiseMade, e.PromiseMoved, e.ReceiptGiven, e.SupportOffered, e.SupportChosen),
    outside.urgent: (e.PartnerAcknowledged, e.PartnerAsked),
    hearing.private: _HEARS,
    promises.urgent: _HEARS,
    promises.reach: _HEARS,
    promises.people_only: (*_HEARS, e.BotAbstained),
    promises.offers_a_person: (e.BotSuggested, e.BotAbstained, e.FeedbackGiven),
    promises.led_on: (e.MessageReceived, e.HandedBack),
    outside.passed_on: (e.PartnerSilent,),
    hearing.asked_about_danger: _HEARS,
    hearing.a_click_away: _HEARS,
    hearing.told_what_it_is: _HEARS,
    hearing.received: _HEARS,
    hearing.led_to: (e.SupportChosen,),
    recalled.a_click_away: (e.CorrectionGiven,),
    recalled.called_in_time: (e.HumanRequested,),
}
"""The kinds of fact that a predicate says anything about, where that is not every kind. The others are not shown to it,
which is most of the work of looking; a test shows every predicate everything."""


def _asked(kind: type) -> tuple[tuple[str, Predicate], ...]:
    named = promises.STEP_PREDICATES.items()
    return tuple((name, one) for name, one in named if kind in _ONLY_ABOUT.get(one, (kind,)))


_OF_KIND: Final = {kind: _asked(kind) for kind in get_args(e.Event)}
_OF_COMMIT: Final = tuple((name, one, frozenset(_ONLY_ABOUT[one])) for name, one in promises.COMMIT_PREDICATES)


def steps(before: State, facts: Iterable[e.Fact]) -> Iterator[Step]:
    """Each fact with the states around it."""
    for fact in facts:
        after = evolve(before, fact)
        yield Step(before, fact, after)
        before = after


def violations(before: State, facts: Iterable[e.Fact]) -> tuple[State, list[Violation]]:
    """Everything that is wrong in the facts of one commit, and the state after it."""
    facts = tuple(facts)
    return judged(before, facts, list(steps(before, facts)))


def judged(before: State, facts: tuple[e.Fact, ...], walked: Sequence[Step]) -> tuple[State, list[Violation]]:
    """``violations`` of a commit whose steps were made already."""
    found: list[Violation] = []
    if not walked:
        return before, found
    for step in walked:
        for name, predicate in _OF_KIND[type(step.fact.event)]:
            wrong = predicate(step)
            if wrong:
                found.append(Violation(name, step.fact.seq, wrong))
    last, after = facts[-1].seq, walked[-1].after
    found += [Violation(name, last, wrong) for name, wrong in promises.at_rest(after)]
    commit, kinds = Commit(before, facts, after), {type(fact.event) for fact in facts}
    for name, looks, about in _OF_COMMIT:
        wrong = None if about.isdisjoint(kinds) else looks(commit)
        if wrong:
            found.append(Violation(name, last, wrong))
    return after, found
