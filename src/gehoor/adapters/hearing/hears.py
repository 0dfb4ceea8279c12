"""The first hearing: tables only, Dutch and English. It is precise rather than broad; when unsure it says maybe.

It hears who wants a person, who asks whether this is one, who takes a request back, and danger. It does NOT yet hear a
complaint, a formal objection, a privacy request, the need for support, or that somebody is stuck: these are always no.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from gehoor.adapters.hearing import dangers as d
from gehoor.adapters.hearing import tables as t
from gehoor.adapters.hearing.forms import Forms, forms
from gehoor.adapters.hearing.language import language_of
from gehoor.adapters.hearing.masking import spans
from gehoor.adapters.hearing.phrases import Phrasebook, read_tables
from gehoor.adapters.hearing.standing import NOT_FOUND, Found
from gehoor.adapters.hearing.support import offers_for
from gehoor.core.conversation.model import NOTHING_HEARD, Danger, Heard, Signal
from gehoor.core.errors import Invalid
from gehoor.core.privacy.masking import mask
from gehoor.core.text import LONGEST_MESSAGE
from gehoor.ports.hearing import Earlier, Hearing


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern out of many, on whole words."""
    return re.compile("|".join(rf"(?<![\w'])(?:{one})(?![\w'])" for one in patterns if one), re.ASCII)


_NEVER: Final = re.compile(r"(?!)")
_FEW_WORDS: Final = 6

_WANTS, _MAYBE_WANTS = _one_of(t.WANTS_HUMAN), _one_of(t.MAYBE_HUMAN)
_REFUSES, _ELSEWHERE, _INSISTS = _one_of(t.REFUSES), _one_of([t.ELSEWHERE]), _one_of([t.INSISTS])
_CORE: Final = re.compile(t.CORE)
_IDENTITY: Final = _one_of(t.ASKS_IDENTITY)
_WITHDRAWS, _MAYBE_WITHDRAWS, _SUPPOSES = _one_of(t.WITHDRAWS), _one_of(t.MAYBE_WITHDRAWS), _one_of([t.SUPPOSES])
_ASKS, _OVER, _NOW = _one_of([d.ASKS]), _one_of([d.OVER]), _one_of([d.NOW])


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of danger, ready to listen."""

    id: str
    danger: Danger
    stems: tuple[str, ...]
    report: re.Pattern[str]
    name: re.Pattern[str]
    maybe: re.Pattern[str]
    across: bool


def _ready(kind: d.Kind) -> _Kind:
    name = _one_of([kind.name]) if kind.name else _NEVER
    maybe = _one_of([kind.maybe]) if kind.maybe else _NEVER
    return _Kind(kind.id, kind.danger, kind.stems, _one_of(kind.report), name, maybe, kind.across)


_KINDS: Final = tuple(_ready(kind) for kind in d.KINDS)
DANGERS: Final = {kind.id: kind.danger for kind in _KINDS}
"""How bad each kind of danger is."""
_ANY_STEMS: Final = tuple(
    dict.fromkeys((*(s for kind in _KINDS for s in kind.stems), *t.HUMAN_STEMS, *t.IDENTITY_STEMS, *t.WITHDRAW_STEMS))
)
"""Most messages hold none of them, and then there is nothing to hear."""
_TABLES: Final = (
    *(t.WANTS_HUMAN, t.MAYBE_HUMAN, t.REFUSES, t.ELSEWHERE, t.INSISTS, t.CORE, t.ASKS_IDENTITY, t.WITHDRAWS),
    *(t.MAYBE_WITHDRAWS, t.SUPPOSES, sorted(t.SMALL | t.ASKING | t.MAKES_REAL | t.CORE_WHEN_ASKED)),
    *(d.KINDS, d.ASKS, d.OVER, d.NOW),
)
VERSION: Final = "tables-" + sha256(repr(_TABLES).encode()).hexdigest()[:8]
"""Changes with any table: each fact names by which tables it was heard."""


# Words that stand in most messages: a phrase is found by another of its words where it can.
_COMMON_WORDS: Final = (
    "ik wil een de het en van in is dat op te niet mijn je u met voor er aan die maar om ook als wat kan ben heb naar"
    " nu hier dit we bij nog geen hoe moet of zijn al heeft uit mij me ons wij jullie waar mag graag kunt hij ze zij"
    " dan toch even wel meer door over moeten kunnen willen wordt werd heel weer alleen niets iets iemand gewoon huis"
    " woning huur vraag vragen dag morgen vandaag gisteren keer tijd weten zeggen gaat gaan komt komen doen doet maken"
    " hebben hoi hallo goedemiddag beste bedankt alvast zo want omdat toen waarom wanneer welke wie bent was waren zou"
    " the a i to my is of and in it you me for can have do not on with that what this how are am please hello there"
    " ich ein eine der die das und zu mit mir nicht ist wie kann habe je un une le la de les et que pas ne est dans"
    " con el en mi no es por para como bir ve bu ne icin var mi benim nie w z na i do sie jest jak mam prosze"
    " \u043d\u0435 \u0432 \u043d\u0430 \u0456 \u0437 \u044f \u0449\u043e \u044f\u043a \u0443"
    " \u0645\u0646 \u0641\u064a \u0645\u0639 \u0639\u0644\u0649 \u0627\u0646\u0627 \u0647\u0644"
)
COMMON: Final = tuple(dict.fromkeys(_COMMON_WORDS.split()))
_PIECE: Final = re.compile(r"(?s).{1,80}(?:\s|$)|.{1,80}")
PHRASES: Final = Path(__file__).parent / "phrases"
SIGNALS: Final = (
    *("wants_human", "asks_identity", "urgent", "needs_support", "complaint", "formal_objection", "privacy_request"),
    "stuck",
)
"""The tables that there are, by name of their files."""


@lru_cache(64)
def _nothing(language: str, version: str) -> Heard:
    """What most messages say: made once for each language."""
    return Heard(language=language, version=version)


@lru_cache(4)
def _read(own: Path | None) -> tuple[Phrasebook, str]:
    """The product's tables and those of a folder, and their version."""
    if own and not own.is_dir():
        raise Invalid(f"There is no folder {own} with tables of phrases.", field="hearing")
    book, read = Phrasebook(), sha256(VERSION.encode())
    for folder in (PHRASES, *([own] if own else ())):
        for stem, name, lines in read_tables(folder):
            signal = next((one for one in SIGNALS if stem == one or stem.startswith(f"{one}_")), None)
            if signal is None:
                raise Invalid(f"{name}: a table is named after a signal: {', '.join(SIGNALS)}.", field="hearing")
            book.add(signal, lines, name)
            read.update("\n".join(lines).encode())
    book.ready(COMMON)
    return book, "tables-" + read.hexdigest()[:8]


