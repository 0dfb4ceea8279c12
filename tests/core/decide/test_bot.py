from dataclasses import replace
from datetime import date

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Consulted, Danger, Heard, Phase, Signal, Source, Timer
from gehoor.core.time import HOUR, later
from tests.core.situations import HOUSE, POLICY, RENT, after, bent, give, kinds, wrote

BRAIN = "brain/1"
KEY = Source("sleutel", "1", "Sleutel", "nl")


def test_that_an_approved_answer_is_given_with_its_source() -> None:
    state = after("begin asked")
    [told] = give(state, c.BotAnswered(wrote(state), RENT, "words", BRAIN))
    assert isinstance(told.event, e.BotReplied)
    assert (told.event.source, told.text, told.masked) == (RENT, "words", "words")
    assert told.event.idle_at is not None


@pytest.mark.parametrize(
    "story",
    [
        ("begin waiting",),  # a person was asked for
        ("begin asked", "HumanRequested"),  # while it thought
        ("begin human",),
        ("begin resolved",),
        ("begin parked",),
        ("begin ai",),  # nobody asked anything
        ("begin asked", "BotReplied"),  # answered already
    ],
)
def test_that_a_turn_that_is_no_longer_its_own_is_dropped_without_a_word(story: tuple[str, ...]) -> None:
    for command in (
        c.BotAnswered(3, RENT, "words", BRAIN),
        c.BotSuggests(3, (RENT,), BRAIN),
        c.BotDoesNotKnow(3, "unknown", BRAIN),
        c.BotDoesNotKnow(3, "too_slow", BRAIN, fault=True),
        c.RaiseSignals(3, Heard(urgent=Signal.YES, wants_human=Signal.YES)),
    ):
        assert give(after(*story), command) == []


@pytest.mark.parametrize(
    "changed",
    [{"phase": Phase.HUMAN}, {"requested": True}, {"armed": frozenset({Timer.IDLE})}, {"turns": ()}],
)
def test_that_each_sign_that_the_floor_is_not_its_own_is_enough(changed: dict[str, object]) -> None:
    turn = wrote(after("begin asked"))
    assert give(bent("begin asked", **changed), c.BotAnswered(turn, RENT, "words", BRAIN)) == []


def test_that_the_same_answer_is_never_given_twice() -> None:
    state = after("begin asked", "BotReplied source=huur@1", "MessageReceived | BotTurnDue")
    told = give(state, c.BotAnswered(wrote(state), RENT, "words", BRAIN))
    assert kinds(told) == ["BotAbstained", "HumanOffered"]
    assert kinds(give(state, c.BotAnswered(wrote(state), KEY, "words", BRAIN))) == ["BotReplied"]


@pytest.mark.parametrize(
    "command",
    [
        c.BotAnswered(3, Source("", "1", "", "nl"), "words", BRAIN),  # no article
        c.BotAnswered(3, Source("huur", "", "", "nl"), "words", BRAIN),  # no version
        c.BotAnswered(3, RENT, "", BRAIN),  # no words
        c.BotSuggests(3, (), BRAIN),  # nothing
        c.BotSuggests(3, (RENT, Source("", "", "", "nl")), BRAIN),  # one of them is none
        c.BotDoesNotKnow(3, "too_slow", BRAIN, fault=True),
    ],
)
def test_that_what_cannot_be_told_goes_on_to_a_person(command: c.BotCommand) -> None:
    assert kinds(give(after("begin asked"), command)) == ["HumanRequested"]


def test_that_at_most_three_are_suggested() -> None:
    [told] = give(after("begin asked"), c.BotSuggests(3, (RENT, KEY) * 3, BRAIN))
    assert isinstance(told.event, e.BotSuggested)
    assert told.event.sources == (RENT, KEY, RENT)


@pytest.mark.parametrize(
    ("story", "facts"),
    [
        (("begin asked",), ["BotSuggested"]),
        (("begin asked", "BotSuggested", "MessageReceived | BotTurnDue"), ["BotSuggested", "HumanOffered"]),
        (
            ("begin asked", "BotReplied", "FeedbackGiven | MessageReceived | BotTurnDue"),
            ["BotSuggested", "HumanOffered"],
        ),
    ],
)
def test_that_the_second_turn_that_did_not_help_brings_a_person(story: tuple[str, ...], facts: list[str]) -> None:
    state = after(*story)
    assert kinds(give(state, c.BotSuggests(wrote(state), (RENT,), BRAIN))) == facts


def abstains(*story: str, reason: str = "unknown") -> tuple[str, str]:
    state = after("begin asked", *story)
    told = give(state, c.BotDoesNotKnow(wrote(state), reason, BRAIN))
    assert kinds(told) == ["BotAbstained", "HumanOffered"]
    said, offered = told[0].event, told[1].event
    assert isinstance(said, e.BotAbstained)
    assert isinstance(offered, e.HumanOffered)
    return said.template.id, offered.reason


