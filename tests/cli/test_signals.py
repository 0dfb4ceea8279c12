"""``gehoor signals`` and ``gehoor evaluate signals``: lines in, lines out, and figures."""

import io
import json
import time
from pathlib import Path

import pytest

from gehoor.adapters.brains.embedding import NoEncoder
from gehoor.adapters.hearing.listening import FullHearing
from gehoor.cli.signals import run_evaluate_signals, run_signals

ALONE = FullHearing(NoEncoder())
SIGNALS = (
    *("wants_human", "asks_identity", "urgent", "needs_support", "complaint", "formal_objection", "privacy_request"),
    "stuck",
)


def answers(*lines: object) -> tuple[int, list[dict[str, object]]]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    out = io.StringIO()
    status = run_signals(io.BytesIO(text.encode("utf-8", "surrogatepass")), out, ALONE)
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def test_that_a_line_says_every_signal_and_nothing_else() -> None:
    status, (line,) = answers({"id": 7, "text": "Ik ruik gas en wil een medewerker spreken"})
    assert status == 0
    assert set(line) == {"id", "language", *SIGNALS, "urgent_kind", "support"}
    assert {line[name] for name in SIGNALS} <= {"yes", "maybe", "no"}
    assert (line["id"], line["language"], line["urgent"], line["urgent_kind"]) == (7, "nl", "yes", "gas")


def test_that_a_bad_line_is_answered_and_stops_nothing() -> None:
    status, lines = answers(
        "geen json", {"id": 1}, {"id": 2, "text": "x", "history": [{"text": 1}]}, {"id": 3, "text": "hoi"}
    )
    assert status == 1
    assert ["error" in line for line in lines] == [True, True, True, False]
    assert lines[3]["wants_human"] == "no"


@pytest.mark.parametrize("text", ["", "\U0001f600", "\u200b", "a" * 100_000, "gas м " * 15_000])
def test_that_no_text_is_an_error_and_none_takes_long(text: str) -> None:
    began = time.perf_counter()
    status, (line,) = answers({"id": 1, "text": text})
    assert (status, line["id"]) == (0, 1)
    assert time.perf_counter() - began < 1.0  # a canary; the bench judges


def test_that_somebody_who_is_hidden_in_invisible_characters_is_heard() -> None:
    _, (line,) = answers({"id": 1, "text": "m\u200be\u200bd\u2060ewerk\u200der"})
    assert line["wants_human"] == "yes"


def test_that_the_conversation_so_far_tells_the_language_of_a_short_text() -> None:
    history = [{"author": "customer", "text": "Ich habe eine Frage zu meiner Miete und der Wohnung"}]
    _, (line,) = answers({"id": 1, "text": "ok", "history": history})
    assert line["language"] == "de"


def test_that_the_figures_are_told_with_intervals_for_each_part(tmp_path: Path) -> None:
    data = tmp_path / "set.txt"
    data.write_text(
        "## urgent yes nl gas\nik ruik gas\n## urgent yes nl brand\nde maan is rond\n"
        "## urgent no nl gas\nmijn gasrekening\n## stuck no nl helped\nK: hoi\nA [x]: Zo.\nK: dank u\n",
        encoding="utf-8",
    )
    out = io.StringIO()
    assert run_evaluate_signals(data, out, ALONE, as_json=True, misspell=None) == 0
    rows = {(row["signal"], row["is_meant"], row["part"]): row for row in json.loads(out.getvalue())}
    assert rows["urgent", True, "all"]["yes"]["count"] == 1
    assert rows["urgent", True, "all"]["yes"]["total"] == 2
    assert rows["urgent", True, "gas"]["right_kind"]["share"] == 1.0
    assert rows["urgent", False, "all"]["maybe"]["count"] == 0
    assert rows["stuck", False, "all"]["maybe"]["count"] == 0
    assert 0 < rows["urgent", True, "all"]["yes"]["low"] < 0.5 < rows["urgent", True, "all"]["yes"]["high"] < 1


def test_that_a_set_that_cannot_be_read_is_told_with_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "set.txt"
    data.write_text("zomaar\n", encoding="utf-8")
    assert run_evaluate_signals(data, io.StringIO(), ALONE, as_json=False, misspell=None) == 2
    assert "set.txt line 1" in capsys.readouterr().err
