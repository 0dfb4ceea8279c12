"""Figures are counted from facts, as guarantee CLOCK says."""

from typing import Any

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin
from gehoor.core.conversation.model import Actor, ActorKind, Channel, Danger, LetterKind, PromiseKind
from gehoor.core.guarantee.judge import steps
from gehoor.core.guarantee.step import Step
from gehoor.core.ids import ClientId, CommandId, ConversationId, OfferId, StaffId
from gehoor.core.policy import Template
from gehoor.core.time import HOUR, MINUTE, SECOND, Instant
from gehoor.prove.simulate.figures import Figures, Stood, longest_overtaking, promises, quantile, requests
from tests.world import organisation

ANNA = StaffId("anna")
SAID = Template("x", "1", "nl")
HOURS = organisation().policy.hours
NINE = 9 * HOUR // SECOND  # 10:00 on a Thursday in Amsterdam
HOUSE = Actor(ActorKind.HOUSE)


def told(*events: tuple[int, Any]) -> list[e.Fact]:
    """Facts at so many seconds."""
    return [
        e.Fact(seq, Instant(at * SECOND), False, HOUSE, CommandId(str(seq)), 1, "", event)
        for seq, (at, event) in enumerate(events, 1)
    ]


def lived(*events: tuple[int, Any]) -> tuple[list[Step], list[Instant]]:
    """The same, as the fold walks over them, under a clock that is right."""
    facts = told(*events)
    return list(steps(begin(ConversationId("c")), facts)), [fact.at for fact in facts]


def began() -> e.ConversationStarted:
    return e.ConversationStarted(Channel.WEB, "nl", Instant(0))


def asked() -> e.HumanRequested:
    return e.HumanRequested("button", None, Danger.NONE, Instant(0), SAID)


def joined() -> e.HumanJoined:
    return e.HumanJoined(ANNA, Instant(0), SAID)


def called(answered: bool) -> e.CallRecorded:
    return e.CallRecorded(ANNA, answered, Instant(0))


def test_that_the_time_to_a_person_ends_at_an_answer_that_arrived_and_not_before() -> None:
    hold = e.AgentWrote(ANNA, ClientId("a"), hold_line=True, draft=False, idle_at=Instant(0))
    wrote = e.AgentWrote(ANNA, ClientId("b"), hold_line=False, draft=False, idle_at=Instant(0))
    seen = (25, e.Delivered(3))  # only the line that asks for patience
    facts = lived((10, asked()), (20, joined()), (22, hold), seen, (30, wrote), (90, e.Delivered(5)))
    (one,) = requests(*facts)
    assert (one.at, one.joined, one.reached, one.ended) == (10 * SECOND, 20 * SECOND, 90 * SECOND, "reached")


def test_that_a_call_that_nobody_answered_reaches_nobody() -> None:
    (one,) = requests(*lived((0, asked()), (5, joined()), (9, called(False))))
    assert (one.reached, one.ended) == (None, "open")
    (one,) = requests(*lived((0, asked()), (5, joined()), (9, called(True))))
    assert one.reached == 9 * SECOND


def test_that_nothing_resets_the_clock() -> None:
    left = e.HumanLeft(ANNA, "lost", None, None, SAID)
    (one,) = requests(*lived((0, asked()), (5, joined()), (50, left), (60, joined()), (70, called(True))))
    assert (one.at, one.reached, one.returned) == (0, 70 * SECOND, True)


def test_that_a_clock_that_jumps_changes_no_time_to_a_person() -> None:
    """The house's clock is set back three minutes between the request and the answer; its facts say 10 seconds."""
    walked, _ = lived((600, asked()), (605, joined()), (610, called(True)))
    (one,) = requests(walked, [Instant(at * SECOND) for at in (600, 695, 790)])
    assert (one.joined, one.reached) == (695 * SECOND, 790 * SECOND)


def test_that_danger_counts_when_it_was_heard_before_the_request() -> None:
    shown = e.SafetyShown("gas", Danger.LIFE, SAID)
    figures = Figures()
    for start in (NINE, 0):  # while people are there, and at night
        figures.add(
            *lived(
                (start, began()), (start, shown), (start, asked()), (start + 20, joined()), (start + 21, called(True))
            ),
            HOURS,
        )
    assert (figures.urgent, figures.at_night) == ([21.0], [21.0])


