"""``gehoor evaluate answers``: what is counted, what is told of bad lines, and the picture."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gehoor.adapters.brains.embedding import NoEncoder
from gehoor.adapters.brains.index import Ranking
from gehoor.adapters.brains.measuring import in_context, judged_of
from gehoor.cli.evaluation import run_evaluate_answers
from gehoor.core.knowledge.answer import Abstaining, Answering, Candidate, Reason, Suggesting, Verdict
from gehoor.core.knowledge.questions import Asked
from tests.cli.test_filters import knowledge
from tests.core.knowledge.examples import TODAY

__all__ = ["knowledge"]  # the fixture: a folder with three articles

ROWS: list[object] = [
    {"text": "huur opzeggen", "topic": "huur-opzeggen", "lang": "nl", "kind": "kort"},
    {"text": "trein laat", "topic": None, "lang": "nl"},
]


def evaluated(knowledge: Path, folder: Path, as_json: bool, plot: Path | None = None) -> tuple[int, str]:
    data = folder / "data.jsonl"
    data.write_text("\n".join([*map(json.dumps, ROWS), "kapot", '{"text": "zonder topic"}']))
    out = io.StringIO()
    status = run_evaluate_answers(data, out, knowledge, as_json, plot=plot, today=TODAY, encoder=NoEncoder())
    return status, out.getvalue()


def test_the_figures_are_counted_and_bad_lines_named(knowledge: Path, tmp_path: Path) -> None:
    status, told = evaluated(knowledge, tmp_path, as_json=True)
    found = json.loads(told)
    assert status == 1
    assert [fault["line"] for fault in found["faults"]] == [3, 4]
    assert (found["first_right"]["count"], found["first_right"]["total"]) == (1, 1)
    assert found["abstained_right"]["total"] == 1
    assert found["by_topic"]["huur-opzeggen"]["first_right"]["count"] == 1
    assert found["by_kind"]["kort"]["first_right"]["total"] == 1
    assert 0 <= found["reliability"]["error"] <= 1


def test_the_table_says_the_same_in_words(knowledge: Path, tmp_path: Path) -> None:
    _, told = evaluated(knowledge, tmp_path, as_json=False)
    for line in ("first right", "AUROC", "expected calibration error", "by topic", "by language", "Line 3:"):
        assert line in told


def test_the_thresholds_are_told_and_follow_from_the_costs_of_the_organisation(knowledge: Path, tmp_path: Path) -> None:
    told = {}
    for cost in (10, 50):
        (knowledge / "costs.yaml").write_text(f"wrong_answer: {cost}")
        told[cost] = json.loads(evaluated(knowledge, tmp_path, as_json=True)[1])["thresholds"]
    assert told[10]["answer_ordinary"] == pytest.approx(0.9)
    assert told[50]["answer_ordinary"] == pytest.approx(0.98)
    assert told[50]["answer_serious"] > told[50]["answer_ordinary"]
    assert "A wrong answer costs 50 customers" in evaluated(knowledge, tmp_path, as_json=False)[1]


def test_the_picture_is_whole_and_says_in_words_what_it_shows(knowledge: Path, tmp_path: Path) -> None:
    file = tmp_path / "picture.svg"
    evaluated(knowledge, tmp_path, as_json=True, plot=file)
    drawn = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    described = drawn.find("{http://www.w3.org/2000/svg}desc")
    assert described is not None
    assert "answered by itself" in (described.text or "")
    assert drawn.findall("{http://www.w3.org/2000/svg}polyline")


def decide(verdicts: dict[str, Verdict]) -> "Decider":
    return Decider(verdicts)


class Decider:
    """Gives the verdict that was written down for a text, and keeps what it was asked."""

    def __init__(self, verdicts: dict[str, Verdict]) -> None:
        self.verdicts = verdicts
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[tuple[Ranking, Verdict]]:
        self.asked += texts
        ranking = Ranking((Candidate("a", 0.6), Candidate("b", 0.3)), 0.1)
        return [(ranking, self.verdicts[text]) for text in texts]


def test_a_short_question_leans_on_the_one_before_and_is_at_most_suggested() -> None:
    decider = decide({"en op zondag?": Abstaining(Reason.NOT_SURE), "Wanneer open? en op zondag?": Answering("a")})
    question = Asked("en op zondag?", "a", turns=("Wanneer open?",))
    ((_, verdict),) = in_context([question], decider)
    assert verdict == Suggesting(("a",))


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        (Asked("kort", "a"), Abstaining(Reason.NOT_SURE)),  # nothing was said before
        (Asked("een vraag van zeven hele woorden lang", "a", turns=("x",)), Abstaining(Reason.NOT_SURE)),
        (Asked("kort", "a", turns=("x",)), Answering("a")),  # it says enough by itself
    ],
)
def test_what_needs_nothing_before_it_is_decided_by_itself(question: Asked, verdict: Verdict) -> None:
    decider = decide({question.text: verdict})
    in_context([question], decider)
    assert decider.asked == [question.text]


def test_what_the_brain_made_of_a_question_is_put_beside_its_truth() -> None:
    decider = decide({"vraag": Suggesting(("b", "a")), "niets": Abstaining("no_article"), "ja": Answering("a")})
    asked = [Asked("vraag", "a", "nl", "kort", frozenset({"c"})), Asked("niets", None), Asked("ja", "b")]
    suggested, silent, answered = judged_of(asked, decider)
    assert (suggested.shown, suggested.answered, suggested.score, suggested.answerable) == (("b", "a"), False, 0.6, 0.9)
    assert (suggested.language, suggested.kind, suggested.also) == ("nl", "kort", frozenset({"c"}))
    assert (silent.shown, silent.truth) == ((), None)
    assert (answered.answered, answered.shown_right) == (True, False)
