"""What a process counts and times, in the form that Prometheus reads.

Counting is a plain addition on the event loop; the figures take their form when somebody asks for them. They hold
kinds, counts and spans: nothing about anybody (PRIVATE).
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest, start_http_server
from prometheus_client.registry import Collector

QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds in seconds for what a customer waits for."""
SIZES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
PATIENCE_S: Final = 5.0
_LOOK_S: Final = 0.5
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
"""Whoever calls can make up others; the figures must not grow with them."""


class Times:
    """A histogram for each combination of labels.

    Args:
        name, help: as Prometheus shows them.
        labels: the names of the labels, in the order in which ``add`` takes their values.
        bounds: upper bounds of the buckets, ascending.
    """

    def __init__(self, name: str, help: str, labels: tuple[str, ...] = (), bounds: tuple[float, ...] = QUICK) -> None:
        self._name, self._help, self._labels, self._bounds = name, help, labels, bounds
        self._counts: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = {}

    def add(self, value: float, *labels: str) -> None:
        """One observation."""
        counts = self._counts.get(labels)
        if counts is None:
            counts = self._counts[labels] = [0] * (len(self._bounds) + 1)
            self._sums[labels] = 0.0
        counts[bisect_left(self._bounds, value)] += 1
        self._sums[labels] += value

    def metric(self) -> Metric:
        """All of it."""
        told = HistogramMetricFamily(self._name, self._help, labels=self._labels)
        for labels, counts in self._counts.items():
            buckets: list[tuple[str, float]] = []
            total = 0
            for bound, count in zip((*map(str, self._bounds), "+Inf"), counts, strict=True):
                total += count
                buckets.append((bound, total))
            told.add_metric(labels, buckets, self._sums[labels])
        return told


class Counts:
    """A count for each combination of labels."""

    def __init__(self, name: str, help: str, labels: tuple[str, ...] = ()) -> None:
        self._name, self._help, self._labels = name, help, labels
        self._counts: Counter[tuple[str, ...]] = Counter()

    def add(self, *labels: str) -> None:
        """One more."""
        self._counts[labels] += 1

    def metric(self) -> Metric:
        """All of it."""
        told = CounterMetricFamily(self._name, self._help, labels=self._labels)
        for labels, count in self._counts.items():
            told.add_metric(labels, count)
        return told


class Seen(Protocol):
    """A number that is read when somebody asks (flows/vitals.py)."""

    @property
    def name(self) -> str:
        """Without its prefix."""
        ...

    @property
    def help(self) -> str:
        """What it says."""
        ...

    @property
    def samples(self) -> tuple[tuple[Mapping[str, str], float], ...]:
        """Labels and values."""
        ...


class Instruments(Collector):
    """Everything that one process counts.

    Args:
        version: of Gehoor.
        engine: of the store.
        span: opens a span around a piece of work (adapters/tracing.py).
    """

    def __init__(self, version: str, engine: str, span: Callable[[str], AbstractContextManager[object]]) -> None:
        self._about = {"version": version, "engine": engine}
        self.span = span
        self.look: Callable[[], Iterable[Seen]] = tuple
        self.requests = Times("gehoor_request_seconds", "Answering a request.", ("call", "method", "status"))
        self.streams: Counter[str] = Counter()
        self.facts = Counts("gehoor_facts", "Facts that were written, by type.", ("type",))
        self.commits = Times("gehoor_commit_seconds", "Writing a batch durably.", ("outcome",))
        self.batches = Times("gehoor_commit_conversations", "Conversations in one batch.", bounds=SIZES)
        self.jobs = Times("gehoor_job_late_seconds", "How long after its moment a job was taken up.", ("kind",))
        self.brain = Times("gehoor_brain_seconds", "A turn of the assistant, by what it said.", ("said",))
        self.letters = Times("gehoor_letter_seconds", "Handing over a letter.", ("outcome",))
        self.calls = Times("gehoor_partner_call_seconds", "Asking a night partner.", ("outcome",))
        self.lag = Times("gehoor_loop_lag_seconds", "How late the event loop comes back to what is due.")
        self._loop: asyncio.AbstractEventLoop | None = None
        self.registry = CollectorRegistry(auto_describe=False)
        for theirs in (ProcessCollector, PlatformCollector, GCCollector):
            theirs(registry=self.registry)
        self.registry.register(self)

    def answered(self, seconds: float, call: str, method: str, status: str) -> None:
        """A request was answered."""
        self.requests.add(seconds, call, method if method in _METHODS else "other", status)

    def collect(self) -> Iterator[Metric]:
        """Everything; on the event loop, wherever it is asked from.

        Raises:
            TimeoutError: the event loop does not come round to it.
        """
        loop = self._loop
        if loop is None or not loop.is_running():
            return iter(self._all())
        return iter(asyncio.run_coroutine_threadsafe(self._on_loop(), loop).result(PATIENCE_S))

    async def _on_loop(self) -> list[Metric]:
        return self._all()

    def _all(self) -> list[Metric]:
        told = [one.metric() for one in vars(self).values() if isinstance(one, Times | Counts)]
        told.append(_gauge("gehoor_streams", "Open streams.", [({"call": k}, v) for k, v in self.streams.items()]))
        told.append(_gauge("gehoor_info", "What runs.", [(self._about, 1.0)]))
        told += [_gauge(f"gehoor_{one.name}", one.help, one.samples) for one in self.look()]
        return told

    async def run(self) -> None:
        """Looks twice a second how late the event loop is, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_LOOK_S)
            self.lag.add(max(time.perf_counter() - before - _LOOK_S, 0.0))

    def serve(self, host: str, port: int) -> Callable[[], None]:
        """Answers Prometheus on a port of its own, on a thread. Returns what stops it.

        Raises:
            OSError: the port cannot be had.
        """
        server, thread = start_http_server(port, host, self.registry)

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join(PATIENCE_S)

        return stop

    def text(self) -> str:
        """Everything as Prometheus reads it."""
        return generate_latest(self.registry).decode()


def _gauge(name: str, help: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Metric:
    samples = list(samples)
    labels = tuple(samples[0][0]) if samples else ()
    told = GaugeMetricFamily(name, help, labels=labels)
    for named, value in samples:
        told.add_metric(tuple(named[label] for label in labels), value)
    return told
