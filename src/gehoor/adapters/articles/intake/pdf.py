"""PDF documents to blocks of text: lines by their place on the page, headings by the size of their letters."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from gehoor.adapters.articles.intake.blocks import Block, CannotRead, Document, Kind, Problem, Reading, one_line

MOST_BYTES: Final = 50_000_000
_MOST_PAGES: Final = 500
_MOST_LETTERS_OF_A_HEADING: Final = 150
_LARGER: Final = 1.12
"""A line whose letters are so much larger than most is a heading."""
_SPACIOUS: Final = 1.45
"""A gap of so many usual distances between lines begins a new paragraph."""
_NEAR_THE_TOP: Final = 4
_LIGATURES: Final = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_BULLET: Final = re.compile(r"^[•▪‣◦●○■□–*·\uf0b7\uf0a7-]\s+(?=\S)|^\(?\d{1,2}[.)]\s+(?=\S)")
_PAGE_NUMBER: Final = re.compile(r"(?:pagina |page )?\d{1,4}(?: ?(?:/|van|of) ?\d{1,4})?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")


@dataclass(slots=True)
class _Line:
    page: int
    y: float
    size: float
    text: str


def read_pdf(raw: bytes) -> Reading:
    """The document, and the pages of it that could not be read. Raises CannotRead."""
    if len(raw) > MOST_BYTES:
        raise CannotRead(f"it is larger than {MOST_BYTES} bytes")
    try:
        reader = PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise CannotRead("it has a password")
        pages = len(reader.pages)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise CannotRead("it is no PDF, or it is broken") from error
    if pages > _MOST_PAGES:
        raise CannotRead(f"it has more than {_MOST_PAGES} pages; divide it")
    lines: list[_Line] = []
    problems: list[Problem] = []
    for number in range(pages):
        found = _page(reader, number)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            lines += found
    if not lines:
        raise CannotRead("no page of it holds text; was it scanned?")
    kept = _without_margins(lines, pages)
    blocks = _blocks(kept)
    return Reading((Document(title=_title(reader, blocks), blocks=tuple(blocks)),), tuple(problems))


def _page(reader: PdfReader, number: int) -> list[_Line] | Problem:
    pieces: list[tuple[float, float, float, str]] = []

    def visit(text: str, cm: Any, tm: Any, _font: Any, size: Any) -> None:
        if text.strip():
            # Where the text stands: its own matrix, seen through that of the page.
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            pieces.append((y, x, float(size) * abs(tm[3] or 1.0) * abs(cm[3] or 1.0), text))

    place = f"page {number + 1}"
    try:
        whole = reader.pages[number].extract_text(visitor_text=visit)
    except MemoryError:
        raise
    except Exception:  # pypdf meets what a broken page holds with any error there is
        return Problem(place, "the page is broken")
    if not whole.strip():
        return Problem(place, "there is no text on the page; is it a picture?")
    return _lines(number + 1, pieces)


def _lines(page: int, pieces: list[tuple[float, float, float, str]]) -> list[_Line]:
    """Pieces in the order in which the page draws them; those on one height are one line."""
    lines: list[_Line] = []
    for y, _, size, text in pieces:
        for number, part in enumerate(text.split("\n")):
            if not part.strip():
                continue
            before = lines[-1] if lines else None
            if before is not None and number == 0 and abs(before.y - y) < 0.35 * max(size, 1.0):
                before.text += part if before.text.endswith((" ", "-")) or part.startswith(" ") else " " + part
                before.size = max(before.size, size)
            else:
                lines.append(_Line(page, y, size, part))
    for line in lines:
        line.text = one_line(line.text.translate(_LIGATURES))
    return [line for line in lines if line.text]


def _without_margins(lines: list[_Line], pages: int) -> list[_Line]:
    """Without page numbers, and without what stands on top or at the foot of most pages."""
    edges: Counter[str] = Counter()
    at_edge: set[int] = set()
    for page in range(1, pages + 1):
        on_page = [i for i, line in enumerate(lines) if line.page == page]
        for i in {*on_page[:2], *on_page[-2:]}:
            at_edge.add(i)
            edges[_NUMBER.sub("0", lines[i].text)] += 1
    again = {text for text, times in edges.items() if times >= 3 and times * 2 >= pages}
    return [
        line
        for i, line in enumerate(lines)
        if not (i in at_edge and (_NUMBER.sub("0", line.text) in again or _PAGE_NUMBER.fullmatch(line.text)))
    ]


def _blocks(lines: list[_Line]) -> list[Block]:
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    usual = max(letters, key=lambda size: (letters[size], -size), default=1.0) or 1.0
    sizes = sorted({round(line.size, 1) for line in lines if line.size > usual * _LARGER}, reverse=True)
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and a.y > b.y]
    gap = median(gaps) if gaps else 1.0
    blocks: list[Block] = []
    open_line: _Line | None = None
    for line in lines:
        size = round(line.size, 1)
        item = _BULLET.match(line.text)
        level = sizes.index(size) + 1 if size in sizes and len(line.text) <= _MOST_LETTERS_OF_A_HEADING else 0
        goes_on = open_line is not None and not item and _goes_on(open_line, line, gap, blocks[-1], level)
        if goes_on:
            blocks[-1] = _joined(blocks[-1], line.text)
        elif level:
            blocks.append(Block(Kind.HEADING, line.text, min(level, 6), f"page {line.page}"))
        elif item:
            blocks.append(Block(Kind.ITEM, line.text[item.end() :], 0, f"page {line.page}"))
        else:
            blocks.append(Block(Kind.PARAGRAPH, line.text, 0, f"page {line.page}"))
        open_line = line
    return blocks


def _goes_on(before: _Line, line: _Line, gap: float, block: Block, level: int) -> bool:
    """Whether a line belongs to the block of the line before it."""
    if (block.kind is Kind.HEADING) != bool(level) or (level and block.level != level):
        return False
    if before.page != line.page:  # a sentence that goes over the page
        return not level and not block.text.endswith((".", "!", "?", ":")) and line.text[:1].islower()
    return 0 <= before.y - line.y <= gap * _SPACIOUS


def _joined(block: Block, more: str) -> Block:
    broken = block.text.endswith("-") and more[:1].islower()
    text = block.text[:-1] + more if broken else f"{block.text} {more}"
    return Block(block.kind, text, block.level, block.place)


def _title(reader: PdfReader, blocks: list[Block]) -> str:
    """The largest heading, where it stands near the top; else what the document says of itself."""
    largest = [block for block in blocks if block.kind is Kind.HEADING and block.level == 1]
    if largest and (largest[0] in blocks[:_NEAR_THE_TOP] or len(largest) == 1):
        return largest[0].text
    try:
        said = one_line(str(reader.metadata.title or "")) if reader.metadata else ""
    except Exception:  # as broken as a page may be
        said = ""
    return said or (largest[0].text if largest else "")
