"""Whether a sentence is plain: short, with words that most people know, and said of somebody (level B1).

Two sums of others and lists of our own. Flesch-Douma (Douma 1960) is Flesch's reading ease for Dutch: 206.84 - 77 *
syllables a word - 0.93 * words a sentence; a text for everybody has 60 and more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_WORDS: Final = 20
"""Of one sentence; longer ones are read twice."""
LONG_WORD: Final = 24
"""Letters."""
EASY: Final = 50.0
"""The least reading ease of a passage of some length; below it most people stop."""
_FEWEST_WORDS: Final = 40
"""Of a passage, for its reading ease to say anything."""

_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)\s]+\)|\(?https?://\S+|\S+@\S+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COUNTED: Final = re.compile(r"\S*\w\S*")
_VOWELS: Final = re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûü]+", re.IGNORECASE)
_TREMA: Final = re.compile("[äëïöü]", re.IGNORECASE)


class Hurdle(StrEnum):
    """What makes a sentence hard."""

    LONG = "long"
    LONG_WORD = "long_word"
    HARD_WORD = "hard_word"
    PASSIVE = "passive"
    STIFF = "stiff"  # "dient te": nobody says so


@dataclass(frozen=True, slots=True)
class Found:
    """A hurdle, the words that are it, and what to write instead ("" where that is up to the writer)."""

    hurdle: Hurdle
    words: str
    instead: str = ""


def hurdles(sentence: str, language: str) -> tuple[Found, ...]:
    """What makes this sentence hard, in a language of which something is known here (Dutch, English); else nothing."""
    if language not in HARD_WORDS:
        return ()
    plain = _LINK.sub(lambda found: found[1] or "", sentence)
    found: list[Found] = []
    count = len(_COUNTED.findall(plain))
    if count > MOST_WORDS:
        found.append(Found(Hurdle.LONG, str(count)))
    found += [Found(Hurdle.LONG_WORD, word) for word in _WORD.findall(plain) if len(word) > LONG_WORD]
    for hit in _STIFF[language].finditer(plain):
        found.append(Found(Hurdle.STIFF, hit[0], STIFF[language]))
    for hit in _HARD[language].finditer(plain):
        found.append(Found(Hurdle.HARD_WORD, hit[0], HARD_WORDS[language][hit[0].casefold()]))
    passive = _PASSIVE[language].search(plain)
    if passive:
        found.append(Found(Hurdle.PASSIVE, " … ".join(dict.fromkeys(passive.groups()))))
    return tuple(found)


def syllables(word: str) -> int:
    """About how many: runs of vowels, where a trema begins a new one."""
    return max(1, len(_VOWELS.findall(word)) + sum(found.start() > 0 for found in _TREMA.finditer(word)))


def reading_ease(sentences: Sequence[str]) -> float | None:
    """Flesch-Douma of some Dutch sentences; None when they are too few to tell."""
    words = [word for sentence in sentences for word in _WORD.findall(_LINK.sub(lambda f: f[1] or "", sentence))]
    if len(words) < _FEWEST_WORDS:
        return None
    return 206.84 - 77 * sum(map(syllables, words)) / len(words) - 0.93 * len(words) / len(sentences)


STIFF: Final = {"nl": "moet", "en": "must"}

HARD_WORDS: Final = {
    "nl": {
        **{"aangaande": "over", "inzake": "over", "omtrent": "over", "betreffende": "over", "jegens": "tegen"},
        **{
            "met betrekking tot": "over",
            "ten aanzien van": "over",
            "ten behoeve van": "voor",
            "ten gevolge van": "door",
        },
        **{"teneinde": "om", "middels": "met", "conform": "volgens", "ingevolge": "volgens", "krachtens": "volgens"},
        **{"overeenkomstig": "volgens", "vigerende": "geldende", "derhalve": "daarom", "zodoende": "zo", "aldus": "zo"},
        **{"alsmede": "en ook", "tevens": "ook", "evenals": "net als", "alsook": "en ook", "voorts": "verder"},
        **{"reeds": "al", "thans": "nu", "vooralsnog": "voorlopig", "wederom": "weer", "nadien": "daarna"},
        **{"indien": "als", "alvorens": "voordat", "doch": "maar", "echter": "maar", "desalniettemin": "toch"},
        **{"desgewenst": "als u dat wilt", "eventueel": "misschien", "gaarne": "graag", "gelieve": "wilt u"},
        **{
            "onverwijld": "meteen",
            "per omgaande": "meteen",
            "zo spoedig mogelijk": "zo snel mogelijk",
            "spoedig": "snel",
        },
        **{"te allen tijde": "altijd", "te zijner tijd": "later", "uitsluitend": "alleen", "kosteloos": "gratis"},
        **{"verstrekken": "geven", "verstrekt": "geeft", "aanwenden": "gebruiken", "aanvangen": "beginnen"},
        **{
            "geschieden": "gebeuren",
            "geschiedt": "gebeurt",
            "bewerkstelligen": "zorgen voor",
            "waarborgen": "zorgen voor",
        },
        **{"zorg dragen voor": "zorgen voor", "zorgdragen": "zorgen", "continueren": "doorgaan met"},
        **{"faciliteren": "helpen", "implementeren": "invoeren", "participeren": "meedoen", "initiëren": "beginnen"},
        **{
            "retourneren": "terugsturen",
            "restitutie": "geld terug",
            "accorderen": "goedkeuren",
            "honoreren": "goedkeuren",
        },
        **{"opteren": "kiezen", "vervaardigen": "maken", "rectificatie": "verbetering", "discrepantie": "verschil"},
        **{
            "additioneel": "extra",
            "additionele": "extra",
            "adequaat": "goed",
            "adequate": "goede",
            "separaat": "apart",
        },
        **{"substantieel": "groot", "substantiële": "grote", "expliciet": "duidelijk", "integraal": "helemaal"},
        **{
            "woonachtig": "wonend",
            "onderhavige": "deze",
            "voornoemde": "deze",
            "bovengenoemde": "deze",
            "zulks": "dat",
        },
        **{
            "bovenstaande": "deze",
            "onderstaande": "deze",
            "dusdanig": "zo",
            "ter zake": "hierover",
            "hieromtrent": "hierover",
        },
        **{"verschuldigd": "te betalen", "nihil": "niets", "consequentie": "gevolg", "consequenties": "gevolgen"},
        **{
            "voorafgaand aan": "vóór",
            "ten laste van": "voor rekening van",
            "uit hoofde van": "door",
            "mededeling": "bericht",
        },
        **{
            "beschikking": "besluit",
            "sommatie": "laatste waarschuwing",
            "in gebreke stellen": "schriftelijk waarschuwen",
        },
        **{
            "in gebreke blijven": "niet doen wat is afgesproken",
            "cumulatief": "bij elkaar",
            "dienaangaande": "daarover",
        },
    },
    "en": {
        **{"prior to": "before", "commence": "start", "terminate": "end", "pursuant to": "under", "hereby": ""},
        **{"in accordance with": "by", "notwithstanding": "despite", "aforementioned": "this", "herein": "here"},
        **{"in the event of": "if", "in the event that": "if", "utilise": "use", "utilize": "use", "endeavour": "try"},
        **{"furnish": "give", "remit": "pay", "subsequently": "later", "with regard to": "about", "regarding": "about"},
        **{"in respect of": "about", "forthwith": "at once", "henceforth": "from now on", "ascertain": "find out"},
        **{"expedite": "speed up", "facilitate": "help", "shall": "must", "thereof": "of it", "whilst": "while"},
    },
}
_HARD: Final = {
    language: re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})\b", re.IGNORECASE)
    for language, words in HARD_WORDS.items()
}
_STIFF: Final = {
    "nl": re.compile(r"\b(?:dient|dienen|diende|dienden)\b(?: \S+){0,6}? te\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:is|are) (?:required|obliged) to\b", re.IGNORECASE),
}
# "Wordt ... gemaakt", by the beginning and the end of the second word. "Wordt gevaarlijk" and "wordt huurder" say what
# becomes of somebody, and are no passive.
_PARTICIPLE: Final = (
    r"(?:ge|be|ver|ont|her|er|over|onder|aange|afge|inge|opge|uitge|toege|doorge|teruge|vastge)\w{2,}(?:d|t|en)"
)
_NO_PARTICIPLE: Final = r"(?!(?:geen|gewoon|gelegen|verder|beiden?|eren|eerst|ergens|overal|verschillen\w*)\b)"
_BETWEEN: Final = r"(?: (?!(?:en|of|maar|dat)\b)[^\s,.;:!?]+){0,6}?"
_PASSIVE: Final = {
    "nl": re.compile(rf"\b(wordt|worden|werd|werden)\b{_BETWEEN} {_NO_PARTICIPLE}({_PARTICIPLE})\b", re.IGNORECASE),
    "en": re.compile(
        r"\b(is|are|was|were|be|been)\b (?:\w+ly )?(\w{3,}ed|given|made|sent|done|taken|paid) by\b", re.IGNORECASE
    ),
}