class TableHearing:
    """The port ``hearing``, by tables.

    Args:
        own: a folder with an organisation's own tables of phrases, read after the product's.

    Raises:
        Invalid: a line of a table cannot be read; names the file and the line.
    """

    def __init__(self, own: Path | None = None) -> None:
        self.book, self.version = _read(own)

    def hear(self, text: str, language: str) -> Hearing:
        """What is heard in a cleaned text of a customer, and its masked copy."""
        return Hearing(self.listen(text, language), self.mask(text))

    def listen(self, text: str, language: str) -> Heard:
        """What is heard, by the tables alone. Never fails, whatever the text and its length."""
        if len(text) > LONGEST_MESSAGE:
            return self._listen_long(text, language)
        said = forms(text)
        language = language_of(said.words, language, text)
        found = self.book.hear(said, language)
        known = _known(said)
        if known is None and not found:
            return _nothing(language, self.version)
        known = known or NOTHING_HEARD
        takes_back = known.withdraws is Signal.YES  # who needs nobody any more names a person, and asks for none
        urgent, kind, danger = _worst(known, found.get("urgent", NOT_FOUND))
        return Heard(
            language=language,
            wants_human=known.wants_human if takes_back else max(known.wants_human, _of(found, "wants_human")),
            withdraws=known.withdraws,
            asks_identity=max(known.asks_identity, _of(found, "asks_identity")),
            urgent=urgent,
            urgent_kind=kind,
            danger=danger,
            needs_support=_of(found, "needs_support"),
            support=_support(found.get("needs_support", NOT_FOUND)),
            complaint=_of(found, "complaint"),
            formal_objection=_of(found, "formal_objection"),
            privacy_request=_of(found, "privacy_request"),
            stuck=_of(found, "stuck"),
            version=self.version,
        )

    def _listen_long(self, text: str, language: str) -> Heard:
        """A text that is longer than a message may be, which only the filter meets: to its end, a piece at a time."""
        pieces = dict.fromkeys(_PIECE.findall(text))
        beginning = self.listen(text[:LONGEST_MESSAGE], language)
        found: dict[str, Found] = {}
        for piece in pieces:
            for signal, one in self.book.hear(forms(piece), beginning.language).items():
                known = found.get(signal, NOT_FOUND)
                kinds = {kind: max(level, known.kinds.get(kind, level)) for kind, level in one.kinds.items()}
                found[signal] = Found(max(known.signal, one.signal), {**known.kinds, **kinds})
        higher = {signal: max(getattr(beginning, signal), one.signal) for signal, one in found.items()}
        urgent, kind, danger = _worst(beginning, found.get("urgent", NOT_FOUND))
        more = replace(beginning, **higher)
        return replace(more, urgent=urgent, urgent_kind=kind, danger=danger)

    def denied(self, text: str, language: str) -> frozenset[str]:
        """The signals of which the text says in so many words that it does not mean them."""
        return frozenset(signal for signal, found in self.book.hear(forms(text), language).items() if found.denied)

    def language(self, text: str, known: str) -> str:
        """The language of a text in a conversation whose language is ``known``."""
        return language_of(forms(text).words, known, text)

    def deepen(self, text: str, heard: Heard, earlier: Sequence[Earlier] = ()) -> Heard:  # noqa: ARG002
        """The tables alone have no more to say."""
        return heard

    def mask(self, text: str) -> str:
        """The masked copy of anybody's text."""
        return mask(text, spans(text))


