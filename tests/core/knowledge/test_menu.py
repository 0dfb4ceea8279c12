"""What a model may choose from, and that whatever it writes comes to a choice from it, or to nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.core.knowledge.article import Passage
from gehoor.core.knowledge.menu import (
    LONGEST_OUTPUT,
    Menu,
    Say,
    Show,
    Silence,
    Unusable,
    chosen,
    menu_to_answer,
    menu_to_suggest,
)
from gehoor.core.knowledge.saying import Statement, is_sound
from tests.core.knowledge.examples import article

HUUR = replace(
    article("huur"),
    passages=(
        Passage("", "Schrijf een brief. Dat kan elke dag."),
        Passage("Wanneer?", "Na één maand. Bel gerust."),
        Passage("Geld?", "Het is gratis."),
    ),
)
LEK, LIFT = article("lekkage"), article("lift-storing")
TO_ANSWER = menu_to_answer(HUUR, (0.5, 0.6, 0.1), (LEK,), asks=True)
TO_SUGGEST = menu_to_suggest((HUUR, LEK, LIFT), (LIFT,), asks=True)


def texts(menu: Menu) -> list[str]:
    return [one.sentence.text for one in menu.sentences]


def test_that_passages_that_fit_hardly_less_than_the_best_are_on_the_list_and_no_others() -> None:
    assert texts(TO_ANSWER) == ["Schrijf een brief.", "Dat kan elke dag.", "Na één maand.", "Bel gerust."]
    assert [one.number for one in TO_ANSWER.sentences] == [1, 2, 3, 4]
    assert texts(menu_to_answer(HUUR, (), (), asks=True)) == ["Schrijf een brief.", "Dat kan elke dag."]
    assert texts(menu_to_answer(HUUR, (0.1, 0.2, 0.9), (), asks=True)) == ["Het is gratis."]
    zeros = menu_to_answer(HUUR, (0.0, 0.0, float("nan")), (), asks=True)
    assert texts(zeros) == ["Schrijf een brief.", "Dat kan elke dag."], "what does not fit at all is not near either"


def test_that_of_titles_the_answers_are_on_the_list_but_not_those_that_no_model_may_see() -> None:
    assert texts(TO_SUGGEST) == ["Schrijf een brief.", "Dat kan elke dag.", "Bel ons."]


CAME_TO = [
    ('{"choose": [3]}', Say(HUUR, Statement(((1, 0),)))),
    ('{"choose": [2]}', Say(HUUR, Statement(((0, 0), (0, 1))))),
    ('```json\n{"choose": [4, 1]}\n```', Say(HUUR, Statement(((0, 0), (1, 1))))),
    ('{"choose": [3], "connect": ["connect_also"]}', Say(HUUR, Statement(((1, 0),), ("connect_also",)))),
    ('{"choose": [3], "connect": ["connect_also", "connect_see"]}', Say(HUUR, Statement(((1, 0),)))),
    ('{"choose": [3], "connect": [["connect_also"]]}', Say(HUUR, Statement(((1, 0),)))),
    ('{"choose": [3], "connect": "connect_also"}', Say(HUUR, Statement(((1, 0),)))),
    ('{"ask": "clarify_more"}', Show((HUUR, LEK), "clarify_more")),
    ('{"abstain": true}', Silence()),
    ('{"abstain": false}', Unusable("no_choice")),
    ('{"ask": "Hoe heet u?"}', Unusable("may_not_ask")),
    ('{"ask": ["clarify_more"]}', Unusable("may_not_ask")),
    ('{"choose": [0]}', Unusable("not_offered")),
    ('{"choose": [1.0]}', Unusable("not_offered")),
    ('{"choose": [[1]]}', Unusable("not_offered")),
    ('{"choose": [1, 1e999]}', Unusable("not_offered")),
    ('{"choose": {"1": 1}}', Unusable("no_choice")),
    ('{"choose": [' + "1," * 20 + "1]}", Unusable("no_choice")),
    ('{"choose": [1], "ask": "clarify_more"}', Unusable("no_choice")),
    ("{}", Unusable("no_choice")),
    ("[1]", Unusable("no_choice")),
    ("", Unusable("no_choice")),
    ("{{{{{", Unusable("no_choice")),
    (" " * LONGEST_OUTPUT + '{"choose": [1]}', Unusable("no_choice")),
]


@pytest.mark.parametrize(("output", "expected"), CAME_TO, ids=[output[:50] for output, _ in CAME_TO])
def test_that_an_output_comes_to_a_choice_or_to_nothing(output: str, expected: object) -> None:
    assert chosen(output, TO_ANSWER) == expected


def test_that_where_titles_are_shown_a_choice_only_orders_them() -> None:
    assert chosen('{"choose": [3]}', TO_SUGGEST) == Show((LEK, HUUR, LIFT))
    assert chosen('{"choose": [3, 1]}', TO_SUGGEST) == Show((LEK, HUUR, LIFT))


def test_that_no_question_comes_where_none_may_be_asked() -> None:
    assert chosen('{"ask": "clarify_more"}', replace(TO_ANSWER, asks=False)) == Unusable("may_not_ask")
    assert chosen('{"ask": "clarify_more"}', replace(TO_ANSWER, titles=())) == Unusable("may_not_ask")


def test_that_too_much_is_not_said() -> None:
    long = replace(
        HUUR, passages=(HUUR.passages[0], Passage("Veel", " ".join(f"Zin {i}a gaat over iets." for i in range(9))))
    )
    menu = menu_to_answer(long, (0.5, 0.5), (), asks=False)
    assert chosen('{"choose": [3, 4, 5, 6, 7]}', menu) != Unusable("too_much")
    assert chosen('{"choose": [3, 4, 5, 6, 7, 8]}', menu) == Unusable("too_much")


OUTPUTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.integers(-2, 6), max_size=6).map(lambda ids: f'{{"choose": {ids}, "connect": ["connect_here"]}}'),
    st.sampled_from([output for output, _ in CAME_TO]),
)


@given(OUTPUTS, st.sampled_from([TO_ANSWER, TO_SUGGEST]))
def test_that_nothing_but_what_is_on_the_list_ever_comes_of_it(output: str, menu: Menu) -> None:
    came_to = chosen(output, menu)
    if isinstance(came_to, Say):
        assert came_to.article is menu.answers
        assert is_sound(came_to.article, came_to.statement)
        allowed = {one.sentence.passage for one in menu.sentences}
        assert {passage for passage, _ in came_to.statement.places} <= allowed
    elif isinstance(came_to, Show):
        assert sorted(one.slug for one in came_to.titles) == sorted(one.slug for one in menu.titles)
