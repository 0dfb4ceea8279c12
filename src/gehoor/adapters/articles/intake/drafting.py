"""From a document to the articles that it is: one, or one for each of its parts; and from such a part to passages."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.adapters.articles.intake.blocks import Block, CannotRead, Document, Kind
from gehoor.core.knowledge.article import Passage

_MOST_LETTERS_OF_A_SLUG: Final = 60
_MOST_LETTERS_OF_A_TITLE: Final = 200
_LONG_ANSWER: Final = 1000
"""Characters; what is more goes below the first heading, at the end of a sentence."""
_FEWEST_WORDS: Final = 4
_FEWEST_QUESTIONS: Final = 3
_MOST_ITEMS_IN_A_SENTENCE: Final = 8

_LIST_OF_QUESTIONS: Final = re.compile(r"\b(?:faq|vragen|questions|q ?& ?a)\b", re.IGNORECASE)
_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")
_SMALL: Final = frozenset({"de", "het", "een", "en", "of", "the", "a", "an", "and", "or"})
_SENTENCE_END: Final = re.compile(r"[.!?:…][\"'”’)\]]*$")
_FULL_STOP: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ\"'“‘(])")
_MARKS: Final = re.compile(r"^(?:#+\s*|[-*+•]\s+|\d{1,3}[.)]\s+|>\s*)+")
_BRACKETS: Final = str.maketrans("<>", "‹›")
_MORE: Final = {"nl": "Meer hierover", "en": "More about this"}
_MORE_TO_READ: Final = {"nl": "Meer lezen", "en": "Read more"}

MOVED = "the first full sentences stand below a heading: look whether they answer the question"
CUT = "the answer was long: what comes after its first part stands below a heading"
UNTITLED = "it has no title; the name of the file was taken"


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes one article. ``anchor`` tells it from other pieces of its file, "" when there is one.

    ``digest`` is the SHA-256 of what was read, so that a change of the source can be seen.
    """

    title: str
    blocks: tuple[Block, ...]
    anchor: str
    place: str
    digest: str
    document: Document


def pieces(document: Document) -> tuple[Piece, ...]:
    """The parts of a document: its chapters, or its questions, or the whole."""
    blocks = _without_title(document)
    level = 0 if document.whole else _level_to_divide(document, blocks)
    if not level:
        anchor = slug_of(document.title) if document.whole and document.place else ""
        return (_piece(document, document.title, blocks, anchor),)
    parts: list[tuple[str, list[Block]]] = [(document.title, [])]
    for block in blocks:
        if block.kind is Kind.HEADING and block.level == level:
            parts.append((block.text, []))
        elif block.kind is Kind.HEADING and block.level < level:
            # A heading over several questions is no text of the question before it.
            continue
        else:
            parts[-1][1].append(block)
    return tuple(
        _piece(document, title, tuple(own), slug_of(title))
        for number, (title, own) in enumerate(parts)
        if number > 0 or any(_is_sentence(block) for block in own)
    )


def _piece(document: Document, title: str, blocks: tuple[Block, ...], anchor: str) -> Piece:
    place = next((block.place for block in blocks if block.place), document.place)
    content = [title, document.language, [[block.kind, block.text] for block in blocks]]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
    return Piece(title, blocks, anchor, place, digest, document)


def _without_title(document: Document) -> tuple[Block, ...]:
    for number, block in enumerate(document.blocks):
        if block.kind is Kind.HEADING and block.text == document.title:
            return (*document.blocks[:number], *document.blocks[number + 1 :])
        if block.kind is Kind.HEADING:
            break
    return document.blocks


def _level_to_divide(document: Document, blocks: Sequence[Block]) -> int:
    """The level of the headings that each begin an article, or 0 when the document is one article."""
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    chapters = [block for block in headings if block.level == 1]
    if len(chapters) >= 2:
        return 1
    # An article may have questions as its headings; a list of questions says so, or says nothing before the first.
    first = next((number for number, block in enumerate(blocks) if block.kind is Kind.HEADING), 0)
    says_something = any(_is_sentence(block) for block in blocks[:first])
    if document.title.rstrip().endswith("?") or (says_something and not _LIST_OF_QUESTIONS.search(document.title)):
        return 0
    asked = Counter(block.level for block in headings if block.text.rstrip().endswith("?"))
    every = Counter(block.level for block in headings)
    fitting = [level for level in asked if asked[level] >= _FEWEST_QUESTIONS and asked[level] * 5 >= every[level] * 3]
    return min(fitting, default=0)


