"""The figures as one JSON document, or as calm tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import msgspec

from gehoor.prove.bench.bars import judged
from gehoor.prove.bench.figures import Figure, Measured

_WIDTH: Final = 34
_WIDE: Final = 64
_NONE: Final = "-"


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
        "took_s": round(measured.seconds, 1),
        "figures": nested,
        "bars": [
            {
                "name": bar.name,
                "figure": bar.figure,
                "bound": bar.limit(figure),
                "unit": bar.unit,
                "value": figure.value,
                "floor": figure.floor,
                "ratio": figure.ratio,
                "passed": bar.passed(figure),
            }
            for bar, figure in judged(measured.figures)
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
    yield from conditions_in_words(measured)
    for place, engine in _engines(figures):
        yield from _messages(figures, place, engine)
        yield from _delivery(figures, place, engine)
    yield from _turns(figures)
    yield from _rest(figures)
    yield from _hearing(figures)
    yield from _verdicts(measured)


def conditions_in_words(measured: Measured) -> Iterator[str]:
    """Under what it was found, and what makes the figures mean less."""
    c = measured.conditions
    yield f"{c.cores} cores ({c.processor}), Linux {c.kernel}, Python {c.python}, SQLite {c.sqlite}"
    yield f"{c.filesystem}, fsync {c.fsync_us:.0f} us; at the start load {c.load:.2f}, {c.busy:.0%} of the cores in use"
    for warning in c.warnings:
        yield f"WARNING: {warning}"


def _engines(figures: Mapping[str, Figure]) -> Iterator[tuple[str, str]]:
    """The start of a figure's name, and what to call it."""
    yield "", "SQLite"
    counts = {int(name.split(".")[1]) for name in figures if name.startswith("postgres.")}
    for count in sorted(counts):
        yield f"postgres.{count}.", f"PostgreSQL, {count} process{'es' * (count > 1)}"


def _sizes(figures: Mapping[str, Figure], start: str) -> list[int]:
    """The numbers of chats in the names that begin so."""
    found = {name.removeprefix(start).partition(".")[0] for name in figures if name.startswith(start)}
    return sorted(int(one) for one in found if one.isdigit())


def _messages(figures: Mapping[str, Figure], place: str, engine: str) -> Iterator[str]:
    sizes = _sizes(figures, f"{place}messages.")
    if not sizes:
        return
    yield ""
    yield f"{engine}: durable messages, each chat waits for its answer"
    heads = ("a second", "floor", "ratio", "ack p50", "p99 ms", "floor", "CPU us", "floor", "ratio", "load gen")
    yield _row("", heads)
    for count in sizes:
        name = f"{place}messages.{count}"
        rate, p50, p99 = (figures[f"{name}.{one}"] for one in ("per_second", "p50_ms", "p99_ms"))
        cpu, share = figures[f"{name}.cpu_us"], figures[f"{name}.load_share"]
        cells = (_whole(rate.value), _whole(rate.floor), _ratio(rate), fine(p50.value), fine(p99.value))
        used = (_whole(cpu.value), _whole(cpu.floor), _ratio(cpu), f"{share.value:.0%}")
        yield _row(_chats(count), (*cells, fine(p99.floor), *used))


def _delivery(figures: Mapping[str, Figure], place: str, engine: str) -> Iterator[str]:
    rows = [(_chats(count), f"{place}delivery.{count}") for count in _sizes(figures, f"{place}delivery.")]
    rows.append(("  open chats, and requests beside", f"{place}chats"))
    rows.append(("    the requests for a person", f"{place}chats.requests"))
    rows += [(f"  beside the AI, {_MODES[mode]}", f"{place}beside.{mode}") for mode in _MODES]
    rows = [(label, name) for label, name in rows if f"{name}.p99_ms" in figures]
    if not rows:
        return
    yield ""
    yield f"{engine}: customer to desk, at a pace of their own (beside the AI: the floor is the same without it)"
    heads = ("count", "p50 ms", "floor", "ratio", "p95 ms", "floor", "p99 ms", "floor", "ratio", "late p99")
    yield _row("", heads)
    for label, name in rows:
        p50, p95, p99 = (figures[f"{name}.{one}_ms"] for one in ("p50", "p95", "p99"))
        late = figures.get(f"{name}.late_p99_ms")
        cells = (_whole(figures[f"{name}.count"].value), fine(p50.value), fine(p50.floor), _ratio(p50))
        tail = (fine(p95.value), fine(p95.floor), fine(p99.value), fine(p99.floor), _ratio(p99))
        yield _row(label, (*cells, *tail, fine(late.value if late else None)))


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
        cells = (_whole(rate), fine(p50), fine(p99), _whole(cpu), f"{answered:.0%}", f"{share:.0%}")
        yield _row(f"  {_MODES[mode]}", cells)


def _rest(figures: Mapping[str, Figure]) -> Iterator[str]:
    """Single figures, and those of small against large."""
    for heads, names in ((("ours", "floor", "ratio"), _ALONE), (("large", "small", "ratio"), _GROWN)):
        told = [(what, figures[name]) for name, what in names.items() if name in figures]
        if not told:
            continue
        yield ""
        yield _row("", heads, _WIDE)
        for what, figure in told:
            yield _row(what, (fine(figure.value), fine(figure.floor), _ratio(figure)), _WIDE)


