"""The guarantees over corrections: only about what was given here, only once, by the house, with a person at hand."""

from __future__ import annotations

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import RECALL
from gehoor.core.conversation.model import ActorKind, Phase
from gehoor.core.guarantee.step import Commit, Step

TOLD = (e.CorrectionGiven, e.CorrectionSeen)


def honest(step: Step) -> str | None:
    """HONEST: that an answer was wrong is told by the house, which also calls about it; nobody says so in its place."""
    event = step.fact.event
    by_house = step.fact.actor.kind is ActorKind.HOUSE
    if isinstance(event, TOLD) and not by_house:
        return "A correction was given, or counts as seen, by somebody else than the house."
    if isinstance(event, e.HumanRequested) and (event.how == RECALL) and not by_house:
        return "A call about a wrong answer was asked for by somebody else than the house."
    return None


def grounded(step: Step) -> str | None:
    """GROUNDED: a correction is about a version that was given here before, and its words are on record."""
    event, before = step.fact.event, step.before
    if not isinstance(event, e.CorrectionGiven):
        return None
    if (event.article, event.version) not in before.record.told or not 0 < event.given <= before.record.seq:
        return "A customer was told that an answer was wrong that was not given here."
    return None if step.fact.digest and event.recall else "A correction has no words on record."


def no_loop(step: Step) -> str | None:
    """NO-LOOP: the same correction is given once, and counts as seen only after that."""
    event, record = step.fact.event, step.before.record
    if isinstance(event, e.CorrectionGiven) and event.recall in record.corrected:
        return "The same correction was given twice."
    if isinstance(event, e.CorrectionSeen) and (event.recall, event.upto) not in record.unseen:
        return "A correction counts as seen that was not waiting to be."
    return None


def a_click_away(commit: Commit) -> str | None:
    """REACH: who has no person is offered one with the correction."""
    alone = commit.after.control.phase is Phase.AI
    if alone and commit.has(e.CorrectionGiven) and not commit.has(e.HumanOffered):
        return "An answer was wrong, and no person was offered."
    return None


def called_in_time(commit: Commit) -> str | None:
    """NO-DEAD-END: a call about a wrong answer follows the correction, and has its date from the start."""
    calls = any(isinstance(fact.event, e.HumanRequested) and fact.event.how == RECALL for fact in commit.facts)
    if not calls:
        return None
    if not commit.before.record.corrected:
        return "Somebody is called about a correction that was not given."
    return None if commit.has(e.PromiseMade) else "A call about a wrong answer has no date."
