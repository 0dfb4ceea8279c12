"""Why a customer came to an agent is told in Dutch, from the reason on record."""

import pytest

from gehoor.core.routing.assign import Because, Met
from gehoor.web.desk_why import why_you


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
