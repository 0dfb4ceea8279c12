import itertools
import math
from dataclasses import replace
from datetime import date

import pytest

from gehoor.core.knowledge.answer import (
    Abstaining,
    Answering,
    Candidate,
    Situation,
    Suggesting,
    Verdict,
    chosen,
    judge,
    ranked,
)
from gehoor.core.knowledge.article import Article, ArticlePolicy, Library, Passage
from gehoor.core.knowledge.costs import Thresholds
from gehoor.core.knowledge.ladder import Severity
from tests.core.knowledge.examples import LIBRARY, TODAY, article

THRESHOLDS = Thresholds(answer=0.8, suggest=0.5)


def verdict(scores: dict[str, float], no_article: float = 0.0, given: frozenset[str] = frozenset()) -> Verdict:
    candidates = [Candidate(slug, score) for slug, score in scores.items()]
    return judge(candidates, no_article, Situation(LIBRARY, TODAY, "nl", given), THRESHOLDS)


GIVEN = frozenset({"lekkage"})

TABLE: list[tuple[str, Verdict, Verdict]] = [
    ("a sure article is answered", verdict({"lekkage": 0.9, "klacht": 0.05}), Answering("lekkage")),
    ("on the threshold counts as sure", verdict({"lekkage": 0.8}), Answering("lekkage")),
    (
        "just below it is suggested, with its neighbours",
        verdict({"lekkage": 0.79, "lift-storing": 0.1}),
        Suggesting(("lekkage", "lift-storing")),
    ),
    (
        "three make enough together",
        verdict({"lekkage": 0.2, "lift-storing": 0.18, "klacht": 0.15, "huur-opzeggen": 0.14}),
        Suggesting(("lekkage", "lift-storing", "klacht")),
    ),
    ("noise is not shown", verdict({"lekkage": 0.7, "lift-storing": 0.01}), Suggesting(("lekkage",))),
    ("too little to suggest", verdict({"lekkage": 0.3, "lift-storing": 0.1}), Abstaining("not_sure")),
    ("probably no article", verdict({"lekkage": 0.3}, no_article=0.6), Abstaining("no_article")),
    ("nothing is known at all", verdict({}), Abstaining("no_article")),
    ("may_suggest is never answered", verdict({"klacht": 0.99}), Suggesting(("klacht",))),
    ("people_only is left to people", verdict({"huurachterstand": 0.99}), Abstaining("people_only")),
    (
        "people_only that is best is not passed by",
        verdict({"huurachterstand": 0.4, "lekkage": 0.39, "klacht": 0.2}),
        Abstaining("people_only"),
    ),
    (
        "people_only that is not best is left out",
        verdict({"lekkage": 0.5, "huurachterstand": 0.4}),
        Suggesting(("lekkage",)),
    ),
    ("a stale article is not answered from", verdict({"oud": 0.99}), Abstaining("not_in_force")),
    ("nor suggested", verdict({"lekkage": 0.5, "oud": 0.4}), Suggesting(("lekkage",))),
    ("an unknown topic is for people", verdict({"verdwenen": 0.99}), Abstaining("people_only")),
    ("the same is never answered twice", verdict({"lekkage": 0.95}, given=GIVEN), Abstaining("already_given")),
    (
        "the next best is suggested instead, if it is likely now",
        verdict({"lekkage": 0.6, "lift-storing": 0.3}, given=GIVEN),
        Suggesting(("lift-storing",)),
    ),
    (
        "the neighbours of what was very sure are not",
        verdict({"lekkage": 0.95, "lift-storing": 0.05}, given=GIVEN),
        Abstaining("already_given"),
    ),
    ("not a number is not a score", verdict({"lekkage": math.nan, "klacht": 0.9}), Suggesting(("klacht",))),
    (
        "no probability of no article is certainty of none",
        verdict({"lekkage": 0.9}, math.nan),
        Abstaining("no_article"),
    ),
]


@pytest.mark.parametrize(("said", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_rule_says(said: Verdict, expected: Verdict) -> None:
    assert said == expected


def test_equal_scores_are_ordered_by_slug_whatever_the_order_they_come_in() -> None:
    candidates = [Candidate("b", 0.5), Candidate("a", 0.5), Candidate("c", 0.6)]
    for order in itertools.permutations(candidates):
        assert [c.slug for c in ranked(order)] == ["c", "a", "b"]


def test_whatever_the_scores_nothing_forbidden_is_ever_said() -> None:
    values = (0.0, 0.3, 0.8, 1.0, math.inf, -1.0, math.nan)
    slugs = ("lekkage", "klacht", "huurachterstand", "oud")
    for scores in itertools.product(values, repeat=len(slugs)):
        for no_article, given in itertools.product((0.0, 0.5, math.nan), (frozenset(), GIVEN)):
            said = verdict(dict(zip(slugs, scores, strict=True)), no_article, given)
            shown = (said.slug,) if isinstance(said, Answering) else getattr(said, "slugs", ())
            assert len(shown) == len(set(shown)) <= 3
            assert not {"huurachterstand", "oud", *given} & set(shown)
            if isinstance(said, Answering):
                assert LIBRARY.policy(said.slug) == ArticlePolicy.MAY_ANSWER
            if isinstance(said, Suggesting):
                assert shown


# -- a suggestion that was chosen --------------------------------------------------------------------------------------


def chosen_article(policy: ArticlePolicy, review_by: date = date(2027, 6, 1)) -> Article:
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
    situation = Situation(Library((chosen_article(policy),), ()), TODAY, given=given)
    assert chosen(text, situation) == (Answering("overlast-melden") if answered else None)


def test_that_a_stale_article_is_not_shown_by_its_title_either() -> None:
    situation = Situation(Library((chosen_article(ArticlePolicy.MAY_SUGGEST, date(2026, 10, 1)),), ()), TODAY)
    assert chosen("Hoe meld ik overlast?", situation) is None


def test_where_a_wrong_answer_is_worse_it_must_be_surer() -> None:
    serious = replace(LIBRARY, severities={"lekkage": Severity.SERIOUS})
    said = {
        score: judge([Candidate("lekkage", score)], 0.0, Situation(serious, TODAY), THRESHOLDS)
        for score in (0.9, 0.95, 0.97)
    }
    assert said[0.97] == Answering("lekkage")
    assert said[0.95] == said[0.9] == Suggesting(("lekkage",))


def test_a_fixed_text_is_answered_with() -> None:
    fixed = Library((article("noodnummer", policy=ArticlePolicy.FIXED_TEXT),))
    assert judge([Candidate("noodnummer", 0.9)], 0.0, Situation(fixed, TODAY), THRESHOLDS) == Answering("noodnummer")
