"""The real clock and ids, and the ones that stand still and count."""

import gc
import platform
import subprocess
import sys
import time

import pytest

from gehoor.adapters.scripted import MONDAY_MORNING, CountingIds, FixedClock
from gehoor.adapters.system import SystemClock, SystemIds, collecting_later
from gehoor.core.ids import is_reference
from gehoor.core.time import HOUR, SECOND, Instant, iso

LETTERS = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_that_the_clock_says_what_time_it_is() -> None:
    before = time.time()
    assert before - 1 <= SystemClock().now() / SECOND <= time.time() + 1


def test_that_time_goes_on_a_tenth_slower_while_the_machines_clock_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, steady = [10 * HOUR * 1000], [0]
    monkeypatch.setattr("time.time_ns", lambda: wall[0])
    monkeypatch.setattr("time.monotonic_ns", lambda: steady[0])
    clock = SystemClock()

    def passes(span: int) -> Instant:
        wall[0] += span * 1000
        steady[0] += span * 1000
        return clock.now()

    assert passes(SECOND) == 10 * HOUR + SECOND
    wall[0] -= HOUR * 1000
    assert passes(100 * SECOND) == 10 * HOUR + 91 * SECOND, "who waits must not wait an hour longer"
    assert passes(10 * HOUR) == 19 * HOUR + 101 * SECOND, "by now the machine's clock has caught up"
    wall[0] += HOUR * 1000
    assert passes(0) == 20 * HOUR + 101 * SECOND, "forward is followed at once"


def test_that_ids_are_different_and_in_the_order_of_their_making() -> None:
    ids = SystemIds()
    made = [ids.new() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert all(len(id) == 26 and set(id) <= LETTERS for id in made)


def test_that_an_id_begins_with_its_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_469_918_176_385 * 1_000_000)
    assert SystemIds().new().startswith("01ARYZ6S41")  # the example of the specification of ULID


def test_that_ids_keep_their_order_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = SystemIds()
    first = ids.new()
    monkeypatch.setattr("time.time_ns", lambda: 1)
    assert first < ids.new() < ids.new()


def test_that_the_next_id_cannot_be_guessed() -> None:
    ids = SystemIds()
    assert len({ids.new()[-12:] for _ in range(1000)}) == 1000


def test_that_tokens_are_long_and_references_can_be_spoken() -> None:
    ids = SystemIds()
    assert len({ids.token() for _ in range(100)}) == 100
    assert all(len(ids.token()) == 43 for _ in range(10))
    assert all(is_reference(ids.reference()) for _ in range(100))


def test_that_the_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock()
    assert clock.now() == clock.now() == MONDAY_MORNING
    assert iso(clock.now()) == "2026-11-23T09:00:00.000Z"
    assert clock.forward(SECOND) == clock.now() == MONDAY_MORNING + SECOND
    clock.set(Instant(HOUR))
    assert clock.now() == HOUR


def test_that_counting_ids_count() -> None:
    ids, again = CountingIds(), CountingIds()
    made = [ids.new(), ids.token(), ids.reference(), ids.new()]
    assert made == [again.new(), again.token(), again.reference(), again.new()]
    assert made[0] < made[3]
    assert len(made[0]) == 26
    assert is_reference(made[2])


def test_that_as_many_files_may_be_open_as_the_system_allows() -> None:
    """In a process of its own, because what a process gives up it cannot take back."""
    told = (
        "import resource\n"
        "from gehoor.adapters.system import raise_open_files\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (50, 200))\n"
        "print(raise_open_files(), raise_open_files(), *resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["200", "200", "200", "200"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps large blocks")
def test_that_large_blocks_go_back_to_the_system_once_they_are_done_with() -> None:
    """What is small and stays lies between them, as it does in a server."""
    told = (
        "import sys\n"
        "from gehoor.adapters.system import give_back_large_blocks\n"
        "assert sys.argv[1] == 'kept' or give_back_large_blocks()\n"
        "def mb(): return int(open('/proc/self/statm').read().split()[1]) * 4096 >> 20\n"
        "before = mb()\n"
        "b'x' * (16 << 20)\n"
        "held = [(b'x' * (6 << 20), b'x' * 100_000) for _ in range(5)]\n"
        "held = [small for _, small in held]\n"
        "print(mb() - before)"
    )

    def left(how: str) -> int:
        done = subprocess.run([sys.executable, "-c", told, how], capture_output=True, text=True, check=True, timeout=60)
        return int(done.stdout)

    assert left("given back") < 12 < left("kept")


def test_that_rubbish_is_looked_for_again_after_loading_also_when_that_fails() -> None:
    def load() -> None:
        with collecting_later():
            assert not gc.isenabled()
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        load()
    assert gc.isenabled()
