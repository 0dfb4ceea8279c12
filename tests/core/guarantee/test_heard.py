import pytest

from gehoor.core.conversation.model import Danger, Heard, Signal
from gehoor.core.guarantee.heard import (
    Course,
    confirmed,
    course,
    easier_ways,
    ends_turn,
    is_hold_line,
    number_to_call,
    offer_reason,
    raised,
    rise,
    without_support,
)

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
        (Heard(urgent=MAYBE, wants_human=MAYBE), "urgent_maybe"),  # perhaps danger comes first
        (Heard(needs_support=YES, support=("call",)), None),  # that is offered in its own way
        (Heard(wants_human=MAYBE), "words_maybe"),
        (Heard(stuck=MAYBE), "words_maybe"),
        (Heard(complaint=MAYBE), "words_maybe"),
        (Heard(formal_objection=MAYBE), "words_maybe"),
        (Heard(privacy_request=MAYBE), "words_maybe"),
        (Heard(asks_identity=MAYBE, withdraws=MAYBE), None),
    ],
)
def test_that_a_maybe_costs_a_click(heard: Heard, reason: str | None) -> None:
    assert offer_reason(heard) == reason


def test_that_easier_ways_are_those_that_were_heard_or_the_usual_ones() -> None:
    assert easier_ways(Heard()) == ()
    assert easier_ways(Heard(needs_support=MAYBE)) == ("simple_words", "call", "helper")
    assert easier_ways(Heard(needs_support=YES, support=("helper", "more_time"))) == ("more_time", "helper")
    assert easier_ways(Heard(support=("call", "what nobody thought of"))) == ("call",)


def test_that_a_fact_keeps_everything_that_was_heard_but_what_somebody_is() -> None:
    heard = Heard(wants_human=YES, needs_support=YES, support=("call",), version="t1")
    assert without_support(heard) == Heard(wants_human=YES, version="t1")
    assert without_support(Heard(support=("call",))) == without_support(Heard(needs_support=MAYBE)) == Heard()


def test_that_a_yes_to_our_own_question_is_danger() -> None:
    assert confirmed(Heard()) == Heard(urgent=YES, urgent_kind="overig", danger=Danger.DISCOMFORT)
    assert confirmed(Heard(danger=Danger.LIFE)).danger is Danger.LIFE


GAS = Heard(urgent=MAYBE, urgent_kind="gas", danger=Danger.LIFE)


@pytest.mark.parametrize(
    ("heard", "more", "together"),
    [
        (Heard(), Heard(), Heard()),
        (Heard(wants_human=MAYBE), Heard(wants_human=YES), Heard(wants_human=YES)),
        (Heard(wants_human=YES, complaint=MAYBE), Heard(), Heard(wants_human=YES, complaint=MAYBE)),  # never lower
        (Heard(withdraws=MAYBE), Heard(withdraws=YES), Heard(withdraws=MAYBE)),  # the tables alone hear that
        (Heard(language="en"), Heard(language="nl", stuck=YES), Heard(language="en", stuck=YES)),
        (Heard(version="t"), Heard(version="t+m"), Heard(version="t+m")),
        (GAS, Heard(urgent=YES, urgent_kind="lift", danger=Danger.DAMAGE), None),  # the surest first
        (Heard(urgent=MAYBE, urgent_kind="lift", danger=Danger.DAMAGE), GAS, GAS),  # then the worst
        (GAS, Heard(urgent=MAYBE, urgent_kind="lift", danger=Danger.DAMAGE), GAS),
        (Heard(support=("helper",)), Heard(support=("call",)), Heard(support=("call", "helper"))),
    ],
)
def test_that_what_is_heard_twice_is_as_high_as_it_was_heard(heard: Heard, more: Heard, together: Heard | None) -> None:
    assert raised(heard, more) == (more if together is None else together)


@pytest.mark.parametrize(
    ("heard", "after", "higher"),
    [
        (Heard(), Heard(), None),
        (Heard(wants_human=YES), Heard(wants_human=YES), None),
        (GAS, GAS, None),
        (Heard(stuck=MAYBE), Heard(stuck=MAYBE, complaint=MAYBE, version="m"), Heard(complaint=MAYBE, version="m")),
        (GAS, Heard(urgent=YES, urgent_kind="brand", danger=Danger.LIFE), None),
        (Heard(support=("call",)), Heard(support=("call", "helper")), Heard(support=("helper",))),
    ],
)
def test_that_only_what_is_higher_counts_as_raised(heard: Heard, after: Heard, higher: Heard | None) -> None:
    assert rise(heard, after) == (after if after.urgent > heard.urgent else higher)


@pytest.mark.parametrize(
    ("heard", "ends"),
    [
        (Heard(wants_human=YES), True),
        (Heard(urgent=YES), True),
        (Heard(privacy_request=YES), True),
        (Heard(asks_identity=YES), True),
        (Heard(wants_human=MAYBE, urgent=MAYBE, needs_support=YES), False),
    ],
)
def test_that_a_yes_ends_the_turn_of_the_ai(heard: Heard, ends: bool) -> None:
    assert ends_turn(heard) is ends


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
