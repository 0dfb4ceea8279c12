"""A call to a partner's system is signed, bounded, and goes only where the policy says; tested over real sockets."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from gehoor.adapters.outbound.signing import fits, signature
from gehoor.adapters.outbound.webhook import Lookup, WebhookPartner
from gehoor.adapters.scripted import MONDAY_MORNING, FixedClock
from gehoor.core.errors import StoreFault
from gehoor.ports.outbound import Outcome, PartnerCall, Receipt
from tests.certificate import make_certificate

pytestmark = pytest.mark.anyio

SECRET = b"s" * 32
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
CALL = PartnerCall(
    id="01JD0000000000000000000001:partner:1:7",
    partner="nachtwacht",
    address="",
    reference="572-118-404",
    danger="gas",
    phone="06 12 34 56 78",
    waiting_since=MONDAY_MORNING,
    language="nl",
    page="https://chat.example/dienst/x",
    answer_to="https://chat.example/api/v1/hooks/partner/x",
)


@dataclass
class System:
    """A partner's system: says what it is told to say, and keeps what it was asked."""

    says: bytes = OK
    hangs: bool = False
    port: int = 0
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.append(task)
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):  # the other side went away
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-1])}
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked.append((headers | {"path": head[0].split()[1]}, body))
        if self.hangs:
            await reader.read()  # until the other side hangs up
        writer.write(self.says)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def system(context: ssl.SSLContext | None = None, **given: Any) -> AsyncIterator[System]:
    one = System(**given)
    server = await asyncio.start_server(one.handle, "127.0.0.1", 0, ssl=context)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        for task in one.tasks:
            task.cancel()
        await asyncio.gather(*one.tasks, return_exceptions=True)
        await asyncio.sleep(0)


def partner(**given: Any) -> WebhookPartner:
    given.setdefault("loopback", True)
    return WebhookPartner(FixedClock(), lambda _: SECRET, **given)


def to(port: int, scheme: str = "http", host: str = "127.0.0.1") -> PartnerCall:
    return replace(CALL, address=f"{scheme}://{host}:{port}/oproep?a=b")


async def test_that_a_call_arrives_signed_with_what_the_partner_needs() -> None:
    async with system() as one:
        assert await partner().ask(to(one.port)) == Receipt(Outcome.ACCEPTED, "200")
        headers, body = one.asked[0]
        assert headers["path"] == "/oproep?a=b"
        assert headers["idempotency-key"] == CALL.id
        assert headers["host"] == f"127.0.0.1:{one.port}"
        assert fits(SECRET, headers["gehoor-signed-at"], body, headers["gehoor-signature"])
        assert not fits(b"another", headers["gehoor-signed-at"], body, headers["gehoor-signature"])
        assert int(headers["gehoor-signed-at"]) == MONDAY_MORNING // 1_000_000
        assert json.loads(body) == {
            "id": CALL.id,
            "reference": "572-118-404",
            "danger": "gas",
            "phone": "06 12 34 56 78",
            "waiting_since": "2026-11-23T09:00:00.000Z",
            "language": "nl",
            "page": CALL.page,
            "answer_to": CALL.answer_to,
        }


async def test_that_who_left_no_number_is_told_as_such() -> None:
    async with system() as one:
        await partner().ask(replace(to(one.port), phone=""))
        assert json.loads(one.asked[0][1])["phone"] is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("202 Accepted", Outcome.ACCEPTED),
        ("301 Moved", Outcome.REFUSED),  # nobody is followed to another address
        ("401 No", Outcome.REFUSED),
        ("404 No", Outcome.REFUSED),
        ("429 Slow", Outcome.DEFERRED),
        ("500 Broken", Outcome.DEFERRED),
        ("503 Away", Outcome.DEFERRED),
    ],
)
async def test_that_only_a_status_of_two_hundred_says_that_it_arrived(status: str, outcome: Outcome) -> None:
    answer = f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nlocation: http://127.0.0.1:1/\r\n\r\n".encode()
    async with system(says=answer) as one:
        assert await partner().ask(to(one.port)) == Receipt(outcome, status[:3])
        assert len(one.asked) == 1