def _known(forms: Forms) -> Heard | None:
    """What the patterns of ``tables`` and ``dangers`` say."""
    said = _Said(forms)
    if not said.has(_ANY_STEMS):
        return None
    urgent, kind, danger = _urgent(said)
    return Heard(
        wants_human=_wants_human(said),
        withdraws=_withdraws(said),
        asks_identity=_asks_identity(said),
        urgent=urgent,
        urgent_kind=kind,
        danger=danger,
    )


def _of(found: Mapping[str, Found], signal: str) -> Signal:
    return found.get(signal, NOT_FOUND).signal


def _support(found: Found) -> tuple[str, ...]:
    return offers_for(*found.kinds) if found.kinds else ()


def _worst(known: Heard, found: Found) -> tuple[Signal, str | None, Danger]:
    """The surest and then the worst of the kinds of danger that were heard, by patterns or by phrases."""
    sure, kind, worst = known.urgent, known.urgent_kind, known.danger
    for other, signal in found.kinds.items():
        danger = DANGERS.get(other, Danger.DAMAGE)
        if (signal, danger) > (sure, worst):
            sure, kind, worst = signal, other, danger
    return sure, kind, worst


class _Said:
    """One message, in the forms in which the patterns look at it."""

    __slots__ = ("_clauses", "line", "words")

    def __init__(self, said: Forms) -> None:
        self._clauses = said.clauses
        self.words = said.words
        self.line = said.line

    def clauses(self) -> list[str]:
        """Its clauses, without punctuation and outer spaces."""
        return [one[1:-1] for one in self._clauses]

    def has(self, stems: Iterable[str]) -> bool:
        """Whether any of these parts of words is in it."""
        return any(map(self.line.__contains__, stems))


def _wants_human(said: _Said) -> Signal:
    if not said.has(t.HUMAN_STEMS):
        return Signal.NO
    if len(said.words) <= _FEW_WORDS and _only_asks(said.words):
        return Signal.YES
    found = Signal.NO
    for clause in said.clauses():
        if _REFUSES.search(clause):
            continue
        if _WANTS.search(clause) or _asks_in_few_words(clause):
            return Signal.MAYBE if _means_elsewhere(said) else Signal.YES
        if _MAYBE_WANTS.search(clause):
            found = Signal.MAYBE
    return found


def _only_asks(words: Sequence[str]) -> bool:
    """Whether the words are a person, asked for, and nothing else: "medewerker graag"."""
    if not t.NEGATES.isdisjoint(words) and t.ROBOTS.isdisjoint(words):
        return False
    persons = 0
    real = not t.MAKES_REAL.isdisjoint(words)
    for word in words:
        if _CORE.fullmatch(word) or (real and word in t.CORE_WHEN_ASKED):
            persons += 1
        elif word not in t.SMALL:
            return False
    return persons > 0


def _asks_in_few_words(clause: str) -> bool:
    words = clause.split()
    return len(words) <= _FEW_WORDS and not t.ASKING.isdisjoint(words) and _only_asks(words)


def _means_elsewhere(said: _Said) -> bool:
    """Whether it asks when, where or on which number somebody can be reached, rather than now and here."""
    return bool(_ELSEWHERE.search(said.line)) and not _INSISTS.search(said.line)


def _asks_identity(said: _Said) -> Signal:
    if not said.has(t.IDENTITY_STEMS):
        return Signal.NO
    return Signal.YES if any(_IDENTITY.search(clause) for clause in said.clauses()) else Signal.NO


def _withdraws(said: _Said) -> Signal:
    if not said.has(t.WITHDRAW_STEMS):
        return Signal.NO
    for clause in said.clauses():
        if _WITHDRAWS.search(clause):
            return Signal.MAYBE if _SUPPOSES.search(clause) else Signal.YES
    return Signal.MAYBE if any(_MAYBE_WITHDRAWS.search(clause) for clause in said.clauses()) else Signal.NO


def _urgent(said: _Said) -> tuple[Signal, str | None, Danger]:
    """The surest and then the worst of the kinds of danger."""
    sure, worst, found = Signal.NO, Danger.NONE, None
    for kind in _KINDS:
        if said.has(kind.stems):
            signal = _danger_of(kind, said)
            if signal is not Signal.NO and (signal, kind.danger) > (sure, worst):
                sure, worst, found = signal, kind.danger, kind.id
    return sure, found, worst


def _danger_of(kind: _Kind, said: _Said) -> Signal:
    maybe = False
    for clause in [said.line, *said.clauses()] if kind.across else said.clauses():
        report = kind.report.search(clause)
        if report and not _SUPPOSES.search(clause[: report.start()]):
            over = _OVER.search(said.line) and not _NOW.search(said.line)
            return Signal.MAYBE if over else Signal.YES
        if kind.name.search(clause) and len(said.words) < _FEW_WORDS and not _ASKS.search(said.line):
            return Signal.YES
        maybe = maybe or bool(report or kind.name.search(clause) or kind.maybe.search(clause))
    return Signal.MAYBE if maybe else Signal.NO
