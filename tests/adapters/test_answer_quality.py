"""How well the demonstration's knowledge answers questions that it has never seen. The floors are generous on purpose:
they catch a break, not a bad day; the figures themselves are printed.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.cli.evaluation import evaluate_answers
from gehoor.cli.filters import DEMO_KNOWLEDGE, Asker
from gehoor.core.knowledge.score import Figures, Share

TODAY = date(2026, 11, 22)
WAYS = "data/ways_housing/ways.jsonl"


def held_out(shared: Path) -> tuple[list[dict[str, str | None]], int]:
    """Every fourth line is kept for measuring; and how many were left out because an article has the same words."""
    lines = (shared / WAYS).read_text().splitlines()
    kept = [json.loads(line) for number, line in enumerate(lines) if number % 4 == 3]
    library, _ = read_articles(DEMO_KNOWLEDGE)
    learned = {way.casefold() for article in library.articles for way in article.ways}
    learned |= {question.casefold() for question in library.unanswerable}
    new = [line for line in kept if " ".join(str(line["text"]).split()).casefold() not in learned]
    return new, len(kept) - len(new)


def measured(shared: Path, tmp_path: Path, encoder: Encoder) -> Figures:
    data = tmp_path / "held-out.jsonl"
    data.write_text("\n".join(map(json.dumps, held_out(shared)[0])))
    found, faults = evaluate_answers(data, Asker(DEMO_KNOWLEDGE, TODAY, encoder=encoder))
    assert not faults
    return found.figures


def say(capsys: pytest.CaptureFixture[str], what: str, found: Figures) -> None:
    shares = {name: getattr(found, name) for name in found.__dataclass_fields__}
    told = [f"{name} {s.share:.3f} ({s.count}/{s.total})" for name, s in shares.items() if isinstance(s, Share)]
    with capsys.disabled():
        print(f"\n  {what}: {', '.join(told)}, AUROC {found.auroc:.3f}")


@pytest.mark.shared(WAYS)
def test_the_questions_that_are_kept_for_measuring_were_not_learned_from(shared: Path) -> None:
    new, same = held_out(shared)
    assert len(new) > 500
    assert same <= 10  # two authors may think of the same few words


@pytest.mark.model
@pytest.mark.shared(WAYS)
def test_with_the_language_model_most_unseen_questions_find_their_article(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured(shared, tmp_path, SentenceEncoder())
    say(capsys, "with the language model", found)
    assert found.first_right.share >= 0.57
    assert found.in_three.share >= 0.75
    assert found.answered.share >= 0.2
    assert found.answered_wrong.share <= 0.04
    assert found.unanswerable_answered.share <= 0.08
    assert (found.auroc or 0) >= 0.88


@pytest.mark.shared(WAYS)
def test_without_the_language_model_it_answers_less_and_hardly_more_wrongly(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured(shared, tmp_path, NoEncoder())
    say(capsys, "by words alone", found)
    assert found.first_right.share >= 0.45
    assert found.in_three.share >= 0.62
    assert found.answered.share >= 0.06
    assert found.answered_wrong.share <= 0.04
    assert found.unanswerable_answered.share <= 0.08
