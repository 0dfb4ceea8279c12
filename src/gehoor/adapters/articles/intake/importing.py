"""Brings files of others in as drafts: each article a file below ``drafts``, and what could not be read by name.

Nothing here changes what is in force. A draft is for people only until a person approves it, it never takes the place
of an article or of another draft by itself, and it says where it came from.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import yaml

from gehoor.adapters.articles.intake.blocks import CannotRead, Document
from gehoor.adapters.articles.intake.drafting import Piece, passages, pieces, slug_of, title_of, words_of
from gehoor.adapters.articles.intake.finding import Candidate, find_files
from gehoor.adapters.articles.intake.reading import Reader
from gehoor.adapters.articles.markdown import DRAFTS, MOST_BYTES, article_of, imported, read_articles
from gehoor.adapters.hearing.language import language_of
from gehoor.core.errors import KnowledgeFault
from gehoor.core.knowledge.article import Article, ArticlePolicy, Passage
from gehoor.core.knowledge.instructions import instructions, instructions_in_name
from gehoor.core.text import normalise, tokens

NOBODY: Final = "Nog niemand"
"""The owner of a draft when none was named; whoever approves it names one."""
_REVIEW_AFTER: Final = timedelta(days=365)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_ENOUGH_WORDS: Final = 20
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  the name that PyYAML calls it by
        """Nothing is an alias: articles may not have any, and one day may stand in two fields."""
        return True


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to import.

    ``language`` is that of documents that do not say theirs ("" to tell by their words). ``owner`` goes with every
    draft that does not name one. ``over``: write over drafts that are there.
    """

    today: date
    owner: str = NOBODY
    language: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """A draft that was written, or one whose source did not change since (``written`` is false)."""

    file: str
    place: str
    article: Article
    path: Path
    notes: tuple[str, ...]
    written: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be imported: the file, the place in it ("page 3", "row 12", or ""), and why."""

    file: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import."""

    articles: tuple[Imported, ...]
    unread: tuple[Unread, ...]


def import_files(
    paths: Iterable[Path], into: Path, wanted: Wanted, told: Callable[[int, int], None] = lambda _done, _all: None
) -> Report:
    """Reads the files and writes the drafts. ``told`` hears after each file how many of how many are done.

    Raises KnowledgeFault when ``into`` cannot be written; never for what is in the files.
    """
    found, passed = find_files(paths, but=into)
    work = _Import(into, wanted)
    unread = [Unread(shown(one.path), "", one.why) for one in passed]
    with Reader() as reader:
        for number, candidate in enumerate(found, 1):
            unread += work.take(candidate, reader)
            told(number, len(found))
    return Report(tuple(work.done), tuple(unread))


def shown(path: Path) -> str:
    """A path as it can be printed: what cannot be seen in it, or turns the line around, is a question mark."""
    return _UNSEEN.sub("?", path.as_posix())


def source_of(path: Path, into: Path, anchor: str, address: str) -> str:
    """Where an article came from: the address of its page, else its file as seen from the folder of the articles."""
    if address and not anchor:
        return address
    place = address or Path(os.path.relpath(path.absolute(), into.absolute())).as_posix()
    return f"{place}#{anchor}" if anchor else place


