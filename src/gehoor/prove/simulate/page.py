"""The figures as one page that stands by itself: the picture, and every number in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from gehoor.prove.simulate.figures import QUANTILES
from gehoor.prove.simulate.picture import in_words, picture
from gehoor.prove.simulate.report import as_text, name_of, spans_of, spoken, told_quantile
from gehoor.prove.simulate.run import Simulated

_STYLE: Final = (
    "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:bold;padding:.3rem 0}"
    "th,td{padding:.25rem .8rem;border-bottom:1px solid #767676;text-align:right}th:first-child{text-align:left}"
    "svg{max-width:100%;height:auto}pre{overflow-x:auto}"
)


def page(runs: Sequence[Simulated]) -> str:
    """The page, complete and without anything from elsewhere."""
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Simulated days</title><style>{_STYLE}</style></head><body><main>",
            "<h1>Simulated days</h1>",
            f"<p>{escape(in_words(runs))}</p>",
            picture(runs),
            *_times(runs),
            *_hours(runs),
            "<h2>All figures</h2>",
            f'<pre tabindex="0" aria-label="All figures">{escape(as_text(runs))}</pre>',
            "</main></body></html>",
            "",
        )
    )


def _times(runs: Sequence[Simulated]) -> Iterator[str]:
    heads = [f"{name_of(done)}, p{round(part * 100)}" for done in runs for part in QUANTILES]
    rows = [
        (name, [told_quantile(spans_of(done)[name], part) for done in runs for part in QUANTILES])
        for name in spans_of(runs[0])
    ]
    yield from _table("Time to a person", "of", heads, rows)


def _hours(runs: Sequence[Simulated]) -> Iterator[str]:
    hours = sorted({hour for done in runs for hour in done.figures.by_hour})
    rows = []
    for hour in hours:
        spans = [done.figures.by_hour.get(hour, []) for done in runs]
        rows.append((f"{hour}-{hour + 1}", [spoken(sum(one) / len(one)) if one else "-" for one in spans]))
    yield from _table("Mean by the hour of the request", "hour", [name_of(done) for done in runs], rows)


def _table(caption: str, first: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    yield f"<table><caption>{escape(caption)}</caption><thead><tr>"
    yield "".join(f'<th scope="col">{escape(head)}</th>' for head in (first, *heads))
    yield "</tr></thead><tbody>"
    for name, values in rows:
        cells = "".join(f"<td>{escape(value)}</td>" for value in values)
        yield f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    yield "</tbody></table>"
