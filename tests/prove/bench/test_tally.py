"""What was sent and what came: once, twice or never; and what is told of many times."""

import subprocess
import sys

import pytest

from gehoor.prove.bench.machine import family
from gehoor.prove.bench.tally import ID_START, Tally, quantile


def test_that_a_tally_knows_what_came_once_twice_and_never() -> None:
    tally = Tally()
    tally.sent = {1: 5.0, 2: 6.0, 0x1F: 6.5}
    event = b'data: {"seq":3,"client_id":"' + ID_START + b'%012x","text":"..."}\n\n'
    tally.heard(0, event % 1 + event % 0x1F, at=7.0)
    tally.heard(0, event % 1, at=8.0)
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


def test_that_the_children_of_a_server_count_as_the_server() -> None:
    child = "import time, sys; print(1, flush=True); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the child lives
        found = family(process.pid)
        for one in reversed(found):
            subprocess.run(["kill", str(one)], check=True)
    assert found[0] == process.pid
    assert len(found) == 2
