"""Lines in, lines out: order, bad lines, exit status, and that nothing waits for lines to come."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gehoor.adapters.brains.embedding import NoEncoder
from gehoor.cli.filters import Asker, batches_of_lines, run_ask
from tests.core.knowledge.examples import TODAY

WAYS = {
    "lekkage": [f"kraan lekt water {end}" for end in ("", "keuken", "bad", "nu", "erg", "plafond", "wand")],
    "huur-opzeggen": [f"huur opzeggen {end}" for end in ("", "per brief", "online", "nu", "graag", "hoe", "wanneer")],
    "huurachterstand": [f"schuld achterstand {end}" for end in ("", "brief", "incasso", "nu", "erg", "te laat")],
}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("knowledge")
    (folder / "nl").mkdir()
    for slug, ways in WAYS.items():
        policy = "people_only" if slug == "huurachterstand" else "may_answer"
        front = (
            f"slug: {slug}\nlanguage: nl\ntitle: Wat is {slug}?\nowner: Team\nvalid_from: 2026-01-01\n"
            f"review_by: 2027-01-01\npolicy: {policy}\nways: {json.dumps(ways)}"
        )
        (folder / "nl" / f"{slug}.md").write_text(f"---\n{front}\n---\nAntwoord over {slug}.\n")
    (folder / "no-article.txt").write_text("wie wint het songfestival\nhoe laat gaat de trein\n")
    return folder


def asked(knowledge: Path, *lines: bytes) -> tuple[int, list[dict[str, object]]]:
    out = io.StringIO()
    status = run_ask(io.BytesIO(b"\n".join(lines)), out, knowledge, today=TODAY, encoder=NoEncoder())
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_question_gets_its_decision_topic_candidates_and_approved_text(knowledge: Path) -> None:
    status, (answer,) = asked(knowledge, b'{"id": "a", "text": "huur opzeggen per brief"}')
    assert status == 0
    assert (answer["id"], answer["decision"], answer["topic"]) == ("a", "answer", "huur-opzeggen")
    assert answer["text"] == "Antwoord over huur-opzeggen."
    candidates = answer["candidates"]
    assert isinstance(candidates, list)
    scores = [candidate["score"] for candidate in candidates]
    assert candidates[0]["topic"] == "huur-opzeggen"
    assert scores == sorted(scores, reverse=True)


def test_what_nothing_is_about_or_what_is_for_people_is_abstained_from(knowledge: Path) -> None:
    lines = [b'{"id": 1, "text": "wie wint het songfestival"}', b'{"id": 2, "text": "schuld achterstand incasso"}']
    for answer in asked(knowledge, *lines)[1]:
        assert (answer["decision"], answer["topic"], answer["text"]) == ("abstain", None, None)


BAD = [
    (b"kapot", None, None),
    (b"[1]", None, None),
    (b'{"id": 1, "text": "\xff"}', None, None),
    (b'{"text": "zonder id"}', None, "id"),
    (b'{"id": true, "text": "x"}', None, "id"),
    (b'{"id": 2}', 2, "text"),
    (b'{"id": 3, "text": 5}', 3, "text"),
    (b'{"id": 4, "text": "  "}', 4, "text"),
    (b'{"id": 5, "text": "' + b"x" * 4001 + b'"}', 5, "text"),
    (b'{"id": 6, "text": "\\ud800"}', 6, "text"),
    (b"[" * 100_000, None, None),
]


@pytest.mark.parametrize(("line", "identity", "field"), BAD)
def test_a_bad_line_is_answered_with_its_fault_and_the_next_line_goes_on(
    knowledge: Path, line: bytes, identity: object, field: str | None
) -> None:
    good = b'{"id": "na", "text": "huur opzeggen"}'
    status, (wrong, right) = asked(knowledge, line, good)
    assert status == 1
    assert wrong["id"] == identity
    error = wrong["error"]
    assert isinstance(error, dict)
    assert (error["code"], error.get("field")) == ("invalid", field)
    assert error["detail"]
    assert right["id"] == "na"
    assert "error" not in right


def test_the_order_is_kept_over_many_lines_and_empty_lines_are_left_out(knowledge: Path) -> None:
    lines = [b"" if i % 7 == 0 else b'{"id": %d, "text": "lekkage %d"}' % (i, i) for i in range(300)]
    status, answers = asked(knowledge, *lines)
    assert status == 0
    assert [answer["id"] for answer in answers] == [i for i in range(300) if i % 7]


def test_the_longest_text_is_answered(knowledge: Path) -> None:
    status, _ = asked(knowledge, b'{"id": 1, "text": "' + b"x" * 4000 + b'"}')
    assert status == 0


def test_lines_are_given_out_as_soon_as_they_are_there() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream:
        batches: Iterator[list[bytes]] = batches_of_lines(stream)
        os.write(writing, b"een\ntwee\ndr")
        assert next(batches) == [b"een", b"twee"]
        os.write(writing, b"ie\nvier")
        assert next(batches) == [b"drie"]
        os.close(writing)
        assert list(batches) == [[b"vier"]]


def test_articles_that_cannot_be_used_are_known_and_the_rest_is_asked(knowledge: Path, tmp_path: Path) -> None:
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "kapot.md").write_text("kapot")
    (tmp_path / "nl" / "lekkage.md").write_text((knowledge / "nl" / "lekkage.md").read_text())
    asker = Asker(tmp_path, TODAY, encoder=NoEncoder())
    assert len(asker.faults) == 1
    ((ranking, _),) = asker.decide(["kraan lekt"])
    assert [candidate.slug for candidate in ranking.candidates] == ["lekkage"]
