"""The passage that answers is said, what may be meant instead is offered, and the guard checks both again."""

from dataclasses import replace
from datetime import date

import pytest

from gehoor.adapters.brains.guarded import GuardedBrain
from gehoor.adapters.brains.saying import SayingBrain, answer_of
from gehoor.adapters.brains.scripted import ScriptedBrain
from gehoor.core.knowledge.answer import Candidate
from gehoor.core.knowledge.article import Article, ArticlePolicy, Library, Passage
from gehoor.core.knowledge.saying import Statement, compose
from gehoor.ports.brain import Answer, DontKnow, Looked, Question, Said, Suggestions, suggestion_of
from tests.core.knowledge.examples import LIBRARY, TODAY, article

pytestmark = pytest.mark.anyio

HUUR = replace(
    article("huur"),
    passages=(
        Passage("", "U zegt de huur schriftelijk op. Dat kan elke dag."),
        Passage("Wanneer eindigt het?", "Na één maand. Dat mag ook midden in de maand. Bel ons bij vragen."),
        Passage("Wat kost het?", "Opzeggen is gratis. U betaalt huur tot de laatste dag."),
    ),
)
VAST = replace(HUUR, slug="vast", title="Vast?", policy=ArticlePolicy.FIXED_TEXT)
ONLY_SUGGEST = replace(HUUR, slug="misschien", title="Misschien?", policy=ArticlePolicy.MAY_SUGGEST)
PEOPLE = next(one for one in LIBRARY.articles if one.slug == "huurachterstand")
OLD = next(one for one in LIBRARY.articles if one.slug == "oud")
ALL = Library((HUUR, VAST, ONLY_SUGGEST, PEOPLE, OLD, article("lekkage")))
PHRASES = {"nl": {"connect_here": "Dit staat erover:"}}


def whole(one: Article) -> Answer:
    """What a brain says that gives the whole answer."""
    return Answer(one.slug, one.version, one.title, one.language, one.answer, one.url_path)


class Finds(ScriptedBrain):
    """A brain that tells what it saw."""

    def __init__(self, seen: Looked) -> None:
        super().__init__([seen.said])
        self._seen = seen

    async def look(self, question: Question, today: date) -> Looked:  # noqa: ARG002  it is one of several
        self.asked.append(question)
        return self._seen


async def said(seen: Looked, question: str = "x", given: frozenset[str] = frozenset()) -> Said:
    brain = GuardedBrain(SayingBrain(Finds(seen), lambda: ALL), lambda: ALL, phrases=lambda: PHRASES)
    return await brain.answer(Question(question, given=given), TODAY)


async def test_that_the_passage_that_fits_is_said_under_its_heading_with_title_and_day() -> None:
    found = await said(Looked(whole(HUUR), passages={"huur": (0.2, 0.8, 0.3)}))
    assert isinstance(found, Answer)
    assert found.text == "Wanneer eindigt het?\nNa één maand. Dat mag ook midden in de maand. Bel ons bij vragen."
    assert found.places == ((1, 0), (1, 1), (1, 2))
    assert (found.title, found.valid_from) == (HUUR.title, HUUR.valid_from)


@pytest.mark.parametrize("scores", [{}, {"huur": (0.5, 0.505)}, {"lekkage": (0.0, 1.0)}])
async def test_that_the_answer_itself_is_said_when_no_passage_is_better(
    scores: dict[str, tuple[float, ...]],
) -> None:
    found = await said(Looked(whole(HUUR), passages=scores))
    assert isinstance(found, Answer)
    assert found.text == HUUR.answer


async def test_that_a_fixed_text_is_said_whole_whatever_fits() -> None:
    found = await said(Looked(whole(VAST), passages={"vast": (0.0, 1.0, 0.0)}))
    assert isinstance(found, Answer)
    assert found.text == VAST.answer


async def test_that_what_comes_next_may_be_shown_and_was_not_given() -> None:
    names = ("huur", "huurachterstand", "oud", "vast", "weg", "misschien", "lekkage")
    seen = Looked(whole(HUUR), tuple(Candidate(name, 0.1) for name in names))
    found = await said(seen, given=frozenset({"vast"}))
    assert isinstance(found, Answer)
    assert [one.slug for one in found.also] == ["misschien", "lekkage"]
    assert [one.valid_from for one in found.also] == [date(2026, 1, 1)] * 2
    unlikely = Looked(whole(HUUR), (Candidate("lekkage", 0.001),))
    assert isinstance(again := await said(unlikely), Answer)
    assert again.also == ()


