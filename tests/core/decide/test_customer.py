"""What comes of what a customer does, as tables: the story, what is heard, the facts."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Heard, Preference, PromiseKind, Signal, Timer, Window
from gehoor.core.conversation.timers import changes
from gehoor.core.errors import NotNow
from gehoor.core.time import DAY, HOUR, MINUTE, Instant, later
from tests.core.situations import CLIENT, HOUSE, POLICY, REFERENCE, START, after, give, kinds
from tests.promises.told import BEGINNINGS, MONDAY_MORNING

YES, MAYBE = Signal.YES, Signal.MAYBE
NOTHING = Heard()
PERSON = Heard(wants_human=YES)
STUCK = Heard(stuck=YES)
COMPLAINT = Heard(complaint=YES)
IDENTITY = Heard(asks_identity=YES)
WITHDRAWS = Heard(withdraws=YES)
PERHAPS = Heard(wants_human=MAYBE)
GAS = Heard(urgent=YES, urgent_kind="gas", danger=Danger.LIFE)
PERHAPS_GAS = replace(GAS, urgent=MAYBE)
PERHAPS_IDENTITY = Heard(asks_identity=MAYBE)
BOTH_TOPICS = Heard(complaint=YES, formal_objection=YES)
EASIER = Heard(needs_support=MAYBE)
CONFIRMED = Heard(urgent=YES, urgent_kind="overig", danger=Danger.DISCOMFORT)


def test_that_a_conversation_begins_with_the_disclosure() -> None:
    told = give(after(), START)
    assert kinds(told) == ["ConversationStarted", "DisclosureShown"]
    assert told[1].actor == HOUSE
    assert "AI" in told[1].text


def test_that_a_conversation_begins_once() -> None:
    with pytest.raises(NotNow):
        give(after("begin ai"), START)


WRITES: list[tuple[str, Heard, list[str]]] = [
    # the AI has the floor
    ("ai", NOTHING, ["MessageReceived", "BotTurnDue"]),
    ("asked", NOTHING, ["MessageReceived", "BotTurnDue"]),  # before the first is answered
    ("ai", PERSON, ["MessageReceived", "HumanRequested"]),
    ("ai", STUCK, ["MessageReceived", "HumanRequested"]),
    ("ai", COMPLAINT, ["MessageReceived", "HumanRequested", "ReceiptGiven"]),
    ("ai", BOTH_TOPICS, ["MessageReceived", "HumanRequested", "ReceiptGiven", "ReceiptGiven"]),
    ("ai", Heard(wants_human=YES, complaint=YES), ["MessageReceived", "HumanRequested", "ReceiptGiven"]),
    ("ai", PERHAPS_GAS, ["MessageReceived", "DangerAsked", "HumanOffered", "BotTurnDue"]),
    ("ai", replace(PERHAPS_GAS, wants_human=YES), ["MessageReceived", "DangerAsked", "HumanRequested"]),
    ("ai", PERHAPS_IDENTITY, ["MessageReceived", "IdentityTold", "BotTurnDue"]),  # it is always true
    ("ai", replace(IDENTITY, stuck=MAYBE), ["MessageReceived", "IdentityTold", "HumanOffered"]),
    ("ai", Heard(privacy_request=MAYBE), ["MessageReceived", "HumanOffered", "BotTurnDue"]),
    ("ai", EASIER, ["MessageReceived", "BotTurnDue", "SupportOffered"]),
    ("ai", replace(EASIER, wants_human=YES), ["MessageReceived", "HumanRequested", "SupportOffered"]),
    ("ai", replace(EASIER, urgent=YES), ["MessageReceived", "SafetyShown", "HumanRequested"]),  # first things first
    ("ai", replace(GAS, complaint=YES), ["MessageReceived", "SafetyShown", "HumanRequested", "ReceiptGiven"]),
    ("ai", IDENTITY, ["MessageReceived", "IdentityTold"]),
    ("ai", PERHAPS, ["MessageReceived", "HumanOffered", "BotTurnDue"]),
    ("ai", WITHDRAWS, ["MessageReceived", "BotTurnDue"]),  # there is nothing to withdraw
    ("ai", GAS, ["MessageReceived", "SafetyShown", "HumanRequested"]),
    # the customer waits
    ("waiting", NOTHING, ["MessageReceived"]),
    ("waiting", IDENTITY, ["MessageReceived"]),  # the AI is silent
    ("waiting", PERSON, ["MessageReceived"]),  # asked already
    ("waiting", COMPLAINT, ["MessageReceived", "ReceiptGiven"]),  # no second request
    ("waiting", PERHAPS_GAS, ["MessageReceived", "DangerAsked"]),
    ("waiting", PERHAPS_IDENTITY, ["MessageReceived"]),
    ("waiting", EASIER, ["MessageReceived", "SupportOffered"]),
    ("waiting", WITHDRAWS, ["MessageReceived", "RequestWithdrawn"]),
    ("offered", WITHDRAWS, ["MessageReceived", "RequestWithdrawn"]),
    ("waiting", GAS, ["MessageReceived", "SafetyShown"]),
    ("promised", GAS, ["MessageReceived", "SafetyShown"]),  # a promise is no answer to danger: the clock is
    ("human", GAS, ["MessageReceived", "SafetyShown"]),  # a person is there
    ("reached", GAS, ["MessageReceived", "SafetyShown"]),
    ("parked", NOTHING, ["MessageReceived", "ReturnedToQueue"]),
    ("parked", WITHDRAWS, ["MessageReceived", "RequestWithdrawn"]),
    ("parked", GAS, ["MessageReceived", "SafetyShown", "ReturnedToQueue"]),
    # a person has the floor
    ("human", NOTHING, ["MessageReceived"]),
    ("human", COMPLAINT, ["MessageReceived", "ReceiptGiven"]),
    ("human", PERHAPS_GAS, ["MessageReceived", "DangerAsked"]),
    ("human", EASIER, ["MessageReceived"]),  # the person hears it too
    ("human", WITHDRAWS, ["MessageReceived"]),  # said to the person, who decides what it means
    ("human", GAS, ["MessageReceived", "SafetyShown"]),
    ("parked", COMPLAINT, ["MessageReceived", "ReturnedToQueue", "ReceiptGiven"]),
    # after the end
    ("resolved", COMPLAINT, ["Reopened", "MessageReceived", "HumanRequested", "ReceiptGiven"]),
    ("resolved", NOTHING, ["Reopened", "MessageReceived", "BotTurnDue"]),
    ("resolved", PERSON, ["Reopened", "MessageReceived", "HumanRequested"]),
    ("resolved", GAS, ["Reopened", "MessageReceived", "SafetyShown", "HumanRequested"]),
]


@pytest.mark.parametrize(("beginning", "heard", "facts"), WRITES)
def test_that_words_bring_what_they_ask_for(beginning: str, heard: Heard, facts: list[str]) -> None:
    told = give(after(f"begin {beginning}"), c.WriteMessage(CLIENT, heard, "words", "masked"))
    assert kinds(told) == facts
    [message] = [one for one in told if isinstance(one.event, e.MessageReceived)]
    assert (message.text, message.masked) == ("words", "masked")


def test_that_a_turn_of_the_ai_names_the_message_that_it_answers() -> None:
    for beginning, place in (("ai", 1), ("resolved", 2)):
        state = after(f"begin {beginning}")
        due = give(state, c.WriteMessage(CLIENT, NOTHING, "x", "x"))[-1].event
        assert isinstance(due, e.BotTurnDue)
        assert due.turn == state.record.seq + place


def test_that_writing_starts_the_agents_clock_only_when_it_does_not_run() -> None:
    for story, starts in (("begin human", False), ("begin reached", True), ("begin waiting", False)):
        message = give(after(story), c.WriteMessage(CLIENT, NOTHING, "x", "x"))[0].event
        assert isinstance(message, e.MessageReceived)
        assert (message.answer_by is not None) is starts


def test_that_nothing_is_taken_before_the_disclosure() -> None:
    commands: list[c.Command] = [
        c.WriteMessage(CLIENT, NOTHING, "x", "x"),
        c.AskForHuman(CLIENT),
        c.GiveFeedback(CLIENT, True),
    ]
    for story in ((), ("ConversationStarted",)):
        for command in commands:
            with pytest.raises(NotNow):
                give(after(*story), command)


@pytest.mark.parametrize(
    ("heard", "shown", "danger"),
    [
        (GAS, "safety_gas", Danger.LIFE),
        (replace(GAS, urgent_kind=None), "safety_overig", Danger.LIFE),  # no kind was heard
        (replace(GAS, urgent_kind="meteor"), "safety_overig", Danger.LIFE),  # a kind that has no text
        (Heard(urgent=YES), "safety_overig", Danger.DISCOMFORT),  # no degree was heard: never none
    ],
)
def test_that_danger_brings_its_text_and_its_degree(heard: Heard, shown: str, danger: Danger) -> None:
    told = give(after("begin ai"), c.WriteMessage(CLIENT, heard, "x", "x"))
    assert isinstance(told[1].event, e.SafetyShown)
    assert isinstance(told[2].event, e.HumanRequested)
    assert (told[1].event.template.id, told[1].event.danger, told[2].event.danger) == (shown, danger, danger)
    assert told[1].event.kind == (heard.urgent_kind or "overig")


@pytest.mark.parametrize("beginning", [one for one in BEGINNINGS if one != "new"])
@pytest.mark.parametrize("preference", [None, *Preference])
def test_that_asking_for_a_person_is_never_refused(beginning: str, preference: Preference | None) -> None:
    give(after(f"begin {beginning}"), c.AskForHuman(CLIENT, preference))


ASKS: list[tuple[str, c.AskForHuman, list[str]]] = [
    ("ai", c.AskForHuman(CLIENT), ["HumanRequested"]),
    ("asked", c.AskForHuman(CLIENT), ["HumanRequested"]),
    ("resolved", c.AskForHuman(CLIENT), ["Reopened", "HumanRequested"]),
    ("waiting", c.AskForHuman(CLIENT), []),  # asking twice is one request
    ("human", c.AskForHuman(CLIENT), []),  # a person is there
    ("parked", c.AskForHuman(CLIENT), ["ReturnedToQueue"]),
    ("ai", c.AskForHuman(CLIENT, Preference.EMAIL, ("email",)), ["HumanRequested", "ContactLeft", "PromiseMade"]),
    ("ai", c.AskForHuman(CLIENT, Preference.EMAIL), ["HumanRequested"]),  # nowhere to write to
    ("ai", c.AskForHuman(CLIENT, Preference.CALLBACK, ("phone",)), ["HumanRequested", "ContactLeft", "PromiseMade"]),
    ("ai", c.AskForHuman(CLIENT, Preference.CALLBACK), ["HumanRequested"]),  # nowhere to call back to
    ("waiting", c.AskForHuman(CLIENT, Preference.CALLBACK, ("phone",)), ["ContactLeft", "PromiseMade"]),
    ("danger", c.AskForHuman(CLIENT, Preference.CALLBACK, ("phone",)), ["ContactLeft"]),  # danger is never promised
    ("human", c.AskForHuman(CLIENT, Preference.CALLBACK, ("phone",)), ["ContactLeft"]),
    ("ai", c.AskForHuman(CLIENT, Preference.LIVE, ("email",)), ["HumanRequested", "ContactLeft"]),  # just in case
]


@pytest.mark.parametrize(("beginning", "command", "facts"), ASKS)
def test_that_asking_for_a_person_brings_one_request(beginning: str, command: c.AskForHuman, facts: list[str]) -> None:
    assert kinds(give(after(f"begin {beginning}"), command)) == facts


def test_that_a_chosen_call_back_is_promised_with_a_reference() -> None:
    told = give(after("begin ai"), c.AskForHuman(CLIENT, Preference.CALLBACK, ("phone",)))
    promise = told[-1].event
    assert isinstance(promise, e.PromiseMade)
    assert (promise.kind, promise.reference) == (PromiseKind.CALLBACK, REFERENCE)
    assert REFERENCE in told[-1].text


@pytest.mark.parametrize(
    ("preference", "kind"), [(Preference.CALLBACK, PromiseKind.CALLBACK), (Preference.EMAIL, PromiseKind.EMAIL)]
)
def test_that_what_was_chosen_is_promised_whatever_else_was_left(preference: Preference, kind: PromiseKind) -> None:
    promise = give(after("begin ai"), c.AskForHuman(CLIENT, preference, ("phone", "email")))[-1].event
    assert isinstance(promise, e.PromiseMade)
    assert promise.kind is kind


def test_that_choosing_a_call_back_later_never_puts_the_promise_off() -> None:
    state = after("begin promised", "after=20h MessageReceived")
    promise = give(state, c.AskForHuman(CLIENT, Preference.CALLBACK, ("phone",)))[-1].event
    assert isinstance(promise, e.PromiseMade)
    assert promise.due_at == state.record.due_at
    assert promise.reference == state.record.reference


@pytest.mark.parametrize("beginning", ["waiting", "offered", "parked", "promised", "danger"])
def test_that_a_waiting_customer_may_withdraw(beginning: str) -> None:
    assert kinds(give(after(f"begin {beginning}"), c.WithdrawRequest(CLIENT))) == ["RequestWithdrawn"]


def test_that_there_is_nothing_to_withdraw_from_the_ai_and_no_way_to_send_a_person_off() -> None:
    assert give(after("begin ai"), c.WithdrawRequest(CLIENT)) == []
    with pytest.raises(NotNow):
        give(after("begin human"), c.WithdrawRequest(CLIENT))


@pytest.mark.parametrize(
    ("story", "helped", "facts", "reason"),
    [
        (("begin asked", "BotReplied"), True, ["FeedbackGiven"], None),
        (("begin asked", "BotReplied"), False, ["FeedbackGiven", "HumanOffered"], "not_helped"),
        (("begin asked", "BotSuggested"), False, ["FeedbackGiven", "HumanOffered"], "two_turns"),  # the second
        (("begin human",), False, ["FeedbackGiven"], None),  # a person is there
        (("begin resolved",), False, ["FeedbackGiven"], None),
    ],
)
def test_that_not_helped_carries_a_person(
    story: tuple[str, ...], helped: bool, facts: list[str], reason: str | None
) -> None:
    told = give(after(*story), c.GiveFeedback(CLIENT, helped, 2, "words", "masked"))
    assert kinds(told) == facts
    assert (told[0].text, told[0].masked) == ("words", "masked")
    offered = told[-1].event
    assert (offered.reason if isinstance(offered, e.HumanOffered) else None) == reason


@pytest.mark.parametrize(
    ("story", "upto", "facts"),
    [
        (("begin written",), 5, ["Delivered"]),
        (("begin written",), 4, []),  # not up to the answer
        (("begin human",), 99, []),  # there is no answer
        (("begin human", "AgentWrote hold_line=yes"), 99, []),  # a hold line is none
        (("begin reached",), 99, []),  # counted already
        (("begin promised_written",), 99, ["Delivered", "PromiseKept"]),
        (("begin parked",), 99, ["Delivered", "Resolved"]),  # the answer was waiting
        (("begin parked", "ReturnedToQueue reason=try_again"), 99, ["Delivered", "Resolved"]),
        (("begin parked", "ReturnedToQueue reason=customer_back"), 99, []),  # who wrote on waits for more
        (("begin parked", "ReturnedToQueue reason=try_again", "MessageReceived"), 99, []),
    ],
)
def test_that_only_an_answer_that_was_delivered_reaches(story: tuple[str, ...], upto: int, facts: list[str]) -> None:
    told = give(after(*story), c.MarkDelivered(upto))
    assert kinds(told) == facts
    assert all(one.actor == HOUSE for one in told)


# -- choosing and moving a promise -----------------------------------------------------------------------------------

TOMORROW = Window(Instant(MONDAY_MORNING + DAY), Instant(MONDAY_MORNING + DAY + HOUR))
PAST = Window(Instant(MONDAY_MORNING - HOUR), MONDAY_MORNING)
LATE = Window(Instant(MONDAY_MORNING + 2 * DAY), Instant(MONDAY_MORNING + 2 * DAY + HOUR))
LAST = Window(Instant(MONDAY_MORNING + DAY + 6 * HOUR), Instant(MONDAY_MORNING + DAY + 7 * HOUR))
NOW = later(after("begin promised").record.at, MINUTE)
OVER = Window(later(NOW, -HOUR), NOW)
BY_PHONE = c.ChoosePromise(CLIENT, Preference.CALLBACK, ("phone",), TOMORROW)
BY_MAIL = c.ChoosePromise(CLIENT, Preference.EMAIL, ("email",))
HERE = c.ChoosePromise(CLIENT, Preference.LIVE)

CHOICES: list[tuple[str, c.ChoosePromise, list[str]]] = [
    ("waiting", BY_PHONE, ["ContactLeft", "PromiseMade"]),  # instead of waiting on
    ("waiting", BY_MAIL, ["ContactLeft", "PromiseMade"]),
    ("promised", BY_PHONE, ["ContactLeft", "PromiseMoved"]),
    ("promised", BY_MAIL, ["ContactLeft", "PromiseMoved"]),
    ("promised", HERE, ["PromiseMoved"]),
    ("promised", replace(BY_PHONE, window=LAST), ["ContactLeft", "PromiseMoved"]),  # ends when the ceiling is reached
    ("promised", replace(BY_PHONE, window=replace(OVER, end=later(NOW, 1))), ["ContactLeft", "PromiseMoved"]),
    ("parked", BY_PHONE, ["ReturnedToQueue", "ContactLeft", "PromiseMade"]),
]


@pytest.mark.parametrize(("beginning", "command", "facts"), CHOICES)
def test_that_who_waits_chooses_how_and_when(beginning: str, command: c.ChoosePromise, facts: list[str]) -> None:
    assert kinds(give(after(f"begin {beginning}"), command)) == facts


@pytest.mark.parametrize(
    ("command", "kind"),
    [(BY_PHONE, PromiseKind.CALLBACK), (BY_MAIL, PromiseKind.EMAIL), (HERE, PromiseKind.CHAT)],
)
def test_that_the_promise_is_kept_in_the_way_that_was_chosen(command: c.ChoosePromise, kind: PromiseKind) -> None:
    for beginning in ("waiting", "promised"):
        told = give(after(f"begin {beginning}"), command)
        promise = told[-1].event
        assert isinstance(promise, e.PromiseMade | e.PromiseMoved)
        assert promise.kind is kind
        left = [one.event for one in told if isinstance(one.event, e.ContactLeft)]
        assert [one.client_id for one in left] == [CLIENT for _ in command.leaves][:1]


def test_that_a_window_is_promised_from_its_start_to_its_end_under_the_same_reference() -> None:
    moved = give(after("begin promised"), BY_PHONE)[-1]
    assert isinstance(moved.event, e.PromiseMoved)
    assert (moved.event.window_start, moved.event.due_at) == (TOMORROW.start, TOMORROW.end)
    assert (moved.event.kind, moved.event.reference) == (PromiseKind.CALLBACK, "123-456-784")
    assert (moved.event.remind_at, moved.event.client_id) == (TOMORROW.start, CLIENT)
    assert "dinsdag 24 november tussen 10.00 en 11.00 uur" in moved.text


@pytest.mark.parametrize(
    ("beginning", "command", "said", "field"),
    [
        ("ai", BY_PHONE, "no_request", None),  # nothing is open
        ("human", BY_PHONE, "no_request", None),  # a person is there
        ("resolved", BY_MAIL, "no_request", None),
        ("danger", BY_PHONE, "danger_no_date", None),  # danger never ends in a date
        ("promised", replace(BY_PHONE, room=False), "window_gone", "window"),  # full: what was promised stands
        ("promised", replace(BY_PHONE, window=PAST), "window_gone", "window"),
        ("promised", replace(BY_PHONE, window=OVER), "window_gone", "window"),  # ends this moment
        ("new", BY_PHONE, "no_request", None),
        ("promised", replace(BY_PHONE, window=LATE), "window_gone", "window"),  # beyond the ceiling of the profile
        ("promised", replace(BY_MAIL, able=False), "contact_needed", "contact"),  # no address
    ],
)
def test_that_what_cannot_be_promised_is_refused(
    beginning: str, command: c.ChoosePromise, said: str, field: str | None
) -> None:
    with pytest.raises(NotNow) as refused:
        give(after(f"begin {beginning}"), command)
    assert (refused.value.sentence, refused.value.data.get("field")) == (said, field)


def test_that_a_first_request_is_taken_also_when_its_window_is_full_or_past() -> None:
    asked = c.AskForHuman(CLIENT, Preference.CALLBACK, ("phone",), TOMORROW)
    full, over = replace(asked, room=False), replace(asked, window=PAST)
    for command, start in ((asked, TOMORROW.start), (full, None), (over, None)):
        promise = give(after("begin ai"), command)[-1].event
        assert isinstance(promise, e.PromiseMade)
        assert promise.window_start == start


def test_that_without_the_ai_every_question_goes_to_a_person() -> None:
    policy = replace(POLICY, ai=False)
    told = give(after("begin ai"), c.WriteMessage(CLIENT, NOTHING, "words", "masked"), policy=policy)
    assert kinds(told) == ["MessageReceived", "HumanRequested"]
    shown = give(after(), START, policy=policy)[1].event
    assert isinstance(shown, e.DisclosureShown)
    assert shown.template.id == "disclosure_no_ai"


@pytest.mark.parametrize("beginning", ["ai", "waiting", "offered", "promised", "parked"])
def test_that_danger_shortens_the_wait_for_our_desk_to_a_minute(beginning: str) -> None:
    state = after(f"begin {beginning}")
    told = give(state, c.WriteMessage(CLIENT, GAS, "x", "x"))
    clocks = [at for one in told for timer, at in changes(one.event) if timer is Timer.WAIT]
    assert clocks[-1] == later(state.record.at, MINUTE + POLICY.clocks.danger)


def test_that_danger_that_is_told_again_does_not_begin_the_minute_anew() -> None:
    told = give(after("begin danger"), c.WriteMessage(CLIENT, GAS, "x", "x"))
    assert kinds(told) == ["MessageReceived", "SafetyShown"]
    assert [at for one in told for timer, at in changes(one.event) if timer is Timer.WAIT] == []


@pytest.mark.parametrize(("beginning", "ends_itself"), [("ai", True), ("asked", False)])
def test_that_telling_what_it_is_takes_no_clock_from_a_question(beginning: str, ends_itself: bool) -> None:
    told = give(after(f"begin {beginning}"), c.WriteMessage(CLIENT, IDENTITY, "x", "x"))[-1].event
    assert isinstance(told, e.IdentityTold)
    assert (told.idle_at is not None) is ends_itself


def test_that_contact_that_comes_with_the_request_names_the_request() -> None:
    told = give(after("begin ai"), c.AskForHuman(CLIENT, Preference.EMAIL, ("email",)))
    assert [one.event.client_id for one in told if isinstance(one.event, e.ContactLeft)] == [CLIENT]


def test_that_a_withdrawal_names_what_the_customer_sent() -> None:
    told = give(after("begin waiting"), c.WithdrawRequest(CLIENT))[0].event
    assert isinstance(told, e.RequestWithdrawn)
    assert told.client_id == CLIENT


def test_that_danger_asks_for_who_knows_of_its_kind() -> None:
    policy = replace(POLICY, skills={"gas": "gas", "danger": "first_aid"})
    for heard, skill in ((GAS, "gas"), (replace(GAS, urgent_kind="brand"), "first_aid")):
        told = give(after("begin ai"), c.WriteMessage(CLIENT, heard, "x", "x"), policy=policy)[-1].event
        assert isinstance(told, e.HumanRequested)
        assert told.skill == skill


@pytest.mark.parametrize("beginning", ["ai", "human", "reached", "parked"])
def test_that_danger_starts_no_wait_for_who_does_not_stand_in_the_queue(beginning: str) -> None:
    shown = give(after(f"begin {beginning}"), c.WriteMessage(CLIENT, GAS, "x", "x"))[1].event
    assert isinstance(shown, e.SafetyShown)
    assert shown.wait_until is None


@pytest.mark.parametrize("preference", [None, Preference.LIVE])
def test_that_a_number_that_is_left_is_no_wish_to_be_called_back(preference: Preference | None) -> None:
    told = give(after("begin ai"), c.AskForHuman(CLIENT, preference, ("phone",)))
    assert kinds(told) == ["HumanRequested", "ContactLeft"]


def test_that_a_yes_to_the_question_whether_there_is_danger_is_about_what_was_asked() -> None:
    asked = after(
        "begin ai", "MessageReceived urgent=maybe | DangerAsked kind=gas danger=LIFE | HumanOffered | BotTurnDue"
    )
    for state, kind, danger in ((asked, "gas", Danger.LIFE), (after("begin ai"), "overig", Danger.DISCOMFORT)):
        shown = give(state, c.WriteMessage(CLIENT, CONFIRMED, "x", "x"))[1].event
        assert isinstance(shown, e.SafetyShown)
        assert (shown.kind, shown.danger, shown.template.id) == (kind, danger, f"safety_{kind}")
    # A danger that has a kind of its own is what it is.
    told = give(asked, c.WriteMessage(CLIENT, replace(GAS, urgent_kind="brand"), "x", "x"))[1].event
    assert isinstance(told, e.SafetyShown)
    assert told.kind == "brand"


@pytest.mark.parametrize(("kind", "number"), [("gas", "0800-9009"), ("zelfbeschadiging", "113"), (None, "112")])
def test_that_who_is_perhaps_in_danger_reads_whom_to_call_at_once(kind: str | None, number: str) -> None:
    told = give(after("begin ai"), c.WriteMessage(CLIENT, replace(PERHAPS_GAS, urgent_kind=kind), "x", "x"))[1]
    assert isinstance(told.event, e.DangerAsked)
    assert told.event.kind == (kind or "overig")
    assert f" {number}." in told.text
    assert told.actor == HOUSE
