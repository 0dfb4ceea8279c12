"""Articles from a folder of Markdown files with YAML front matter: ``<language>/<slug>.md`` and ``no-article.txt``.

What ``gehoor knowledge import`` makes stands below ``drafts``, in the same form. Nothing there is in force: the folder
is not read with the rest (``read_articles``), and a person approves each draft before it is (``imported``).

One broken file never stops the rest: what can be used becomes the library, each thing that cannot becomes a fault
that names the file and the field or line.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import yaml

from gehoor.adapters.articles.front_matter import FrontMatter, read_front_matter
from gehoor.adapters.articles.question_set import read_questions
from gehoor.adapters.articles.wholesome import check_text, checked_lines, decode
from gehoor.core.errors import Invalid, KnowledgeFault
from gehoor.core.knowledge.article import Article, Library, Passage
from gehoor.core.knowledge.costs import USUAL_COSTS, Costs
from gehoor.core.knowledge.ladder import Severity
from gehoor.core.knowledge.questions import Asked

NO_ARTICLE_FILE = "no-article.txt"
QUESTIONS_FILE = "questions.jsonl"
COSTS_FILE = "costs.yaml"
MOST_COST: Final = 10_000
_WORSE: Final = (Severity.SERIOUS, Severity.GRAVE)
DRAFTS = "drafts"
MOST_BYTES = 256_000  # of one article; the longest honest one is a hundredth of this
MOST_BYTES_OF_LINES = 10_000_000  # of the questions without an article; many more than are learned from

_HEADING = re.compile(r"^##\s+(?P<heading>\S.*?)\s*#*\s*$")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")


def read_articles(folder: Path) -> tuple[Library, tuple[KnowledgeFault, ...]]:
    """Read all articles below ``folder``, without the drafts. Never raises for what is in the files."""
    if not folder.is_dir():
        return Library(()), (KnowledgeFault(f"There is no folder {folder.name}.", file=folder.name),)
    articles, faults = _articles(folder, "")
    unanswerable, more = _read_unanswerable(folder / NO_ARTICLE_FILE)
    known, wrong = _read_questions(folder / QUESTIONS_FILE)
    costs, worse, costly = _read_costs(folder / COSTS_FILE)
    library = Library(articles, unanswerable, known=known, costs=costs, severities=worse)
    return library, (*faults, *more, *wrong, *costly)


def imported(folder: Path) -> tuple[tuple[Article, ...], tuple[KnowledgeFault, ...]]:
    """The drafts below ``folder`` that wait for a person, and what cannot be read of them; none without such a folder.

    ``folder`` is the folder of the articles, not that of the drafts. Never raises for what is in the files.
    """
    articles, faults = _articles(folder / DRAFTS, f"{DRAFTS}/")
    return articles, tuple(faults)


def _articles(folder: Path, above: str) -> tuple[tuple[Article, ...], list[KnowledgeFault]]:
    articles: dict[tuple[str, str], Article] = {}
    faults: list[KnowledgeFault] = []
    for path in sorted(folder.glob("[a-z][a-z]/*.md")):
        name = above + path.relative_to(folder).as_posix()
        try:
            article = read_article(path, name)
            key = (article.slug, article.language)
            if key in articles:
                raise KnowledgeFault(
                    f"{name}: the article {article.slug} is there twice in {article.language}.", file=name, field="slug"
                )
            articles[key] = article
        except KnowledgeFault as fault:
            faults.append(fault)
    return tuple(articles.values()), faults


def read_article(path: Path, name: str) -> Article:
    """Read one article. ``name`` is the file as it is named in faults. Raises KnowledgeFault."""
    return article_of(decode(_bytes_of(path, name), name), path, name)


def article_of(text: str, path: Path, name: str) -> Article:
    """The article that a file with this text would be. ``path`` is where it stands or would. Raises KnowledgeFault."""
    check_text(text, name)
    front, body, first_line = read_front_matter(text, name)
    _check_place(front, path, name)
    return Article(
        slug=front.slug,
        language=front.language,
        title=front.title,
        owner=front.owner,
        valid_from=front.valid_from,
        review_by=front.review_by,
        policy=front.policy,
        passages=_passages(body, name, first_line),
        ways=front.ways,
        valid_until=front.valid_until,
        audiences=front.audiences,
        tags=front.tags,
        source=front.source,
        source_digest=front.source_digest,
        computes=front.computes,
    )


def _check_place(front: FrontMatter, path: Path, name: str) -> None:
    """Folder and file name must say the same as the front matter, or one of them is a slip."""
    if front.language != path.parent.name:
        raise KnowledgeFault(
            f"{name}: the language is {front.language}, but the folder is {path.parent.name}.",
            file=name,
            field="language",
        )
    # "huur-opzeggen.2.md" may hold huur-opzeggen: the duplicate is then reported as such.
    if front.slug != path.name.split(".", 1)[0]:
        raise KnowledgeFault(
            f"{name}: the slug is {front.slug}, which is not the file's name.", file=name, field="slug"
        )


def _bytes_of(path: Path, name: str, most: int = MOST_BYTES) -> bytes:
    try:
        if path.stat().st_size > most:
            raise KnowledgeFault(f"{name}: the file is larger than {most} bytes.", file=name)
        return path.read_bytes()
    except OSError as error:
        raise KnowledgeFault(f"{name}: the file cannot be read.", file=name) from error


def _passages(body: list[str], name: str, first_line: int) -> tuple[Passage, ...]:
    """The answer and the sections. ``first_line`` is the line number of ``body[0]`` in the file."""
    sections: list[tuple[str, int, list[str]]] = [("", first_line, [])]
    for number, line in enumerate(body, first_line):
        heading = _HEADING.match(line)
        if heading:
            sections.append((heading["heading"], number, []))
        elif line.startswith("#"):
            raise KnowledgeFault(f"{name}, line {number}: use ## for a heading.", file=name, line=number)
        else:
            sections[-1][2].append(line)
    return (
        _answer(sections[0][2], name, first_line),
        *(_section(heading, lines, name, number) for heading, number, lines in sections[1:]),
    )


def _answer(lines: list[str], name: str, number: int) -> Passage:
    blocks = _blocks(lines)
    if not blocks:
        raise KnowledgeFault(f"{name}: there is no answer before the first heading.", file=name, line=number)
    if len(blocks) > 1 or any(_LIST_ITEM.match(line) for line in blocks[0]):
        raise KnowledgeFault(f"{name}: the answer must be one paragraph of plain sentences.", file=name, line=number)
    # The answer is sent as plain words: a link becomes its label with the address behind it.
    return Passage("", _LINK.sub(r"\1 (\2)", " ".join(line.strip() for line in blocks[0])))


def _section(heading: str, lines: list[str], name: str, number: int) -> Passage:
    blocks = _blocks(lines)
    if not blocks:
        raise KnowledgeFault(f"{name}, line {number}: nothing stands under this heading.", file=name, line=number)
    return Passage(heading, "\n\n".join(_joined(block) for block in blocks))


def _blocks(lines: list[str]) -> list[list[str]]:
    """Runs of lines without an empty line between them."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _joined(block: list[str]) -> str:
    """Wrapped lines become one line; each list item keeps its own."""
    text = block[0].rstrip()
    for line in block[1:]:
        text += ("\n" + line.rstrip()) if _LIST_ITEM.match(line) else (" " + line.strip())
    return text


