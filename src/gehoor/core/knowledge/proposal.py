"""What a person must look at in a text that a model rewrote, before it can be offered for review.

A model that simplifies or translates drops a "niet", rounds an amount or loses an exception with the same ease. These
rules find what can be counted; that the text says the same is for the person who approves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gehoor.core.knowledge.article import Article


class How(StrEnum):
    """What a model is asked to do with a text."""

    SIMPLER = "simpler"
    REPHRASED = "rephrased"
    TRANSLATED = "translated"


class What(StrEnum):
    """A kind of difference."""

    NUMBER_GONE = "number_gone"
    NUMBER_NEW = "number_new"
    LINK_GONE = "link_gone"
    LINK_NEW = "link_new"
    FEWER_LIMITS = "fewer_limits"
    OTHER_PASSAGES = "other_passages"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was; ``value``: the number, the address, or how many."""

    what: What
    value: str


_NUMBER: Final = re.compile(r"\d+(?:[.,:/-]?\d+)*")
_LINK: Final = re.compile(r"https?://[^\s()<>\"]+|[\w.+-]+@[\w-]+\.[\w.-]*\w")
_LIMITS: Final = re.compile(
    r"\b(?:niet|geen|nooit|alleen|behalve|tenzij|maximaal|minimaal|not|no|never|only|except|unless|cannot|\w+n['’]t|"
    r"nicht|kein\w*|nur|ne|pas|jamais|nie|değil|yok|لا|ليس)\b",
    re.IGNORECASE,
)


def differences(before: Article, after: Article) -> tuple[Difference, ...]:
    """What changed that can be counted, numbers first."""
    old, new = _whole(before), _whole(after)
    old_links, new_links = _links(old), _links(new)
    found = [*_moved(_numbers(_LINK.sub(" ", old)), _numbers(_LINK.sub(" ", new)), What.NUMBER_GONE, What.NUMBER_NEW)]
    found += _moved(old_links, new_links, What.LINK_GONE, What.LINK_NEW)
    lost = len(_LIMITS.findall(old)) - len(_LIMITS.findall(new))
    if lost > 0:
        found.append(Difference(What.FEWER_LIMITS, str(lost)))
    if len(before.passages) != len(after.passages):
        found.append(Difference(What.OTHER_PASSAGES, str(len(after.passages) - len(before.passages))))
    return tuple(found)


def _whole(article: Article) -> str:
    return "\n".join([article.title, *(f"{one.heading}\n{one.text}" for one in article.passages)])


def _numbers(text: str) -> list[str]:
    """Numbers as they are read: "1.250,50" and "1,250.50" are the same amount in two languages."""
    return [re.sub(r"\D", "", number) for number in _NUMBER.findall(text)]


def _links(text: str) -> list[str]:
    return [link.rstrip(".,;:!?") for link in _LINK.findall(text)]


def _moved(old: Sequence[str], new: Sequence[str], gone: What, added: What) -> Iterable[Difference]:
    yield from (Difference(gone, value) for value in _without(old, new))
    yield from (Difference(added, value) for value in _without(new, old))


def _without(some: Sequence[str], others: Sequence[str]) -> list[str]:
    """What is left when as many of each are taken out as there are among the others."""
    left = sorted(some)
    for one in others:
        if one in left:
            left.remove(one)
    return left
