"""Letters through a real mail server, in a process of its own: taken, refused, stalled, dropped, and bounced later."""

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir
from typing import Any, cast

import httpx
import pytest

from gehoor.adapters.outbound.smtp import SmtpMail
from gehoor.boot import Running, build
from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.flows import post
from gehoor.settings import Settings
from gehoor.web.app import create_app
from tests.smtp_server import SmtpServer, body

pytestmark = pytest.mark.anyio

PATIENCE_S = 30.0
CACHED = Path(gettempdir()) / "gehoor-test-cache"
"""The trained index of the articles: made once, not for every house."""


@dataclass
class Place:
    """A house on files with a real mail server, and a way in."""

    running: Running
    client: httpx.AsyncClient
    server: SmtpServer

    async def view(self, id: str) -> ConversationView:
        found = await self.running.house.world.store.view(ConversationId(id))
        assert found is not None
        return found

    async def events(self, id: str, kind: str) -> list[Any]:
        loaded = await self.running.house.world.store.load(ConversationId(id))
        assert loaded is not None
        return [fact.event for fact in loaded.facts if type(fact.event).__name__ == kind]

    async def until(self, id: str, kind: str) -> Any:
        """Waits for a fact of the kind, and gives the last one."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := await self.events(id, kind)):  # noqa: ASYNC110  the store wakes nobody
                await asyncio.sleep(0.02)
        return found[-1]

    async def asks(self, email: str, preference: str = "email") -> tuple[str, dict[str, str]]:
        """A customer who wants an answer by e-mail; nobody is there now."""
        begun = (await self.client.post("/api/v1/conversations", json={})).json()
        held = {"authorization": f"Bearer {begun['token']}"}
        wish = {"client_id": str(uuid.uuid4()), "preference": preference, "email": email}
        answer = await self.client.post(f"/api/v1/conversations/{begun['id']}/human", json=wish, headers=held)
        assert answer.status_code == 201, answer.text
        return begun["id"], held

    async def answers(self, id: str, text: str) -> None:
        """An agent comes to the desk and writes the answer."""
        staff = {"login": "agent1", "password": "demo-agent1"}
        async with asyncio.timeout(PATIENCE_S):  # passwords are hashed beside the start
            while (await self.client.post("/api/v1/staff/session", json=staff)).status_code != 201:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        desk = f"/api/v1/staff/conversations/{id}"
        assert (await self.client.post(f"{desk}/accept")).status_code == 200
        sent = {"client_id": str(uuid.uuid4()), "text": text}
        assert (await self.client.post(f"{desk}/messages", json=sent)).status_code == 201


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def place(folder: Path, server: SmtpServer, bounces: int = 0, patience_s: float = 10.0) -> AsyncIterator[Place]:
    settings = Settings(
        data=folder / "store",
        keys=folder / "keys",
        cache=CACHED,
        language_model=False,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        mail_from="klantcontact@voorbeeldstad.example",
        public_url="https://chat.voorbeeldstad.example",
        bounce_port=bounces,
    )
    running = build(settings, lambda fault: pytest.fail(f"the store broke: {fault}"))
    mail = cast(SmtpMail, running.house.world.outbound.mail)
    mail._server = replace(mail._server, patience_s=patience_s)
    app = create_app(running.house, lambda: running.library, start=running.start, stop=running.stop)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield Place(running, client, server)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters that are not taken are tried again at once."""
    monkeypatch.setattr(post, "WAITS", (1,))


