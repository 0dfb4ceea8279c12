"""The bars as a picture: our own SVG, with words for who cannot see it and no script in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import log10
from typing import Final

from gehoor.prove.bench.bars import Bar, judged
from gehoor.prove.bench.figures import Figure, Measured
from gehoor.prove.bench.report import conditions_in_words, fine

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _BOTTOM = 1000, 400, 190, 74, 30, 44
_DECADES: Final = 1.5
"""The picture reaches so many powers of ten to either side of the bar."""
_PASSED: Final = "#005a9c"
_MISSED: Final = "#b34700"
_INK: Final = "#222222"


def picture(measured: Measured) -> str:
    """Every figure beside its bar, on one scale of how many times better or worse than the bar it is."""
    told = list(judged(measured.figures))
    height = _TOP + _ROW * len(told) + _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        ' aria-labelledby="title desc" font-family="sans-serif" font-size="14">',
        '<title id="title">The measurements against their bars</title>',
        f'<desc id="desc">{escape(in_words(told))}</desc>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="26" font-size="17" fill="#111111">To the left of the line is better than the bar;'
        " blue passes, orange does not; a circle is the floor</text>",
        f'<text x="16" y="48" fill="{_INK}">{escape(" · ".join(conditions_in_words(measured)))}</text>',
        *_axis(height),
        *(part for number, (bar, figure) in enumerate(told) for part in _line(number, bar, figure)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def in_words(told: Sequence[tuple[Bar, Figure]]) -> str:
    """What the picture shows, in words."""
    return " ".join(
        f"{bar.name}: {fine(figure.value)} {bar.unit}, must be {bar.spoken(figure)}, "
        f"{'passed' if bar.passed(figure) else 'not passed'}."
        for bar, figure in told
    )


def _x(times: float) -> float:
    """Where so many times the bar stands."""
    part = (min(max(log10(times), -_DECADES), _DECADES) + _DECADES) / (2 * _DECADES) if times > 0 else 0.0
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * part


def _axis(height: int) -> Iterator[str]:
    for times, label in ((0.1, "10 x better"), (1.0, "the bar"), (10.0, "10 x worse")):
        x, thick = _x(times), 2 if times == 1.0 else 1
        colour = "#111111" if times == 1.0 else "#c8c8c8"
        yield (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{height - _BOTTOM}" stroke="{colour}"'
            f' stroke-width="{thick}"/>'
        )
        yield f'<text x="{x:.1f}" y="{height - 18}" text-anchor="middle" fill="{_INK}">{label}</text>'


def _line(number: int, bar: Bar, figure: Figure) -> Iterator[str]:
    y, colour = _TOP + number * _ROW, _PASSED if bar.passed(figure) else _MISSED
    middle, end, limit = _x(1.0), _x(_worse(bar, figure, figure.value)), bar.spoken(figure)
    yield f'<text x="{_LEFT - 12}" y="{y + 15}" text-anchor="end" fill="{_INK}">{escape(bar.name)}</text>'
    yield (
        f'<rect x="{min(middle, end):.1f}" y="{y + 3}" width="{max(abs(end - middle), 2):.1f}" height="16"'
        f' fill="{colour}"/>'
    )
    if figure.floor:
        x = _x(_worse(bar, figure, figure.floor))
        yield f'<circle cx="{x:.1f}" cy="{y + 11}" r="5" fill="#ffffff" stroke="#111111" stroke-width="2"/>'
    told = f"{fine(figure.value)} {bar.unit} ({limit})"
    yield f'<text x="{_WIDTH - _RIGHT + 8}" y="{y + 15}" fill="{_INK}">{escape(told)}</text>'


def _worse(bar: Bar, figure: Figure, value: float) -> float:
    """How many times worse than the bar a value is."""
    limit = bar.limit(figure)
    if not limit or not value:
        return 1.0
    return value / limit if bar.most else limit / value
