"""The measurements work: one very short run of everything. How fast it was is not tested."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from gehoor.prove.bench.measure import Measured, Wanted, measure, plain
from gehoor.prove.bench.report import as_json, as_text
from gehoor.prove.bench.tally import ID_START, Tally, quantile
from gehoor.prove.bench.texts import TEXTS

CANARY = Wanted(runs=1, seconds=0.4, closed=(1, 12), paced=(1, 12), turns=3, models=(False,))


@pytest.fixture(scope="module")
def measured() -> Measured:
    """One short run of everything, without the language model."""
    return measure(CANARY, lambda _: None)


@pytest.mark.bench
def test_that_a_short_run_measures_everything(measured: Measured) -> None:
    assert measured.faults == []
    not_positive = {name: figure.value for name, figure in measured.figures.items() if figure.value <= 0}
    # The kernel counts processor time in steps of 10 ms: in so short a run that can be none.
    assert [name for name in not_positive if not name.endswith((".cpu_us", ".load_share"))] == []
    assert measured.figures["turns.words.answered_share"].value == 1


@pytest.mark.bench
def test_that_every_point_has_its_ratio_to_the_floor(measured: Measured) -> None:
    without = {name for name, figure in measured.figures.items() if figure.ratio is None}
    assert {name.split(".")[0] for name in without if not name.endswith((".cpu_us", ".load_share"))} == {"turns"}


@pytest.mark.bench
def test_that_the_keys_of_the_document_stay(measured: Measured) -> None:
    document: dict[str, Any] = json.loads(as_json(measured))
    assert list(document) == ["conditions", "runs", "seconds", "figures", "bars", "faults"]
    assert list(document["conditions"]) == [
        *("cores", "processor", "kernel", "python", "sqlite", "filesystem", "fsync_us", "load", "busy", "warnings")
    ]
    figures = document["figures"]
    assert sorted(figures) == ["delivery", "memory", "messages", "startup", "turns"]
    point = ["count", "cpu_us", "load_share", "p50_ms", "p99_ms", "per_second"]
    assert {size: sorted(keys) for size, keys in figures["messages"].items()} == {"1": point, "12": point}
    assert sorted(figures["delivery"]["12"]) == sorted([*point, "late_p99_ms"])
    assert sorted(figures["turns"]["words"]) == sorted([*point, "answered_share"])
    assert sorted(figures["memory"]) == sorted(figures["startup"]) == ["words", "words_again"]
    assert sorted(figures["memory"]["words"]) == ["pss_mb", "rss_mb"]
    assert sorted(figures["startup"]["words"]) == ["conversation_s", "health_s"]
    assert list(figures["messages"]["1"]["per_second"]) == ["value", "floor", "ratio", "runs", "floor_runs"]
    assert [bar["name"] for bar in document["bars"]] == ["first start to first conversation, no language model"]


@pytest.mark.bench
def test_that_the_tables_name_every_point(measured: Measured) -> None:
    told = as_text(measured)
    for words in ("1 chat ", "12 chats", "Idle memory, PSS", "Start to first conversation", "To beat"):
        assert words in told


@pytest.mark.bench
def test_that_nothing_is_left_running_when_it_is_told_to_end(tmp_path: Path) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "gehoor", "bench", "--runs", "1", "--seconds", "5"]
    bench = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    children: set[int] = set()
    try:
        until = monotonic() + 20
        while len(children) < 2 and monotonic() < until:  # a server and a load generator
            children = _children(bench.pid)
            sleep(0.05)
        assert len(children) == 2
        bench.send_signal(signal.SIGTERM)
        assert bench.wait(20) == 130
    finally:
        bench.kill()
        bench.wait()
        left = [child for child in children if Path(f"/proc/{child}").exists()]
        for child in left:
            os.kill(child, signal.SIGKILL)
    assert left == []
    assert list(tmp_path.iterdir()) == []


def _children(process: int) -> set[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    return {int(one) for one in told.split()}


def test_that_customers_write_twelve_words_in_which_nothing_is_heard() -> None:
    assert len(set(TEXTS)) == 50
    assert {len(text.split()) for text in TEXTS} == {12}
    assert [text for text in TEXTS if not plain(text)] == []


def test_that_a_tally_knows_what_came_once_twice_and_never() -> None:
    tally = Tally()
    tally.sent = {1: 5.0, 2: 6.0, 0x1F: 6.5}
    event = b'data: {"seq":3,"client_id":"' + ID_START + b'%012x","text":"..."}\n\n'
    tally.heard(event % 1 + event % 0x1F, at=7.0)
    tally.heard(event % 1, at=8.0)
    assert (tally.pushed, tally.doubled, list(tally.sent)) == ([(5.0, 7.0), (6.5, 7.0)], 1, [2])


@pytest.mark.parametrize(
    ("times", "part", "milliseconds"),
    [
        ([], 0.5, 0.0),  # nothing came
        ([0.002], 0.99, 2.0),  # one is its own percentile
        ([0.003, 0.001, 0.002], 0.5, 2.0),  # in order of size
        ([n / 1000 for n in range(1, 101)], 0.99, 99.0),  # the nearest rank, no point between two
        ([n / 1000 for n in range(1, 101)], 1.0, 100.0),
    ],
)
def test_that_a_quantile_is_a_time_that_was_found(times: list[float], part: float, milliseconds: float) -> None:
    assert quantile(times, part) == pytest.approx(milliseconds)
