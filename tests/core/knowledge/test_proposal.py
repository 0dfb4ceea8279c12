"""What a model changed that can be counted: numbers, links, limits, passages."""

from dataclasses import replace

import pytest

from gehoor.core.knowledge.article import Passage
from gehoor.core.knowledge.proposal import Difference, What, differences
from tests.core.knowledge.examples import article

BEFORE = replace(
    article("borg"),
    passages=(
        Passage("", "U krijgt de borg binnen 14 dagen terug, tenzij er schade is. Mail info@x.example."),
        Passage("Hoeveel?", "Minimaal € 1.250,50. Niet meer dan 3 maanden huur. Kijk op https://x.example/borg."),
    ),
)


def after(answer: str, more: str = BEFORE.passages[1].text) -> tuple[Difference, ...]:
    return differences(BEFORE, replace(BEFORE, passages=(Passage("", answer), Passage("Hoeveel?", more))))


def test_that_a_faithful_text_has_nothing_to_look_at() -> None:
    assert after("Binnen 14 dagen hebt u de borg terug, tenzij iets stuk is. Schrijf naar info@x.example.") == ()
    english = "At least € 1,250.50. Not more than 3 months of rent. See https://x.example/borg."
    assert after("You get it back within 14 days, unless there is damage: info@x.example", english) != ()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Binnen 41 dagen, tenzij schade. info@x.example", [(What.NUMBER_GONE, "14"), (What.NUMBER_NEW, "41")]),
        ("Binnen 14 dagen, tenzij schade.", [(What.LINK_GONE, "info@x.example")]),
        ("Binnen 14 dagen. info@x.example", [(What.FEWER_LIMITS, "1")]),
        (
            "Binnen 14 dagen, tenzij schade. info@x.example https://nep.example",
            [(What.LINK_NEW, "https://nep.example")],
        ),
    ],
)
def test_that_what_can_be_counted_is_told(answer: str, found: list[tuple[What, str]]) -> None:
    assert [(one.what, one.value) for one in after(answer)] == found


def test_that_an_amount_is_the_same_in_two_languages_and_a_passage_less_is_told() -> None:
    english = "Minimum: minimaal € 1,250.50, niet meer dan 3. https://x.example/borg"
    assert after(BEFORE.answer, english) == ()
    shorter = replace(BEFORE, passages=BEFORE.passages[:1])
    assert Difference(What.OTHER_PASSAGES, "-1") in differences(BEFORE, shorter)
