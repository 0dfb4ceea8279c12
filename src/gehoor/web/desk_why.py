"""Why a customer came to this agent, in Dutch. ``core/routing/assign.py`` writes the reason down for the record."""

from __future__ import annotations

from typing import Final

from gehoor.core.routing.assign import Because, Met

_BECAUSE: Final = {
    Because.TRANSFERRED: "een collega droeg het gesprek aan u over",
    Because.ALONE: "alleen u hebt nu plek",
    Because.FEWEST: "u hebt de minste gesprekken",
    Because.FREE_LONGEST: "u bent het langst vrij",
    Because.DECLINED: "iedereen gaf het door en u bent het langst geleden gevraagd",
}
_LANGUAGES: Final = {
    "nl": "Nederlands",
    "en": "Engels",
    "tr": "Turks",
    "ar": "Arabisch",
    "pl": "Pools",
    "uk": "Oekraïens",
    "de": "Duits",
    "fr": "Frans",
}


def why_you(why: str) -> str:
    """The reason of a choice in words; empty for one that is not known here, such as of an older version."""
    because = next((one for one in Because if why.endswith(f"; {one}")), None)
    if because is None:
        return ""
    _class, _, needs = why.removesuffix(f"; {because}").partition("; ")
    said = [_need(one) for one in needs.split("; ") if one]
    return "; ".join([one for one in said if one] + [_BECAUSE[because]])


def _need(told: str) -> str:
    """A need such as "language en: met"."""
    named, _, how = told.partition(": ")
    kind, _, name = named.partition(" ")
    language = kind == "language"
    words = f"spreekt {_LANGUAGES.get(name, name)}" if language else f"weet van {name}"
    match how:
        case Met.MET:
            return f"u {words}"
        case Met.WIDENED:
            return f"de klant wachtte te lang op iemand die {words}"
        case Met.DANGER:
            return f"bij gevaar wacht niemand op iemand die {words}"
        case _:
            return ""