def _hearing(figures: Mapping[str, Figure]) -> Iterator[str]:
    """What hearing costs by itself; of the longest texts every shape, the worst one first."""
    start = "hearing.longest."
    shapes = [name for name in figures if name.startswith(start) and name != f"{start}worst_ms"]
    shapes.sort(key=lambda name: -figures[name].value)
    names = _HEARD | {name: f"  of the shape {name.removeprefix(start).removesuffix('_ms')}" for name in shapes}
    told = [(what, figures[name]) for name, what in names.items() if name in figures]
    if told:
        yield ""
        yield _row("Hearing by itself", ("ours", "floor", "ratio"), _WIDE)
    for what, figure in told:
        yield _row(what, (fine(figure.value), fine(figure.floor), _ratio(figure)), _WIDE)


def _verdicts(measured: Measured) -> Iterator[str]:
    told = list(judged(measured.figures))
    if told:
        yield ""
        yield _row("To beat", ("bar", "ours", "floor", "ratio", ""), _WIDE)
    for bar, figure in told:
        verdict = "yes" if bar.passed(figure) else "NO"
        cells = (bar.spoken(figure), fine(figure.value), fine(figure.floor), _ratio(figure), verdict)
        yield _row(f"{bar.name} ({bar.unit})", cells, _WIDE)
    if measured.faults:
        yield ""
        yield "What should not have happened:"
        yield from (f"  {fault}" for fault in measured.faults)


_MODES: Final = {
    "words": "no language model",
    "words_again": "no language model, started again",
    "model": "language model on",
    "model_again": "language model on, started again",
}
_ALONE: Final = (
    {
        f"{name}.{mode}.{last}": f"{what}, {spoken}"
        for name, last, what in (
            ("memory", "pss_mb", "Idle memory, PSS, MB"),
            ("memory", "rss_mb", "Idle memory, RSS, MB"),
            ("startup", "health_s", "Start to first answer, s"),
            ("startup", "conversation_s", "Start to first conversation, s"),
        )
        for mode, spoken in _MODES.items()
    }
    | {
        f"beside.{mode}.turns.per_second": f"AI turns a second beside other chats, {_MODES[mode]}"
        for mode in ("words", "model")
    }
    | {
        "idle.stream_pss_kb": "An idle stream, PSS, kB",
        "idle.stream_rss_kb": "An idle stream, RSS, kB",
        "idle.conversation_pss_kb": "Its conversation in memory, PSS, kB",
        "idle.per_second": "Streams opened a second",
        "idle.idle_cpu_share": "Part of one core for all idle streams",
    }
)
_HEARD: Final = {
    "hearing.tables.mean_us": "A question by the tables, mean, us",
    "hearing.tables.p50_us": "A question by the tables, p50, us",
    "hearing.tables.p99_us": "A question by the tables, p99, us",
    "hearing.load.ready_s": "Loading the tables, s",
    "hearing.load.tables_s": "  of which reading the tables",
    "hearing.load.import_s": "  of which importing its modules",
    "hearing.classifier.p50_ms": "25 words by the classifier, p50, ms",
    "hearing.classifier.p99_ms": "25 words by the classifier, p99, ms",
    "hearing.classifier.model_ms": "  of which the language model, p50",
    "hearing.classifier.rest_ms": "  of which the rest, p50",
    "hearing.longest.worst_ms": "The longest text, the worst shape, ms",
    "answers.demo.p50_ms": "An answer among the demo's articles, p50, ms",
    "answers.demo.p99_ms": "An answer among the demo's articles, p99, ms",
    "answers.20000.p50_ms": "An answer among 20,000 articles, p50, ms",
    "answers.20000.p99_ms": "An answer among 20,000 articles, p99, ms",
}
_GROWN: Final = {
    f"{place}{name}": f"{what}{on}"
    for place, on in (("", ""), ("postgres.1.", ", PostgreSQL"))
    for name, what in (
        ("growth.cpu_us", "CPU per message by conversations stored, us"),
        ("growth.per_second", "Messages a second by conversations stored"),
        ("growth.start_s", "Start to first answer, s"),
        ("growth.stop_s", "To stop, with the last checkpoint, s"),
        ("growth.pss_mb", "Memory, PSS, MB"),
        ("queue.cpu_us", "CPU per customer taken by length of the line, us"),
        ("queue.p50_ms", "To take a customer, p50, ms"),
        ("queue.p99_ms", "To take a customer, p99, ms"),
        ("queue.desk_ms", "To open a desk, ms (at most 20,000 is waited)"),
        ("queue.start_s", "Start to first answer with the line, s"),
    )
}


def _row(name: str, cells: tuple[str, ...], width: int = _WIDTH) -> str:
    return f"{name:<{width}}" + "".join(f"{cell:>10}" for cell in cells)


def _chats(count: int) -> str:
    return f"  {count} {'chat' if count == 1 else 'chats'}"


def _whole(value: float | None) -> str:
    return _NONE if value is None else f"{value:.0f}"


def fine(value: float | None) -> str:
    """Three figures, or whole when it is large."""
    if value is None:
        return _NONE
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(figure: Figure) -> str:
    return _NONE if figure.ratio is None else f"{figure.ratio:.2f}"
