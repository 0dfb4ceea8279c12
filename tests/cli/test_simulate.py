"""``gehoor simulate`` at the command line."""

import json
from pathlib import Path

import pytest

from gehoor.cli.main import main

FEW = ["simulate", "--conversations", "40", "--agents", "5", "--processes", "1"]


def test_that_it_prints_tables_and_says_by_its_status_that_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(FEW) == 0
    told = capsys.readouterr()
    assert "requests lost" in told.out
    assert told.err == ""  # no progress bar in a pipe


def test_that_it_writes_json_a_picture_and_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture, page = tmp_path / "waits.svg", tmp_path / "waits.html"
    assert main([*FEW, "--json", "--what-if", "no-ai", "--plot", str(picture), "--page", str(page)]) == 0
    assert [run["what_if"] for run in json.loads(capsys.readouterr().out)["runs"]] == ["as it is", "no-ai"]
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_that_a_case_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FEW, "--what-if", "holiday"]) == 1
    assert "--what-if" in capsys.readouterr().err


def test_that_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", "--help"])
    assert "example: gehoor simulate" in capsys.readouterr().out
