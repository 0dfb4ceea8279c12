"""What is written at the desk, under the same rules as the files of the organisation's folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import yaml

from gehoor.adapters.articles.markdown import MOST_BYTES, article_of
from gehoor.adapters.articles.wholesome import fault_of_line
from gehoor.core.errors import Invalid, KnowledgeFault
from gehoor.core.knowledge.article import Article
from gehoor.ports.writing import Manuscript

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_LONGEST_LINE: Final = 200
_REASONS: Final = (
    ("changes the order of reading", "Er staat een onzichtbaar teken in dat de leesrichting verandert"),
    ("cannot be seen", "Er staat een teken in dat niemand kan zien"),
    ("control character", "Er staat een stuurteken in"),
    ("HTML", "HTML kan hier niet. Gebruik gewone tekst"),
    ("a link must begin", "Een link begint met https://, mailto:, tel: of /"),
    ("use ## for a heading", "Begin een kop met ## en een spatie"),
    ("there is no answer", "Schrijf eerst het antwoord, boven de eerste kop"),
    ("must be one paragraph", "Het antwoord is één alinea met gewone zinnen, zonder lijst. Zet de rest onder een kop"),
    ("nothing stands under", "Onder deze kop staat nog niets"),
)
_WORDS: Final = {
    "title": "De titel",
    "owner": "De eigenaar",
    "valid_from": "De eerste dag",
    "valid_until": "De laatste dag",
    "review_by": "De controledatum",
    "ways": "Een manier van vragen",
    "audiences": "Een doelgroep",
    "tags": "Een UPL-naam",
    "source": "De bron",
    "computes": "Wat er wordt uitgerekend",
}


class Manuscripts:
    """Manuscripts with the rules of the files."""

    def read(self, manuscript: Manuscript) -> Article:
        """The article.

        Raises:
            Invalid: it cannot be one; names the field, and in the text the line.
        """
        one = manuscript
        _refuse_names(one)
        _refuse_days(one)
        for field in ("title", "owner", "source"):
            _refuse_line(getattr(one, field), field)
        for field in ("ways", "audiences", "tags"):
            for line in getattr(one, field):
                _refuse_line(line, field, longest=4000)
        head = f"---\n{yaml.safe_dump(_front(one), allow_unicode=True, sort_keys=False)}---\n"
        text = one.text.replace("\r\n", "\n").replace("\r", "\n")
        if len((head + text).encode()) > MOST_BYTES:
            raise Invalid("De tekst is te lang.", field="text")
        try:
            return article_of(head + text, Path(one.language) / f"{one.slug}.md", "text")
        except KnowledgeFault as fault:
            raise _in_dutch(fault, head.count("\n")) from fault

    def text(self, article: Article) -> str:
        """The text of an article, to be written on."""
        pieces = [article.answer]  # a link in it is its label with the address behind it, as customers read it
        pieces += [f"## {one.heading}\n\n{one.text}" for one in article.passages[1:]]
        return "\n\n".join(pieces) + "\n"


def _front(one: Manuscript) -> dict[str, Any]:
    front: dict[str, Any] = {
        "slug": one.slug,
        "language": one.language,
        "title": one.title.strip(),
        "owner": one.owner.strip(),
        "valid_from": one.valid_from,
        "review_by": one.review_by,
        "policy": one.policy.value,
    }
    more = {
        "valid_until": one.valid_until,
        "ways": list(one.ways),
        "audiences": list(one.audiences),
        "tags": list(one.tags),
        "source": one.source.strip(),
        "computes": one.computes.value if one.computes else "",
    }
    return front | {name: value for name, value in more.items() if value}


def _refuse_names(one: Manuscript) -> None:
    if not _SLUG.fullmatch(one.slug) or len(one.slug) > _LONGEST_LINE:
        raise Invalid("De naam in het adres heeft alleen kleine letters, cijfers en streepjes.", field="slug")
    if not _LANGUAGE.fullmatch(one.language):
        raise Invalid("De taal is een code van twee letters, zoals nl of en.", field="language")


def _refuse_days(one: Manuscript) -> None:
    if one.review_by < one.valid_from:
        raise Invalid("De controledatum ligt voor de eerste dag.", field="review_by")
    if one.valid_until is not None and one.valid_until < one.valid_from:
        raise Invalid("De laatste dag ligt voor de eerste dag.", field="valid_until")


def _refuse_line(line: str, field: str, longest: int = _LONGEST_LINE) -> None:
    if field in ("title", "owner") and not line.strip():
        raise Invalid(f"{_WORDS[field]} ontbreekt.", field=field)
    if len(line) > longest or "\n" in line.strip():
        raise Invalid(f"{_WORDS[field]} is te lang.", field=field)
    wrong = fault_of_line(line)
    if wrong:
        raise Invalid(f"{_WORDS[field]} kan zo niet. {_reason(wrong)}.", field=field)


def _in_dutch(fault: KnowledgeFault, lines_above: int) -> Invalid:
    field, line = fault.data.get("field"), fault.data.get("line")
    if field is not None:
        return Invalid(f"{_WORDS.get(str(field), 'Een veld')} kan zo niet.", field=field)
    reason = _reason(fault.sentence)
    # A fault of the answer as a whole names no line in its sentence.
    if isinstance(line, int) and line > lines_above and f", line {line}:" in fault.sentence:
        return Invalid(f"Regel {line - lines_above}. {reason}.", field="text")
    return Invalid(f"{reason}.", field="text")


def _reason(said: str) -> str:
    return next((dutch for english, dutch in _REASONS if english in said), "Dit kan zo niet")
