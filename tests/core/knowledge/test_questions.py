import pytest

from gehoor.core.errors import Invalid
from gehoor.core.knowledge.questions import MOST_TURNS, Asked, asked_of


def test_a_line_tells_the_question_its_topic_and_what_else_would_be_right() -> None:
    line = b'{"text": "Hoe zeg ik op?", "topic": "a", "lang": "nl", "kind": "boos", "right": ["b"], "turns": ["Hoi"]}'
    assert asked_of(line) == Asked("Hoe zeg ik op?", "a", "nl", "boos", frozenset({"b"}), ("Hoi",))
    assert asked_of(b'{"text": "Hoe laat is het?", "topic": null, "right": []}') == Asked("Hoe laat is het?", None)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"kapot", None),
        (b'["lijst"]', None),
        (b"\xff", None),
        (b'{"text": "zonder topic"}', "topic"),
        (b'{"text": "leeg", "topic": ""}', "topic"),
        (b'{"text": "", "topic": "a"}', "text"),
        (b'{"topic": "a"}', "text"),
        (b'{"text": "x", "topic": "a", "lang": 7}', "lang"),
        (b'{"text": "x", "topic": "a", "turns": "hoi"}', "turns"),
        (b'{"text": "x", "topic": "a", "turns": [""]}', "turns"),
        (b'{"text": "x", "topic": "a", "turns": [' + b", ".join([b'"a"'] * (MOST_TURNS + 1)) + b"]}", "turns"),
        # Nothing answers it, and yet this would be right: one of the two is a mistake.
        (b'{"text": "x", "topic": null, "right": ["a"]}', "right"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: bytes, field: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        asked_of(line)
    assert refused.value.data.get("field") == field
