from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.conversation.model import Heard, Signal
from gehoor.core.guarantee.receipts import TOPICS, answer_due, receipt, topics
from gehoor.core.policy import LONGEST_TERMS
from gehoor.core.time import instant, local
from tests.core.situations import POLICY, REFERENCE, after

YES, MAYBE = Signal.YES, Signal.MAYBE
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        (Heard(), ()),
        (Heard(complaint=MAYBE, privacy_request=MAYBE), ()),  # a maybe is offered a person
        (Heard(privacy_request=YES, complaint=YES), ("complaint", "privacy")),
        (Heard(formal_objection=YES), ("objection",)),
    ],
)
def test_that_what_was_surely_heard_gets_a_receipt(heard: Heard, found: tuple[str, ...]) -> None:
    assert topics(heard) == found


@pytest.mark.parametrize(
    ("written", "days", "due"),
    [
        ("2026-11-23 10:00", 28, "2026-12-21 23:59"),
        ("2026-11-23 00:00", 28, "2026-12-21 23:59"),  # the day itself does not count
        ("2026-11-23 23:59", 28, "2026-12-21 23:59"),
        ("2027-03-20 10:00", 28, "2027-04-17 23:59"),  # the clocks are moved on the way
        ("2026-10-20 10:00", 28, "2026-11-17 23:59"),
        ("2026-12-30 10:00", 1, "2026-12-31 23:59"),
    ],
)
def test_that_a_term_ends_with_its_last_day(written: str, days: int, due: str) -> None:
    policy = replace(POLICY, terms=replace(POLICY.terms, complaint=days))
    now = instant(datetime.fromisoformat(written).replace(tzinfo=ZONE))
    assert f"{local(answer_due(policy, now, 'complaint'), ZONE):%Y-%m-%d %H:%M}" == due


@pytest.mark.parametrize("topic", TOPICS)
def test_that_each_topic_has_its_own_term_and_sentence(topic: str) -> None:
    record = after("begin ai").record
    event, said = receipt(POLICY, record, topic, REFERENCE, record.at)
    days = (event.due_at - record.at) // (24 * 3600 * 1_000_000)
    assert days == getattr(POLICY.terms, topic) <= getattr(LONGEST_TERMS, topic)
    assert (event.topic, event.reference, event.template.id) == (topic, REFERENCE, f"receipt_{topic}")
    assert REFERENCE in said.text
    assert " uur" not in said.text, "a day, not a minute"


def test_that_who_has_a_number_keeps_it() -> None:
    record = after("begin promised").record
    event, _ = receipt(POLICY, record, "complaint", REFERENCE, record.at)
    assert event.reference == record.reference
