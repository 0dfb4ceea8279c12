"""Tables of questions and answers (.csv): one article a row."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from gehoor.adapters.articles.intake.blocks import MOST_PROBLEMS, Block, CannotRead, Document, Kind, Problem, Reading
from gehoor.adapters.articles.intake.decoding import decoded
from gehoor.core.text import normalise

MOST_BYTES: Final = 20_000_000
_MOST_ROWS: Final = 20_000
_MOST_LETTERS_OF_A_CELL: Final = 100_000

_COLUMNS: Final = {
    "question": ("question", "vraag", "title", "titel", "onderwerp", "subject", "faq"),
    "answer": ("answer", "antwoord", "text", "tekst", "inhoud", "body", "content", "response", "reactie"),
    "url": ("url", "link", "bron", "source", "webadres", "pagina", "page"),
    "language": ("language", "taal", "lang", "locale"),
    "slug": ("slug", "id", "sleutel", "key"),
    "owner": ("owner", "eigenaar", "team", "afdeling"),
    "ways": ("ways", "varianten", "alternatieven", "ook gevraagd als", "synonyms", "variants"),
    "tags": ("tags", "labels", "upl", "trefwoorden", "keywords"),
    "audiences": ("audiences", "doelgroep", "doelgroepen", "audience"),
    "review_by": ("review_by", "review by", "nakijken voor", "controleren voor", "review"),
    "valid_until": ("valid_until", "valid until", "geldig tot", "geldig tot en met"),
    "valid_from": ("valid_from", "valid from", "geldig vanaf"),
}
_LISTS: Final = frozenset({"ways", "tags", "audiences"})
_LINE_ENDS: Final = re.compile(r"\n[ \t]*\n|\r\n[ \t]*\r\n")
_ITEM: Final = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")


def read_table(raw: bytes) -> Reading:
    """A document for each row, and the rows that could not be read. Raises CannotRead."""
    if len(raw) > MOST_BYTES:
        raise CannotRead(f"it is larger than {MOST_BYTES} bytes")
    text, notes = decoded(raw)
    csv.field_size_limit(_MOST_LETTERS_OF_A_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        columns = _columns(next(rows, []))
    except csv.Error as error:
        raise CannotRead("it is no table", "row 1") from error
    documents: list[Document] = []
    problems: list[Problem] = []
    for number in range(2, _MOST_ROWS + 3):
        place = f"row {number}"
        try:
            row = next(rows, None)
            if row is None:
                break
            if number > _MOST_ROWS:
                raise CannotRead(f"it has more than {_MOST_ROWS} rows; divide it", place)
            if any(cell.strip() for cell in row):
                documents.append(_document(row, columns, place, notes))
        except csv.Error:
            problems.append(Problem(place, f"a cell is broken, or has more than {_MOST_LETTERS_OF_A_CELL} characters"))
        except CannotRead as fault:
            problems.append(Problem(fault.place or place, fault.why))
        if len(problems) > MOST_PROBLEMS:
            problems.append(Problem(place, "the rows from here were not read: too many before them could not be"))
            break
    if not documents and not problems:
        raise CannotRead("there is no row below the names of the columns")
    return Reading(tuple(documents), tuple(problems))


def _delimiter(text: str) -> str:
    """What stands most often in the first line, outside quotes: a spreadsheet in Dutch writes semicolons."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\ufeff").split("\n", 1)[0])
    return max(",;\t|", key=first.count)


def _columns(names: list[str]) -> dict[str, int]:
    said = [normalise(name).strip(" :?\"'") for name in names]
    found: dict[str, int] = {}
    for column, known in _COLUMNS.items():
        # By the order of what is known, not of the table: "question" is meant before "title".
        places = (said.index(name) for name in known if name in said)
        place = next((at for at in places if at not in found.values()), -1)
        if place >= 0:
            found[column] = place
    missing = [column for column in ("question", "answer") if column not in found]
    if missing:
        raise CannotRead(f"no column is called {' or '.join(missing)}; its first row must name the columns", "row 1")
    return found


def _document(row: list[str], columns: dict[str, int], place: str, notes: tuple[str, ...]) -> Document:
    def cell(column: str) -> str:
        at = columns.get(column, -1)
        return row[at].strip() if 0 <= at < len(row) else ""

    question, answer = " ".join(cell("question").split()), cell("answer")
    if not question or not answer:
        raise CannotRead(f"the {'answer' if question else 'question'} is empty", place)
    fields: dict[str, str | list[str]] = {
        column: [part.strip() for part in re.split(r"[|;\n]", cell(column)) if part.strip()]
        if column in _LISTS
        else cell(column)
        for column in columns
        if column not in ("question", "answer", "url", "language") and cell(column)
    }
    language = cell("language").lower()
    blocks = _blocks(answer, place)
    address = cell("url")
    if address.startswith(("https://", "http://")) and not re.search(r"[\s()<>]", address):
        address = address.replace("http://", "https://", 1)
    elif address:
        notes, address = (*notes, "its web address is none, and was left out"), ""
    return Document(
        title=question,
        blocks=tuple(blocks),
        language=_LANGUAGES.get(normalise(language), language[:2]),
        address=address,
        place=place,
        fields=fields,
        notes=notes,
        whole=True,
    )


_LANGUAGES: Final = {
    **{"nederlands": "nl", "dutch": "nl", "engels": "en", "english": "en", "duits": "de", "german": "de"},
    **{"frans": "fr", "french": "fr", "turks": "tr", "turkish": "tr", "pools": "pl", "polish": "pl"},
    **{"arabisch": "ar", "arabic": "ar", "spaans": "es", "spanish": "es", "oekraiens": "uk", "ukrainian": "uk"},
}


def _blocks(answer: str, place: str) -> list[Block]:
    blocks = []
    for part in _LINE_ENDS.split(answer):
        lines: list[str] = []
        for line in part.splitlines():
            item = _ITEM.match(line)
            if item:
                if lines:
                    blocks.append(Block(Kind.PARAGRAPH, " ".join(lines), 0, place))
                    lines = []
                blocks.append(Block(Kind.ITEM, line[item.end() :].strip(), 0, place))
            elif line.strip():
                lines.append(line.strip())
        if lines:
            blocks.append(Block(Kind.PARAGRAPH, " ".join(lines), 0, place))
    return blocks
