"""What is told on the wire of topics, their editions and their ladder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from difflib import unified_diff
from typing import Any, Final

from gehoor.core.errors import NotNow
from gehoor.core.knowledge.article import DEFAULT_LANGUAGE, Article, ArticlePolicy, Library
from gehoor.core.knowledge.ladder import RUNGS, Figures, Rung, above, climbed, demand
from gehoor.core.knowledge.life import HOUSE, IMPORT, Edition, Topic, Withdrawn
from gehoor.core.knowledge.warnings import Warned
from gehoor.core.time import iso
from gehoor.flows.knowledge_lines import Happened, name_of
from gehoor.flows.unanswered import Missed
from gehoor.flows.writers import Measured

Named = Callable[[str], str]
_ITSELF: Final = "Gehoor"
_MAY: Final = {
    ArticlePolicy.MAY_ANSWER: "zelf antwoorden",
    ArticlePolicy.FIXED_TEXT: "alleen de hele tekst geven",
    ArticlePolicy.MAY_SUGGEST: "voorstellen",
    ArticlePolicy.PEOPLE_ONLY: "niets: alleen mensen",
}


def name_in(names: dict[str, str]) -> Named:
    """Who somebody is, by id; what the house did itself has the product's name."""
    own = {HOUSE: _ITSELF, IMPORT: "import"}
    return lambda id: own.get(id) or names.get(id, id)


def row_of(topic: Topic, library: Library, on: date, named: Named) -> dict[str, Any]:
    """A topic in the list: by its Dutch text, else by the first there is."""
    shown = _shown(topic, on)
    article = shown.article
    written = [_being(one, named) for one in topic.editions if one.is_open]
    return {
        "slug": topic.slug,
        "title": article.title,
        "languages": list(topic.languages),
        "standing": topic.standing(shown, on).value,
        "written": written,
        "rung": topic.rung.value,
        "silenced": library.is_silenced(topic.slug),
        "policy": article.policy.value,
        "severity": topic.severity.value,
        "owner": article.owner,
        "valid_from": article.valid_from.isoformat(),
        "review_by": article.review_by.isoformat(),
    }


def _shown(topic: Topic, on: date) -> Edition:
    languages = sorted(topic.languages, key=lambda one: one != DEFAULT_LANGUAGE)
    for language in languages:
        found = topic.counting(language, on) or topic.upcoming(language, on)
        if found is not None:
            return found
    return topic.editions[-1]


def _being(edition: Edition, named: Named) -> dict[str, Any]:
    writers = [named(one) for one in edition.writers]
    return {"language": edition.article.language, "stage": edition.stage.value, "writers": writers}


def editions_of(topic: Topic, on: date, named: Named, text: Callable[[Article], str]) -> list[dict[str, Any]]:
    """Every edition, newest first, with the lines in which it differs from the one before it in its language."""
    told: list[dict[str, Any]] = []
    before: dict[str, list[str]] = {}
    for one in sorted(topic.editions, key=lambda each: (each.article.language, each.number)):
        lines = _lines(one.article, text)
        differs = unified_diff(before.get(one.article.language, []), lines, lineterm="", n=1)
        before[one.article.language] = lines
        told.append(_edition(topic, one, on, named) | {"text": text(one.article), "diff": list(differs)[2:]})
    return told[::-1]


def _edition(topic: Topic, one: Edition, on: date, named: Named) -> dict[str, Any]:
    article = one.article
    return {
        "language": article.language,
        "number": one.number,
        "version": article.version,
        "standing": topic.standing(one, on).value,
        "writers": [named(id) for id in one.writers],
        "writer_ids": list(one.writers),
        "approver": named(one.approver) if one.approver else "",
        "at": iso(one.at),
        "begins": None if one.is_open else one.begins.isoformat(),
        "withdrawn_on": None if one.withdrawn_on is None else one.withdrawn_on.isoformat(),
        "wrong": one.wrong,
        "harm": None if one.harm is None else one.harm.value,
        "why": one.why,
        "title": article.title,
        "owner": article.owner,
        "valid_from": article.valid_from.isoformat(),
        "valid_until": None if article.valid_until is None else article.valid_until.isoformat(),
        "review_by": article.review_by.isoformat(),
        "policy": article.policy.value,
        "audiences": list(article.audiences),
        "tags": list(article.tags),
        "source": article.source,
        "computes": None if article.computes is None else article.computes.value,
        "ways": list(article.ways),
        "answer": article.answer,
        "passages": [{"heading": each.heading, "text": each.text} for each in article.passages],
        "url": article.url_path,
    }


