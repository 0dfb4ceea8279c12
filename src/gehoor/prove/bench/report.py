"""The figures as one JSON document, or as calm tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec

from gehoor.prove.bench.measure import Figure, Measured

_WIDTH: Final = 34
_WIDE: Final = 64
_NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach. ``most``: it may not be more; else it may not be less."""

    name: str
    figure: str
    bound: float
    unit: str
    most: bool = True

    def passed(self, value: float) -> bool:
        """Whether a value is good enough."""
        return value <= self.bound if self.most else value >= self.bound


BARS: Final = (
    Bar("durable messages at 50 chats", "messages.50.per_second", 1400, "a second", most=False),
    Bar("customer to desk, 99th percentile, 50 chats", "delivery.50.p99_ms", 59, "ms"),
    Bar("customer to desk, 99th percentile, 200 chats", "delivery.200.p99_ms", 244, "ms"),
    Bar("first start to first conversation, no language model", "startup.words.conversation_s", 1, "s"),
    Bar("first start to first conversation, language model on", "startup.model.conversation_s", 1, "s"),
)


def as_json(measured: Measured) -> str:
    """One document; its keys are promised."""
    nested: dict[str, Any] = {}
    for name, figure in measured.figures.items():
        inner = nested
        *rooms, last = name.split(".")
        for room in rooms:
            inner = inner.setdefault(room, {})
        inner[last] = asdict(figure)
    document = {
        "conditions": msgspec.to_builtins(measured.conditions) | {"warnings": measured.conditions.warnings},
        "runs": measured.wanted.runs,
        "seconds": measured.wanted.seconds,
        "figures": nested,
        "bars": [
            {"name": bar.name, "bound": bar.bound, "unit": bar.unit, "value": value, "passed": bar.passed(value)}
            for bar, value in _bars(measured.figures)
        ],
        "faults": measured.faults,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def as_text(measured: Measured) -> str:
    """The tables."""
    return "\n".join(_lines(measured)) + "\n"


def _lines(measured: Measured) -> Iterator[str]:
    wanted, figures = measured.wanted, measured.figures
    yield f"Median of {wanted.runs} runs of {wanted.seconds:g} s a point. Ratio: ours to the floor of the same run."
    yield from _conditions(measured)
    yield from _messages(figures, wanted.closed)
    yield from _delivery(figures, wanted.paced)
    yield from _turns(figures)
    yield from _rest(figures)
    yield from _verdicts(measured)


def _conditions(measured: Measured) -> Iterator[str]:
    c = measured.conditions
    yield f"{c.cores} cores ({c.processor}), Linux {c.kernel}, Python {c.python}, SQLite {c.sqlite}"
    yield f"{c.filesystem}, fsync {c.fsync_us:.0f} us; at the start load {c.load:.2f}, {c.busy:.0%} of the cores in use"
    for warning in c.warnings:
        yield f"WARNING: {warning}"


def _messages(figures: Mapping[str, Figure], chats: tuple[int, ...]) -> Iterator[str]:
    yield ""
    yield _row(
        "Durable messages, each chat waits",
        ("a second", "floor", "ratio", "ack p50", "p99 ms", "floor", "CPU us", "ratio", "load gen"),
    )
    for count in chats:
        name = f"messages.{count}"
        rate, p50, p99 = (figures[f"{name}.{one}"] for one in ("per_second", "p50_ms", "p99_ms"))
        cpu, share = figures[f"{name}.cpu_us"], figures[f"{name}.load_share"]
        cells = (_whole(rate.value), _whole(rate.floor), _ratio(rate), _fine(p50.value), _fine(p99.value))
        yield _row(_chats(count), (*cells, _fine(p99.floor), _whole(cpu.value), _ratio(cpu), f"{share.value:.0%}"))


def _delivery(figures: Mapping[str, Figure], chats: tuple[int, ...]) -> Iterator[str]:
    yield ""
    yield _row(
        "Customer to desk, open loop",
        ("a second", "p50 ms", "floor", "ratio", "p99 ms", "floor", "ratio", "late p99", "load gen"),
    )
    for count in chats:
        name = f"delivery.{count}"
        p50, p99 = figures[f"{name}.p50_ms"], figures[f"{name}.p99_ms"]
        rate, late, share = (figures[f"{name}.{one}"] for one in ("per_second", "late_p99_ms", "load_share"))
        cells = (_whole(rate.value), _fine(p50.value), _fine(p50.floor), _ratio(p50), _fine(p99.value))
        yield _row(_chats(count), (*cells, _fine(p99.floor), _ratio(p99), _fine(late.value), f"{share.value:.0%}"))


def _turns(figures: Mapping[str, Figure]) -> Iterator[str]:
    modes = [mode for mode in _MODES if f"turns.{mode}.per_second" in figures]
    if not modes:
        return
    yield ""
    yield _row("Questions answered by the AI", ("a second", "p50 ms", "p99 ms", "CPU us", "answered", "load gen"))
    for mode in modes:
        rate, p50, p99, cpu, answered, share = (
            figures[f"turns.{mode}.{one}"].value
            for one in ("per_second", "p50_ms", "p99_ms", "cpu_us", "answered_share", "load_share")
        )
        cells = (_whole(rate), _fine(p50), _fine(p99), _whole(cpu), f"{answered:.0%}", f"{share:.0%}")
        yield _row(_MODES[mode], cells)


def _rest(figures: Mapping[str, Figure]) -> Iterator[str]:
    told = [
        (f"{what}, {_MODES[mode]}", figures[f"{name.format(mode)}"])
        for name, what in _REST.items()
        for mode in _MODES
        if name.format(mode) in figures
    ]
    if not told:
        return
    yield ""
    yield _row("", ("ours", "floor", "ratio"), _WIDE)
    for what, figure in told:
        yield _row(what, (_fine(figure.value), _fine(figure.floor), _ratio(figure)), _WIDE)


def _verdicts(measured: Measured) -> Iterator[str]:
    told = list(_bars(measured.figures))
    if told:
        yield ""
        yield _row("To beat", ("bar", "ours", ""), _WIDE)
    for bar, value in told:
        bound = f"{'<=' if bar.most else '>='} {bar.bound:g}"
        verdict = "yes" if bar.passed(value) else "NO"
        yield _row(f"{bar.name} ({bar.unit})", (bound, _fine(value), verdict), _WIDE)
    if measured.faults:
        yield ""
        yield "What should not have happened:"
        yield from (f"  {fault}" for fault in measured.faults)


def _bars(figures: Mapping[str, Figure]) -> Iterator[tuple[Bar, float]]:
    for bar in BARS:
        if bar.figure in figures:
            yield bar, figures[bar.figure].value


_MODES: Final = {
    "words": "no language model",
    "words_again": "no language model, started again",
    "model": "language model on",
    "model_again": "language model on, started again",
}
_REST: Final = {
    "memory.{}.pss_mb": "Idle memory, PSS, MB",
    "memory.{}.rss_mb": "Idle memory, RSS, MB",
    "startup.{}.health_s": "Start to first answer, s",
    "startup.{}.conversation_s": "Start to first conversation, s",
}


def _row(name: str, cells: tuple[str, ...], width: int = _WIDTH) -> str:
    return f"{name:<{width}}" + "".join(f"{cell:>10}" for cell in cells)


def _chats(count: int) -> str:
    return f"  {count} {'chat' if count == 1 else 'chats'}"


def _whole(value: float | None) -> str:
    return _NONE if value is None else f"{value:.0f}"


def _fine(value: float | None) -> str:
    """Three figures, or whole when it is large."""
    if value is None:
        return _NONE
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(figure: Figure) -> str:
    return _NONE if figure.ratio is None else f"{figure.ratio:.2f}"