def _read_unanswerable(path: Path) -> tuple[tuple[str, ...], list[KnowledgeFault]]:
    """Questions that no article answers, one a line; empty lines and lines that begin with # are not questions."""
    if not path.exists():
        return (), []
    try:
        text = decode(_bytes_of(path, path.name, MOST_BYTES_OF_LINES), path.name)
    except KnowledgeFault as fault:
        return (), [fault]
    return checked_lines(text, path.name)


def _read_questions(path: Path) -> tuple[tuple[Asked, ...], list[KnowledgeFault]]:
    """The question set by which probabilities are set."""
    if not path.exists():
        return (), []
    try:
        known, wrong = read_questions(path)
    except Invalid:
        return (), [KnowledgeFault(f"{path.name}: the file cannot be read.", file=path.name)]
    named = [(line, f"{path.name}, line {line}: {fault.sentence}") for line, fault in wrong]
    return tuple(known), [KnowledgeFault(told, file=path.name, line=line) for line, told in named]


def _read_costs(path: Path) -> tuple[Costs, dict[str, Severity], list[KnowledgeFault]]:
    """What a wrong answer costs, in customers sent on to a person for nothing (core/knowledge/costs), and the topics
    about which it costs more."""
    if not path.exists():
        return USUAL_COSTS, {}, []
    name = path.name
    try:
        told = yaml.safe_load(decode(_bytes_of(path, name), name))
        if not isinstance(told, dict) or not set(told) <= {*USUAL_COSTS.__slots__, *_WORSE}:
            known = ", ".join([*USUAL_COSTS.__slots__, *_WORSE])
            raise KnowledgeFault(f"{name}: this must be a list of costs. Known: {known}.", file=name)
        worse = {slug: Severity(field) for field in _WORSE for slug in _slugs(told.pop(field, []), field, name)}
        return replace(USUAL_COSTS, **{field: _cost(value, field, name) for field, value in told.items()}), worse, []
    except KnowledgeFault as fault:
        return USUAL_COSTS, {}, [fault]
    except (yaml.YAMLError, ValueError, RecursionError):
        return USUAL_COSTS, {}, [KnowledgeFault(f"{name}: the YAML cannot be read.", file=name)]


def _cost(value: object, field: str, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_COST:
        raise KnowledgeFault(f"{name}: {field} must be a number from 0 to {MOST_COST}.", file=name, field=field)
    return float(value)


def _slugs(value: object, field: str, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise KnowledgeFault(f"{name}: {field} must be a list of topics.", file=name, field=field)
    return value
