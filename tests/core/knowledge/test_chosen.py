"""A suggestion that was chosen is answered, and never suggested again."""

from datetime import date

import pytest

from gehoor.core.knowledge.answer import Answering, Situation, chosen
from gehoor.core.knowledge.article import Article, ArticlePolicy, Library, Passage

TODAY = date(2026, 11, 22)


def article(policy: ArticlePolicy, review_by: date = date(2027, 6, 1)) -> Article:
    return Article(
        slug="overlast-melden",
        language="nl",
        title="Hoe meld ik overlast?",
        owner="Team Wijkbeheer",
        valid_from=date(2026, 1, 1),
        review_by=review_by,
        policy=policy,
        passages=(Passage("", "Meld overlast bij ons."),),
        ways=(),
    )


@pytest.mark.parametrize(
    ("text", "policy", "given", "answered"),
    [
        ("Hoe meld ik overlast?", ArticlePolicy.MAY_SUGGEST, (), True),  # the button sends the title
        ("hoe meld ik overlast", ArticlePolicy.MAY_SUGGEST, (), True),  # typed over
        ("Hoe meld ik overlast?", ArticlePolicy.MAY_ANSWER, (), True),
        ("Hoe meld ik overlast van honden?", ArticlePolicy.MAY_SUGGEST, (), False),  # another question
        ("Hoe meld ik overlast?", ArticlePolicy.PEOPLE_ONLY, (), False),  # for people, also when it is asked for
        ("Hoe meld ik overlast?", ArticlePolicy.MAY_SUGGEST, ("overlast-melden",), False),  # given before
    ],
)
def test_that_the_title_itself_is_a_choice(
    text: str, policy: ArticlePolicy, given: tuple[str, ...], answered: bool
) -> None:
    situation = Situation(Library((article(policy),), ()), TODAY, given=given)
    assert chosen(text, situation) == (Answering("overlast-melden") if answered else None)


def test_that_a_stale_article_is_not_shown_by_its_title_either() -> None:
    situation = Situation(Library((article(ArticlePolicy.MAY_SUGGEST, date(2026, 10, 1)),), ()), TODAY)
    assert chosen("Hoe meld ik overlast?", situation) is None
