"""Tables of phrases: what a signal sounds like, as data that an organisation can read and extend.

A table is a text file. One phrase a line, in plain lower-case words without accents:

    # a remark
    = person: medewerker* | collega | mens       words that stand for each other; <person> in a phrase
    [yes nl]                                     what follows is surely the signal
    <want> .. <person> spreken                   ..   up to three words between, ... up to six; never over a negation
    [maybe nl gas]                               what follows may be it; a third word is the kind of the signal
    ruik een|de? rare? lucht                     a|b  one of these; ?  may be left out; *  any ending or beginning
    ^ hallo? help~ $                             ^ $  begins or ends the clause; ~  also with one letter wrong
    iemand van_vlees_en_bloed                    _    words of one alternative
    [not nl]                                     what follows is not it: a clause in which it stands counts for nothing
    [calm nl gas]                                the same, for one kind
    [after]                                      a phrase that makes less of the rest: a yes in this text is a maybe

A phrase is looked for within one clause (between punctuation); ``[yes+ ...]`` and ``[maybe+ ...]`` look over the whole
text. Each word of a text is looked up once for all tables, and only those phrases are tried of which every word that
must be there is there; so the length of a table costs next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from gehoor.adapters.hearing.forms import Forms
from gehoor.adapters.hearing.standing import NO_WORDS, Clause, Element, Found, Phrase, Places, judged, stands
from gehoor.core.errors import Invalid

_LEVELS: Final = frozenset({"yes", "maybe", "not", "calm", "after"})
_HEADING: Final = re.compile(r"\[(\w+)(\+?)(?: (\S+))?(?: (\S+))?\]$")
_CLASS: Final = re.compile(r"<(\w+)>")
_GAPS: Final = {"..": 3, "...": 6}
_EDGES: Final = frozenset({"^", "$"})
# The words that turn a sentence round, by language: no gap goes over one of them.
_NEGATIONS: Final = {
    language: frozenset(words.split())
    for language, words in {
        "nl": "niet geen nooit nie niemand zonder",
        "en": "not no don't dont never nobody without didn't doesn't can't cannot won't",
        "de": "nicht kein keine keinen keiner nie niemand ohne",
        "fr": "pas jamais aucun aucune personne sans",
        "es": "no nunca nadie sin",
        "it": "non mai nessuno senza",
        "pt": "nao nunca ninguem sem",
        "ro": "nu niciodata nimeni fara",
        "tr": "degil yok asla hic",
        "pl": "nie nigdy nikt bez",
        "hu": "nem soha senki",
        "uk": "\u043d\u0435 \u043d\u0456\u043a\u043e\u043b\u0438",
        "ru": "\u043d\u0435 \u043d\u0438\u043a\u043e\u0433\u0434\u0430",
        "bg": "\u043d\u0435 \u043d\u0438\u043a\u043e\u0433\u0430",
        "ar": "\u0644\u0627 \u0644\u064a\u0633 \u0645\u0634 \u0644\u0645 \u0645\u0648 mish mesh",
    }.items()
}
_SHORTEST: Final = 2
_LONGEST: Final = 12
_SHORTEST_MISSPELT: Final = 5
_LONGEST_MISSPELT: Final = 24
_MOST_REMEMBERED: Final = 20_000


@dataclass(slots=True)
class Phrasebook:
    """The phrases of all signals. ``add`` reads more of them: an organisation's own come after the product's, and may
    use and lengthen the classes of words of the same signal."""

    count: int = 0
    _classes: dict[str, dict[str, str]] = field(default_factory=dict)
    _ids: dict[tuple[str, ...], int] = field(default_factory=dict)
    _atoms: dict[str, int] = field(default_factory=dict)
    _atom_sizes: list[int] = field(default_factory=list)
    _filled_by: list[list[int]] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)
    _exact: dict[str, list[int]] = field(default_factory=dict)
    _begins: dict[str, list[int]] = field(default_factory=dict)
    _ends: dict[str, list[int]] = field(default_factory=dict)
    _holds: dict[str, list[int]] = field(default_factory=dict)
    _longer: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = field(default_factory=dict)
    _misspelt: dict[str, list[int]] = field(default_factory=dict)
    _by_anchor: dict[int, list[Phrase]] = field(default_factory=dict)
    _waiting: list[Phrase] = field(default_factory=list)
    _remembered: dict[str, tuple[Places, Mapping[int, None]]] = field(default_factory=dict)

    def add(self, signal: str, lines: Iterable[str], name: str) -> None:
        """Reads a table of a signal.

        Raises:
            Invalid: a line that cannot be read; names the file and the line, and what to do.
        """
        classes = self._classes.setdefault(signal, {})
        level, language, kind, over_all = "", "", "", False
        for number, line in enumerate(lines, 1):
            written = line.split("#", 1)[0].strip()
            if not written:
                continue
            where = f"{name} line {number}"
            if written.startswith("["):
                level, language, kind, over_all = _heading(written, where)
            elif written.startswith("="):
                _define(written, classes, where)
            elif not level:
                raise Invalid(f"{where}: put a heading such as [yes nl] above the first phrase.", field="hearing")
            else:
                elements = self._read(written, classes, language, where)
                needs = frozenset(one.id for one in elements if one.id >= 0 and not one.optional)
                if not needs:
                    raise Invalid(f"{where}: a phrase needs a word that must be there.", field="hearing")
                self._waiting.append(Phrase(signal, level, language, kind, elements, needs, over_all, where))
                self.count += 1

    def ready(self, common: Iterable[str]) -> None:
        """Chooses by which of its words each phrase is found: the one that the fewest of the ``common`` words fill."""
        weight = [0] * len(self._ids)
        for word in common:
            for id in {id for atom in self._looked_up(word) for id in self._filled_by[atom]}:
                weight[id] += 1
        for phrase in self._waiting:
            anchor = min(phrase.needs, key=lambda id: (weight[id], self._sizes[id], id))
            self._by_anchor.setdefault(anchor, []).append(phrase)
        self._waiting.clear()

    def hear(self, said: Forms, language: str = "nl") -> dict[str, Found]:
        """What the tables say of a text in a language, for each signal of which something was found."""
        found: set[int] = set()
        anchors: dict[int, None] = {}
        clauses = [self._clause(clause.split(), found, anchors) for clause in said.clauses]
        tried = [p for id in anchors for p in self._by_anchor[id] if p.needs <= found]
        return judged(tried, clauses, language) if tried else {}

    def heard_by(self, said: Forms) -> list[tuple[str, str, str]]:
        """Which phrases stand in a text, whatever else takes away: signal, level, file and line. For whoever mends a
        table."""
        found: set[int] = set()
        anchors: dict[int, None] = {}
        clauses = [self._clause(clause.split(), found, anchors) for clause in said.clauses]
        tried = [p for id in anchors for p in self._by_anchor[id] if p.needs <= found]
        return [(p.signal, p.level, p.where) for p in tried if stands(p, clauses, set())]

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read(self, written: str, classes: Mapping[str, str], language: str, where: str) -> tuple[Element, ...]:
        elements = []
        for token in written.split():
            if token in _GAPS:
                elements.append(Element(gap=_GAPS[token], never_over=_NEGATIONS.get(language, NO_WORDS)))
            elif token in _EDGES:
                elements.append(Element(edge=token))
            else:
                optional = token.endswith("?")
                id = self._id(_pieces(token[:-1] if optional else token, classes, where))
                elements.append(Element(id=id, optional=optional))
        return tuple(elements)

    def _id(self, pieces: tuple[str, ...]) -> int:
        """The number of a place in phrases that these words and classes of words may fill; indexed when it is new."""
        known = self._ids.get(pieces)
        if known is not None:
            return known
        id = self._ids[pieces] = len(self._ids)
        size = 0
        for atom in {self._atom(piece) for piece in pieces}:
            self._filled_by[atom].append(id)
            size += self._atom_sizes[atom]
        self._sizes.append(size or 1)
        return id

    def _atom(self, alternatives: str) -> int:
        """The number of a word, or of a class of words, which are indexed once however many places they may fill."""
        known = self._atoms.get(alternatives)
        if known is not None:
            return known
        atom = self._atoms[alternatives] = len(self._atoms)
        words = alternatives.split("|") if "|" in alternatives else (alternatives,)
        self._atom_sizes.append(len(words))
        self._filled_by.append([])
        for word in words:
            self._index(word, atom)
        return atom

    def _index(self, word: str, atom: int) -> None:
        if word.isalnum():  # most are a plain word
            self._exact.setdefault(word, []).append(atom)
            return
        first, *rest = word.split("_")
        if rest:
            self._longer.setdefault((first, rest[0]), []).append((tuple(rest), atom))
        elif word.startswith("*") and word.endswith("*"):
            self._holds.setdefault(word.strip("*"), []).append(atom)
        elif word.endswith("*"):
            self._begins.setdefault(word[:-1], []).append(atom)
        elif word.startswith("*"):
            self._ends.setdefault(word[1:], []).append(atom)
        else:
            bare = word.rstrip("~")
            self._exact.setdefault(bare, []).append(atom)
            if bare != word:
                for variant in _shortened(bare):
                    self._misspelt.setdefault(variant, []).append(atom)

    # -- looking -----------------------------------------------------------------------------------------------------

    def _clause(self, words: list[str], found: set[int], anchors: dict[int, None]) -> Clause:
        """A clause, ready to be looked at. What it holds is added to ``found``, what finds phrases to ``anchors``."""
        classes = []
        longer: dict[tuple[int, int], int] = {}
        for word in words:
            places, finding = self._places(word)
            classes.append(places)
            found |= places
            anchors.update(finding)
        for at, pair in enumerate(pairwise(words)):
            for rest, atom in self._longer.get(pair, ()):
                if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                    for id in self._filled_by[atom]:
                        longer[at, id] = 1 + len(rest)
                        found.add(id)
                        if id in self._by_anchor:
                            anchors[id] = None
        return Clause(words, classes, longer)

    def _places(self, word: str) -> tuple[Places, Mapping[int, None]]:
        """The places that a word may fill, and those by which phrases are found. Remembered: most words come again."""
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            places = frozenset(id for atom in self._looked_up(word) for id in self._filled_by[atom])
            known = places, dict.fromkeys(id for id in sorted(places) if id in self._by_anchor)
            self._remembered[word] = known
        return known

    def _looked_up(self, word: str) -> Iterator[int]:
        yield from self._exact.get(word, ())
        for cut in range(_SHORTEST, min(len(word), _LONGEST) + 1):
            yield from self._begins.get(word[:cut], ())
            yield from self._ends.get(word[-cut:], ())
        if not word.isascii():  # such forms are for languages without spaces between words
            for part, ids in self._holds.items():
                if part in word:
                    yield from ids
        if _SHORTEST_MISSPELT <= len(word) <= _LONGEST_MISSPELT and word not in self._exact:
            for variant in _shortened(word):
                yield from self._misspelt.get(variant, ())


def read_tables(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The tables in a folder: stem, name of the file, lines. A file is ``<signal>.txt`` or ``<signal>_<more>.txt``."""
    for file in sorted(folder.glob("*.txt")):
        yield file.stem, file.name, file.read_text(encoding="utf-8").splitlines()