async def test_that_a_promise_and_the_answer_to_it_arrive_and_end_the_request(tmp_path: Path) -> None:
    with SmtpServer(tmp_path / "mail") as server:
        async with place(tmp_path, server) as one:
            id, _ = await one.asks("jan@klant.example")
            assert (await one.until(id, "MailAccepted")).letter == "promise"
            promised = server.letters()[0]
            view = await one.view(id)
            assert promised["Reply-To"] == f"antwoord+{view.reference}@voorbeeldstad.example"
            assert view.reference in body(promised, "plain")
            assert view.reference in body(promised, "html")
            await one.answers(id, "Uw huur gaat op 1 januari in.")
            await one.until(id, "PromiseKept")
            answer = (await asyncio.to_thread(server.wait_for, 2))[1]
            assert "Uw huur gaat op 1 januari in." in body(answer, "plain")
            assert "geschreven door" in body(answer, "plain")
            assert not (await one.view(id)).requested


async def test_that_a_letter_that_is_refused_is_told_and_the_promise_stands(tmp_path: Path) -> None:
    with SmtpServer(tmp_path / "mail") as server:
        async with place(tmp_path, server) as one:
            id, held = await one.asks("refuse+jan@klant.example")
            failed = await one.until(id, "MailFailed")
            assert (failed.code, failed.bounced, failed.reopens) == ("5.1.1", False, False)
            assert (await one.view(id)).due_at is not None
            seen = (await one.client.get(f"/api/v1/conversations/{id}/events", headers=held)).json()["events"]
            assert "Klopt uw e-mailadres?" in next(event["text"] for event in seen if event["type"] == "mail_failed")


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("mode", ["stall", "hang", "defer", "mute", "busy", "garbage"])
async def test_that_a_server_that_does_not_take_a_letter_now_gets_it_later_and_delays_nobody(
    tmp_path: Path, mode: str
) -> None:
    with SmtpServer(tmp_path / "mail") as server:
        server.mode(mode)
        async with place(tmp_path, server, patience_s=0.5) as one:
            id, held = await one.asks("jan@klant.example")
            sent = {"client_id": str(uuid.uuid4()), "text": "Ik wacht op een mens."}
            written = await one.client.post(f"/api/v1/conversations/{id}/messages", json=sent, headers=held)
            assert written.status_code == 201
            await asyncio.sleep(1.2)
            assert await one.events(id, "MailAccepted") == []
            assert await one.events(id, "MailFailed") == []
            server.mode("accept")
            await one.until(id, "MailAccepted")
            assert len(server.message_ids()) == 1


@pytest.mark.usefixtures("soon")
async def test_that_a_connection_that_ends_before_the_servers_yes_repeats_one_message_id(
    tmp_path: Path,
) -> None:
    with SmtpServer(tmp_path / "mail") as server:
        server.mode("drop")
        async with place(tmp_path, server) as one:
            id, _ = await one.asks("jan@klant.example")
            await asyncio.to_thread(server.wait_for, 2)
            server.mode("accept")
            await one.until(id, "MailAccepted")
            assert len(server.message_ids()) == 1
            assert server.message_ids().most_common()[0][1] >= 3


async def test_that_an_answer_that_bounces_later_opens_the_request_again(tmp_path: Path) -> None:
    port = free_port()
    with SmtpServer(tmp_path / "mail", bounces=port) as server:
        async with place(tmp_path, server, bounces=port) as one:
            id, _ = await one.asks("jan@klant.example")
            await one.until(id, "MailAccepted")
            server.mode("bounce")
            await one.answers(id, "Uw huur gaat op 1 januari in.")
            failed = await one.until(id, "MailFailed")
            assert (failed.bounced, failed.code) == (True, "5.1.1")
            view = await one.view(id)
            assert view.requested, "nobody was reached"
            assert view.phase in (Phase.WAITING, Phase.HUMAN)


async def test_that_a_house_that_starts_again_sends_what_the_one_before_it_did_not(tmp_path: Path) -> None:
    with SmtpServer(tmp_path / "mail") as server:
        server.mode("defer")
        async with place(tmp_path, server) as one:
            id, _ = await one.asks("jan@klant.example")
            await asyncio.sleep(0.8)
            assert server.letters() == []
        server.mode("accept")
        async with place(tmp_path, server) as again:
            await again.until(id, "MailAccepted")
            assert len(server.letters()) == 1