class _Import:
    def __init__(self, into: Path, wanted: Wanted) -> None:
        self.done: list[Imported] = []
        self._into = into
        self._wanted = wanted
        self._in_force = {(a.slug, a.language): a for a in read_articles(into)[0].articles}
        self._drafts = {(a.slug, a.language): a for a in imported(into)[0]}
        both = [*self._in_force.values(), *self._drafts.values()]
        self._by_source = {(a.source, a.language): a.slug for a in both if a.source}
        self._taken: dict[tuple[str, str], str] = {}

    def take(self, candidate: Candidate, reader: Reader) -> list[Unread]:
        """Imports one file. Returns what could not be."""
        name = shown(candidate.path)
        reading = reader.read(candidate.path, candidate.form)
        unread = [Unread(name, problem.place, problem.why) for problem in reading.problems]
        for document in reading.documents:
            for piece in pieces(document):
                try:
                    self._piece(candidate, name, document, piece)
                except CannotRead as fault:
                    unread.append(Unread(name, fault.place or piece.place, fault.why))
        return unread

    def _piece(self, candidate: Candidate, name: str, document: Document, piece: Piece) -> None:
        language, more = self._language(candidate, document, piece)
        notes = [*document.notes, *more]
        title, more = title_of(piece, candidate.path.stem)
        address = "" if candidate.form == "table" else document.address
        source = source_of(candidate.path, self._into, piece.anchor, address)
        slug = self._slug(candidate, piece, source, language)
        key = (slug, language)
        if key in self._taken:
            raise CannotRead(f"{self._taken[key]} has the slug {slug} in {language} as well", piece.place)
        if self._unchanged(key, source, piece):
            known = self._drafts.get(key) or self._in_force[key]
            self._taken[key] = name
            self.done.append(Imported(name, piece.place, known, self._path(slug, language), (), written=False))
            return
        if key in self._drafts and not self._wanted.over:
            why = f"there is another draft {slug} in {language}; approve or remove it first, or use --over"
            raise CannotRead(why, piece.place)
        made, said = passages(piece, language)
        notes += [*more, *said]
        front, dates = self._front(document, slug, language)
        notes += dates
        front |= {"title": title, "source": source, "source_digest": piece.digest}
        notes += flags(source, (*words_of(piece), *_said_in(front)))
        path = self._path(slug, language)
        text = written(front, made)
        article = understood(text, path, piece.place)
        _write(path, text)
        self._taken[key] = name
        self.done.append(Imported(name, piece.place, article, path, tuple(dict.fromkeys(notes)), written=True))

    def _path(self, slug: str, language: str) -> Path:
        return self._into / DRAFTS / language / f"{slug}.md"

    def _unchanged(self, key: tuple[str, str], source: str, piece: Piece) -> bool:
        known = [held[key] for held in (self._drafts, self._in_force) if key in held]
        return any(article.source == source and article.source_digest == piece.digest for article in known)

    def _language(self, candidate: Candidate, document: Document, piece: Piece) -> tuple[str, tuple[str, ...]]:
        folders = [part for part in candidate.within.parent.parts if part in ("nl", "en")]
        said = document.language if _LANGUAGE.fullmatch(document.language) else ""
        said = said or (folders[-1] if folders else "") or self._wanted.language
        words = [word for text in words_of(piece) for word in tokens(normalise(text))]
        heard = language_of(words, said or "nl")
        if not said or len(words) < _ENOUGH_WORDS or heard == said or not _LANGUAGE.fullmatch(heard):
            return said or (heard if _LANGUAGE.fullmatch(heard) else "nl"), ()
        # What a page says of its language is often that of the site; what a person wrote in a column is meant.
        meant = heard if candidate.form in ("html", "mhtml") else said
        return meant, (f"it says that its language is {said}, and reads as {heard}; {meant} was taken",)

    def _slug(self, candidate: Candidate, piece: Piece, source: str, language: str) -> str:
        known = self._by_source.get((source, language))
        if known:
            return known
        told = piece.document.fields.get("slug", "")
        if isinstance(told, str) and _SLUG.fullmatch(told):
            return told
        # Whoever writes Markdown chooses the names of the files.
        stem = candidate.path.stem if candidate.form == "prose" and not piece.anchor else ""
        if _SLUG.fullmatch(stem) and stem not in ("index", "readme"):
            return stem
        return slug_of(piece.title) or slug_of(candidate.path.stem) or f"artikel-{piece.digest[:8]}"

    def _front(self, document: Document, slug: str, language: str) -> tuple[dict[str, object], list[str]]:
        """The front matter of a draft, without title and source, and what a person should look at."""
        fields, notes = document.fields, []
        known = self._in_force.get((slug, language))
        if known is not None:
            notes.append(f"an article {slug} is in force in {language}; it stays so until a person approves this one")
        today = self._wanted.today
        days = {}
        for name in ("valid_from", "valid_until", "review_by"):
            days[name], note = _day(name, fields.get(name))
            notes += [note] if note else []
        for name in ("review_by", "valid_until"):
            day = days[name]
            if day is not None and day < today:
                notes.append(f"its {name} is in the past ({day}): it is not used before a person sets another day")
        review = days["review_by"] or today + _REVIEW_AFTER
        ends = [day for day in (review, days["valid_until"]) if day is not None]
        valid_from = min([days["valid_from"] or today, *ends])
        policy = fields.get("policy", ArticlePolicy.PEOPLE_ONLY.value)
        if policy != ArticlePolicy.PEOPLE_ONLY:
            notes.append("it names a policy for itself; people_only was taken until a person decides")
        front: dict[str, object] = {
            "slug": slug,
            "language": language,
            "title": "",
            "owner": fields.get("owner") or (known.owner if known else self._wanted.owner),
            "valid_from": valid_from,
            "review_by": review,
            "policy": ArticlePolicy.PEOPLE_ONLY.value,
        }
        if days["valid_until"] is not None:
            front["valid_until"] = days["valid_until"]
        for name, held in (
            ("audiences", known.audiences if known else ()),
            ("tags", known.tags if known else ()),
            ("ways", known.ways if known else ()),
        ):
            given = fields.get(name) or []
            several = [given] if isinstance(given, str) else given
            if held or several:
                front[name] = list(dict.fromkeys([*held, *several]))
        return front, notes


