"""How well the demonstration's knowledge answers questions that it has never seen (tests/data/answers/SOURCE.md).

The figures are printed. The floors lie below them, so that they catch a break and not a bad day, and never below what
is promised of answers that the AI gives by itself.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.articles.question_set import OWN_FILE
from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import file_name, version_of
from gehoor.adapters.brains.lines import lines_of
from gehoor.adapters.brains.passages import Fits
from gehoor.adapters.brains.retrieval import TRAINED, finding_of
from gehoor.cli.evaluation import evaluate_answers
from gehoor.cli.filters import DEMO_KNOWLEDGE, Asker
from gehoor.core.knowledge.report import Report
from gehoor.core.knowledge.saying import pick_passage
from gehoor.core.knowledge.score import Share

TODAY = date(2026, 11, 22)
DATA = Path(__file__).parents[1] / "data" / "answers"
ASIDE, RIGHTS = DEMO_KNOWLEDGE / OWN_FILE, DATA / "rights.jsonl"
LEAST_PER_TOPIC = 50
SHORT = 6


@cache
def asker(*, with_model: bool) -> Asker:
    return Asker(DEMO_KNOWLEDGE, TODAY, encoder=SentenceEncoder() if with_model else NoEncoder())


def measured(data: Path, *, with_model: bool) -> Report:
    found, faults = evaluate_answers(data, asker(with_model=with_model))
    assert not faults
    return found


def say(capsys: pytest.CaptureFixture[str], what: str, found: Report) -> None:
    shares = {name: getattr(found.figures, name) for name in found.figures.__dataclass_fields__}
    told = [f"{name} {s.share:.3f} ({s.count}/{s.total})" for name, s in shares.items() if isinstance(s, Share)]
    with capsys.disabled():
        print(f"\n  {what}: {', '.join(told)}, AUROC {found.figures.auroc:.3f}, ECE {found.reliability.error:.3f}")


def words_of(text: str) -> str:
    return " ".join(text.split()).casefold()


@pytest.mark.parametrize("encoder", [NoEncoder(), SentenceEncoder()], ids=["words", "model"])
def test_what_was_learned_of_the_demo_comes_along_and_fits_the_articles(encoder: Encoder) -> None:
    if type(encoder) is SentenceEncoder and not encoder.available:
        pytest.skip("the language model is not installed")
    library, _ = read_articles(DEMO_KNOWLEDGE)
    trained = DEMO_KNOWLEDGE / TRAINED / file_name(version_of(lines_of(library), encoder))
    assert trained.exists(), "The articles or the code that learns changed: run scripts/train_demo.py."


def test_questions_for_measuring_were_not_learned_from() -> None:
    library, _ = read_articles(DEMO_KNOWLEDGE)
    learned = {words_of(text) for text in lines_of(library).texts}
    asked = [json.loads(line)["text"] for file in (ASIDE, RIGHTS) for line in file.read_text().splitlines()]
    asked += [one.text for one in library.known]
    assert len(asked) == 1641
    assert not [text for text in asked if words_of(text) in learned]


def test_every_topic_has_many_ways_of_asking_and_many_hundreds_of_questions_have_no_article() -> None:
    library, _ = read_articles(DEMO_KNOWLEDGE)
    ways = {slug: sum(len(article.ways) for article in library.of(slug)) for slug in library.slugs}
    assert min(ways.values()) >= LEAST_PER_TOPIC
    assert len(library.unanswerable) >= 2000


@pytest.mark.model
def test_with_the_language_model_most_unseen_questions_find_their_article(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(ASIDE, with_model=True)
    say(capsys, "with the language model", found)
    figures = found.figures
    assert figures.first_right.share >= 0.85
    assert figures.in_three.share >= 0.95
    assert figures.helped.share >= 0.75
    assert figures.wrong_of_answers.share <= 0.03
    assert figures.unanswerable_answered.share <= 0.03
    assert figures.unanswerable_suggested.share <= 0.15
    assert (figures.auroc or 0) >= 0.95
    assert found.reliability.error is not None
    assert found.reliability.error <= 0.05


@pytest.mark.model
def test_nothing_wrong_is_said_of_rights_and_money(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(RIGHTS, with_model=True)
    say(capsys, "on rights and money", found)
    assert found.figures.answered_wrong.count == 0
    assert found.figures.unanswerable_answered.count == 0


@pytest.mark.parametrize(
    ("encoder", "least"),
    [(NoEncoder(), 0.6), pytest.param(SentenceEncoder(), 0.75, marks=pytest.mark.model)],
    ids=["words", "model"],
)
def test_what_is_said_is_mostly_the_passage_that_answers(
    encoder: Encoder, least: float, capsys: pytest.CaptureFixture[str]
) -> None:
    library, _ = read_articles(DEMO_KNOWLEDGE)
    fits = Fits(finding_of(library, encoder, None, DEMO_KNOWLEDGE / TRAINED))
    lines = [json.loads(line) for line in (DATA / "passages.jsonl").read_text().splitlines()]
    right: dict[bool, list[bool]] = {True: [], False: []}
    opening: list[bool] = []
    for line in lines:
        article = library.find_in_force(line["topic"], "nl", TODAY)
        assert article is not None
        headings = [passage.heading for passage in article.passages]
        assert set(line["passages"]) <= set(headings), line["topic"]
        chosen = headings[pick_passage(fits.of(article, line["text"]))]
        right[len(line["text"].split()) <= SHORT].append(chosen in line["passages"])
        opening.append("" in line["passages"])
    short, long = (sum(right[one]) / len(right[one]) for one in (True, False))
    with capsys.disabled():
        print(
            f"\n  a passage that answers: {short:.3f} of {len(right[True])} short questions, {long:.3f} of the others"
        )
    assert short >= least
    assert long >= least - 0.05
    assert short + long > 2 * sum(opening) / len(opening)


def test_without_the_language_model_it_answers_less_and_hardly_more_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(ASIDE, with_model=False)
    say(capsys, "by words alone", found)
    figures = found.figures
    assert figures.first_right.share >= 0.75
    assert figures.in_three.share >= 0.9
    assert figures.wrong_of_answers.share <= 0.05
    assert figures.unanswerable_answered.share <= 0.03
