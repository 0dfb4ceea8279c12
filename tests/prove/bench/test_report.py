"""Figures, bars, tables and the picture, from figures that are made up here."""

import json
from xml.etree import ElementTree

import pytest

from gehoor.prove.bench.bars import BARS, Bar
from gehoor.prove.bench.figures import Figure, Measured, figures_of, joined
from gehoor.prove.bench.kit import Wanted
from gehoor.prove.bench.machine import Conditions
from gehoor.prove.bench.parts import Pair, in_turn
from gehoor.prove.bench.picture import picture
from gehoor.prove.bench.report import as_json, as_text

CONDITIONS = Conditions(2, "a processor", "6.1", "3.11.2", "3.40.1", "ext4", 100.0, 0.1, 0.01)


def found(value: float, floor: float | None = None, ratio: float | None = None) -> Figure:
    return Figure(value, floor, ratio, (value,), () if floor is None else (floor,))


def whole(**figures: Figure) -> Measured:
    named = {name.replace("__", "."): figure for name, figure in figures.items()}
    return Measured(CONDITIONS, Wanted(3, 3.0, ("messages",)), named)


def test_that_a_figure_is_a_median_and_its_ratio_is_of_the_same_run() -> None:
    runs = [Pair({"a": 10.0}, {"a": 1.0}), Pair({"a": 20.0}, {"a": 10.0}), Pair({"a": 90.0}, {"a": 30.0})]
    figure = figures_of(runs)["a"]
    assert (figure.value, figure.floor, figure.ratio) == (20.0, 10.0, 3.0)  # not 20 to 10
    assert figure.floor_runs == (1.0, 10.0, 30.0)


def test_that_a_part_that_failed_in_one_run_is_told_from_the_others() -> None:
    runs = [Pair({}, {}), Pair({"a": 2.0, "b": 1.0}, {"a": 1.0})]
    figures = figures_of(runs)
    assert (figures["a"].runs, figures["a"].ratio) == ((2.0,), 2.0)
    assert figures["b"].floor is None


def test_that_parts_of_one_run_are_told_together() -> None:
    assert joined([Pair({"a": 1.0}, {"a": 2.0}), Pair({"b": 3.0}, {})]) == Pair({"a": 1.0, "b": 3.0}, {"a": 2.0})


def test_that_the_other_half_goes_first_in_every_other_run() -> None:
    order: list[str] = []

    def half(name: str) -> dict[str, float]:
        order.append(name)
        return {name: 1.0}

    for flip in (False, True):
        assert in_turn(flip, lambda: half("base"), lambda: half("ours")) == Pair({"ours": 1.0}, {"base": 1.0})
    assert order == ["base", "ours", "ours", "base"]


@pytest.mark.parametrize(
    ("bar", "figure", "passed"),
    [
        (Bar("", "", "ms", 25), found(25.0), True),
        (Bar("", "", "ms", 25), found(25.1), False),
        (Bar("", "", "/s", 4000, most=False), found(4000.0), True),
        (Bar("", "", "/s", 4000, most=False), found(3999.0), False),
        # The larger of 25 ms and twice the floor.
        (Bar("", "", "ms", 25, times=2), found(24.0, 1.0, 24.0), True),
        (Bar("", "", "ms", 25, times=2), found(39.0, 20.0, 1.95), True),
        (Bar("", "", "ms", 25, times=2), found(41.0, 20.0, 2.05), False),
        # Only the ratio.
        (Bar("", "", "us", times=3.5), found(350.0, 100.0, 3.5), True),
        (Bar("", "", "us", times=3.5), found(351.0, 100.0, 3.51), False),
    ],
)
def test_that_a_bar_is_passed_when_its_bound_is_kept(bar: Bar, figure: Figure, passed: bool) -> None:
    assert bar.passed(figure) is passed


def test_that_no_two_bars_judge_the_same_figure() -> None:
    assert len({bar.figure for bar in BARS}) == len(BARS)


def test_that_a_missed_bar_and_a_fault_are_told() -> None:
    measured = whole(messages__50__per_second=found(3000.0, 9000.0, 0.33), idle__stream_pss_kb=found(30.0, 26.0, 1.15))
    measured.faults.append("gehoor, closed, 50 chats: 1 refused")
    measured.figures |= {f"messages.50.{one}": found(1.0, 1.0, 1.0) for one in ("p50_ms", "p99_ms", "cpu_us")}
    measured.figures["messages.50.load_share"] = found(0.1)
    told = as_text(measured)
    rows = {line[:64].strip(): line.split()[-1] for line in told.splitlines() if line.strip()}
    assert rows["durable messages at 50 chats (/s)"] == "NO"
    assert rows["an idle stream, PSS (kB)"] == "yes"
    assert "1 refused" in told
    bars = {bar["figure"]: bar for bar in json.loads(as_json(measured))["bars"]}
    assert bars["messages.50.per_second"]["passed"] is False
    assert bars["messages.50.per_second"]["bound"] == 4000


def test_that_figures_of_each_number_of_processes_are_told_apart() -> None:
    measured = whole()
    for place in ("", "postgres.1.", "postgres.4."):
        measured.figures |= {
            f"{place}messages.50.{one}": found(1.0, 1.0, 1.0)
            for one in ("per_second", "p50_ms", "p99_ms", "cpu_us", "load_share")
        }
    told = as_text(measured)
    assert [line.partition(":")[0] for line in told.splitlines() if "durable messages, each" in line] == [
        *("SQLite", "PostgreSQL, 1 process", "PostgreSQL, 4 processes")
    ]


def test_that_a_picture_is_told_in_words_too_and_shows_every_bar() -> None:
    drawn = picture(whole(chats__p99_ms=found(20.0, 4.0, 5.0), idle__stream_pss_kb=found(40.0, 26.0, 1.5)))
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    described = root.find(f"{space}desc")
    assert described is not None
    assert described.text is not None
    assert "an idle stream, PSS: 40.0 kB, must be <= 32, not passed." in described.text
    assert len(root.findall(f"{space}circle")) == 2  # the floors
    assert len(root.findall(f"{space}rect")) == 3  # the ground and two figures


def test_that_what_hearing_costs_is_drawn_beside_its_bars() -> None:
    measured = whole(hearing__tables__mean_us=found(150.0, 7.0, 21.4), hearing__load__ready_s=found(0.3, 0.05, 6.0))
    drawn = picture(measured)
    assert "hearing a question by the tables, mean: 150 us, must be &lt;= 250, passed." in drawn
    assert "loading the tables of the hearing: 0.30 s, must be &lt;= 0.2, not passed." in drawn