def test_that_not_knowing_is_said_in_other_words_each_time() -> None:
    again = ("BotAbstained | MessageReceived | BotTurnDue",)
    assert abstains() == ("abstain_1", "unknown")
    assert abstains(*again) == ("abstain_2", "two_turns")
    assert abstains(*again * 2) == ("abstain_3", "two_turns")
    assert abstains(*again * 3) == ("abstain_1", "two_turns")


def test_that_an_answer_that_was_given_is_never_said_not_to_be_there() -> None:
    again = ("BotAbstained | MessageReceived | BotTurnDue",)
    for count in range(6):
        template, _ = abstains(*again * count, reason="already_given")
        assert template != "abstain_1"
    assert abstains(reason="already_given")[0] == abstains(reason="given_before")[0] == "abstain_given"


def test_that_a_topic_for_people_only_is_said_to_be_one() -> None:
    assert abstains(reason="people_only") == ("people_only", "people_only")
    assert abstains("BotSuggested | MessageReceived | BotTurnDue", reason="people_only") == ("abstain_1", "two_turns")


def test_that_the_clock_goes_on_while_another_turn_is_due() -> None:
    state = after("begin asked", "MessageReceived | BotTurnDue")
    commands: list[c.BotCommand] = [
        c.BotAnswered(wrote(state), RENT, "words", BRAIN),
        c.BotSuggests(wrote(state), (RENT,), BRAIN),
        c.BotDoesNotKnow(wrote(state), "unknown", BRAIN),
    ]
    for command in commands:
        said = give(state, command)[0].event
        assert isinstance(said, e.BotReplied | e.BotSuggested | e.BotAbstained)
        assert said.idle_at is None


YES, MAYBE = Signal.YES, Signal.MAYBE
TWO = ("begin asked", "MessageReceived | BotTurnDue")
OFFERED = ("begin ai", "MessageReceived wants_human=maybe | HumanOffered | BotTurnDue")


@pytest.mark.parametrize(
    ("story", "heard", "facts"),
    [
        (("begin asked",), Heard(urgent=YES), ["SafetyShown", "HumanRequested"]),
        (("begin asked",), Heard(wants_human=YES), ["HumanRequested"]),
        (("begin asked",), Heard(stuck=YES), ["HumanRequested"]),
        (("begin asked",), Heard(complaint=YES), ["HumanRequested", "ReceiptGiven"]),
        (("begin asked",), Heard(asks_identity=YES), ["IdentityTold"]),
        (("begin asked",), Heard(asks_identity=YES, stuck=MAYBE), ["IdentityTold", "HumanOffered"]),
        # a maybe: the turn goes on
        (("begin asked",), Heard(urgent=MAYBE), ["DangerAsked", "HumanOffered"]),
        (("begin asked",), Heard(urgent=MAYBE, wants_human=YES), ["DangerAsked", "HumanRequested"]),
        (("begin asked",), Heard(wants_human=MAYBE), ["HumanOffered"]),
        (("begin asked",), Heard(asks_identity=MAYBE), ["IdentityTold"]),
        (("begin asked",), Heard(needs_support=YES), ["SupportOffered"]),
        (OFFERED, Heard(stuck=MAYBE), []),  # offered already in this turn
        (("begin ai", "HumanOffered", "MessageReceived | BotTurnDue"), Heard(stuck=MAYBE), ["HumanOffered"]),
        (TWO, Heard(wants_human=YES), ["HumanRequested"]),
    ],
)
def test_that_what_is_heard_later_acts_as_if_it_had_been_heard_at_once(
    story: tuple[str, ...], heard: Heard, facts: list[str]
) -> None:
    state = after(*story)
    told = give(state, c.RaiseSignals(state.record.turns[-1], heard))
    assert kinds(told) == ["SignalsRaised", *facts]
    assert all(one.actor in (None, HOUSE) for one in told)


def test_that_what_is_heard_later_changes_nothing_when_it_is_nothing() -> None:
    assert give(after("begin asked"), c.RaiseSignals(3, Heard())) == []
    assert give(after("begin asked", "SupportOffered"), c.RaiseSignals(3, Heard(support=("call",)))) == []


@pytest.mark.parametrize(("story", "more"), [(("begin asked",), False), (TWO, True)])
def test_that_telling_what_it_is_ends_the_turn(story: tuple[str, ...], more: bool) -> None:
    told = give(after(*story), c.RaiseSignals(3, Heard(asks_identity=YES)))[-1].event
    assert isinstance(told, e.IdentityTold)
    assert told.turn == 3
    assert (told.idle_at is None) is more


