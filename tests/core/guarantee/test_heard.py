import pytest

from gehoor.core.conversation.model import Heard, Signal
from gehoor.core.guarantee.heard import Course, course, is_hold_line, number_to_call, offer_reason

YES, MAYBE = Signal.YES, Signal.MAYBE


@pytest.mark.parametrize(
    ("heard", "asks_for"),
    [
        (Heard(), Course.ANSWER),
        (Heard(urgent=YES, wants_human=YES, complaint=YES, withdraws=YES), Course.DANGER),  # before anything
        (Heard(urgent=MAYBE), Course.ANSWER),  # a maybe only brings an offer
        (Heard(wants_human=YES, withdraws=YES), Course.PERSON),  # a person before everything else
        (Heard(stuck=YES, asks_identity=YES), Course.PERSON),
        (Heard(wants_human=MAYBE), Course.ANSWER),
        (Heard(complaint=YES, withdraws=YES), Course.TOPIC),
        (Heard(formal_objection=YES), Course.TOPIC),
        (Heard(privacy_request=YES, asks_identity=YES), Course.TOPIC),
        (Heard(asks_identity=YES, withdraws=YES), Course.IDENTITY),
        (Heard(withdraws=YES), Course.WITHDRAWAL),
        (Heard(withdraws=MAYBE), Course.ANSWER),  # a request is never withdrawn on a maybe
        (Heard(needs_support=YES), Course.ANSWER),
    ],
)
def test_that_the_gravest_wish_in_a_message_counts(heard: Heard, asks_for: Course) -> None:
    assert course(heard) is asks_for


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        (Heard(), None),
        (Heard(urgent=MAYBE, needs_support=YES), "urgent_maybe"),  # perhaps danger comes first
        (Heard(needs_support=MAYBE), "support"),
        (Heard(needs_support=YES), "support"),
        (Heard(wants_human=MAYBE), "words_maybe"),
        (Heard(stuck=MAYBE), "words_maybe"),
        (Heard(complaint=MAYBE), "words_maybe"),
        (Heard(formal_objection=MAYBE), "words_maybe"),
        (Heard(asks_identity=MAYBE, withdraws=MAYBE), None),
    ],
)
def test_that_a_maybe_costs_a_click(heard: Heard, reason: str | None) -> None:
    assert offer_reason(heard) == reason


@pytest.mark.parametrize(
    "text",
    [
        "Een ogenblik geduld alstublieft.",
        "Goedemiddag, ik kijk het even voor u na!",
        "Momentje, ik zoek het uit",
        "Goedemorgen, u spreekt met Anna",  # one name
        "Dank u wel voor uw bericht.",
        "One moment please, I will look into it for you",
        "Hello!",
        # each way of greeting or asking for patience, by itself
        "Good morning",
        "Welkom bij Voorbeeldstad",
        "Waarmee kan ik u helpen?",
        "How may I help you?",
        "Ik help u graag verder.",
        "Graag geduld",
        "Wacht u even",
        "Ik moet het navragen",
        "Dit duurt iets langer.",
        "Please hold on a moment",
        "Let me check",
        "Thanks for your message",
        "Een ogenblik geduld a.u.b. Ik zoek het uit",  # the points of a short form end no sentence
        "Goedemiddag, met Anna. Ik kijk het na",  # who is speaking, beside a greeting
        "Hallo; ik ben Anna: momentje!",
        "",
        "...",
    ],
)
def test_that_a_greeting_or_a_request_for_patience_answers_nothing(text: str) -> None:
    assert is_hold_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "De monteur komt morgen om negen uur.",
        "Ja.",
        "Alstublieft.",  # beside a phrase it says nothing; alone it hands something over
        "Goedemiddag, uw huur is betaald.",
        "Goedemorgen, u spreekt met Anna Jansen van de afdeling",  # more than a name
        "Een ogenblik, de reparatie is geregeld.",
        "moment " * 21,  # too long to be one
    ],
)
def test_that_an_answer_is_no_hold_line(text: str) -> None:
    assert not is_hold_line(text)


def test_that_the_number_to_call_first_is_that_of_the_danger() -> None:
    assert number_to_call("brand", "0800-1") == "112"
    assert number_to_call("gas", "0800-1") == "0800-9009"
    assert number_to_call("waterlekkage_ernstig", "0800-1") == "0800-1"
    assert number_to_call("zelfbeschadiging", "0800-1") == "113"
    for kind in ("koolmonoxide", "instorting", "inbraak_deur", "geweld_huiselijk", "bedreiging", "medisch", "overig"):
        assert number_to_call(kind, "0800-1") == "112", kind