def _said_in(front: dict[str, object]) -> list[str]:
    """What a document says in the fields that are shown or learned from."""
    lists = [value for value in front.values() if isinstance(value, list)]
    return [str(front["owner"]), *(str(one) for some in lists for one in some)]


def flags(source: str, texts: Iterable[str]) -> list[str]:
    """A note for each thing that speaks to a language model, in the text or in the name of where it came from."""
    found = [*instructions("\n".join(texts)), *instructions_in_name(source)]
    return [f'it speaks to a language model ("{one}"); remove that before it is approved' for one in found]


def _day(name: str, said: object) -> tuple[date | None, str]:
    if not said:
        return None, ""
    try:
        return date.fromisoformat(str(said).strip()[:10]), ""
    except ValueError:
        return None, f"its {name} is no day such as 2027-03-01, and was left out"


def written(front: dict[str, object], made: Sequence[Passage]) -> str:
    """The file of an article."""
    fields = yaml.dump(
        front, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9, default_flow_style=False
    )
    sections = [f"## {passage.heading}\n{passage.text}" for passage in made[1:]]
    return "\n\n".join([f"---\n{fields}---\n{made[0].text}", *sections]) + "\n"


def understood(text: str, path: Path, place: str) -> Article:
    """The article as it will be read again. What cannot be read again is not written."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise CannotRead("it holds half a character", place) from error
    if size > MOST_BYTES:
        raise CannotRead(f"it is too long for an article ({MOST_BYTES} bytes); divide it", place)
    try:
        return article_of(text, path, "")
    except KnowledgeFault as fault:
        line = fault.data.get("line")
        shown_line = text.split("\n")[line - 1][:60] if isinstance(line, int) and line <= text.count("\n") else ""
        why = re.sub(r"^[,:]?\s*(?:line \d+)?:?\s*", "", fault.sentence).rstrip(".")
        raise CannotRead(f"{why}: {_UNSEEN.sub('?', shown_line)}" if shown_line else why, place) from fault


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8", newline="\n")
        new.replace(path)
    except OSError as error:
        raise KnowledgeFault(f"The draft cannot be written. File: {shown(path)}", file=shown(path)) from error