def test_that_danger_that_is_heard_later_has_its_degree() -> None:
    told = give(after("begin asked"), c.RaiseSignals(3, Heard(urgent=YES, urgent_kind="gas", danger=Danger.LIFE)))
    assert isinstance(told[1].event, e.SafetyShown)
    assert (told[1].event.kind, told[1].event.danger) == ("gas", Danger.LIFE)


ASKED = Consulted("model", "chose", 700, '{"sent":"...","said":"..."}')


@pytest.mark.parametrize(
    ("command", "facts"),
    [
        (c.BotAnswered(3, RENT, "words", BRAIN, consulted=ASKED), ["BotReplied"]),
        (c.BotSuggests(3, (RENT,), BRAIN, consulted=ASKED), ["BotSuggested"]),
        (c.BotDoesNotKnow(3, "not_sure", BRAIN, consulted=ASKED), ["BotAbstained", "HumanOffered"]),
        (c.BotDoesNotKnow(3, "fault", BRAIN, True, ASKED), ["HumanRequested"]),
        (c.BotAnswered(3, RENT, "", BRAIN, consulted=ASKED), ["HumanRequested"]),
        (c.BotSuggests(3, (), BRAIN, consulted=ASKED), ["HumanRequested"]),
    ],
)
def test_that_what_a_model_was_sent_and_said_is_on_record_whatever_comes_of_it(
    command: c.BotCommand, facts: list[str]
) -> None:
    told = give(after("begin asked"), command)
    assert kinds(told) == ["ModelConsulted", *facts]
    assert told[0].event == e.ModelConsulted(3, "model", "chose", 700)
    assert (told[0].text, told[0].masked) == (ASKED.words, ASKED.words)
    assert kinds(give(after("begin waiting"), command)) == ["ModelConsulted"], "it was sent; nothing is said"


def test_that_an_answer_names_its_sentences_and_at_most_three_that_come_next() -> None:
    command = c.BotAnswered(3, RENT, "words", BRAIN, ("1.0", "1.1"), ("connect_here",), (KEY, Source("", "", "", "nl")))
    [told] = give(after("begin asked"), command)
    assert isinstance(told.event, e.BotReplied)
    assert (told.event.sentences, told.event.phrases) == (("1.0", "1.1"), ("connect_here",))
    assert told.event.also == (KEY,), "what has no version is not shown"


@pytest.mark.parametrize(
    ("question", "template"),
    [("", "suggest"), ("clarify_more", "clarify_more"), ("promise_kept", "suggest"), ("U krijgt geld.", "suggest")],
)
def test_that_only_a_fixed_question_stands_above_suggestions(question: str, template: str) -> None:
    [told] = give(after("begin asked"), c.BotSuggests(3, (RENT,), BRAIN, question))
    assert isinstance(told.event, e.BotSuggested)
    assert told.event.template.id == template


@pytest.mark.parametrize("version", ["v1", ""])
def test_that_what_it_would_have_said_on_trial_is_in_the_fact_and_not_in_the_words(version: str) -> None:
    state = after("begin asked")
    unseen = Source("huur", version, "Hoe zeg ik mijn huur op?", "nl")
    told = give(state, c.BotDoesNotKnow(wrote(state), "on_trial", BRAIN, unseen=unseen))
    abstained = told[0].event
    assert isinstance(abstained, e.BotAbstained)
    assert abstained.unseen == (unseen if version else None), "what has no version cannot be compared"
    assert all("huur" not in (one.text or "") for one in told)


def test_that_what_is_worked_out_stands_before_the_approved_words_and_on_record() -> None:
    state = after("begin asked")
    [told] = give(state, c.BotAnswered(wrote(state), RENT, "words", BRAIN, says_open=True))
    assert isinstance(told.event, e.BotReplied)
    assert told.event.computed is not None
    sentence, words = told.text.split("\n\n")
    assert words == "words"
    assert told.masked == told.text
    template = told.event.computed
    assert POLICY.wording.say(template.id, template.language, **dict(template.params)).text == sentence


def test_that_it_is_worked_out_at_the_moment_of_the_answer_and_for_the_day_that_was_asked_about() -> None:
    state = after("begin asked")
    asked = c.BotAnswered(wrote(state), RENT, "words", BRAIN, says_open=True)
    said = {give(state, asked, at=later(state.record.at, hours * HOUR))[0].text for hours in (0, 12)}
    said.add(give(state, replace(asked, day=date(2026, 11, 28)))[0].text)
    assert len(said) == 3


def test_that_an_answer_without_the_mark_or_in_another_language_is_the_approved_words_alone() -> None:
    state = after("begin asked")
    for command in (
        c.BotAnswered(wrote(state), RENT, "words", BRAIN, day=date(2026, 11, 28)),
        c.BotAnswered(wrote(state), replace(RENT, language="pl"), "words", BRAIN, says_open=True),
    ):
        [told] = give(state, command)
        assert isinstance(told.event, e.BotReplied)
        assert (told.text, told.event.computed) == ("words", None)
