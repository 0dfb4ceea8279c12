"""Tables of phrases: what a signal sounds like, as data that an organisation can read and extend.

A table is a text file. One phrase a line, in plain lower-case words without accents:

    # a remark
    = person: medewerker* | collega | mens       words that stand for each other; <person> in a phrase
    [yes nl]                                     what follows is surely the signal
    <want> .. <person> spreken                   ..   up to three words between, ... up to six; never over a negation
    [maybe nl gas]                               what follows may be it; a third word is the kind of the signal
    ruik een|de? rare? lucht                     a|b  one of these; ?  may be left out; *  any ending or beginning
    ^ hallo? help $                              ^ $  begins or ends the clause
    [not nl]                                     what follows is not it: a clause in which it stands counts for nothing
    [calm nl gas]                                the same, for one kind
    [after]                                      a phrase that makes less of the rest: a yes in this text is a maybe

A phrase is looked for within one clause (between punctuation); ``[yes+ ...]`` and ``[maybe+ ...]`` look over the whole
text. Of all phrases only those are tried whose rarest word is in the text, so that the length of a table costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gehoor.adapters.hearing.forms import Forms
from gehoor.core.conversation.model import Signal
from gehoor.core.errors import Invalid

_LEVELS: Final = frozenset({"yes", "maybe", "not", "calm", "after"})
_HEADING: Final = re.compile(r"\[(\w+)(\+?)(?: (\S+))?(?: (\S+))?\]$")
_CLASS: Final = re.compile(r"<(\w+)>")
_NEGATION: Final = (
    r"(?!(?:niet|geen|nooit|nie|niemand|zonder|not|no|don't|dont|never|nicht|kein\w*|pas|jamais|nunca|nie|yok|degil"
    r"|ne|ni|\u043d\u0435|\u0644\u0627|\u0644\u064a\u0633|non|nu|nao) )"
)
_GAPS: Final = {"..": rf"(?:{_NEGATION}\S+ ){{0,3}}", "...": rf"(?:{_NEGATION}\S+ ){{0,6}}"}
_SHORTEST_PREFIX: Final = 3
_LONGEST_PREFIX: Final = 10
# Words that stand in most messages: never the one by which a phrase is found.
_COMMON_WORDS: Final = (
    "ik wil een de het en van in is dat op te niet mijn je u met voor er aan die maar om ook als wat kan ben heb naar"
    " nu hier dit we bij nog geen hoe moet of zijn al heeft uit mij me ons wij jullie waar mag graag kunt hij ze zij"
    " dan toch even wel meer door over the a i to my is of and in it you me for can have do not on with that what this"
    " how ich ein eine der die das und zu mit mir nicht je un une le la de les et que pas con el en mi no bir ve bu ne"
    " nie w z na i do sie jest na \u043d\u0435 \u0432 \u043d\u0430 \u0456 \u0437 \u0645\u0646 \u0641\u064a"
    " \u0645\u0639 \u0639\u0644\u0649"
)
_COMMON: Final = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of a table, ready to be tried."""

    level: str
    kind: str
    pattern: re.Pattern[str]
    over_all: bool
    written: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a table says of a text. ``kinds``: those that were heard, each with how surely."""

    signal: Signal
    kinds: Mapping[str, Signal]


NOT_FOUND: Final = Found(Signal.NO, {})


@dataclass(slots=True)
class Table:
    """The phrases of one signal. ``add`` reads more of them; an organisation's own come after the product's."""

    signal: str
    _words: dict[str, list[Phrase]] = field(default_factory=dict)
    _prefixes: dict[str, list[Phrase]] = field(default_factory=dict)
    _suffixes: dict[str, list[Phrase]] = field(default_factory=dict)
    _classes: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def add(self, lines: Iterable[str], name: str) -> None:
        """Reads a table.

        Raises:
            Invalid: a line that cannot be read; names the file and the line, and what to do.
        """
        level, kind, over_all = "", "", False
        for number, line in enumerate(lines, 1):
            written = line.split("#", 1)[0].strip()
            if not written:
                continue
            where = f"{name} line {number}"
            if written.startswith("["):
                level, kind, over_all = _heading(written, where)
            elif written.startswith("="):
                self._define(written, where)
            elif not level:
                raise Invalid(f"{where}: put a heading such as [yes nl] above the first phrase.", field="hearing")
            else:
                self._keep(written, level, kind, over_all, where)

    def hear(self, said: Forms) -> Found:
        """What the phrases say of a text."""
        tried = self._of(said.words)
        if not tried:
            return NOT_FOUND
        calm, spoken = _quiet(tried, said), Signal.YES
        kinds: dict[str, Signal] = {}
        for phrase in tried:
            if phrase.level == "after":
                if phrase.pattern.search(said.line):
                    spoken = Signal.MAYBE
            elif phrase.level in ("yes", "maybe"):
                level = Signal.YES if phrase.level == "yes" else Signal.MAYBE
                if level > kinds.get(phrase.kind, Signal.NO) and _stands(phrase, said, calm):
                    kinds[phrase.kind] = level
        if not kinds:
            return NOT_FOUND
        kinds = {kind: min(level, spoken) for kind, level in kinds.items()}
        return Found(max(kinds.values()), kinds)

    # -- building ----------------------------------------------------------------------------------------------------

    def _define(self, written: str, where: str) -> None:
        name, colon, words = written[1:].partition(":")
        if not colon or not words.strip():
            raise Invalid(f"{where}: write a class as '= name: word | word'.", field="hearing")
        known = self._classes.get(name.strip(), "")
        both = [one.strip() for one in words.split("|") if one.strip()]
        self._classes[name.strip()] = "|".join(([known] if known else []) + [one.replace(" ", "_") for one in both])

    def _keep(self, written: str, level: str, kind: str, over_all: bool, where: str) -> None:
        try:
            parts = [self._part(token) for token in written.split()]
            pattern = re.compile(_regex(parts))
        except (re.error, KeyError) as wrong:
            raise Invalid(f"{where}: this phrase cannot be read ({wrong}).", field="hearing") from wrong
        phrase = Phrase(level, kind, pattern, over_all, written)
        anchor = _anchor(parts)
        if anchor is None:
            raise Invalid(f"{where}: a phrase needs one word that is not common.", field="hearing")
        self.count += 1
        for word in anchor:
            self._index(word.partition("_")[0], phrase)

    def _part(self, token: str) -> tuple[str, bool]:
        """The alternatives of one element, and whether it may be left out."""
        optional = token.endswith("?")
        bare = token[:-1] if optional else token
        return _CLASS.sub(lambda found: self._classes[found[1]], bare), optional

    def _index(self, word: str, phrase: Phrase) -> None:
        if word.startswith("*"):
            place, key = self._suffixes, word.strip("*")[-_LONGEST_PREFIX:]
        elif word.endswith("*"):
            place, key = self._prefixes, word[:-1][:_LONGEST_PREFIX]
        else:
            place, key = self._words, word
        place.setdefault(key, []).append(phrase)

    # -- looking -----------------------------------------------------------------------------------------------------

    def _of(self, words: Iterable[str]) -> list[Phrase]:
        """The phrases whose rarest word is there."""
        found: dict[int, Phrase] = {}
        exact, prefixes, suffixes = self._words, self._prefixes, self._suffixes
        for word in words:
            for phrase in exact.get(word, ()):
                found[id(phrase)] = phrase
            for cut in range(_SHORTEST_PREFIX, min(len(word), _LONGEST_PREFIX) + 1):
                for phrase in prefixes.get(word[:cut], ()):
                    found[id(phrase)] = phrase
                for phrase in suffixes.get(word[-cut:], ()):
                    found[id(phrase)] = phrase
        return list(found.values())


def read_tables(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The tables in a folder: stem, name of the file, lines. A file is ``<signal>.txt`` or ``<signal>_<more>.txt``."""
    for file in sorted(folder.glob("*.txt")):
        yield file.stem, file.name, file.read_text(encoding="utf-8").splitlines()


