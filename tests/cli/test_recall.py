"""``gehoor knowledge recall``: who was given a version, read beside a server, on either engine."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from gehoor.cli.main import main
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Source
from gehoor.core.ids import ConversationId
from tests.contracts.conversations import Talk, started, wrote
from tests.engines import Engine

REPLY = e.BotReplied(2, Source("huur", "v1", "Huur", "nl"), "brain", None)
OTHER = e.BotReplied(2, Source("huur", "v2", "Huur", "nl"), "brain", None)


async def fill(engine: Engine) -> None:
    """Three customers were given a version, and one another."""
    store = engine.store()
    for number, event in enumerate((REPLY, REPLY, OTHER, REPLY)):
        await Talk(store, ConversationId(f"C{number}")).add(started(), wrote(), event)
    await store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine(tmp_path / "gehoor.db" if request.param == "sqlite" else request.getfixturevalue("postgres"))
    asyncio.run(fill(made))
    monkeypatch.setenv("GEHOOR_DATA", str(tmp_path))
    monkeypatch.setenv("GEHOOR_KEYS", str(tmp_path / "keys"))
    if not isinstance(made.where, Path):
        monkeypatch.setenv("GEHOOR_DATABASE", made.where)
    return made


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status = main(["knowledge", "recall", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("engine")
def test_that_the_versions_that_were_given_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, told = said(capsys, "huur")
    assert status == 0
    assert {one["version"]: one["times"] for one in told["versions"]} == {"v1": 3, "v2": 1}


@pytest.mark.usefixtures("engine")
def test_that_who_was_given_a_version_is_counted_and_held_against_the_facts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, told = said(capsys, "huur", "v1", "--scan", "--conversations")
    assert status == 0
    assert (told["recipients"], told["by"], told["ways"]) == (3, {"ai": 3}, {"nothing": 3})
    assert told["scanned"] == {"recipients": 3, "same": True}
    assert [one["conversation"] for one in told["conversations"]] == ["C0", "C1", "C3"]
    assert main(["knowledge", "recall", "huur", "v1", "--scan"]) == 0
    assert "the same ones" in capsys.readouterr().out


@pytest.fixture
def spoiled(engine: Engine) -> None:
    asyncio.run(engine.do("DELETE FROM given WHERE conversation = 'C1'"))


@pytest.mark.usefixtures("spoiled")
def test_that_a_row_that_is_missing_shows(capsys: pytest.CaptureFixture[str]) -> None:
    status, told = said(capsys, "huur", "v1", "--scan")
    assert status == 1
    assert told["scanned"] == {"recipients": 3, "same": False}
