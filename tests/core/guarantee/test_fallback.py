from calendar import day_name, month_name
from dataclasses import replace
from datetime import datetime

import pytest

from gehoor.core.conversation.events import CallNowShown, PromiseMade
from gehoor.core.conversation.model import Danger, PromiseKind, Record
from gehoor.core.guarantee.fallback import fallback, opens_at, spoken, spoken_moment, spoken_window
from gehoor.core.hours import next_open
from gehoor.core.time import HOUR, later
from tests.core.situations import ID, POLICY
from tests.promises.told import MONDAY_MORNING

NOW = MONDAY_MORNING
RECORD = Record(ID)
TUESDAY = "dinsdag 24 november 17.00 uur"


def promise(record: Record, kind: PromiseKind | None, at: int = NOW) -> PromiseMade:
    event, _ = fallback(POLICY, record, Danger.NONE, kind, "1-2-3", later(NOW, at - NOW))
    assert isinstance(event, PromiseMade)
    return event


def test_that_nobody_free_is_a_dated_promise_with_a_reference() -> None:
    event, said = fallback(POLICY, RECORD, Danger.NONE, None, "1-2-3", NOW)
    assert isinstance(event, PromiseMade)
    assert (event.kind, event.reference) == (PromiseKind.CHAT, "1-2-3")
    assert event.remind_at == later(event.due_at, -POLICY.promises.remind)
    assert TUESDAY in said.text
    assert dict(said.template.params) == {"due": TUESDAY, "reference": "1-2-3"}


@pytest.mark.parametrize("danger", [Danger.DISCOMFORT, Danger.DAMAGE, Danger.LIFE])
def test_that_danger_is_never_promised(danger: Danger) -> None:
    for kind in (None, *PromiseKind):
        event, said = fallback(POLICY, RECORD, danger, kind, "1-2-3", NOW)
        assert isinstance(event, CallNowShown)
        assert event.wait_until > NOW
        assert POLICY.contact.emergency_phone in said.text


def test_that_a_customer_keeps_the_first_reference_and_the_way_that_was_chosen() -> None:
    record = replace(RECORD, reference="9-9-9", promise_kind=PromiseKind.CALLBACK)
    assert promise(record, None).reference == "9-9-9"
    assert promise(record, None).kind is PromiseKind.CALLBACK


def test_that_a_chosen_way_never_puts_off_a_promise_that_runs() -> None:
    record = replace(RECORD, due_at=later(NOW, HOUR))
    assert promise(record, PromiseKind.CALLBACK).due_at == later(NOW, HOUR)
    assert promise(record, None).due_at > later(NOW, HOUR)  # a promise that is renewed is another one
    late = replace(RECORD, due_at=later(NOW, 1000 * HOUR))
    assert promise(late, PromiseKind.CALLBACK).due_at < later(NOW, 1000 * HOUR)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", "zaterdag 6 maart 9.05 uur"),
        ("en", "Saturday 6 March 09:05"),
        ("pl", "zaterdag 6 maart 9.05 uur"),  # a language that is not known here
    ],
)
def test_that_a_moment_is_told_as_people_say_it(language: str, told: str) -> None:
    assert spoken(datetime(2027, 3, 6, 9, 5), language) == told


def test_that_a_moment_is_told_where_the_organisation_is() -> None:
    assert spoken_moment(POLICY, NOW, "nl") == "maandag 23 november 10.00 uur"


def test_that_it_opens_now_or_when_it_next_does() -> None:
    assert opens_at(POLICY, NOW) is None
    night = later(NOW, 12 * HOUR)
    assert opens_at(POLICY, night) == next_open(POLICY.hours, night)


DAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


def test_that_every_day_and_every_month_has_its_name() -> None:
    for day in range(1, 8):  # 1 March 2027 is a Monday
        moment = datetime(2027, 3, day, 9)
        assert spoken(moment, "nl").startswith(f"{DAYS[day - 1]} {day} maart")
        assert spoken(moment, "en").startswith(f"{day_name[day - 1]} {day} March")
    for month in range(1, 13):
        assert f" 3 {MONTHS[month - 1]} 9.00" in spoken(datetime(2027, month, 3, 9), "nl")
        assert f" 3 {month_name[month]} 09:00" in spoken(datetime(2027, month, 3, 9), "en")


def test_that_a_window_is_told_in_dutch_where_the_language_is_not_known() -> None:
    told = spoken_window(POLICY, NOW, later(NOW, HOUR), "fr")
    assert told == "maandag 23 november tussen 10.00 en 11.00 uur"
    english = spoken_window(POLICY, later(NOW, -HOUR), NOW, "en")
    assert english == "Monday 23 November between 09:00 and 10:00"