def _heading(written: str, where: str) -> tuple[str, str, bool]:
    found = _HEADING.fullmatch(written)
    if not found or found[1] not in _LEVELS:
        raise Invalid(
            f"{where}: a heading is [yes nl], [maybe nl gas], [not nl], [calm nl gas] or [after].", field="hearing"
        )
    return found[1], found[4] or "", bool(found[2])


def _regex(parts: list[tuple[str, bool]]) -> str:
    """One pattern over words with single spaces. Each element eats its word and the space after it."""
    pieces = []
    for alternatives, optional in parts:
        if alternatives in _GAPS:
            pieces.append(_GAPS[alternatives])
        elif alternatives == "^":
            pieces.append(r"(?<=^ )")
        elif alternatives == "$":
            pieces.append(r"$")
        else:
            words = "|".join(_word(one) for one in alternatives.split("|") if one)
            pieces.append(f"(?:(?:{words}) )" + ("?" if optional else ""))
    return "(?<= )" + "".join(pieces)


def _word(one: str) -> str:
    return r"\S*".join(re.escape(part) for part in one.replace("_", " ").split("*")).replace(r"\ ", " ")


def _anchor(parts: list[tuple[str, bool]]) -> list[str] | None:
    """The words of the element that is the rarest: none of them common, and as few as can be."""
    best: list[str] | None = None
    for alternatives, optional in parts:
        if optional or alternatives in _GAPS or alternatives in ("^", "$"):
            continue
        words = [one for one in alternatives.split("|") if one]
        if any(_too_common(word) for word in words):
            continue
        if best is None or len(words) < len(best):
            best = words
    if best is None:
        for alternatives, optional in parts:
            if not optional and alternatives not in _GAPS and alternatives not in ("^", "$"):
                words = [one for one in alternatives.split("|") if one and one.strip("*")]
                if words and (best is None or len(words) < len(best)):
                    best = words
    return best


def _too_common(word: str) -> bool:
    first = word.partition("_")[0]
    return first in _COMMON or (("*" in first) and len(first.strip("*")) < _SHORTEST_PREFIX)


def _quiet(tried: list[Phrase], said: Forms) -> dict[str, frozenset[int]]:
    """Which clauses count for nothing: under "" for every kind."""
    calm: dict[str, set[int]] = {}
    for phrase in tried:
        if phrase.level in ("not", "calm"):
            kind = phrase.kind if phrase.level == "calm" else ""
            for place, clause in enumerate(said.clauses):
                if phrase.pattern.search(clause):
                    calm.setdefault(kind, set()).add(place)
    return {kind: frozenset(places) for kind, places in calm.items()}


def _stands(phrase: Phrase, said: Forms, calm: Mapping[str, frozenset[int]]) -> bool:
    if phrase.over_all and not calm:
        return bool(phrase.pattern.search(said.line))
    quiet = calm.get("", frozenset()) | calm.get(phrase.kind, frozenset())
    search = phrase.pattern.search
    return any(search(clause) for place, clause in enumerate(said.clauses) if place not in quiet)
