"""The figures as one JSON document, or as calm tables, beside those of the what-ifs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from gehoor.prove.simulate.figures import QUANTILES, quantile
from gehoor.prove.simulate.run import Simulated

_WIDTH: Final = 34
_NONE: Final = "-"
AS_IT_IS: Final = "as it is"


def name_of(done: Simulated) -> str:
    """The what-if, or that there is none."""
    return done.wanted.what_if or AS_IT_IS


def document(runs: Sequence[Simulated]) -> dict[str, Any]:
    """One document; its keys are promised. Spans are in seconds."""
    return {
        "runs": [_one(done) for done in runs],
        "lost": sum(done.figures.lost for done in runs),
        "violations": sum(len(done.figures.violations) for done in runs),
    }


def as_json(runs: Sequence[Simulated]) -> str:
    """The document as text."""
    return json.dumps(document(runs), indent=2)


def _one(done: Simulated) -> dict[str, Any]:
    figures, wanted = done.figures, done.wanted
    return {
        "what_if": name_of(done),
        "seed": wanted.seed,
        "agents": wanted.agents,
        "days": done.days,
        "conversations": figures.conversations,
        "requests": figures.requests,
        "requests_by_ending": dict(sorted(figures.endings.items())),
        "requests_lost": figures.lost,
        "violations": figures.violations,
        "broken": done.broken,
        "time_to_a_person": {name: _spans(spans) for name, spans in spans_of(done).items()},
        "waits_by_hour": {
            hour: {"requests": len(spans), **_spans(spans)} for hour, spans in sorted(figures.by_hour.items())
        },
        "promises": dict(sorted(figures.promises.items())),
        "windows": {"promised": figures.windows, "oversold": figures.oversold},
        "longest_overtaking": round(figures.overtaken, 1),
        "faults": dict(sorted(done.troubles.items())),
        "restarts": done.restarts,
        "refused": dict(sorted(done.refusals.items())),
        "facts": dict(sorted(figures.facts.items())),
        "seconds": round(done.seconds, 2),
        "cpu_seconds": round(done.cpu, 2),
        "conversations_a_second": round(figures.conversations / max(done.seconds, 1e-9), 1),
        "memory_mib": round(done.memory),
    }


def spans_of(done: Simulated) -> dict[str, list[float]]:
    """The times to a person, by whom they are of."""
    figures = done.figures
    return {
        "everybody": figures.everybody,
        "without a promise": figures.straight,
        "after a promise": figures.later,
        "danger to life": figures.urgent,
        "danger to life at night": figures.at_night,
    }


def _spans(spans: Sequence[float]) -> dict[str, float]:
    told = {f"p{round(part * 100)}": round(quantile(spans, part), 1) for part in QUANTILES}
    return {"number": len(spans), "mean": round(sum(spans) / len(spans), 1) if spans else 0.0, **told}


# -- for people ------------------------------------------------------------------------------------------------------


def as_text(runs: Sequence[Simulated]) -> str:
    """The tables."""
    return "\n".join(_lines(runs)) + "\n"


def _lines(runs: Sequence[Simulated]) -> Iterator[str]:
    yield _row("", [name_of(done) for done in runs])
    yield _row("agents", [str(done.wanted.agents) for done in runs])
    yield _row("days", [str(done.days) for done in runs])
    yield _row("conversations", [f"{done.figures.conversations:,}" for done in runs])
    yield _row("requests for a person", [f"{done.figures.requests:,}" for done in runs])
    for ending in ("reached", "withdrawn", "not reached", "open"):
        yield _row(f"  {ending}", [f"{done.figures.endings[ending]:,}" for done in runs])
    yield from _times(runs)
    yield ""
    for outcome in ("made", "kept", "broken", "not reached", "withdrawn"):
        yield _row(f"promises {outcome}", [f"{done.figures.promises[outcome]:,}" for done in runs])
    yield _row("windows promised", [f"{done.figures.windows:,}" for done in runs])
    yield _row("windows oversold", [f"{len(done.figures.oversold):,}" for done in runs])
    yield _row("longest overtaking, normal class", [spoken(done.figures.overtaken) for done in runs])
    yield ""
    yield _row("faults", [f"{sum(done.troubles.values()):,}" for done in runs])
    yield _row("  processes begun anew", [f"{done.restarts:,}" for done in runs])
    yield _row("requests lost", [f"{done.figures.lost:,}" for done in runs])
    yield _row("violations", [f"{len(done.figures.violations):,}" for done in runs])
    speeds = [done.figures.conversations / max(done.seconds, 1e-9) for done in runs]
    yield _row("conversations a second", [f"{speed:,.0f}" for speed in speeds])
    for done in runs:
        for wrong in [*done.figures.violations[:20], *done.broken[:20]]:
            yield f"{name_of(done)}: {wrong}"


def _times(runs: Sequence[Simulated]) -> Iterator[str]:
    for name in spans_of(runs[0]):
        yield ""
        yield _row(f"time to a person, {name}", [f"{len(spans_of(done)[name]):,}" for done in runs])
        for part in QUANTILES:
            yield _row(f"  p{round(part * 100)}", [told_quantile(spans_of(done)[name], part) for done in runs])
    yield ""
    yield "mean time to a person without a promise, by hour of the request"
    for hour in sorted({hour for done in runs for hour in done.figures.by_hour}):
        spans = [done.figures.by_hour.get(hour, []) for done in runs]
        yield _row(f"  {hour:02d}-{hour + 1:02d}", [spoken(sum(one) / len(one)) if one else _NONE for one in spans])


def told_quantile(spans: Sequence[float], part: float) -> str:
    """A quantile in words; a dash when there was nobody."""
    return spoken(quantile(spans, part)) if spans else _NONE


def _row(name: str, values: Sequence[str]) -> str:
    return f"{name:<{_WIDTH}}" + "".join(f"{value:>14}" for value in values)


def spoken(seconds: float) -> str:
    """A span as people say it: seconds, minutes or hours."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
