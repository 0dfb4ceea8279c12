"""An organisation's real policy, hour by hour: the demo's is fit, and what is planted in it is found."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from random import Random

import pytest

from gehoor.adapters.scripted import MONDAY_MORNING
from gehoor.cli import prove
from gehoor.core.conversation.model import PromiseKind
from gehoor.core.errors import PolicyFault
from gehoor.core.guarantee import cover, deadlines
from gehoor.core.hours import OpeningHours
from gehoor.core.policy import Policy, PromiseTerms
from gehoor.core.time import Instant
from gehoor.prove import hours
from gehoor.prove.check import Figures
from gehoor.prove.hours import check_hours, told
from gehoor.settings import DEMO
from tests.world import organisation

POLICY = organisation().policy
STAFF = frozenset(one.id for one in organisation().staff)


@pytest.fixture(autouse=True)
def _a_short_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five weeks, over Christmas: 53 of them are for the command."""
    monkeypatch.setattr(hours, "HORIZON_DAYS", 36)


def test_that_the_demo_policy_is_fit_at_every_hour() -> None:
    found = check_hours(POLICY, MONDAY_MORNING, STAFF)
    assert (found.found, found.warnings) == ((), ())
    assert (found.hours, found.links) == (36 * 24, 2)
    assert found.quarters == 10 * 36  # ten working days of nine hours
    assert found.windows == 6 + 11 * 9  # the rest of this Monday, and eleven whole days
    assert found.calls > found.windows
    assert 4 <= found.furthest <= 6
    assert "violations            0" in "\n".join(told(found))


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (lambda policy: replace(policy, promises=PromiseTerms(answer_days=2)), "above the ceiling"),
        (lambda policy: replace(policy, promises=PromiseTerms(email_days=3)), "promised email on"),
        (
            lambda policy: replace(
                policy, hours=replace(policy.hours, closed=frozenset(date(2026, 12, day) for day in range(21, 31)))
            ),
            "promised chat on 2026-12-31: above the ceiling",
        ),
        (lambda policy: replace(policy, hours=OpeningHours(((),) * 7, frozenset())), "Nobody is there"),
        (lambda policy: replace(policy, shifts=policy.shifts[1:]), "Nobody is on shift at"),
        (lambda policy: replace(policy, night=()), "finds nobody"),
        (
            lambda policy: replace(policy, shifts=tuple(replace(one, end=time(12)) for one in policy.shifts)),
            "Nobody is on shift at 2026-11-23 12:00",
        ),
    ],
)
def test_that_a_policy_that_leaves_somebody_alone_is_found(plant: Callable[[Policy], Policy], sentence: str) -> None:
    found = check_hours(plant(POLICY), MONDAY_MORNING, STAFF)
    assert any(sentence in one for one in found.found), found.found


def test_that_mistakes_in_the_arithmetic_are_found_although_the_policy_is_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "gaps", lambda *_: iter(()))

    def a_day_late(policy: Policy, now: Instant, kind: PromiseKind) -> Instant:
        return deadlines.promise_due(policy, deadlines.promise_due(policy, now, kind), kind)

    monkeypatch.setattr("gehoor.core.guarantee.fallback.promise_due", a_day_late)
    found = check_hours(POLICY, MONDAY_MORNING, STAFF)
    assert any("above the ceiling" in one for one in found.found)


@pytest.mark.parametrize("seed", range(8))
def test_that_days_that_look_alike_are_rightly_passed_over(seed: int) -> None:
    chance = Random(seed)
    first = date(2026, 11, 23)
    closed = frozenset(first + timedelta(days=chance.randrange(380)) for _ in range(chance.randrange(90)))
    policy = replace(POLICY, hours=replace(POLICY.hours, closed=closed))
    tried = (
        (moment, kind)
        for moment in cover.turning_points(policy, MONDAY_MORNING)
        for kind in (PromiseKind.CALLBACK, PromiseKind.EMAIL)
    )
    moment = next((moment for moment, kind in tried if cover.overdue(policy, moment, kind)), None)
    gap = next((one for one in cover.gaps(policy, MONDAY_MORNING) if one.rule == "too_late"), None)
    assert (None if gap is None else gap.at) == moment


def test_that_the_command_tries_the_policy_of_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prove, "explore", lambda: Figures())
    assert prove.check(as_json=False) == 0
    assert "the policy of Woonstichting Voorbeeldstad:" in capsys.readouterr().out
    file = tmp_path / "organisation.yaml"
    source = (DEMO / "organisation.yaml").read_text(encoding="utf-8")
    file.write_text(source.replace("email_days: 2", "email_days: 3"), encoding="utf-8")
    assert prove.check(as_json=True, organisation=file) == 1
    assert (
        "The ceiling of nl-corporatie is 2 working days." in json.loads(capsys.readouterr().out)["policy"]["found"][0]
    )
    with pytest.raises(PolicyFault):
        prove.check(as_json=False, organisation=tmp_path / "nowhere.yaml")
