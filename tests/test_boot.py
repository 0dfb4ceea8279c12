"""What is built from the settings: mail when there is a server for it, and no pretence of it when there is not."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gehoor.boot import Running, build
from gehoor.core.conversation.model import Channel
from gehoor.core.errors import GehoorError, Invalid, StoreFault
from gehoor.flows.post import Post
from gehoor.flows.receive import begin
from gehoor.ports.outbound import Outcome
from gehoor.settings import Settings
from tests.contracts.test_mail import LETTER
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.anyio


def settings_in(folder: Path, **mail: object) -> Settings:
    plain = Settings(data=folder / "store", keys=folder / "keys", cache=folder / "cache", language_model=False)
    return replace(plain, **mail)  # type: ignore[arg-type]


def to(server_port: int, bounce_port: int = 0) -> dict[str, object]:
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": server_port,
        "smtp_security": "none",
        "mail_from": "klantcontact@voorbeeldstad.example",
        "public_url": "https://chat.voorbeeldstad.example",
        "bounce_port": bounce_port,
    }


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[Running]:
    running = build(settings, lambda fault: pytest.fail(f"the store broke: {fault}"))
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_that_a_language_model_stands_behind_the_guard_only_where_one_was_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("geheim\n")
    (tmp_path / "key").chmod(0o600)
    model = {"model_url": "http://127.0.0.1:9/v1/", "model_name": "m", "model_key_file": str(tmp_path / "key")}
    async with started(settings_in(tmp_path, **model)) as running:
        brain = running.house.world.brain
        assert brain.name == "retrieval+model"
        assert brain.version.endswith("/m/1")
    async with started(settings_in(tmp_path)) as running:
        assert running.house.world.brain.name == "retrieval"
    with pytest.raises(StoreFault):
        build(settings_in(tmp_path / "x", **(model | {"model_key_file": str(tmp_path / "gone")})), lambda _: None)


async def test_that_without_a_mail_server_there_is_no_mail(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path)) as running:
        assert not running.house.world.outbound.mail.registered
        assert running.bounces is None
        assert (await running.house.world.outbound.mail.send(LETTER)).code == "not_registered"


async def test_that_a_letter_goes_out_and_its_bounce_comes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def bounced(_post: Post, token: str, status: str) -> None:
        await told.put((token, status))

    monkeypatch.setattr(Post, "bounced", bounced)
    port = free_port()
    with SmtpServer(tmp_path / "mail", bounces=port) as server:
        server.mode("bounce")
        async with started(settings_in(tmp_path, **to(server.port, port))) as running:
            assert running.house.world.outbound.mail.registered
            assert (await running.house.world.outbound.mail.send(LETTER)).outcome is Outcome.ACCEPTED
            async with asyncio.timeout(20):
                assert await told.get() == (LETTER.token, "5.1.1")


async def test_that_the_return_path_of_before_a_restart_is_still_ours(tmp_path: Path) -> None:
    with SmtpServer(tmp_path / "mail") as server:
        settings = settings_in(tmp_path, **to(server.port))
        for _ in range(2):
            async with started(settings) as running:
                await running.house.world.outbound.mail.send(LETTER)
        assert len({str(letter["X-Envelope-From"]) for letter in server.letters()}) == 1


async def test_that_customers_are_served_when_bounces_cannot_be_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with started(settings_in(tmp_path, **to(1, taken.getsockname()[1]))) as running:
            assert running.house.world.outbound.mail.registered


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mail_from": "geen adres"}, "not an e-mail address"),
        ({"mail_from": "klant@localhost"}, "not a domain"),
        ({"mail_from": "klantcöntact@voorbeeldstad.example"}, "ASCII"),
        ({"smtp_user": "gehoor", "smtp_security": "tls"}, "Write it on one line"),
    ],
)
async def test_that_mail_that_cannot_be_used_is_named_at_the_start(
    tmp_path: Path, changed: dict[str, object], words: str
) -> None:
    settings = settings_in(tmp_path, **(to(1) | changed))
    with pytest.raises(GehoorError, match=words):
        build(settings, lambda _: None)


async def test_that_a_partners_secret_is_there_before_the_first_call_and_is_kept(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path)):
        secret = (tmp_path / "keys" / "partner-wachtdienst").read_bytes()
    async with started(settings_in(tmp_path)):
        assert (tmp_path / "keys" / "partner-wachtdienst").read_bytes() == secret
    assert len(secret) == 32


async def test_that_customers_are_served_when_a_partners_secret_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "partner-wachtdienst").write_bytes(b"too short")
    async with started(settings_in(tmp_path)) as running:
        assert running.house.policy.night[0].id == "wachtdienst"


async def test_that_figures_are_given_where_the_settings_say_and_nowhere_else(tmp_path: Path) -> None:
    port = free_port()
    async with started(settings_in(tmp_path, metrics_port=port)) as running, httpx.AsyncClient() as client:
        begun = await begin(running.house.world, running.house.recorder, running.house.policy, Channel.WEB, "nl")
        told = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
        assert begun.id not in told
    assert 'gehoor_facts_total{type="ConversationStarted"} 1.0' in told
    assert 'gehoor_commit_seconds_count{outcome="written"} 1.0' in told
    assert 'gehoor_conversations{phase="waiting"} 0.0' in told
    with socket.socket() as one:
        assert one.connect_ex(("127.0.0.1", port)) != 0  # it ends with the server


async def test_that_figures_on_a_port_that_is_taken_name_the_setting(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Invalid) as refused:
            build(settings_in(tmp_path, metrics_port=taken.getsockname()[1]), lambda _: None)
    assert refused.value.data["field"] == "GEHOOR_METRICS_PORT"
