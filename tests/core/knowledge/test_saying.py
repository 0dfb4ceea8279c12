"""What is said of an article: whole approved sentences, in order, with what they need, and never much."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.core.knowledge.article import Article, Passage
from gehoor.core.knowledge.saying import (
    MOST_CHARACTERS,
    Statement,
    completed,
    compose,
    fits,
    is_sound,
    pick_passage,
    state,
)
from gehoor.core.knowledge.sentences import sentences
from tests.core.knowledge.examples import article

HONDEN = replace(
    article("huisdieren"),
    passages=(
        Passage("", "U mag een huisdier houden. Zorg dat buren er geen last van hebben."),
        Passage("Mag ik een hond?", "Ja. Houdt u er meer dan twee? Bel ons dan. Honden zijn welkom in de tuin."),
        Passage("Wat neem ik mee?", "- Een riem.\n- Een paspoort.\n\nKomt u met de bus? Houd de hond kort."),
    ),
)
PHRASES = {"connect_here": "Dit staat erover:", "connect_also": "Dit staat er ook:"}


@pytest.mark.parametrize(
    ("scores", "passage"),
    [
        ((), 0),  # nothing is known
        ((0.5,), 0),
        ((0.5, 0.505), 0),  # as good as a tie is not enough
        ((0.5, 0.52), 1),
        ((0.2, 0.6, 0.7), 2),
        ((0.2, 0.7, 0.7), 1),  # a tie: the first of them
        ((float("nan"), 0.3), 1),
        ((0.5, float("nan"), float("inf")), 0),
    ],
)
def test_that_another_passage_answers_only_when_it_fits_better(scores: tuple[float, ...], passage: int) -> None:
    assert pick_passage(scores) == passage


def test_that_the_answer_is_said_by_default_word_for_word() -> None:
    said = state(HONDEN)
    assert compose(HONDEN, said, {}) == HONDEN.answer
    assert is_sound(HONDEN, said)


def test_that_a_passage_is_said_under_its_heading_and_none_other_with_it() -> None:
    said = state(HONDEN, (0.1, 0.9, 0.2))
    assert compose(HONDEN, said, {}).startswith("Mag ik een hond?\nJa. Houdt u er meer dan twee? Bel ons dan.")
    assert {passage for passage, _ in said.places} == {1}


def test_that_of_a_fixed_text_nothing_but_the_whole_answer_is_said() -> None:
    said = state(HONDEN, (0.1, 0.9, 0.2), fixed=True)
    assert compose(HONDEN, said, {}) == HONDEN.answer
    assert is_sound(HONDEN, said, fixed=True)
    assert not is_sound(HONDEN, state(HONDEN, (0.1, 0.9, 0.2)), fixed=True)
    assert not is_sound(HONDEN, replace(said, phrases=("connect_here",)), fixed=True)
    assert not is_sound(HONDEN, Statement(said.places[:1]), fixed=True)


def test_that_a_long_passage_is_cut_after_a_few_whole_sentences() -> None:
    long = Passage("Veel", " ".join(f"Zin nummer {i} staat hier." for i in range(12)))
    one = replace(HONDEN, passages=(HONDEN.passages[0], long))
    assert len(state(one, (0, 1)).places) == 5
    wide = Passage("Lang", " ".join(f"Zin nummer {i} {'heel ' * 40}lang." for i in range(4)))
    cut = state(replace(HONDEN, passages=(HONDEN.passages[0], wide)), (0, 1))
    assert 0 < len(cut.places) < 4


def test_that_what_may_not_be_broken_and_is_too_long_leaves_the_answer() -> None:
    items = "\n".join(
        f"- Punt {i} van de lijst, met nog veel meer woorden erachter om hem lang te maken." for i in range(20)
    )
    one = replace(HONDEN, passages=(HONDEN.passages[0], Passage("Lijst", items)))
    assert compose(one, state(one, (0, 1)), {}) == one.answer


def test_that_a_choice_gets_its_order_and_what_it_needs_back() -> None:
    assert completed(HONDEN, [(1, 2), (0, 0)]) == ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2))
    assert completed(HONDEN, [(2, 0), (2, 0), (9, 9), (-1, 0)]) == ((2, 0), (2, 1))


def test_that_pieces_keep_their_lines_and_phrases_stand_before_them() -> None:
    said = Statement(completed(HONDEN, [(1, 3), (2, 0)]), ("connect_here", "connect_also"))
    assert compose(HONDEN, said, PHRASES) == (
        "Dit staat erover:\nMag ik een hond?\nHonden zijn welkom in de tuin.\n\n"
        "Dit staat er ook:\nWat neem ik mee?\n- Een riem.\n- Een paspoort."
    )
    gap = Statement(((1, 0), (1, 3)))
    assert compose(HONDEN, gap, {}) == "Mag ik een hond?\nJa. Honden zijn welkom in de tuin."
    with pytest.raises(LookupError):
        compose(HONDEN, said, {})
    with pytest.raises(LookupError):
        compose(HONDEN, Statement(((7, 0),)), {})


@pytest.mark.parametrize(
    "said",
    [
        Statement(()),
        Statement(((0, 0),)),  # the limit that follows it is missing
        Statement(((1, 2),)),  # what it leans on is missing
        Statement(((1, 3), (1, 0))),  # out of order
        Statement(((1, 3), (1, 3))),  # twice
        Statement(((2, 0),)),  # half a list
        Statement(((5, 0),)),
        Statement(((1, 3),), ("connect_here", "connect_also")),  # more phrases than pieces
        Statement(((1, 3),), ("ga_je_gang",)),  # a phrase that there is not
    ],
)
def test_that_what_is_broken_is_not_sound(said: Statement) -> None:
    assert not is_sound(HONDEN, said)


def test_that_no_more_than_a_little_is_sound_unless_it_is_the_answer_itself() -> None:
    everything = tuple(one.place for passage in sentences(HONDEN) for one in passage)
    assert not is_sound(HONDEN, Statement(everything))
    long = replace(HONDEN, passages=(Passage("", "Dit is een lange zin. " * 60 + "Klaar."),))
    whole = tuple(one.place for one in sentences(long)[0])
    assert len(long.answer) > MOST_CHARACTERS
    assert is_sound(long, Statement(whole))
    assert len(compose(long, state(long), {})) <= MOST_CHARACTERS


PLACES = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 6)), max_size=8)


@given(PLACES)
def test_that_a_completed_choice_that_fits_is_sound_and_says_only_what_stands_there(
    chosen: list[tuple[int, int]],
) -> None:
    places = completed(HONDEN, chosen)
    if not fits(HONDEN, places):
        return
    said = Statement(places)
    assert is_sound(HONDEN, said)
    for line in compose(HONDEN, said, {}).split("\n"):
        assert not line or any(line in f"{p.heading}\n{p.text}" for p in HONDEN.passages) or _in_parts(line, HONDEN)


def _in_parts(line: str, of: Article) -> bool:
    """A line with a gap in it: each of its sentences stands there."""
    return all(
        any(part in p.text for p in of.passages) for part in line.replace("? ", "?|").replace(". ", ".|").split("|")
    )
