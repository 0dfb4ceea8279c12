from dataclasses import replace

from gehoor.core.conversation import events as e
from gehoor.core.conversation.commands import NobodyFree, Order
from gehoor.core.conversation.model import ActorKind, Phase
from gehoor.core.decide.case import HOUSE, Case, by_house
from gehoor.core.guarantee.standing import Situation
from gehoor.core.ids import CommandId
from gehoor.core.policy import Said, Template
from tests.core.conversation.examples import one
from tests.core.situations import POLICY, after


def test_that_a_case_speaks_the_language_of_the_conversation() -> None:
    state = after("ConversationStarted language=en | DisclosureShown")
    order = Order(NobodyFree(), HOUSE, CommandId("x"), "")
    case = Case(state.control, state.record, Situation(), POLICY, state.record.at, order)
    assert case.floor is Phase.AI
    assert case.say("idle").template.language == "en"


def test_that_without_an_ai_the_sentence_that_speaks_of_none_is_said() -> None:
    state = after("begin ai")
    order = Order(NobodyFree(), HOUSE, CommandId("x"), "")
    for ai, shown in ((True, "requested_button"), (False, "requested_button_no_ai")):
        case = Case(state.control, state.record, Situation(), replace(POLICY, ai=ai), state.record.at, order)
        assert case.say("requested_button").template.id == shown
        assert case.say("idle").template.id == "idle"  # speaks of none anyway


def test_that_a_fact_of_the_house_carries_its_notice() -> None:
    event = one(e.HumanOffered)
    told = by_house(event, Said(Template("x", "1", "nl"), "words"))
    assert (told.actor, told.text, told.masked) == (HOUSE, "words", "")
    assert by_house(event).text == ""
    assert HOUSE.kind is ActorKind.HOUSE
