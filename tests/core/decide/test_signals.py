"""What a signal does beside the course of a message: receipts, easier ways, and what no fact may say."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Heard, Phase, Signal
from gehoor.core.decide.case import Told
from gehoor.core.time import later
from gehoor.texts.read import sentences
from tests.core.situations import CLIENT, HOUSE, POLICY, REFERENCE, after, give, kinds
from tests.promises.told import BEGINNINGS

YES, MAYBE = Signal.YES, Signal.MAYBE
WRITABLE = [one for one in BEGINNINGS if one != "new"]
TOPICS = {
    "complaint": Heard(complaint=YES),
    "objection": Heard(formal_objection=YES),
    "privacy": Heard(privacy_request=YES),
}


def write(story: tuple[str, ...], heard: Heard) -> list[Told]:
    return give(after(*story), c.WriteMessage(CLIENT, heard, "words", "masked"))


@pytest.mark.parametrize("beginning", WRITABLE)
@pytest.mark.parametrize("topic", TOPICS)
def test_that_a_complaint_gets_its_receipt_in_every_phase(beginning: str, topic: str) -> None:
    told = write((f"begin {beginning}",), TOPICS[topic])
    [receipt] = [one for one in told if isinstance(one.event, e.ReceiptGiven)]
    assert isinstance(receipt.event, e.ReceiptGiven)
    assert receipt.event.topic == topic
    assert receipt.event.template.id == f"receipt_{topic}"
    assert receipt.event.reference in receipt.text
    assert receipt.actor == HOUSE
    with_person = after(f"begin {beginning}").control.phase not in (Phase.AI, Phase.RESOLVED)
    assert ("HumanRequested" in kinds(told)) is not with_person, "one request, and none beside a person"


def test_that_a_second_complaint_gets_no_second_receipt() -> None:
    story = ("begin ai", "MessageReceived complaint=yes | HumanRequested how=topic | ReceiptGiven")
    assert kinds(write(story, TOPICS["complaint"])) == ["MessageReceived"]
    assert kinds(write(story, TOPICS["privacy"])) == ["MessageReceived", "ReceiptGiven"]
    ended = (*story, "HumanJoined", "AgentWrote", "Delivered", "Resolved")
    assert "ReceiptGiven" not in kinds(write(ended, TOPICS["complaint"]))


def test_that_a_customer_keeps_the_first_number() -> None:
    told = write(("begin promised",), TOPICS["complaint"])[-1].event
    assert isinstance(told, e.ReceiptGiven)
    assert told.reference == after("begin promised").record.reference != REFERENCE
    first = write(("begin ai",), TOPICS["complaint"])[-1].event
    assert isinstance(first, e.ReceiptGiven)
    assert first.reference == REFERENCE
    state = after("begin waiting", f"MessageReceived complaint=yes | ReceiptGiven reference={REFERENCE}")
    promise = give(state, c.NobodyFree())[0].event
    assert isinstance(promise, e.PromiseMade)
    assert promise.reference == REFERENCE


def test_that_the_term_is_that_of_the_policy() -> None:
    for days in (1, 28, 42):
        policy = replace(POLICY, terms=replace(POLICY.terms, complaint=days))
        command = c.WriteMessage(CLIENT, TOPICS["complaint"], "x", "x")
        told = give(after("begin ai"), command, policy=policy)[-1].event
        sooner = give(
            after("begin ai"), command, policy=replace(policy, terms=replace(policy.terms, complaint=days - 1))
        )
        assert isinstance(told, e.ReceiptGiven)
        assert isinstance(sooner[-1].event, e.ReceiptGiven)
        assert told.due_at == later(sooner[-1].event.due_at, 24 * 3600 * 1_000_000)


@pytest.mark.parametrize("beginning", WRITABLE)
@pytest.mark.parametrize("signal", [MAYBE, YES])
def test_that_no_fact_says_what_somebody_is(beginning: str, signal: Signal) -> None:
    for heard in (Heard(needs_support=signal), Heard(needs_support=signal, support=("call",), wants_human=YES)):
        for one in write((f"begin {beginning}",), heard):
            kept = getattr(one.event, "heard", Heard())
            assert (kept.needs_support, kept.support) == (Signal.NO, ())
            assert not hasattr(one.event, "needs_support")
    told = give(after("begin asked"), c.RaiseSignals(3, Heard(needs_support=signal, support=("call",))))
    assert kinds(told) == ["SignalsRaised", "SupportOffered"]
    assert isinstance(told[0].event, e.SignalsRaised)
    assert told[0].event.heard == Heard()


def test_that_each_easier_way_is_offered_once() -> None:
    heard = Heard(needs_support=YES, support=("call", "helper"))
    first = write(("begin ai",), heard)[-1]
    assert isinstance(first.event, e.SupportOffered)
    assert first.event.offers == ("call", "helper")
    assert POLICY.contact.phone in first.text
    second = write(("begin ai", "SupportOffered offers=call"), heard)[-1].event
    assert isinstance(second, e.SupportOffered)
    assert second.offers == ("helper",)
    assert kinds(write(("begin ai", "SupportOffered offers=call,helper"), heard)) == ["MessageReceived", "BotTurnDue"]


@pytest.mark.parametrize(
    ("language", "spoken"), [("de", "de"), ("ar", "ar"), ("en", "en"), ("nl", "nl"), ("so", "nl"), ("xx", "nl")]
)
def test_that_danger_is_answered_in_the_language_of_the_message_where_there_are_words_for_it(
    language: str, spoken: str
) -> None:
    wording = replace(POLICY.wording, sentences=sentences())
    heard = Heard(language=language, urgent=YES, urgent_kind="gas", danger=Danger.LIFE)
    told = give(
        after("begin ai"), c.WriteMessage(CLIENT, heard, "words", "masked"), policy=replace(POLICY, wording=wording)
    )
    [safety] = [one.event for one in told if isinstance(one.event, e.SafetyShown)]
    assert safety.template.language == spoken
    assert "0800-9009" in next(one.text for one in told if one.event is safety)
