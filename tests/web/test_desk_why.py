"""Why a customer came to an agent, and why the night chain went on, is told in words from the reason on record."""

from pathlib import Path

import pytest

import gehoor
from gehoor.core.routing.assign import Because, Met
from gehoor.web.desk_why import why_you

STATIC = Path(gehoor.__file__).parent / "web" / "static"


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (f"normal; {Because.FEWEST}", "u hebt de minste gesprekken"),
        (f"life; {Because.ALONE}", "alleen u hebt nu plek"),
        (f"normal; language en: {Met.MET}; {Because.FREE_LONGEST}", "u spreekt Engels; u bent het langst vrij"),
        (
            f"normal; skill spoed: {Met.WIDENED}; {Because.ALONE}",
            "de klant wachtte te lang op iemand die weet van spoed; alleen u hebt nu plek",
        ),
        (
            f"damage; skill spoed: {Met.DANGER}; {Because.DECLINED}",
            "bij gevaar wacht niemand op iemand die weet van spoed; "
            "iedereen gaf het door en u bent het langst geleden gevraagd",
        ),
        (f"normal; skill spoed: {Met.TRANSFERRED}; {Because.TRANSFERRED}", "een collega droeg het gesprek aan u over"),
        ("normal: first in line; fewest conversations of long ago", ""),
        ("", ""),
    ],
)
def test_that_the_reason_is_told_in_words(why: str, told: str) -> None:
    assert why_you(why) == told


def test_that_every_reason_has_its_words() -> None:
    assert all(why_you(f"normal; {one}") for one in Because)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_that_every_reason_for_which_a_link_of_the_night_chain_did_not_do_it_has_its_words(language: str) -> None:
    texts = (STATIC / f"desk-texts-{language}.js").read_text(encoding="utf-8")
    words = texts.partition("partnerSilent:")[2].partition("\n  }")[0]
    assert [why for why in ("silent", "down", "nothing_done", "not_reached") if f"    {why}: " not in words] == []
