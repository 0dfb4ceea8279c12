"""Which topics a question touched that nobody answered."""

from gehoor.core.knowledge.near import Near
from tests.core.knowledge.examples import LIBRARY

NEAR = Near(LIBRARY.articles)


def test_that_a_question_in_the_words_of_a_topic_is_near_it() -> None:
    assert NEAR.of("er lekt water uit het plafond")[:1] == ("lekkage",)
    assert NEAR.of("lift kapot") == ("lift-storing",)


def test_that_a_question_in_other_words_is_near_nothing() -> None:
    assert NEAR.of("welke bus gaat naar Peru") == ()
    assert NEAR.of("") == ()


def test_that_at_most_three_topics_are_named() -> None:
    assert len(NEAR.of("huur lift lekkage klacht vraag over")) <= 3
