"""Figures in a sentence: which there are, what they count, and what only looks like one."""

from datetime import date

import pytest

from gehoor.core.knowledge.claims import Bound, Kind, claims, day_of, numbers_in


def read(text: str) -> list[tuple[str, str, str]]:
    return [(claim.kind.value, claim.value, claim.bound.value) for claim in claims(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("De opzegtermijn is minimaal één maand.", [("months", "1", "least")]),
        ("U hoort het binnen 14 dagen.", [("days", "14", "most")]),
        ("Dat duurt drie volle weken.", [("weeks", "3", "")]),
        ("Wij antwoorden binnen twee werkdagen.", [("working_days", "2", "most")]),
        ("You hear from us within 2 working days.", [("working_days", "2", "most")]),
        ("Het kost € 1.234,50 of 25 euro.", [("money", "1234.5", ""), ("money", "25", "")]),
        ("It costs €1,234.50.", [("money", "1234.5", "")]),
        ("Dat is € 100.000.", [("money", "100000", "")]),
        ("De huur stijgt maximaal 4,1 procent.", [("percent", "4.1", "most")]),
        ("Dat mag vanaf 18 jaar.", [("years", "18", "least")]),
        ("Per 1 juli 2024 verandert dat.", [("date", "07-01", "")]),
        ("On 5 May or May 6, 2026.", [("date", "05-05", ""), ("date", "05-06", "")]),
        ("Vóór 31-12-2026.", [("date", "12-31", "")]),
        # What is none.
        ("Bel 088 000 01 00, wij wonen op 12 en in 1234 AB.", []),
        ("Wij zijn open van 8.00 tot 17.00 uur.", []),
        ("Een maandag of een weekend.", []),
        ("Artikel 7:271 lid 4.", []),
    ],
)
def test_that_a_figure_is_read_with_what_it_counts(text: str, found: list[tuple[str, str, str]]) -> None:
    assert read(text) == found


def test_that_a_figure_names_its_place() -> None:
    text = "Dat kost € 10, of 3 maanden."
    assert [text[claim.start : claim.end] for claim in claims(text)] == ["€ 10", "3 maanden"]


def test_that_a_date_is_a_day_only_with_a_year_and_where_there_is_one() -> None:
    full, bare, none = claims("1 juli 2024, 2 juli, 31-02-2024")
    assert day_of(full) == date(2024, 7, 1)
    assert day_of(bare) is None
    assert day_of(none) is None
    assert day_of(claims("3 dagen")[0]) is None


def test_that_every_number_is_found_with_or_without_a_unit() -> None:
    assert numbers_in("18 or older, vier keer, € 1.000,50") == {"18", "4", "1000.5"}


def test_that_bounds_and_kinds_have_names_of_their_own() -> None:
    assert len(set(Bound)) == 3
    assert len(set(Kind)) == 10
