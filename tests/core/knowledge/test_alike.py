"""Texts that say the same twice or something else about one thing, and texts that only share words."""

from dataclasses import replace

import pytest

from gehoor.core.knowledge.alike import Shelf, translation_gaps
from gehoor.core.knowledge.article import Article, Passage
from tests.core.knowledge.examples import article

FILLING = [
    "U kunt de lift elke dag gebruiken.",
    "De tuin hoort bij uw woning.",
    "Bel ons als de verwarming stuk is.",
    "Een sleutel haalt u op kantoor.",
    "Uw buren mogen ook klagen.",
    "Geef uw meterstanden door.",
    "De huur betaalt u vooraf.",
    "Wij maken de goot schoon.",
]


def some(**answers: str) -> list[Article]:
    return [article(slug.replace("_", "-"), answer=text) for slug, text in answers.items()]


def filled(*more: Article) -> Shelf:
    return Shelf([*(article(f"vol-{i}", answer=text) for i, text in enumerate(FILLING)), *more])


@pytest.mark.parametrize(
    ("one", "other", "says", "says_other"),
    [
        ("De opzegtermijn is één maand.", "U hebt een opzegtermijn van drie maanden.", "één maand", "drie maanden"),
        ("Een nieuwe sleutel kost € 25.", "Voor een nieuwe sleutel betaalt u 35 euro.", "€ 25", "35 euro"),
        ("De huurverhoging gaat in op 1 juli.", "De huurverhoging begint op 1 januari.", "1 juli", "1 januari"),
        ("De huur stijgt met 4 procent.", "De huur stijgt dit jaar met 5%.", "4 procent", "5%"),
        ("Bezwaar maken kan binnen zes weken.", "U kunt bezwaar maken binnen 4 weken.", "zes weken", "4 weken"),
    ],
)
def test_that_another_figure_about_the_same_thing_is_found_in_both(
    one: str, other: str, says: str, says_other: str
) -> None:
    first, second = some(a=one, b=other)
    shelf = filled(first, second)
    (pair,) = shelf.contradictions(first)
    assert (pair.other.slug, pair.says, pair.says_other) == ("b", says, says_other)
    (back,) = shelf.contradictions(second)
    assert (back.other.slug, back.says, back.says_other) == ("a", says_other, says)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("De opzegtermijn is één maand.", "De opzegtermijn is 1 maand."),  # the same, written otherwise
        ("De opzegtermijn is minimaal één maand.", "De opzegtermijn is maximaal drie maanden."),  # both true
        ("De opzegtermijn is één maand.", "Het kost € 25."),
        ("U krijgt binnen 2 werkdagen antwoord.", "U krijgt binnen 10 werkdagen antwoord."),  # about whatever it is
        ("De borg is twee maanden huur.", "De opzegtermijn is drie maanden."),
        ("Een sleutel kost € 25, een tweede € 20.", "Een sleutel kost € 25."),
    ],
)
def test_that_what_does_not_contradict_is_left_alone(one: str, other: str) -> None:
    first, second = some(a=one, b=other)
    assert filled(first, second).contradictions(first) == ()


def test_that_a_word_that_many_have_is_no_subject() -> None:
    prices = (
        article(f"prijs-{i}", answer=f"Een {FILLING[i].split()[1]} kost € {i + 10}.") for i in range(len(FILLING))
    )
    assert filled(*prices).contradictions(article("a", answer="Dat kost € 99.")) == ()


def test_that_an_article_contradicts_itself_once_and_never_its_own_version_before() -> None:
    first = article("a", answer="De opzegtermijn is één maand.")
    later = replace(first, passages=(Passage("", "De opzegtermijn is drie maanden."),))
    assert filled(first).contradictions(later) == ()
    both = replace(first, passages=(Passage("", "De opzegtermijn is één maand."), Passage("B", later.answer)))
    (pair,) = filled().contradictions(both)
    assert (pair.one.passage, pair.other.passage) == (0, 1)


LONG = (
    "U zegt de huur op met een brief of in het portaal. Zet daarin uw naam, uw adres en de laatste dag van de huur. "
    "Teken de brief samen met wie er ook huurt."
)


def test_that_nearly_the_same_passage_is_found_in_another_article_of_the_language_only() -> None:
    first = article("a", answer=LONG)
    near = article("b", answer=LONG.replace("de laatste dag", "de laatste dag en maand"))
    english = article("c", language="en", answer=LONG)
    other = article("d", answer="Bel ons als de lift stuk is. " * 5)
    (pair,) = filled(first, near, english, other).overlaps(first)
    assert (pair.one.passage, pair.other.slug, pair.says) == (0, "b", "")
    assert filled(first).overlaps(first) == ()


def test_that_a_short_passage_may_stand_in_many_articles() -> None:
    first, second = some(a="Bel ons op 088 000 01 00.", b="Bel ons op 088 000 01 00.")
    assert filled(first, second).overlaps(first) == ()


def test_that_a_translation_with_other_figures_is_found_and_one_that_says_the_same_is_not() -> None:
    dutch = article(
        "a", answer="U krijgt de borg binnen 14 dagen terug, vanaf 18 jaar, vóór 1 juli, voor € 10 per maand."
    )
    good = article("a", language="en", answer="Within fourteen days, 18 or older, before 1 July, for €10 a month.")
    wrong = article("a", language="en", answer="Within 30 days, 18 or older, before 1 July, for €10 a month.")
    assert translation_gaps(dutch, good) == ((), ())
    assert translation_gaps(dutch, wrong) == (("14 dagen",), ("30 days",))