def _shortened(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters but the first."""
    yield word
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]


def _pieces(bare: str, classes: Mapping[str, str], where: str) -> tuple[str, ...]:
    """The words and classes of one place, the classes as all their words."""
    if "<" not in bare:
        return tuple(bare.split("|"))
    for name in _CLASS.findall(bare):
        if name not in classes:
            raise Invalid(f"{where}: there is no class <{name}> above this line.", field="hearing")
    return tuple(_CLASS.sub(lambda found: classes[found[1]], one) for one in bare.split("|"))


def _heading(written: str, where: str) -> tuple[str, str, str, bool]:
    found = _HEADING.fullmatch(written)
    if not found or found[1] not in _LEVELS:
        known = "[yes nl], [maybe nl gas], [not nl], [calm nl gas] or [after]"
        raise Invalid(f"{where}: a heading is {known}.", field="hearing")
    return found[1], found[3] or "", found[4] or "", bool(found[2])


def _define(written: str, classes: dict[str, str], where: str) -> None:
    name, colon, words = written[1:].partition(":")
    if not colon or not words.strip():
        raise Invalid(f"{where}: write a class as '= name: word | word'.", field="hearing")
    whole = _CLASS.sub(lambda found: classes.get(found[1], ""), words)
    new = [one.strip().replace(" ", "_") for one in whole.split("|") if one.strip()]
    known = classes.get(name.strip())
    classes[name.strip()] = "|".join(([known] if known else []) + new)
