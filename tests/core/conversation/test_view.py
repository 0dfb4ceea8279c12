from dataclasses import fields

from gehoor.core.conversation.model import Danger, Phase, Reached, Timer
from gehoor.core.conversation.view import ConversationView, view
from tests.core.situations import ANNA, after


def test_that_a_view_copies_the_state() -> None:
    for story in ("asked", "danger", "offered", "human", "parked", "promised", "resolved"):
        state = after(f"begin {story}")
        row = view(state)
        for name in (one.name for one in fields(ConversationView)):
            for half in (state.control, state.record):
                if hasattr(half, name):
                    assert getattr(row, name) == getattr(half, name)


def test_that_a_view_says_whether_the_ai_is_at_work() -> None:
    assert view(after("begin asked")).ai_busy
    assert not view(after("begin asked", "BotReplied")).ai_busy


def test_that_a_view_says_when_an_offer_runs_out() -> None:
    offered = after("begin offered")
    assert view(offered).offer_expires_at == offered.record.rings_at(Timer.OFFER) is not None
    assert view(after("begin offered", "OfferDeclined")).offer_expires_at is None


def test_that_a_view_shows_what_the_desk_needs() -> None:
    row = view(after("begin danger", "HumanJoined", "AgentWrote"))
    assert (row.phase, row.agent, row.danger, row.reached) == (Phase.HUMAN, ANNA, Danger.LIFE, Reached.TRIED)
    assert (row.requested, row.returned, row.channel, row.language) == (True, False, "web", "nl")
