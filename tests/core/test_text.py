import pytest

from gehoor.core.text import LONGEST_MESSAGE, clean, fault, normalise, tokens


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Hallo \n", "Hallo"),  # white space around it
        ("regel 1\r\nregel 2", "regel 1\nregel 2"),  # lines of Windows
        ("een\ttab", "een\ttab"),  # tabs and lines may stay
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),  # control characters
        ("\u202eomgekeerd\u202c", "omgekeerd"),  # an override of the direction
        ("\u2066x\u2069\ufeff", "x"),  # isolates, and the mark of byte order
        ("مرحبا", "مرحبا"),  # Arabic orders itself
        ("é 👍🏽", "é 👍🏽"),  # accents and pictures stay
        ("\u200f\u200e", "\u200f\u200e"),  # marks of direction order nothing else
        (" \x00 ", ""),  # nothing is left
    ],
)
def test_that_a_text_is_cleaned_of_what_hides_or_reorders(written: str, kept: str) -> None:
    assert clean(written) == kept
    assert clean(kept) == kept


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("hallo", None),
        ("x" * LONGEST_MESSAGE, None),  # just fits
        ("", "The text is empty."),
        ("x" * (LONGEST_MESSAGE + 1), f"The text is longer than {LONGEST_MESSAGE} characters."),
        ("half \ud800", "The text holds half a character."),
    ],
)
def test_that_a_text_that_cannot_be_taken_says_why(text: str, wrong: str | None) -> None:
    assert fault(text) == wrong


def test_that_the_longest_may_be_another() -> None:
    assert fault("abcd", longest=3) == "The text is longer than 3 characters."


@pytest.mark.parametrize(
    ("text", "looked_up"),
    [
        ("Ik  WIL\nmens", "ik wil mens"),  # plain ASCII goes the short way
        ("Eén café", "een cafe"),  # without accents
        ("STRASSE straße", "strasse strasse"),  # folded
        ("zo\u2019n", "zo'n"),  # the curly apostrophe
        ("", ""),
    ],
)
def test_that_a_text_is_compared_without_case_accents_and_white_space(text: str, looked_up: str) -> None:
    assert normalise(text) == looked_up


def test_that_words_are_without_punctuation() -> None:
    assert tokens("hallo, is daar iemand? zo'n lek!") == ["hallo", "is", "daar", "iemand", "zo'n", "lek"]
    assert tokens(" ... ") == []
