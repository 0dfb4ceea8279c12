"""A letter's blocks, as plain text and as HTML: the same words in the same order.

The HTML is for every reader: a language, a title, real headings, text of 16 pixels that wraps, no pictures, no tables,
links that say where they go, and colours of enough contrast on light and on dark (WCAG 2.2: 1.3.1, 1.4.3, 2.4.4,
3.1.1).
A reader that drops the style sheet shows its own colours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.errors import Invalid

_URL: Final = re.compile(r"https?://[^\s<>\"']+")

STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 1rem; background: #ffffff; color: #1a1a1a;
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 38em; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.125rem; margin-top: 1.5em; }
a { color: #0b4f8a; }
@media (prefers-color-scheme: dark) {
  body { background: #1c1c1c; color: #f2f2f2; }
  a { color: #9cc8ff; }
}
""".strip()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (once, on top) or 2."""

    words: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its line ends are kept."""

    words: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """Something to find at once, such as a number, with what it is before it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go. In plain text the address stands behind the words."""

    words: str
    url: str


Block = Heading | Paragraph | Labelled | Link


def as_text(blocks: Sequence[Block]) -> str:
    """Plain text: an empty line between blocks."""
    return "\n\n".join(_text(block) for block in blocks) + "\n"


def as_html(title: str, language: str, blocks: Sequence[Block]) -> str:
    """A whole page.

    Raises:
        Invalid: a link that is not a web address.
    """
    body = "\n".join(_html(block) for block in blocks)
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _text(block: Block) -> str:
    match block:
        case Heading() | Paragraph():
            return block.words
        case Labelled():
            return f"{block.label}: {block.value}"
        case Link():
            return f"{block.words}: {block.url}"


def _html(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{html.escape(block.words)}</h{block.level}>"
        case Paragraph():
            return f"<p>{html.escape(block.words).replace(chr(10), '<br>')}</p>"
        case Labelled():
            return f"<p>{html.escape(block.label)}: <strong>{html.escape(block.value)}</strong></p>"
        case Link():
            if not _URL.fullmatch(block.url):
                raise Invalid("A letter links to web addresses only.", field="url")
            return f'<p><a href="{html.escape(block.url)}">{html.escape(block.words)}</a></p>'
