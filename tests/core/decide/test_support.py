"""An easier way, chosen: each leads to something that works."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import SUPPORT, Preference, Timer
from gehoor.core.conversation.timers import changes
from gehoor.core.errors import NotNow
from gehoor.core.time import DAY, later
from tests.core.situations import CLIENT, CUSTOMER, POLICY, after, give, kinds
from tests.promises.told import BEGINNINGS


@pytest.mark.parametrize(
    ("beginning", "offer", "facts"),
    [
        ("ai", "simple_words", ["SupportChosen", "HumanRequested"]),
        ("ai", "other_language", ["SupportChosen", "HumanRequested"]),
        ("ai", "call", ["SupportChosen", "HumanRequested"]),
        ("ai", "more_time", ["SupportChosen"]),
        ("ai", "helper", ["SupportChosen"]),
        ("waiting", "simple_words", ["SupportChosen"]),  # who takes it sees it
        ("human", "call", ["SupportChosen"]),
        ("parked", "call", ["SupportChosen", "ReturnedToQueue"]),
        ("resolved", "call", ["Reopened", "SupportChosen", "HumanRequested"]),
        ("resolved", "more_time", ["Reopened", "SupportChosen"]),
    ],
)
def test_that_what_is_chosen_leads_to_something(beginning: str, offer: str, facts: list[str]) -> None:
    assert kinds(give(after(f"begin {beginning}"), c.ChooseSupport(CLIENT, offer))) == facts


def test_that_nothing_is_chosen_before_the_disclosure() -> None:
    with pytest.raises(NotNow):
        give(after("ConversationStarted"), c.ChooseSupport(CLIENT, "call"))


@pytest.mark.parametrize("beginning", [one for one in BEGINNINGS if one != "new"])
@pytest.mark.parametrize("offer", SUPPORT)
def test_that_a_choice_is_the_customers_own_and_is_never_refused(beginning: str, offer: str) -> None:
    told = give(after(f"begin {beginning}"), c.ChooseSupport(CLIENT, offer))
    [chosen] = [one for one in told if isinstance(one.event, e.SupportChosen)]
    assert isinstance(chosen.event, e.SupportChosen)
    assert (chosen.event.offer, chosen.event.client_id, chosen.event.template.id) == (offer, CLIENT, f"chosen_{offer}")
    assert chosen.actor in (None, CUSTOMER)


def test_that_a_person_who_is_asked_for_knows_of_it() -> None:
    policy = replace(POLICY, skills={"support": "patience", "other_language": "languages"})
    for offer, skill in (("simple_words", "patience"), ("other_language", "languages"), ("call", "patience")):
        asked = give(after("begin ai"), c.ChooseSupport(CLIENT, offer), policy=policy)[-1].event
        assert isinstance(asked, e.HumanRequested)
        assert (asked.how, asked.skill) == ("support", skill)
        assert asked.preference is (Preference.CALLBACK if offer == "call" else None)


@pytest.mark.parametrize(("language", "spoken", "asks"), [("en", "en", False), ("tr", None, True), (None, None, True)])
def test_that_a_language_that_the_house_speaks_needs_no_person(
    language: str | None, spoken: str | None, asks: bool
) -> None:
    told = give(after("begin asked"), c.ChooseSupport(CLIENT, "other_language", language))
    assert isinstance(told[0].event, e.SupportChosen)
    assert told[0].event.language == spoken
    assert told[0].event.template.language == (spoken or "nl")
    assert ("HumanRequested" in kinds(told)) is asks


def test_that_only_who_chooses_another_language_gets_one() -> None:
    told = give(after("begin ai"), c.ChooseSupport(CLIENT, "call", "en"))
    assert isinstance(told[0].event, e.SupportChosen)
    assert told[0].event.language is None
    assert kinds(told) == ["SupportChosen", "HumanRequested"]


def test_that_who_asks_for_more_time_gets_it() -> None:
    state = after("begin ai")
    told = give(state, c.ChooseSupport(CLIENT, "more_time"))
    [(timer, rings)] = changes(told[0].event)
    assert timer is Timer.IDLE
    assert rings is not None
    assert rings >= later(state.record.at, 7 * DAY)
    for beginning in ("asked", "waiting", "human"):  # where nothing closes it, or a person is on the way
        assert changes(give(after(f"begin {beginning}"), c.ChooseSupport(CLIENT, "more_time"))[0].event) == ()


def test_that_a_conversation_that_was_reopened_for_more_time_stays_open() -> None:
    told = give(after("begin resolved"), c.ChooseSupport(CLIENT, "more_time"))
    instants = [at for one in told for timer, at in changes(one.event) if timer is Timer.IDLE and at is not None]
    assert instants == sorted(instants)
    assert len(instants) == 2
