"""Who comes when: as many as said, in the shape that was said."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from gehoor.adapters.hearing.hears import TableHearing
from gehoor.core.conversation.model import Channel, Danger, Signal
from gehoor.core.time import local
from gehoor.prove.simulate.causes import CAUSES, STORM
from gehoor.prove.simulate.days import A_YEAR, PHONE, STORM_PART, STORM_REQUESTS, Weather, arrivals, days_from
from gehoor.prove.simulate.surroundings import URGENT
from tests.world import organisation

HOURS = organisation().policy.hours
MONDAY = date(2027, 1, 11)


def test_that_a_year_brings_as_many_as_said_and_two_thirds_call() -> None:
    chance = Random(1)
    week = [one for day in days_from(MONDAY, 7) for one in arrivals(day, HOURS, A_YEAR, Weather(), chance)]
    whole = 365 / 7 * len(week)
    assert whole == pytest.approx(A_YEAR, rel=0.04)
    phone = sum(one.channel is Channel.PHONE for one in week)
    assert phone / len(week) == pytest.approx(PHONE, abs=0.02)


def test_that_people_come_in_order_and_call_in_opening_hours_only() -> None:
    come = arrivals(MONDAY, HOURS, A_YEAR, Weather(), Random(2))
    assert [one.at for one in come] == sorted(one.at for one in come)
    called = {local(one.at, HOURS.zone).hour for one in come if one.channel is Channel.PHONE}
    assert called == set(range(8, 17))


def test_that_the_website_has_its_peak_in_the_evening() -> None:
    come = [one for seed in range(20) for one in arrivals(MONDAY, HOURS, A_YEAR, Weather(), Random(seed))]
    web = Counter(local(one.at, HOURS.zone).hour for one in come if one.channel is Channel.WEB)
    assert web[20] > web[17] > web[3]


def test_that_frost_brings_more_people_and_more_about_heating() -> None:
    def heating(weather: Weather) -> tuple[int, int]:
        come = arrivals(MONDAY, HOURS, A_YEAR, weather, Random(3))
        return len(come), sum(one.cause.cold for one in come)

    (some, cold), (more, colder) = heating(Weather()), heating(Weather(frost=True))
    assert more > 1.25 * some
    assert colder > 4 * cold


def test_that_a_storm_brings_two_thousand_requests_in_two_hours_most_about_five_causes() -> None:
    calm = arrivals(MONDAY, HOURS, A_YEAR, Weather(), Random(4))
    storm = [one for one in arrivals(MONDAY, HOURS, A_YEAR, Weather(storm=True), Random(4)) if one.asks]
    assert len(storm) == STORM_REQUESTS
    assert not any(one.asks for one in calm)
    assert {local(one.at, HOURS.zone).hour for one in storm} == {10, 11}
    names = {cause.id for cause in STORM}
    assert len(names) == 5
    assert sum(one.cause.id in names for one in storm) / len(storm) == pytest.approx(STORM_PART, abs=0.04)


def test_that_the_hearing_hears_danger_in_the_causes_that_are_urgent_and_in_no_others() -> None:
    hearing = TableHearing()
    heard = {cause.id: hearing.hear(cause.words, "nl").heard for cause in (*CAUSES, *STORM)}
    assert {id for id, one in heard.items() if one.urgent is Signal.YES} == URGENT
    assert {id for id, one in heard.items() if one.danger is Danger.LIFE} == {"gas", "lift"}
    assert {cause.id for cause in CAUSES if cause.life} == {"gas", "lift"}
    assert sum(cause.share for cause in CAUSES) == 1000