async def test_that_a_brain_that_cannot_tell_what_it_saw_is_passed_on() -> None:
    for step in (whole(HUUR), Suggestions((suggestion_of(HUUR),)), DontKnow("not_sure")):
        brain = SayingBrain(ScriptedBrain([step], name="n", version="v"), lambda: ALL)
        assert (brain.name, brain.version) == ("n", "v")
        found = await brain.answer(Question("x"), TODAY)
        assert type(found) is type(step)


async def test_that_nothing_wrong_is_mended_on_the_way_to_the_guard() -> None:
    bad = replace(whole(HUUR), text=HUUR.answer + " Gratis.")
    assert await said(Looked(bad, passages={"huur": (0.0, 1.0)})) == DontKnow("not_approved")
    old = replace(whole(HUUR), version="000000000000")
    assert await said(Looked(old)) == DontKnow("no_source")


def one_piece(places: tuple[tuple[int, int], ...], phrases: tuple[str, ...] = (), of: Article = HUUR) -> Answer:
    return answer_of(of, Statement(places, phrases), compose(of, Statement(places, phrases), PHRASES["nl"]))


HEAD, SECOND = "Wanneer eindigt het?", "Dat mag ook midden in de maand."
PIECE = one_piece(((1, 0), (1, 1)))
BROKEN = {
    "a sentence without the one it leans on": one_piece(((1, 1),)),
    "sentences out of order": replace(PIECE, places=((1, 1), (1, 0)), text=f"{HEAD}\n{SECOND} Na één maand."),
    "a sentence twice": replace(PIECE, places=((1, 2),) * 2, text=f"{HEAD}\nBel ons bij vragen. Bel ons bij vragen."),
    "another text than its sentences": replace(PIECE, text=PIECE.text.replace("één", "zes")),
    "a text that is left out": replace(PIECE, text=PIECE.text.replace(" Dat mag ook midden in de maand.", "")),
    "without the heading": replace(PIECE, text=PIECE.text.partition("\n")[2]),
    "a phrase that is not fixed": replace(PIECE, phrases=("promise_kept",)),
    "a phrase that is not in this language": replace(PIECE, phrases=("connect_see",)),
    "words behind it": replace(PIECE, text=PIECE.text + " "),
    "a place that is not there": replace(PIECE, places=((9, 0),)),
    "a piece of a fixed text": one_piece(((1, 0), (1, 1)), of=VAST),
    "a fixed text with a phrase": one_piece(((0, 0), (0, 1)), ("connect_here",), of=VAST),
    "of an article that may only be suggested": one_piece(((1, 0), (1, 1)), of=ONLY_SUGGEST),
    "of an article for people": replace(whole(PEOPLE), places=((0, 0),)),
    "of an article that is not in force": replace(whole(OLD), places=((0, 0),)),
    "places of another kind": replace(PIECE, places="ja"),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("wrong", BROKEN.values(), ids=BROKEN.keys())
async def test_that_the_guard_lets_no_piece_through_that_is_not_what_was_approved(wrong: Answer) -> None:
    brain = GuardedBrain(ScriptedBrain([wrong]), lambda: ALL, phrases=lambda: PHRASES)
    assert isinstance(await brain.answer(Question("x"), TODAY), DontKnow)


async def test_that_the_guard_lets_a_piece_through_that_is_approved_and_asks_one_question_at_most_in_a_row() -> None:
    good = one_piece(((0, 0), (0, 1), (2, 0)), ("connect_here",))
    asks = Suggestions((suggestion_of(HUUR),), "clarify_more")
    made_up = replace(asks, question="Hoeveel geld wilt u?")
    brain = GuardedBrain(ScriptedBrain([good, asks, asks, made_up]), lambda: ALL, phrases=lambda: PHRASES)
    assert await brain.answer(Question("x"), TODAY) == good
    assert await brain.answer(Question("x"), TODAY) == asks
    assert await brain.answer(Question("x", clarified=True), TODAY) == replace(asks, question="")
    assert await brain.answer(Question("x"), TODAY) == replace(asks, question="")
