"""What customers read in danger, in more languages: the same numbers, in the same order, as in Dutch."""

import re
import unicodedata

import pytest

from gehoor.texts.read import LANGUAGES, sentences

ALL = sentences()
MORE = sorted(set(ALL) - set(LANGUAGES))
NUMBER = re.compile(r"\{\w+\}|\b(?:0800|0900)-\d+|\b11[23](?:\.nl)?\b")
RIGHT_TO_LEFT = {"ar", "fa"}


def test_that_there_are_the_languages_that_the_product_promises() -> None:
    assert {"de", "fr", "es", "tr", "pl", "uk", "ar"} <= set(MORE)
    assert len(MORE) >= 12


@pytest.mark.parametrize("language", MORE)
def test_that_every_kind_of_danger_has_its_text(language: str) -> None:
    assert {id for id in ALL["nl"] if id.startswith("safety_")} <= set(ALL[language])
    assert set(ALL[language]) <= set(ALL["nl"])


@pytest.mark.parametrize("language", MORE)
def test_that_numbers_and_what_is_filled_in_stand_in_the_same_order_as_in_dutch(language: str) -> None:
    wrong = [id for id, text in ALL[language].items() if NUMBER.findall(text) != NUMBER.findall(ALL["nl"][id])]
    assert wrong == []


@pytest.mark.parametrize("language", sorted(RIGHT_TO_LEFT))
def test_that_a_number_is_not_turned_round_where_one_reads_from_right_to_left(language: str) -> None:
    mark = "\N{LEFT-TO-RIGHT MARK}"
    for id, text in ALL[language].items():
        for found in re.finditer(r"(?:0800|0900)-\d+|113\.nl|\{phone\}", text):
            assert text[found.start() - 1] == mark, (id, found[0])


@pytest.mark.parametrize("language", MORE)
def test_that_a_text_is_in_its_own_alphabet(language: str) -> None:
    own = {"uk": "CYRILLIC", "ru": "CYRILLIC", "bg": "CYRILLIC", "ar": "ARABIC", "fa": "ARABIC", "zh": "CJK"}
    name = own.get(language, "LATIN")
    for id, text in ALL[language].items():
        assert any(unicodedata.name(letter, "").startswith(name) for letter in text), id
