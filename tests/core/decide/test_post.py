"""What becomes of a letter, as tables: where the conversation stands, what the post reports, what follows."""

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import LetterKind, Phase, Posted, Reached
from tests.core.situations import after, give, kinds
from tests.promises.told import BEGINNINGS

ANSWER, PROMISE = LetterKind.ANSWER, LetterKind.PROMISE
TAKEN, REFUSED, BOUNCED = Posted.ACCEPTED, Posted.REFUSED, Posted.BOUNCED


def last_answer(*story: str) -> int:
    return after(*story).record.last_human_seq


REPORTS: list[tuple[tuple[str, ...], LetterKind, Posted, list[str]]] = [
    (("begin written",), ANSWER, TAKEN, ["MailAccepted"]),
    (("begin promised_written",), ANSWER, TAKEN, ["MailAccepted", "PromiseKept"]),
    (("begin parked",), ANSWER, TAKEN, ["MailAccepted", "Resolved"]),  # the answer that lay ready has arrived
    (("begin parked", "ReturnedToQueue reason=try_again"), ANSWER, TAKEN, ["MailAccepted", "Resolved"]),
    (("begin parked", "ReturnedToQueue reason=try_again", "Offered"), ANSWER, TAKEN, ["MailAccepted", "Resolved"]),
    (("begin promised_written", "HumanLeft"), ANSWER, TAKEN, ["MailAccepted"]),  # what was written counts no more
    (("begin reached",), ANSWER, TAKEN, ["MailAccepted"]),  # seen on the page before
    (("begin promised_written",), PROMISE, TAKEN, ["MailAccepted"]),  # a confirmation answers nothing
    (("begin promised_written",), ANSWER, REFUSED, ["MailFailed"]),  # the promise stands
    (("begin mailed", "Resolved"), ANSWER, REFUSED, ["MailFailed"]),  # it was taken: only a bounce takes that back
    (("begin mailed",), ANSWER, BOUNCED, ["MailFailed"]),  # the agent still has the floor, and the request is open
    (("begin mailed", "Resolved"), ANSWER, BOUNCED, ["MailFailed", "PromiseMade"]),
    (("begin mailed", "HandedBack"), ANSWER, BOUNCED, ["MailFailed", "PromiseMade"]),
    (("begin resolved",), ANSWER, BOUNCED, ["MailFailed"]),  # it had been seen on the page as well
    (("begin mailed", "Resolved"), PROMISE, BOUNCED, ["MailFailed"]),
]


@pytest.mark.parametrize(("story", "letter", "posted", "facts"), REPORTS)
def test_that_a_letter_counts_as_far_as_it_came(
    story: tuple[str, ...], letter: LetterKind, posted: Posted, facts: list[str]
) -> None:
    command = c.PostTold(letter, last_answer(*story), posted, "5.1.1")
    assert kinds(give(after(*story), command)) == facts


def test_that_a_letter_with_older_words_than_the_newest_answer_reaches_nobody() -> None:
    story = ("begin written", "AgentWrote")
    older = c.PostTold(ANSWER, last_answer(*story) - 1, TAKEN)
    assert kinds(give(after(*story), older)) == ["MailAccepted"]
    state = after(*story, f"MailAccepted upto={last_answer(*story) - 1}")
    assert state.control.reached is Reached.TRIED


def test_that_older_words_that_come_back_open_nothing() -> None:
    story = ("begin mailed", "Resolved")
    older = c.PostTold(ANSWER, last_answer(*story) - 1, BOUNCED)
    assert kinds(give(after(*story), older)) == ["MailFailed"]


def test_that_a_bounce_opens_the_request_again_in_front() -> None:
    state = after("begin mailed", "Resolved", "MailFailed bounced=yes reopens=yes | PromiseMade")
    assert (state.control.phase, state.control.requested, state.control.returned) == (Phase.WAITING, True, True)
    assert state.record.due_at is not None
    assert not state.control.mailed


def test_that_a_report_is_taken_in_every_state() -> None:
    for beginning in BEGINNINGS:
        for posted in Posted:
            told = give(after(f"begin {beginning}"), c.PostTold(ANSWER, 99, posted))
            assert isinstance(told[0].event, e.MailAccepted | e.MailFailed)
