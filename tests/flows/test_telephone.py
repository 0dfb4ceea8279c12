"""Telephone numbers: which can be called back, and how they are read back."""

import pytest

from gehoor.flows.telephone import Number, Wrong, read_number

READ = [
    # typed, as a machine dials it, as it is shown, digit by digit
    ("0612345678", "+31612345678", "06 - 12 34 56 78", "nul zes, een twee, drie vier, vijf zes, zeven acht"),
    ("+31 (0)6 12345678", "+31612345678", "06 - 12 34 56 78", "nul zes, een twee, drie vier, vijf zes, zeven acht"),
    ("0031612345678", "+31612345678", "06 - 12 34 56 78", "nul zes, een twee, drie vier, vijf zes, zeven acht"),
    ("020-1234567", "+31201234567", "020 - 123 45 67", "nul twee nul, een twee drie, vier vijf, zes zeven"),
    ("0591 123456", "+31591123456", "0591 - 12 34 56", "nul vijf negen een, een twee, drie vier, vijf zes"),
    ("088.000.01.00", "+31880000100", "088 - 000 01 00", "nul acht acht, nul nul nul, nul een, nul nul"),
    # from abroad: the country first
    (
        "+32 470 12 34 56",
        "+32470123456",
        "+32 - 470 12 34 56",
        "plus drie twee, vier zeven nul, een twee, drie vier, vijf zes",
    ),
]

WRONG = [
    ("", Wrong.NOT_A_NUMBER),
    ("bel me maar", Wrong.NOT_A_NUMBER),
    ("06-1234567", Wrong.NOT_A_NUMBER),  # a digit short
    ("06123456789", Wrong.NOT_A_NUMBER),  # one too many
    ("112", Wrong.NOT_A_NUMBER),
    ("06 12 34 56 78 tst 4", Wrong.NOT_A_NUMBER),  # we cannot press it
    ("0612345678 of anders 0687654321 van mijn man", Wrong.NOT_A_NUMBER),
    ("0900-1234", Wrong.COSTS),
    ("0906 1234", Wrong.COSTS),
    ("0909-1234567", Wrong.COSTS),
    ("+44 870 123 4567", Wrong.COSTS),  # costs abroad as well
    ("0800-1234", Wrong.NOT_A_PERSON),
    ("14 020", Wrong.NOT_A_PERSON),  # a town hall
]


@pytest.mark.parametrize(("typed", "dialled", "shown", "spoken"), READ)
def test_that_a_number_is_read_back_digit_by_digit(typed: str, dialled: str, shown: str, spoken: str) -> None:
    number = read_number(typed)
    assert number == Number(dialled, shown)
    assert number.spoken("nl") == spoken


def test_that_a_number_is_spoken_in_the_language_of_its_reader() -> None:
    number = read_number("020 1234567")
    assert isinstance(number, Number)
    assert number.spoken("en") == "zero two zero, one two three, four five, six seven"
    assert number.spoken("fr") == number.spoken("nl")
    assert number.ending == "67"


@pytest.mark.parametrize(("typed", "why"), WRONG)
def test_that_what_cannot_be_called_back_is_named(typed: str, why: Wrong) -> None:
    assert read_number(typed) is why