def test_that_a_letter_that_comes_back_reached_nobody_and_the_clock_ran_on() -> None:
    wrote = e.AgentWrote(ANNA, ClientId("b"), hold_line=False, draft=False, idle_at=Instant(0), by_mail=True)
    answer, back = LetterKind.ANSWER, e.MailFailed(LetterKind.ANSWER, 4, True, True, "5.1.1", SAID)
    facts = [(0, began()), (0, asked()), (5, joined()), (9, wrote), (10, e.MailAccepted(answer, 4))]
    (one,) = requests(*lived(*facts))
    assert (one.reached, one.by_mail) == (10 * SECOND, True)
    (one,) = requests(*lived(*facts, (60, back)))
    assert (one.reached, one.ended) == (None, "open")
    (one,) = requests(*lived(*facts, (60, back), (70, joined()), (80, called(True))))
    assert (one.at, one.reached) == (0, 80 * SECOND)


def test_that_who_was_promised_something_is_counted_apart() -> None:
    made = e.PromiseMade(PromiseKind.CHAT, Instant(HOUR), "1", SAID)
    facts = lived((0, asked()), (5, made), (7200, joined()), (7300, called(True)), (7300, e.PromiseKept(SAID)))
    figures = Figures()
    figures.add(*facts, HOURS)
    assert (figures.straight, figures.later, figures.everybody) == ([], [7300.0], [7300.0])
    assert figures.promises == {"made": 1, "kept": 1}


def test_that_a_promise_that_is_moved_is_not_made_twice_and_a_broken_one_is_renewed() -> None:
    made = e.PromiseMade(PromiseKind.CALLBACK, Instant(HOUR), "1", SAID)
    assert list(promises(told((0, made), (1, made), (9, e.PromiseKept(SAID))))) == ["made", "kept"]
    broken = told((0, made), (9, e.PromiseBroken(SAID)), (9, made), (20, e.PromiseNotReached(SAID)))
    assert list(promises(broken)) == ["made", "broken", "made", "not reached"]


def test_that_days_are_added_up() -> None:
    figures, other = Figures(), Figures()
    facts = lived((0, began()), (0, asked()), (60, called(True)))
    figures.add(*facts, HOURS)
    other.add(*facts, HOURS)
    figures.merge(other)
    assert (figures.conversations, figures.requests, figures.straight) == (2, 2, [60.0, 60.0])
    assert figures.by_hour == {1: [60.0, 60.0]}
    assert figures.facts["HumanRequested"] == 2


def at(minutes: int) -> Instant:
    return Instant(minutes * MINUTE)


# Each row: who stood in the line (place from, there since, until, whether offered as one of no special class), and the
# longest overtaking.
LINES: dict[str, tuple[list[Stood], int]] = {
    "first come, first served": ([(at(0), at(0), at(10), True), (at(5), at(5), at(12), True)], 0),
    "who came later went first": ([(at(0), at(0), at(40), True), (at(30), at(30), at(35), True)], 30 * 60),
    "danger to life may": ([(at(0), at(0), at(40), True), (at(30), at(30), at(35), False)], 0),
    "the first had gone": ([(at(0), at(0), at(31), False), (at(30), at(30), at(35), True)], 0),
    "who waits at the end is no measure": ([(at(0), at(0), None, True), (at(30), at(30), at(35), True)], 0),
    "with a person meanwhile": ([(at(0), at(36), at(40), True), (at(30), at(30), at(35), True)], 0),
    "the longest counts": (
        [(at(0), at(0), at(90), True), (at(30), at(30), at(35), True), (at(50), at(50), at(60), True)],
        50 * 60,
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_that_overtaking_is_measured(name: str) -> None:
    line, longest = LINES[name]
    assert longest_overtaking(line) == longest


def test_that_an_offer_before_the_person_is_what_counts_for_the_place() -> None:
    offered = e.Offered(ANNA, OfferId("o"), Instant(0), "first")
    (one,) = requests(*lived((0, asked()), (5, offered), (9, joined()), (10, called(True))))
    assert (one.offered, one.joined) == (5 * SECOND, 9 * SECOND)


def test_that_a_quantile_is_one_of_the_spans() -> None:
    assert quantile([], 0.5) == 0.0
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([float(n) for n in range(100)], 0.95) == 95.0
    assert quantile([7.0], 0.99) == 7.0
