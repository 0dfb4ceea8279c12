"""Labelled lines: what their form means, and what a wrong line is answered with."""

from pathlib import Path

import pytest

from gehoor.adapters.hearing.labelled import Line, Turn, read_labelled
from gehoor.core.errors import Invalid


def lines_of(folder: Path, text: str, name: str = "set.txt") -> list[Line]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return list(read_labelled(file))


def test_that_each_line_has_the_signal_and_the_language_of_the_heading_above_it(tmp_path: Path) -> None:
    found = lines_of(tmp_path, "## urgent yes nl gas\nik ruik gas\n\n## urgent no en gas\nmy gas bill\n")
    assert found == [
        Line("urgent", True, "nl", "gas", "ik ruik gas"),
        Line("urgent", False, "en", "gas", "my gas bill"),
    ]


def test_that_a_dialogue_has_turns_what_came_of_them_and_the_turn_by_which_a_person_is_due(tmp_path: Path) -> None:
    text = "## stuck yes nl loop\nK: hoe?\nA [huur]: Zo.\nK: nee {-}\nA [-]: Dat weet ik niet.\nK: weer niet {-} !!\n"
    (found,) = lines_of(tmp_path, text)
    assert found.by == 3
    assert found.turns == (
        Turn("customer", "hoe?"),
        Turn("ai", "Zo.", "huur"),
        Turn("customer", "nee", "", "-"),
        Turn("ai", "Dat weet ik niet."),
        Turn("customer", "weer niet", "", "-"),
    )


def test_that_a_folder_is_all_its_files_and_data_says_the_same_as_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("## complaint no nl info\nhoi\n", encoding="utf-8")
    data = '{"signal": "complaint", "label": "no", "language": "nl", "kind": "info", "text": "hoi"}\n'
    (tmp_path / "b.jsonl").write_text(data, encoding="utf-8")
    first, second = read_labelled(tmp_path)
    assert first == second


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("hoi\n", "set.txt", "set.txt line 1: put a heading above"),
        ("## urgent perhaps nl gas\n", "set.txt", "set.txt line 1: a heading is"),
        ("## stuck yes nl loop\nhoi\n", "set.txt", "a turn is 'K: text'"),
        ('{"signal": "urgent"}\n', "set.jsonl", "set.jsonl line 1: a labelled line is"),
        ("niets\n", "set.jsonl", "set.jsonl line 1"),
    ],
)
def test_that_a_wrong_line_is_named_with_what_to_do(tmp_path: Path, text: str, name: str, told: str) -> None:
    with pytest.raises(Invalid) as wrong:
        lines_of(tmp_path, text, name)
    assert told in str(wrong.value)
