"""The measurements work: one very short run. How fast it was is not tested, but for one bound many times too high."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from gehoor.prove.bench.figures import Measured
from gehoor.prove.bench.kit import Wanted, plain
from gehoor.prove.bench.measure import NAMES, measure
from gehoor.prove.bench.report import as_json, as_text
from gehoor.prove.bench.texts import TEXTS

CANARY = Wanted(
    runs=1,
    seconds=0.6,
    only=("messages", "delivery", "chats", "idle"),
    closed=(12,),
    paced=(12,),
    chats=20,
    rate=40.0,
    asking=4.0,
    idle=60,
    models=(False,),
    processes=(),
)
WHOLE = Wanted(
    runs=2,
    seconds=1.0,
    only=NAMES,
    closed=(1, 12),
    paced=(1, 12),
    chats=40,
    rate=40.0,
    asking=5.0,
    idle=200,
    turns=3,
    beside=10.0,
    stored=(50, 500),
    articles=(0, 200),
    queued=(60, 600),
    taken=52,
    processes=(1, 2),
)
MANY_TIMES = 15
"""Twice what it ever was on a machine with other work."""


@pytest.fixture(scope="module")
def measured() -> Measured:
    """One short run of what takes no long beginning."""
    return measure(CANARY, lambda _: None)


@pytest.mark.bench
def test_that_nothing_is_lost_and_every_figure_is_found(measured: Measured) -> None:
    assert measured.faults == []
    zero = [name for name, figure in measured.figures.items() if figure.value <= 0]
    # The kernel counts processor time in steps of 10 ms: in so short a run that can be none.
    assert [name for name in zero if not name.endswith(("cpu_us", "_share", "_kb")) and "idle.p" not in name] == []
    assert measured.figures["chats.requests.count"].value > 0


@pytest.mark.bench
def test_that_a_message_costs_not_many_times_the_floor(measured: Measured) -> None:
    ratio = measured.figures["messages.12.cpu_us"].ratio
    assert ratio is not None
    assert ratio < MANY_TIMES


@pytest.mark.bench
def test_that_every_point_has_its_ratio_to_the_floor(measured: Measured) -> None:
    without = {name for name, figure in measured.figures.items() if figure.floor is None}
    assert without == set()


@pytest.mark.bench
def test_that_the_keys_of_the_document_stay(measured: Measured) -> None:
    document: dict[str, Any] = json.loads(as_json(measured))
    assert list(document) == ["conditions", "runs", "seconds", "took_s", "figures", "bars", "faults"]
    assert list(document["conditions"]) == [
        *("cores", "processor", "kernel", "python", "sqlite", "filesystem", "fsync_us", "load", "busy", "warnings")
    ]
    figures = document["figures"]
    assert sorted(figures) == ["chats", "delivery", "idle", "messages"]
    point = ["count", "cpu_us", "load_share", "p50_ms", "p95_ms", "p99_ms", "per_second"]
    assert {size: sorted(keys) for size, keys in figures["messages"].items()} == {"12": point}
    assert sorted(figures["delivery"]["12"]) == sorted([*point, "late_p99_ms"])
    assert sorted(figures["chats"]["requests"]) == ["count", "p50_ms", "p95_ms", "p99_ms"]
    assert list(figures["messages"]["12"]["per_second"]) == ["value", "floor", "ratio", "runs", "floor_runs"]
    assert list(document["bars"][0]) == ["name", "figure", "bound", "unit", "value", "floor", "ratio", "passed"]


@pytest.mark.bench
def test_that_the_tables_name_every_point(measured: Measured) -> None:
    told = as_text(measured)
    for words in ("12 chats", "requests for a person", "An idle stream, PSS", "To beat"):
        assert words in told


@pytest.mark.soak
def test_that_a_whole_run_measures_everything() -> None:
    measured = measure(WHOLE, lambda _: None)
    assert measured.faults == []
    rooms = {name.partition(".")[0].replace("startup", "start") for name in measured.figures}
    assert rooms >= set(NAMES)
    assert all(len(figure.runs) == 2 for figure in measured.figures.values())
    assert measured.figures["turns.words.answered_share"].value == 1


@pytest.mark.bench
def test_that_nothing_is_left_running_when_it_is_told_to_end(tmp_path: Path) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "gehoor", "bench", "--runs", "1", "--seconds", "5", "--only", "delivery"]
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
