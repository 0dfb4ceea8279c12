"""The knowledge in force is measured on demand, one measurement at a time, and the report is kept."""

import threading
from collections.abc import Sequence
from datetime import date

import pytest

from gehoor.core.errors import NotNow
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.questions import Asked
from gehoor.core.knowledge.report import Report, report
from gehoor.core.knowledge.score import Judged
from gehoor.flows import measured
from gehoor.flows.measured import MEASUREMENT, Measurements
from gehoor.flows.measured import Meter as With
from tests.world import KIM, LIBRARY, Built, parts

pytestmark = pytest.mark.anyio

QUESTIONS = (Asked("Mijn borg?", "borg"), Asked("Hoofdstad van Peru?", None))
TODAY = date(2026, 11, 23)


class Meter:
    """Finds every question right, and waits for a word first."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.seen: list[tuple[str, int]] = []
        self.thread = ""

    def __call__(self, library: Library, questions: Sequence[Asked], today: date) -> Report:
        self.go.wait(5)
        self.seen.append((library.version, len(questions)))
        self.thread = threading.current_thread().name
        assert today == TODAY
        return report([Judged(one.topic, (one.topic or "",), (), False, 0.9, 0.9) for one in questions])


def measurements(meter: Meter | None, questions: Sequence[Asked] = QUESTIONS) -> Measurements:
    world, _, _ = parts()
    return Measurements(world, lambda: LIBRARY, lambda: TODAY, With(meter, questions))


async def test_that_a_report_is_made_beside_the_house_and_kept() -> None:
    meter = Meter()
    book = measurements(meter)
    assert await book.last() is None
    await book.begin(KIM)
    await book.idle()
    last = await book.last()
    assert last is not None
    assert (last["questions"], last["by"], last["library"]) == (2, KIM, LIBRARY.version)
    assert last["report"]["first_right"]["count"] == 1
    assert meter.thread != threading.current_thread().name


async def test_that_one_measurement_is_made_at_a_time() -> None:
    meter = Meter()
    book = measurements(meter)
    meter.go.clear()
    await book.begin(KIM)
    assert book.busy
    with pytest.raises(NotNow):
        await book.begin(KIM)
    meter.go.set()
    await book.idle()
    await book.begin(KIM)
    await book.idle()
    assert len(meter.seen) == 2


async def test_that_without_questions_or_a_meter_nothing_is_measured() -> None:
    for book in (measurements(None), measurements(Meter(), ())):
        with pytest.raises(NotNow):
            await book.begin(KIM)


async def test_that_no_more_than_so_many_questions_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "MOST_QUESTIONS", 1)
    meter = Meter()
    book = measurements(meter)
    assert [one.text for one in await book.questions()] == ["Hoofdstad van Peru?"]


async def test_that_a_measurement_that_fails_is_told_and_another_may_begin(built: Built) -> None:
    def fails(_library: Library, _questions: Sequence[Asked], _today: date) -> Report:
        raise ValueError("kapot")

    book = Measurements(built.house.world, lambda: LIBRARY, lambda: TODAY, With(fails, QUESTIONS))
    await book.begin(KIM)
    await book.idle()
    assert await built.store.ledger(kind=MEASUREMENT) == []
    assert not book.busy
