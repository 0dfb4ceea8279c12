"""Customers ask for a person while the server is killed (kill -9) at any moment: nobody is lost, nobody is doubled."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gehoor.core.conversation import events as e
from tests.journeys.killing import Customers, Killed, audit, kept_in
from tests.smtp_server import SmtpServer
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio


@pytest.fixture
def post(tmp_path: Path) -> Iterator[SmtpServer]:
    """A mail server that takes everything."""
    with SmtpServer(tmp_path / "letters") as running:
        yield running


async def kill_and_look(folder: Path, post: SmtpServer, count: int, kills: int) -> tuple[Killed, int]:
    """The whole story; returns what happened, and how many letters came more than once."""
    server = Server(folder, settings=mail_by(post))
    await asyncio.to_thread(server.start)
    try:
        done = await Customers(server, count, kills, seed=count).run()
        await asyncio.to_thread(post.wait_for_letters_to, {one.email for one in done.asked})
    finally:
        server.kill()
    assert "Traceback" not in server.complaints()
    assert done.kills >= kills
    await nobody_is_lost_or_doubled(folder, done, count)
    return done, one_message_id_each(post, done)


def mail_by(post: SmtpServer) -> dict[str, str]:
    return {
        "GEHOOR_SMTP_HOST": "127.0.0.1",
        "GEHOOR_SMTP_PORT": str(post.port),
        "GEHOOR_SMTP_SECURITY": "none",
        "GEHOOR_MAIL_FROM": "klantcontact@voorbeeldstad.example",
        "GEHOOR_PUBLIC_URL": "https://chat.voorbeeldstad.example",
    }


async def nobody_is_lost_or_doubled(folder: Path, done: Killed, count: int) -> None:
    kept = await kept_in(folder, (one.id for one in done.asked))
    assert len({one.id for one in done.asked}) == count
    lost = [one.id for one in done.asked if one.id not in kept or not kept[one.id].count(e.HumanRequested)]
    doubled = [id for id, one in kept.items() if one.count(e.HumanRequested) > 1]
    undated = [id for id, one in kept.items() if not (one.view.due_at and one.view.reference)]
    assert (lost, doubled, undated) == ([], [], [])
    told = {one.id: one.route["reference"] for one in done.asked if one.route["kind"] == "promise"}
    assert {id: kept[id].view.reference for id in told} == told, "the customer was told another reference"
    audited = await asyncio.to_thread(audit, folder)
    assert json.loads(audited.stdout)["findings"] == []
    assert audited.returncode == 0


def one_message_id_each(post: SmtpServer, done: Killed) -> int:
    """Each customer got the letter about the promise, under one Message-ID; how many copies were one too many."""
    ids: dict[str, list[str]] = {one.email: [] for one in done.asked}
    for letter in post.letters():  # supervisors get letters as well, about too few people
        ids.get(str(letter["X-Envelope-To"]), []).append(str(letter["Message-ID"]))
    assert {to: found for to, found in ids.items() if len(set(found)) != 1} == {}
    return sum(len(found) - 1 for found in ids.values())


async def test_that_50_requests_survive_5_kills(tmp_path: Path, post: SmtpServer) -> None:
    await kill_and_look(tmp_path, post, count=50, kills=5)


@pytest.mark.soak
async def test_that_1000_requests_survive_kills_at_random_moments(
    tmp_path: Path, post: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    done, repeats = await kill_and_look(tmp_path, post, count=1000, kills=40)
    with capsys.disabled():
        print(f"\n{done.told}; lost 0, doubled 0; {repeats} letters came twice, each under one Message-ID")
