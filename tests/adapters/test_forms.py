"""The forms in which the hearing looks at a text: nothing that a reader sees can hide."""

import time

import pytest

from gehoor.adapters.hearing.forms import forms


@pytest.mark.parametrize(
    "text",
    [
        "medewerker",
        "MEDEWERKER!!!",
        "m\u200be\u200bd\u2060ewerker",
        "m\u0435d\u0435w\u0435rk\u0435r",
        "m e d e w e r k e r",
        "m.e.d.e.w.e.r.k.e.r",
        "\uff2d\uff25\uff24\uff25\uff37\uff25\uff32\uff2b\uff25\uff32",
        "m\u00e9d\u00ebwerker",
        "medewerkerrrr",
        "m3dew3rker",
        "\u202emedewerker\u202c",
        "me\u00addewerker",
    ],
)
def test_that_a_word_is_seen_through_what_hides_it(text: str) -> None:
    assert "medewerker" in forms(text).words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("s\u0131cak su yok", ("sicak", "su", "yok")),
        ("prosz\u0119, g\u0142owa", ("prosze", "glowa")),
        ("Stra\u00dfe", ("strasse",)),
        ("\u041c\u0435\u043d\u0456 \u0454", ("\u043c\u0435\u043d\u0456", "\u0454")),
        ("graaaag", ("graag",)),
        ("m'n huis", ("m'n", "huis")),
        ("06 12345678 op 3e etage", ("06", "12345678", "op", "3e", "etage")),
        ("\U0001f600\U0001f600", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_that_every_alphabet_keeps_its_words(text: str, words: tuple[str, ...]) -> None:
    assert forms(text).words == words


def test_that_punctuation_cuts_clauses_and_a_number_is_not_cut() -> None:
    assert forms("Ik ruik gas. Help! om 10.30 uur").clauses == (" ik ruik gas ", " help ", " om 10 30 uur ")


@pytest.mark.parametrize(
    "piece", ["ik wil een m\u00e9ns ", "a b c ", "\u200b", "\U0001f600", "\u043c \u0435 d ", "a", "e\u0301", "aab"]
)
def test_that_a_hundred_thousand_characters_take_no_time(piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    began = time.perf_counter()
    forms(text)
    assert time.perf_counter() - began < 0.5  # a canary; the bench judges