def _lines(article: Article, text: Callable[[Article], str]) -> list[str]:
    """An article as lines that a reader compares: what decides what a customer is told, and the ways of asking."""
    until = "" if article.valid_until is None else article.valid_until.isoformat()
    fields = [
        f"Titel: {article.title}",
        f"Eigenaar: {article.owner}",
        f"Geldt vanaf: {article.valid_from.isoformat()}",
        f"Geldt tot en met: {until}",
        f"Controleren voor: {article.review_by.isoformat()}",
        f"Wat de AI mag: {_MAY[article.policy]}",
        f"Doelgroepen: {', '.join(article.audiences)}",
        f"UPL: {', '.join(article.tags)}",
        f"Bron: {article.source}",
        f"Rekent uit: {article.computes or ''}",
    ]
    ways = [f"Vraag: {one}" for one in article.ways]
    return [*(one for one in fields if not one.endswith(": ")), *text(article).splitlines(), *ways]


def ladder_of(topic: Topic, figures: dict[Rung, Figures]) -> dict[str, Any]:
    """Every rung with its figures, what the next one asks, and why it may not be stepped on yet."""
    wanted, lacks = above(topic.rung), ""
    try:
        climbed(topic.rung, topic.severity, figures[topic.rung])
    except NotNow as fault:
        lacks = fault.sentence
    return {
        "rung": topic.rung.value,
        "since": iso(topic.rung_since) if topic.rung_since else None,
        "severity": topic.severity.value,
        "next": None if wanted is None else wanted.value,
        "lacks": lacks,
        "rungs": [_rung(rung, topic, figures[rung]) for rung in RUNGS],
    }


def _rung(rung: Rung, topic: Topic, shown: Figures) -> dict[str, Any]:
    asked, right, wrong = demand(rung, topic.severity), shown.right_share, shown.wrong_share
    return {
        "rung": rung.value,
        "cases": shown.cases,
        "right": right.share,
        "right_low": right.low,
        "right_high": right.high,
        "wrong": wrong.share,
        "harmful": shown.harmful,
        "asked_cases": asked.cases,
        "asked_right": asked.right,
    }


def happened_of(one: Happened, named: Named) -> dict[str, Any]:
    """A line of the history: what was done, by whom, when and why."""
    step = one.step
    by = str(getattr(step, "by", ""))
    told: dict[str, Any] = {
        "what": name_of(step),
        "at": iso(one.at),
        "who": named(by) if by else "",
        "why": str(getattr(step, "why", "")),
    }
    article = getattr(step, "article", None)
    language = getattr(step, "language", "") or (article.language if article else "")
    told |= {"language": language} if language else {}
    for field in ("number", "silenced", "wrong", "worse", "effect"):
        if hasattr(step, field):
            told[field] = getattr(step, field)
    for field in ("rung", "severity"):
        if hasattr(step, field):
            told[field] = getattr(step, field).value
    if isinstance(step, Withdrawn) and step.harm is not None:
        told["harm"] = step.harm.value
    return told


def warned_of(one: Warned, texts: Mapping[str, str]) -> dict[str, Any]:
    """What a writer should look at, in words, and where it is."""
    return {
        "code": one.code.value,
        "language": one.language,
        "fault": one.code.is_fault,
        "told": one.told(texts),
        "quote": one.quote,
        "passage": one.passage,
    }


def measured_of(one: Measured) -> dict[str, Any]:
    """How it stands with the effect of a text, and its figures now and then."""
    told: dict[str, Any] = {"possible": one.possible, "busy": one.busy, "trouble": one.trouble, "figures": None}
    found = one.effect
    if found is not None:
        counts = {"now": asdict(found.now), "then": asdict(found.then)}
        totals = {"answerable": found.answerable, "unanswerable": found.unanswerable}
        told["figures"] = {**totals, **counts, "worse": found.worse}
    return told


def missed_of(one: Missed) -> dict[str, Any]:
    """A question that was not answered; its words are masked."""
    return {"at": iso(one.at), "text": one.text, "why": one.why, "topics": list(one.topics)}
