"""``gehoor knowledge check``: the warnings of all articles and drafts, for a person to read or a program to count."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TextIO

from gehoor.adapters.articles.intake.sources import State, Web, check_sources
from gehoor.adapters.articles.markdown import imported, read_articles
from gehoor.core.errors import KnowledgeFault
from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.warnings import Code, Warned, Watch, web_links
from gehoor.texts.read import sentences

_AT_ONCE: Final = 8
_STATES: Final = {
    State.CHANGED: Code.SOURCE_CHANGED,
    State.GONE: Code.SOURCE_GONE,
    State.UNREADABLE: Code.SOURCE_UNREADABLE,
}
_WHERE: Final = {
    "nl": {"answer": "antwoord", "sentence": "zin", "under": "onder", "draft": "concept"},
    "en": {"answer": "answer", "sentence": "sentence", "under": "under", "draft": "draft"},
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A warning with the article that it is of."""

    warned: Warned
    article: Article
    draft: bool

    @property
    def heading(self) -> str:
        """The heading of the passage, "" for the answer and for the whole article."""
        return self.article.passages[self.warned.passage].heading if self.warned.passage > 0 else ""


def run_check(
    folder: Path,
    today: date,
    out: TextIO,
    *,
    faults: bool = False,
    online: bool = False,
    private: bool = False,
    language: str = "nl",
    as_json: bool = False,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Checks all articles and drafts of a folder and prints the warnings. Returns 1 when there is a fault.

    Args:
        faults: leave out what is advice.
        online: ask the web about links and sources; ``private``: also in our own network.
        language: of the warnings.
        told: hears how many articles of how many are done.
    """
    library, unread = read_articles(folder)
    drafts, more = imported(folder)
    with ExitStack() as closing:
        web = closing.enter_context(Web(private=private)) if online else None
        every = (*library.articles, *drafts)
        watch = Watch(library, today, dead=_dead(web, web_links(every)) if web is not None else ())
        lines = [
            *_warned(watch, library.articles, False, told),
            *_warned(watch, drafts, True, told),
            *_of_sources(library.articles, folder, web, False),
            *_of_sources(drafts, folder, web, True),
        ]
    if sys.stderr.isatty():
        print(file=sys.stderr)
    lines = [line for line in lines if line.warned.code.is_fault or not faults]
    lines.sort(key=lambda line: (line.draft, line.article.slug, line.article.language))  # and else in the order found
    broken = (*unread, *more)
    print(_as_json(lines, broken, language) if as_json else _said(lines, broken, language, len(every)), file=out)
    return 1 if broken or any(line.warned.code.is_fault for line in lines) else 0


def _warned(
    watch: Watch, articles: Collection[Article], draft: bool, told: Callable[[int, int], None]
) -> Iterable[_Line]:
    for number, article in enumerate(articles, 1):
        for warned in watch.of(article):
            yield _Line(warned, article, draft)
        told(number, len(articles))


def _dead(web: Web, addresses: tuple[str, ...]) -> frozenset[str]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = zip(addresses, pool.map(web.answers, addresses), strict=True)
        return frozenset(address for address, there in answers if not there)


def _of_sources(articles: Collection[Article], folder: Path, web: Web | None, draft: bool) -> Iterable[_Line]:
    # The sources of a draft are named as seen from the folder of the articles too.
    for checked in check_sources(articles, folder, web.fetch if web is not None else None):
        code = _STATES.get(checked.state)
        if code is not None:
            data = {"source": checked.article.source, "why": checked.why}
            warned = Warned(code, checked.article.slug, checked.article.language, data=data)
            yield _Line(warned, checked.article, draft)


def _said(lines: list[_Line], broken: tuple[KnowledgeFault, ...], language: str, count: int) -> str:
    texts, words = sentences()[language], _WHERE[language]
    said = [f"! {fault.sentence}" for fault in broken]
    before = None
    for line in lines:
        article = line.article
        if (article.slug, article.language, line.draft) != before:
            before = (article.slug, article.language, line.draft)
            said.append(f"{article.language}/{article.slug}")
            if line.draft:
                said[-1] += f" ({words['draft']})"
        mark = "!" if line.warned.code.is_fault else "-"
        said.append(f"  {mark} {_place(line, words)}{line.warned.told(texts)}")
        if line.warned.quote and line.warned.sentence >= 0:
            said.append(f"      {line.warned.quote}")
    wrong = sum(line.warned.code.is_fault for line in lines)
    said.append(
        f"{count} articles and drafts: {wrong} faults (!), {len(lines) - wrong} times advice (-), "
        f"{len(broken)} files that cannot be read."
    )
    return "\n".join(said)


def _place(line: _Line, words: dict[str, str]) -> str:
    if line.warned.passage < 0:
        return ""
    where = f'{words["under"]} "{line.heading}"' if line.heading else words["answer"]
    return f"{where}, {words['sentence']} {line.warned.sentence + 1}: " if line.warned.sentence >= 0 else f"{where}: "


def _as_json(lines: list[_Line], broken: tuple[KnowledgeFault, ...], language: str) -> str:
    texts = sentences()[language]
    told = [
        {
            "code": line.warned.code.value,
            "fault": line.warned.code.is_fault,
            "article": line.article.slug,
            "language": line.article.language,
            "draft": line.draft,
            "passage": line.warned.passage,
            "heading": line.heading,
            "sentence": line.warned.sentence,
            "quote": line.warned.quote,
            "text": line.warned.told(texts),
            "data": dict(line.warned.data),
        }
        for line in lines
    ]
    unread = [{"sentence": fault.sentence, **fault.data} for fault in broken]
    return json.dumps({"warnings": told, "unread": unread}, ensure_ascii=False, indent=2)