def slug_of(title: str) -> str:
    """A slug from a title: small letters, digits and dashes, at most 60; "" when there are none in it."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = [word for word in _NOT_SLUG.split(plain) if word]
    kept = [word for word in words if word not in _SMALL]
    kept = kept if len(kept) > 1 else words
    slug = ""
    for word in kept:
        longer = f"{slug}-{word}" if slug else word[:_MOST_LETTERS_OF_A_SLUG]
        if len(longer) > _MOST_LETTERS_OF_A_SLUG:
            break
        slug = longer
    return slug


def passages(piece: Piece, language: str) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """The answer and the sections of an article, with what a person should look at. Raises CannotRead."""
    sections = _sections(piece.blocks)
    notes: list[str] = []
    place, number = _place_of_answer(sections, piece)
    if place > 0:
        notes.append(MOVED)
    heading, blocks = sections[place]
    answer, rest = _answer(blocks, number)
    if len(answer) > _LONG_ANSWER:
        answer, more = _cut(answer)
        rest = [Block(Kind.PARAGRAPH, more), *rest] if more else rest
        notes += [CUT] if more else []
    sections[place] = (heading, rest)
    made = [Passage("", answer)]
    for number, (heading, blocks) in enumerate(sections):
        text = _text(blocks)
        if text:
            made.append(Passage(_safe(heading) if number else _MORE.get(language, _MORE["nl"]), text))
    address = piece.document.address
    if piece.document.whole and piece.document.place and address:
        made.append(
            Passage(_MORE_TO_READ.get(language, _MORE_TO_READ["nl"]), f"[{address.split('://')[1]}]({address})")
        )
    return tuple(made), tuple(notes)


def _sections(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Headings with what stands below them; a heading over nothing but headings is put before those."""
    sections: list[tuple[str, list[Block]]] = [("", [])]
    above: list[tuple[int, str]] = []
    for block in blocks:
        if block.kind is not Kind.HEADING:
            sections[-1][1].append(block)
            above = []
            continue
        if len(sections) > 1 and not sections[-1][1]:
            above = [one for one in above if one[0] < block.level]
            sections.pop()
        else:
            above = []
        above.append((block.level, block.text))
        sections.append((": ".join(text for _, text in above)[:_MOST_LETTERS_OF_A_TITLE], []))
    return sections


def _place_of_answer(sections: Sequence[tuple[str, list[Block]]], piece: Piece) -> tuple[int, int]:
    """The first paragraph of full sentences; without one, the first that is no list; without one, its first item."""
    everywhere = [(s, b) for s, (_, blocks) in enumerate(sections) for b in range(len(blocks))]
    for test in (_is_sentence, _is_paragraph, _is_item):
        for s, b in everywhere:
            if test(sections[s][1][b]):
                return s, b
    raise CannotRead("no sentence stands below its title", piece.place)


def _is_paragraph(block: Block) -> bool:
    return block.kind is Kind.PARAGRAPH and bool(_plain(block.text))


def _is_item(block: Block) -> bool:
    return block.kind is Kind.ITEM and len(_plain(block.text).split()) >= _FEWEST_WORDS


def _is_sentence(block: Block) -> bool:
    text = _plain(block.text)
    return block.kind is Kind.PARAGRAPH and len(text.split()) >= _FEWEST_WORDS and bool(_SENTENCE_END.search(text))


def _answer(blocks: Sequence[Block], number: int) -> tuple[str, list[Block]]:
    """The paragraph as one line, with a short list that it announces, and the blocks that are left."""
    text, rest = _plain(blocks[number].text), [*blocks[:number], *blocks[number + 1 :]]
    items: list[str] = []
    while number < len(rest) and rest[number].kind is Kind.ITEM and len(items) <= _MOST_ITEMS_IN_A_SENTENCE:
        items.append(_plain(rest[number].text).rstrip(".;,"))
        number += 1
    if text.endswith(":") and 0 < len(items) <= _MOST_ITEMS_IN_A_SENTENCE:
        return f"{text} {'; '.join(items)}.", [*rest[: number - len(items)], *rest[number:]]
    return text, rest


def _cut(text: str) -> tuple[str, str]:
    ends = [found.start() for found in _FULL_STOP.finditer(text)]
    at = max((end for end in ends if end <= _LONG_ANSWER), default=min(ends, default=len(text)))
    return text[:at].rstrip(), text[at:].strip()


def _text(blocks: Sequence[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        text = _plain(block.text)
        if not text:
            continue
        if block.kind is Kind.ITEM:
            lines += [f"- {text}"]
        else:
            lines += ["", text, ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(text: str) -> str:
    """A line that Markdown reads as the words that it is."""
    return _MARKS.sub("", _safe(text)).strip()


def _safe(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.translate(_BRACKETS)).split())


def title_of(piece: Piece, stem: str) -> tuple[str, tuple[str, ...]]:
    """The title on one line, and a note when the name of the file had to do."""
    title = _plain(piece.title)[:_MOST_LETTERS_OF_A_TITLE].strip()
    if title:
        return title, ()
    return _safe(re.sub(r"[-_.]+", " ", stem)).strip().capitalize()[:_MOST_LETTERS_OF_A_TITLE], (UNTITLED,)


def words_of(piece: Piece) -> Iterator[str]:
    """Every text of a piece: its title, then its blocks."""
    yield piece.title
    yield from (block.text for block in piece.blocks)
