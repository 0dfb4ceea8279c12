"""The waits as a picture: our own SVG, with words for who cannot see it and no script in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, log10
from typing import Final

from gehoor.prove.simulate.figures import quantile
from gehoor.prove.simulate.report import name_of, spoken
from gehoor.prove.simulate.run import Simulated

_WIDTH, _HEIGHT = 860, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 20, 64, 60
_COLOURS: Final = ("#005a9c", "#b34700", "#3d7a1f", "#6a3d9a", "#8a6d00")
"""Each has a contrast of 4.5 to 1 or more on white; bars also differ by their place and name."""


def picture(runs: Sequence[Simulated]) -> str:
    """Time to a person by the hour of the request: bars for the mean, a line over each for p95."""
    hours = sorted({hour for done in runs for hour in done.figures.by_hour})
    highest = max((quantile(spans, 0.95) for done in runs for spans in done.figures.by_hour.values()), default=1.0)
    top = _round_up(max(highest, 1.0) / 60)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        ' aria-labelledby="title desc" font-family="sans-serif" font-size="14">',
        '<title id="title">Time to a person by the hour of the request</title>',
        f'<desc id="desc">{escape(in_words(runs))}</desc>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_axes(hours, top),
        *_bars(runs, hours, top),
        *_legend(runs),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def in_words(runs: Sequence[Simulated]) -> str:
    """What the picture shows, in words."""
    told = []
    for done in runs:
        hours = done.figures.by_hour
        worst = max(hours, key=lambda hour: sum(hours[hour]) / len(hours[hour]), default=None)
        if worst is None:
            told.append(f"{name_of(done)}: nobody was reached without a promise.")
            continue
        mean = sum(hours[worst]) / len(hours[worst])
        half, most = (spoken(quantile(done.figures.straight, part)) for part in (0.5, 0.95))
        told.append(
            f"{name_of(done)}: half of the customers reach a person within {half}, 95% within {most};"
            f" the slowest hour is {worst}-{worst + 1}, {spoken(mean)} on average."
        )
    return " ".join(told)


def _round_up(minutes: float) -> float:
    """A round number of minutes, at or above what must fit."""
    step = 10 ** max(ceil(log10(minutes)) - 1, -1) if minutes > 0 else 0.1
    return float(ceil(minutes / step) * step)


def _x(place: float, hours: Sequence[int]) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * place / max(len(hours), 1)


def _y(minutes: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * min(minutes / top, 1.0)


def _axes(hours: Sequence[int], top: float) -> Iterator[str]:
    for part in range(5):
        minutes = top * part / 4
        y = _y(minutes, top)
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#c8c8c8"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 5:.1f}" text-anchor="end" fill="#222222">{minutes:.3g}</text>'
    for place, hour in enumerate(hours):
        x = _x(place + 0.5, hours)
        yield f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle" fill="#222222">{hour}</text>'
    yield f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 14}" text-anchor="middle" fill="#222222">hour of the request</text>'
    yield (
        f'<text transform="translate(20 {_HEIGHT / 2}) rotate(-90)" text-anchor="middle" fill="#222222">'
        "minutes to a person</text>"
    )


def _bars(runs: Sequence[Simulated], hours: Sequence[int], top: float) -> Iterator[str]:
    wide = (_WIDTH - _LEFT - _RIGHT) / max(len(hours), 1) * 0.8 / len(runs)
    for number, done in enumerate(runs):
        colour = _COLOURS[number % len(_COLOURS)]
        for place, hour in enumerate(hours):
            spans = done.figures.by_hour.get(hour)
            if not spans:
                continue
            x = _x(place + 0.1, hours) + number * wide
            y, worst = _y(sum(spans) / len(spans) / 60, top), _y(quantile(spans, 0.95) / 60, top)
            middle = x + wide / 2
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide * 0.9:.1f}" height="{_HEIGHT - _BOTTOM - y:.1f}"'
                f' fill="{colour}"/>'
            )
            yield (
                f'<path d="M{middle:.1f} {y:.1f}V{worst:.1f}M{x:.1f} {worst:.1f}h{wide * 0.9:.1f}"'
                f' stroke="{colour}" stroke-width="2" fill="none"/>'
            )


def _legend(runs: Sequence[Simulated]) -> Iterator[str]:
    yield (
        f'<text x="{_LEFT}" y="24" font-size="17" fill="#111111">'
        "Time to a person without a promise: bar is the mean, line is p95</text>"
    )
    x = _LEFT
    for number, done in enumerate(runs):
        name = name_of(done)
        yield f'<rect x="{x}" y="38" width="14" height="14" fill="{_COLOURS[number % len(_COLOURS)]}"/>'
        yield f'<text x="{x + 20}" y="50" fill="#222222">{escape(name)}</text>'
        x += 40 + 9 * len(name)
