"""The night chain, as tables: where it stands, what is reported, what follows."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Answered, Timer
from gehoor.core.time import MINUTE
from tests.core.situations import POLICY, after, give, kinds

ACKNOWLEDGED = ("begin called_out", "PartnerAcknowledged")
SECOND_LINK = ("begin called_out", "PartnerSilent | PartnerAsked link=2")
_GAS = "MessageReceived urgent=yes danger=LIFE | SafetyShown danger=LIFE"
PROMISED_BEFORE = ("begin promised", _GAS, "CallNowShown | PartnerAsked")
ACK, REACHED, NOT_REACHED = Answered.ACKNOWLEDGED, Answered.REACHED, Answered.NOT_REACHED

REPORTS: list[tuple[tuple[str, ...], c.Command, list[str]]] = [
    (("begin called_out",), c.PartnerTold(1, ACK), ["PartnerAcknowledged"]),
    (ACKNOWLEDGED, c.PartnerTold(1, ACK), []),  # said twice
    (SECOND_LINK, c.PartnerTold(1, ACK), []),  # too late: somebody else was asked
    (SECOND_LINK, c.PartnerTold(2, ACK), ["PartnerAcknowledged"]),
    (ACKNOWLEDGED, c.PartnerTold(1, REACHED), ["PartnerReached", "Resolved"]),
    (("begin called_out",), c.PartnerTold(1, REACHED), ["PartnerReached", "Resolved"]),  # sooner than it said so
    (PROMISED_BEFORE, c.PartnerTold(1, REACHED), ["PartnerReached", "PromiseKept", "Resolved"]),
    (ACKNOWLEDGED, c.PartnerTold(1, NOT_REACHED), ["PartnerSilent", "PartnerAsked"]),
    (("begin called_out",), c.PartnerDown(1), ["PartnerSilent", "PartnerAsked"]),
    (ACKNOWLEDGED, c.PartnerDown(1), []),  # it answered: it is not down
    (SECOND_LINK, c.PartnerDown(2), ["PartnerSilent", "CallNowShown"]),  # the end of the chain
    (("begin called_out", "HumanJoined"), c.PartnerTold(1, REACHED), []),  # a colleague at our desk has it
    (("begin danger",), c.PartnerTold(1, ACK), []),  # nobody was asked
    (("begin called_out", "RequestWithdrawn"), c.PartnerTold(1, ACK), []),
]


@pytest.mark.parametrize(("story", "command", "facts"), REPORTS)
def test_that_a_report_leads_to_a_person_or_to_the_next_link(
    story: tuple[str, ...], command: c.Command, facts: list[str]
) -> None:
    assert kinds(give(after(*story), command)) == facts


def test_that_a_link_is_asked_by_its_own_clock_and_named_to_the_customer() -> None:
    [_, asked] = give(after("begin danger"), c.NobodyFree())
    assert isinstance(asked.event, e.PartnerAsked)
    assert (asked.event.link, asked.event.partner) == (1, "night")
    assert asked.event.answer_by == after("begin danger").record.at + MINUTE + POLICY.night[0].answer_within
    assert "de nachtdienst" in asked.text
    assert "0800-0002" in asked.text


def test_that_who_says_so_and_does_nothing_is_passed_over_when_the_time_for_contact_is_over() -> None:
    state = after(*ACKNOWLEDGED)
    due = state.record.rings_at(Timer.PARTNER)
    assert due == state.record.at + 15 * MINUTE
    silent, asked = give(state, c.RingTimer(Timer.PARTNER), at=due)
    assert isinstance(silent.event, e.PartnerSilent)
    assert (silent.event.why, kinds([asked])) == ("nothing_done", ["PartnerAsked"])


def test_that_without_a_chain_the_number_to_call_is_all_there_is() -> None:
    alone = replace(POLICY, night=())
    assert kinds(give(after("begin danger"), c.NobodyFree(), policy=alone)) == ["CallNowShown"]
    shorter = replace(POLICY, night=POLICY.night[:1])
    state = after(*SECOND_LINK)  # the chain was shortened while its second link was asked
    told = give(state, c.RingTimer(Timer.PARTNER), at=state.record.rings_at(Timer.PARTNER), policy=shorter)
    assert kinds(told) == ["PartnerSilent", "CallNowShown"]


def test_that_a_customer_who_is_offered_to_an_agent_can_still_be_reached_by_the_partner() -> None:
    state = after("begin called_out", "Offered")
    assert kinds(give(state, c.PartnerTold(1, REACHED))) == ["PartnerReached", "Resolved"]


@pytest.mark.parametrize(
    ("story", "link", "partner", "name"),
    [
        (("begin called_out",), 1, "night", "de nachtdienst"),
        (SECOND_LINK, 2, "duty", "de dienstdoende"),
    ],
)
def test_that_what_a_link_reports_is_told_under_its_own_name(
    story: tuple[str, ...], link: int, partner: str, name: str
) -> None:
    for answered in (ACK, REACHED):
        told = give(after(*story), c.PartnerTold(link, answered))[0]
        assert isinstance(told.event, e.PartnerAcknowledged | e.PartnerReached)
        assert (told.event.link, told.event.partner) == (link, partner)
        assert name in told.text
    silent = give(after(*story), c.PartnerDown(link))[0].event
    assert isinstance(silent, e.PartnerSilent)
    assert (silent.link, silent.partner) == (link, partner)


def test_that_a_link_that_was_passed_over_or_is_no_longer_in_the_chain_reports_nothing() -> None:
    over = after(*SECOND_LINK, "PartnerSilent link=2 | CallNowShown")
    shorter = replace(POLICY, night=POLICY.night[:1])
    for answered in Answered:
        assert give(over, c.PartnerTold(2, answered)) == []
        assert give(after(*SECOND_LINK), c.PartnerTold(2, answered), policy=shorter) == []