async def test_that_an_answer_of_any_size_is_not_read() -> None:
    async with system(says=b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n" + b"x" * 100_000) as one:
        assert (await partner().ask(to(one.port))).outcome is Outcome.ACCEPTED


async def test_that_a_system_that_stalls_is_waited_for_no_longer_than_the_limit() -> None:
    async with system(hangs=True) as one:
        begun = asyncio.get_running_loop().time()
        assert await partner(time_limit_s=0.2).ask(to(one.port)) == Receipt(Outcome.DEFERRED, "stalled")
        assert asyncio.get_running_loop().time() - begun < 2


async def test_that_a_system_that_speaks_nonsense_or_is_not_there_is_only_down() -> None:
    async with system(says=b"\xff\xfe hello?\r\n\r\n") as one:
        assert (await partner().ask(to(one.port))).outcome is Outcome.DEFERRED
    assert await partner().ask(to(one.port)) == Receipt(Outcome.DEFERRED, "unreachable")


# -- where it goes ---------------------------------------------------------------------------------------------------


def found(*addresses: str) -> Lookup:
    async def lookup(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return lookup


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://nacht.example/x", "address"),  # not over https
        ("ftp://nacht.example/x", "address"),
        ("//nacht.example/x", "address"),
        ("https://", "address"),
        ("https://somebody:secret@nacht.example/x", "address"),
        ("https://nacht.example:99999/x", "address"),
        ("nonsense", "address"),
        ("", "address"),
        ("https://nacht.example/x\r\nHost: elsewhere", "private"),
    ],
)
async def test_that_an_address_that_may_not_be_called_is_refused(address: str, code: str) -> None:
    one = partner(loopback=False, lookup=found("10.0.0.1"))
    assert await one.ask(replace(CALL, address=address)) == Receipt(Outcome.REFUSED, code)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "224.0.0.1"),
    ],
)
async def test_that_a_name_that_leads_into_our_own_network_is_refused(address: str) -> None:
    one = partner(loopback=False, lookup=found("93.184.215.14", address))
    told = await one.ask(replace(CALL, address="https://nacht.example/oproep"))
    assert told == Receipt(Outcome.REFUSED, "private")


async def test_that_plain_http_to_this_machine_is_for_tests_alone() -> None:
    async with system() as one:
        assert await partner(loopback=False).ask(to(one.port)) == Receipt(Outcome.REFUSED, "address")
        for host in ("127.0.0.1", "localhost", "nacht.localhost"):
            told = await partner(loopback=False).ask(to(one.port, "https", host))
            assert told == Receipt(Outcome.REFUSED, "private")
        assert (await partner().ask(to(one.port, host="nacht.localhost"))).outcome is Outcome.ACCEPTED
        one.asked.clear()
        assert one.asked == []


async def test_that_a_name_that_is_not_known_is_only_down() -> None:
    async def lookup(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    told = await partner(loopback=False, lookup=lookup).ask(replace(CALL, address="https://nacht.example/x"))
    assert told == Receipt(Outcome.DEFERRED, "unreachable")


async def test_that_the_certificate_must_be_that_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    file = make_certificate(tmp_path / "one.pem", name="localhost")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    trusts = ssl.create_default_context(cafile=str(file))
    async with system(server) as one:
        there = partner(trusted=trusts, lookup=found("127.0.0.1"))
        assert (await there.ask(to(one.port, "https", "localhost"))).outcome is Outcome.ACCEPTED
        assert one.asked[0][0]["host"] == f"localhost:{one.port}"
        other = replace(to(one.port, "https", "localhost"), address=f"https://127.0.0.1:{one.port}/x")
        assert await there.ask(other) == Receipt(Outcome.DEFERRED, "tls")
        strict = partner(lookup=found("127.0.0.1"))
        assert await strict.ask(to(one.port, "https", "localhost")) == Receipt(Outcome.DEFERRED, "tls")


# -- secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["../master", "a/b", "", "A", "é", "x" * 41])
async def test_that_an_id_that_could_name_another_file_has_no_secret(id: str) -> None:
    asked: list[str] = []

    def secret(id: str) -> bytes:
        asked.append(id)
        return SECRET

    one = WebhookPartner(FixedClock(), secret, loopback=True)
    assert await one.ask(replace(to(1), partner=id)) == Receipt(Outcome.REFUSED, "address")
    assert not one.signed(id, "1", b"{}", signature(SECRET, "1", b"{}"))
    assert asked == []


async def test_that_without_a_secret_nobody_is_asked_or_believed() -> None:
    def none(_id: str) -> bytes:
        raise StoreFault

    one = WebhookPartner(FixedClock(), none, loopback=True)
    assert (await one.ask(to(1))).outcome is Outcome.REFUSED
    assert not one.signed("nachtwacht", "1", b"{}", signature(SECRET, "1", b"{}"))
