"""An evaluation as a picture: our own SVG, with words for who cannot see it and no script in it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from gehoor.core.knowledge.reliability import Point, Reliability
from gehoor.core.knowledge.report import Report

_WIDTH, _HEIGHT = 900, 430
_TOP, _SIDE = 64, 300
_LEFTS: Final = (70, 530)
"""Where the two squares begin."""
_LINE: Final = "#005a9c"
_OTHER: Final = "#b34700"
_INK: Final = "#222222"
_LOWEST: Final = 0.5
"""The precision axis begins here: below it no organisation would answer."""

_SAID: Final = {
    "nl": {
        "title": "Hoe goed de AI antwoordt",
        "left": "Zelf beantwoord tegen goed",
        "right": "Kloppen de kansen?",
        "coverage": "deel van de vragen dat de AI zelf beantwoordt",
        "precision": "goed, van wat zij beantwoordt",
        "said": "kans die de AI gaf",
        "was": "deel dat klopte",
        "curve": "Bij {coverage:.0%} zelf beantwoord is {precision:.1%} goed.",
        "bin": "Bij een kans van gemiddeld {said:.0%} klopte {was:.0%} van {total} vragen.",
        "error": "De kansen zitten er gemiddeld {error:.1%} naast.",
        "nothing": "Er zijn geen vragen gemeten.",
    },
    "en": {
        "title": "How well the AI answers",
        "left": "Answered by itself against right",
        "right": "Can the probabilities be believed?",
        "coverage": "share of the questions that the AI answers by itself",
        "precision": "right, of what it answers",
        "said": "probability that the AI gave",
        "was": "share that was right",
        "curve": "With {coverage:.0%} answered by itself {precision:.1%} is right.",
        "bin": "Where it said {said:.0%} on average, {was:.0%} of {total} questions was right.",
        "error": "The probabilities are {error:.1%} off on average.",
        "nothing": "No question was measured.",
    },
}


def picture(told: Report, language: str = "en") -> str:
    """Coverage against precision, and said against right, beside each other."""
    words = _SAID[language]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' lang="{language}" aria-labelledby="quality-title quality-desc" font-family="sans-serif" font-size="14">',
        f'<title id="quality-title">{escape(words["title"])}</title>',
        f'<desc id="quality-desc">{escape(in_words(told, language))}</desc>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_axes(_LEFTS[0], words["left"], words["coverage"], words["precision"], _LOWEST),
        *_curve(told.curve),
        *_axes(_LEFTS[1], words["right"], words["said"], words["was"], 0.0),
        *_bins(told.reliability),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def in_words(told: Report, language: str = "en") -> str:
    """What the picture shows, in words."""
    words = _SAID[language]
    if told.reliability.error is None:
        return words["nothing"]
    parts = []
    for wanted in (0.25, 0.5, 0.75, 1.0):
        point = next((one for one in told.curve if one.coverage.share >= wanted), None)
        if point is not None:
            shares = {"coverage": point.coverage.share, "precision": point.precision.share}
            parts.append(words["curve"].format(**shares))
    parts.append(words["error"].format(error=told.reliability.error))
    for one in told.reliability.bins:
        parts.append(words["bin"].format(said=one.said, was=one.right.share, total=one.right.total))
    return " ".join(parts)


def _x(left: int, share: float) -> float:
    return left + _SIDE * share


def _y(share: float, lowest: float) -> float:
    return _TOP + _SIDE * (1.0 - max(share - lowest, 0.0) / (1.0 - lowest))


def _axes(left: int, title: str, across: str, up: str, lowest: float) -> Iterator[str]:
    yield f'<text x="{left}" y="36" font-size="17" fill="#111111">{escape(title)}</text>'
    for part in range(6):
        share = part / 5
        x, value = _x(left, share), lowest + (1.0 - lowest) * share
        y = _y(value, lowest)
        yield f'<line x1="{left}" x2="{left + _SIDE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d8d8d8"/>'
        yield f'<text x="{left - 8}" y="{y + 5:.1f}" text-anchor="end" fill="{_INK}">{value:.1f}</text>'
        yield f'<text x="{x:.1f}" y="{_TOP + _SIDE + 20}" text-anchor="middle" fill="{_INK}">{share:.1f}</text>'
    middle = left + _SIDE / 2
    yield f'<text x="{middle}" y="{_TOP + _SIDE + 46}" text-anchor="middle" fill="{_INK}">{escape(across)}</text>'
    turned = f'transform="translate({left - 46} {_TOP + _SIDE / 2}) rotate(-90)"'
    yield f'<text {turned} text-anchor="middle" fill="{_INK}">{escape(up)}</text>'


def _curve(points: tuple[Point, ...]) -> Iterator[str]:
    if not points:
        return
    left = _LEFTS[0]
    there = [(_x(left, one.coverage.share), one.precision) for one in points]
    spread = [f"{x:.1f},{_y(one.high, _LOWEST):.1f}" for x, one in there]
    spread += [f"{x:.1f},{_y(one.low, _LOWEST):.1f}" for x, one in reversed(there)]
    yield f'<polygon points="{" ".join(spread)}" fill="{_LINE}" fill-opacity="0.15"/>'
    line = " ".join(f"{x:.1f},{_y(one.share, _LOWEST):.1f}" for x, one in there)
    yield f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="2.5"/>'


def _bins(found: Reliability) -> Iterator[str]:
    left = _LEFTS[1]
    yield (
        f'<line x1="{left}" y1="{_TOP + _SIDE}" x2="{left + _SIDE}" y2="{_TOP}" stroke="#6b6b6b"'
        ' stroke-dasharray="5 5"/>'
    )
    for one in found.bins:
        x = _x(left, one.said)
        low, high = _y(one.right.low, 0.0), _y(one.right.high, 0.0)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}" stroke="{_OTHER}" stroke-width="2"/>'
        yield f'<circle cx="{x:.1f}" cy="{_y(one.right.share, 0.0):.1f}" r="5" fill="{_OTHER}"/>'
