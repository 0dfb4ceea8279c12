"""Whether a phrase of a table stands in a text, and what all that stand there make of it (see ``phrases``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation.model import Signal

NO_WORDS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Element:
    """One place in a phrase: a word of a class (``id`` of its alternatives), a gap of up to ``gap`` words, an edge."""

    id: int = -1
    optional: bool = False
    gap: int = 0
    edge: str = ""
    never_over: frozenset[str] = NO_WORDS


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of a table. ``needs``: the places that must be in the text. ``language``: what takes away or lessens
    counts in texts of its own language only, because its words may be others' too."""

    signal: str
    level: str
    language: str
    kind: str
    elements: tuple[Element, ...]
    needs: frozenset[int]
    over_all: bool
    where: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables of a signal say of a text. ``kinds``: those that were heard, each with how surely. ``denied``: it
    says in so many words that it is not the signal, so that nothing else makes a yes of it."""

    signal: Signal
    kinds: Mapping[str, Signal]
    denied: bool = False


NOT_FOUND: Final = Found(Signal.NO, {})
DENIED: Final = Found(Signal.NO, {}, denied=True)
Places = frozenset[int]


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a clause, for each which classes it is in, and the alternatives of several words that begin there:
    place, class, how many words."""

    words: list[str]
    classes: list[Places]
    longer: Mapping[tuple[int, int], int]


def judged(tried: Sequence[Phrase], clauses: Sequence[Clause], language: str) -> dict[str, Found]:
    """What phrases that may stand in a text make of it: those that take away first, then those that hear."""
    quiet: dict[tuple[str, str], set[int]] = {}
    lessened: set[str] = set()
    for phrase in tried:
        if phrase.language and phrase.language != language:
            continue
        if phrase.level in ("not", "calm"):
            kind = phrase.kind if phrase.level == "calm" else ""
            quiet.setdefault((phrase.signal, kind), set()).update(_places_of(phrase, clauses))
        elif phrase.level == "after" and phrase.signal not in lessened and stands(phrase, clauses, set()):
            lessened.add(phrase.signal)
    heard: dict[str, dict[str, Signal]] = {}
    for phrase in tried:
        level = {"yes": Signal.YES, "maybe": Signal.MAYBE}.get(phrase.level)
        if level is None or level <= heard.get(phrase.signal, {}).get(phrase.kind, Signal.NO):
            continue
        calm = quiet.get((phrase.signal, ""), set()) | quiet.get((phrase.signal, phrase.kind), set())
        if stands(phrase, clauses, calm):
            heard.setdefault(phrase.signal, {})[phrase.kind] = level
    found = {signal: _found(kinds, signal in lessened) for signal, kinds in heard.items()}
    denied = {signal for (signal, kind), places in quiet.items() if places and not kind} | lessened
    return found | {signal: DENIED for signal in denied if signal not in found}


def _found(kinds: dict[str, Signal], lessened: bool) -> Found:
    if lessened:
        kinds = dict.fromkeys(kinds, Signal.MAYBE)
    return Found(max(kinds.values()), kinds)


def stands(phrase: Phrase, clauses: Sequence[Clause], calm: set[int]) -> bool:
    """Whether a phrase stands in a text, leaving out the clauses that count for nothing."""
    if not phrase.over_all:
        return any(_is_in(phrase, clause) for at, clause in enumerate(clauses) if at not in calm)
    spoken = [clause for at, clause in enumerate(clauses) if at not in calm]
    longer: dict[tuple[int, int], int] = {}
    words: list[str] = []
    classes: list[Places] = []
    for clause in spoken:
        longer |= {(len(words) + at, id): size for (at, id), size in clause.longer.items()}
        words += clause.words
        classes += clause.classes
    return _is_in(phrase, Clause(words, classes, longer))


def _places_of(phrase: Phrase, clauses: Sequence[Clause]) -> Iterator[int]:
    return (at for at, clause in enumerate(clauses) if _is_in(phrase, clause))


def _is_in(phrase: Phrase, clause: Clause) -> bool:
    first = phrase.elements[0]
    if first.id < 0 or first.optional:
        return any(_goes_on(phrase.elements, 0, at, clause) for at in range(len(clause.words)))
    # Most phrases begin with a word that is not in most clauses.
    for at, classes in enumerate(clause.classes):
        if first.id in classes and _goes_on(phrase.elements, 1, at + 1, clause):
            return True
        size = clause.longer.get((at, first.id)) if clause.longer else None
        if size and _goes_on(phrase.elements, 1, at + size, clause):
            return True
    return False


def _goes_on(elements: tuple[Element, ...], next: int, at: int, clause: Clause) -> bool:
    """Whether the elements from ``next`` on stand from the word ``at`` on."""
    if next == len(elements):
        return True
    one = elements[next]
    if one.edge:
        stands = at == 0 if one.edge == "^" else at == len(clause.words)
        return stands and _goes_on(elements, next + 1, at, clause)
    if one.gap:
        return _after_a_gap(elements, next, at, clause)
    if at < len(clause.words):
        if one.id in clause.classes[at] and _goes_on(elements, next + 1, at + 1, clause):
            return True
        size = clause.longer.get((at, one.id))
        if size and _goes_on(elements, next + 1, at + size, clause):
            return True
    return one.optional and _goes_on(elements, next + 1, at, clause)


def _after_a_gap(elements: tuple[Element, ...], next: int, at: int, clause: Clause) -> bool:
    for over in range(elements[next].gap + 1):
        if _goes_on(elements, next + 1, at + over, clause):
            return True
        if at + over >= len(clause.words) or clause.words[at + over] in elements[next].never_over:
            return False
    return False
