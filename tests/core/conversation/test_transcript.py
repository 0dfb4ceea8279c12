from typing import get_args

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience, Source
from gehoor.core.conversation.transcript import AuthorKind, lines, shown, sources
from tests.core.conversation.examples import EXAMPLES, FACTS, one
from tests.promises.told import facts_of

HIDDEN_FROM_CUSTOMERS = {
    *("ConversationStarted", "Delivered", "Offered", "OfferDeclined", "OfferTimedOut"),
    *("NoteWritten", "CallRecorded", "Parked", "BotTurnDue"),
    *("PromiseReminded", "PartnerSilent", "MailAccepted", "SignalsRaised", "ModelConsulted", "CorrectionSeen"),
}


def test_that_customers_see_no_notes_and_no_bookkeeping() -> None:
    hidden = {type(event).__name__ for event in EXAMPLES if shown(event, Audience.CUSTOMER) is None}
    assert hidden == HIDDEN_FROM_CUSTOMERS


def test_that_staff_see_everything_but_the_turns_of_the_ai() -> None:
    assert [type(event) for event in EXAMPLES if shown(event, Audience.STAFF) is None] == [e.BotTurnDue]


def test_that_what_both_see_is_the_same_for_both() -> None:
    for event in EXAMPLES:
        seen = shown(event, Audience.CUSTOMER)
        assert seen is None or seen == shown(event, Audience.STAFF)


def test_that_the_author_of_words_is_who_spoke_them() -> None:
    spoken = {kind: shown(one(kind), Audience.STAFF) for kind in get_args(e.Event)}
    assert spoken[e.MessageReceived] == ("message", AuthorKind.CUSTOMER)
    assert spoken[e.AgentWrote] == ("message", AuthorKind.HUMAN)
    assert spoken[e.NoteWritten] == ("note", AuthorKind.HUMAN)
    assert spoken[e.SafetyShown] == ("message", AuthorKind.NOTICE)
    assert spoken[e.CorrectionGiven] == ("message", AuthorKind.NOTICE)
    for kind in (e.BotReplied, e.BotSuggested, e.BotAbstained, e.IdentityTold):
        assert spoken[kind] == ("message", AuthorKind.AI)


def test_that_each_line_names_the_one_before_it_that_the_same_audience_may_see() -> None:
    for audience in Audience:
        seen = list(lines(FACTS, audience))
        assert [line.prev for line in seen] == [0, *(line.fact.seq for line in seen[:-1])]


def test_that_a_hidden_fact_leaves_no_gap() -> None:
    facts = facts_of(["begin offered", "HumanJoined", "NoteWritten", "AgentWrote"])
    seen = [(line.fact.seq, line.prev, line.type) for line in lines(facts, Audience.CUSTOMER)]
    assert seen == [(2, 0, "message"), (3, 2, "human_requested"), (5, 3, "human_joined"), (7, 5, "message")]


def test_that_reading_goes_on_after_what_was_read() -> None:
    facts = facts_of(["begin written"])
    whole = list(lines(facts, Audience.CUSTOMER))
    rest = list(lines(facts[3:], Audience.CUSTOMER, prev=whole[1].fact.seq))
    assert rest == whole[2:]


def test_that_answers_and_suggestions_name_their_articles() -> None:
    rent, key = Source("huur", "1", "huur", "nl"), Source("sleutel", "2", "sleutel", "nl")
    answered = facts_of(["begin asked", "BotReplied", "BotSuggested sources=huur@1,sleutel@2"])
    assert sources(answered[-2].event) == (rent,)
    assert sources(answered[-1].event) == (rent, key)
    assert sources(answered[0].event) == ()
