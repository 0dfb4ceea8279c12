"""Bounces that come later: taken when they are ours and when they are kept, refused politely otherwise."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gehoor.adapters.outbound import bounces
from gehoor.adapters.outbound.addresses import return_address, token_in
from gehoor.adapters.outbound.bounces import BounceReceiver
from gehoor.adapters.outbound.smtp import Server, SmtpMail
from gehoor.adapters.outbound.status import Returned, returned
from gehoor.core.errors import Invalid, StoreFault
from gehoor.ports.outbound import Outcome
from tests.contracts.test_mail import KEY, LETTER, SENT_BY
from tests.smtp_server import SmtpServer, report

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both event loops: the server runs on uvloop, whose transports are other classes."""
    return "asyncio", {"use_uvloop": request.param == "uvloop"}


OURS = return_address(LETTER.token, KEY, "voorbeeldstad.example")
FORGED = return_address(LETTER.token, b"another key", "voorbeeldstad.example")
GONE = report(OURS, "failed", "5.1.1")


@dataclass
class Post:
    """A receiver, and what it told."""

    receiver: BounceReceiver
    told: list[tuple[str, str]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False

    async def brings(self, content: bytes = GONE, to: str = OURS, sender: str = "") -> int:
        """Another mail server brings a message; the reply code that ends it."""
        return await asyncio.to_thread(self._brings, content, to, sender)

    def _brings(self, content: bytes, to: str, sender: str) -> int:
        with smtplib.SMTP("127.0.0.1", self.receiver.port, "mx.example", 10) as client:
            try:
                client.sendmail(sender, [to], content)
            except smtplib.SMTPRecipientsRefused as refused:
                return next(iter(refused.recipients.values()))[0]
            except smtplib.SMTPResponseException as refused:
                return refused.smtp_code
        return 250

    async def says(self, *lines: bytes) -> bytes:
        """Raw bytes, and everything that is answered until the receiver ends the connection."""
        return await asyncio.to_thread(self._says, lines)

    def _says(self, lines: tuple[bytes, ...]) -> bytes:
        heard = b""
        with socket.create_connection(("127.0.0.1", self.receiver.port), 10) as line:
            line.settimeout(5)
            try:
                for part in lines:
                    line.sendall(part)
                while chunk := line.recv(4096):
                    heard += chunk
            except ConnectionError:
                pass
        return heard


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async def bounced(token: str, status: str) -> None:
        if one.broken:
            raise StoreFault
        one.told.append((token, status))
        one.came.set()

    one = Post(BounceReceiver("127.0.0.1", 0, KEY, bounced, patience_s=1))
    await one.receiver.start()
    yield one
    await one.receiver.stop()


async def test_that_a_bounce_names_the_letter_and_the_status(post: Post) -> None:
    assert await post.brings() == 250
    assert post.told == [(LETTER.token, "5.1.1")]


async def test_that_a_return_path_in_capitals_or_small_letters_is_the_same(post: Post) -> None:
    assert await post.brings(to=OURS.upper()) == 250
    assert await post.brings(to=OURS.lower()) == 250
    assert post.told == [(LETTER.token, "5.1.1")] * 2


@pytest.mark.parametrize(
    "to",
    [
        FORGED,
        "klantcontact@voorbeeldstad.example",
        OURS.replace(".12.", ".13."),  # another letter under the same MAC
        OURS.replace("retour+", ""),
        "retour+@voorbeeldstad.example",
        "retour+" + "a" * 500 + "@voorbeeldstad.example",
    ],
)
async def test_that_nobody_can_make_up_a_bounce(post: Post, to: str) -> None:
    assert 500 <= await post.brings(to=to) < 600
    assert post.told == []


async def test_that_a_message_with_a_sender_is_refused(post: Post) -> None:
    assert await post.brings(sender="jan@klant.example") == 550
    assert post.told == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (report(OURS, "delayed", "4.4.1"), 250),  # it is still under way
        (report(OURS, "delivered", "2.0.0"), 250),
        (b"Auto-Submitted: auto-replied\r\n\r\nIk ben met vakantie tot maandag.\r\n", 250),
        (b"Subject: Hallo\r\n\r\nIs hier iemand?\r\n", 550),  # not a report at all
        (b"", 550),
        (b"\xff\x00\xfe\r\n" * 2000, 550),
    ],
)
async def test_that_what_is_no_bounce_makes_none(post: Post, content: bytes, code: int) -> None:
    assert await post.brings(content) == code
    assert post.told == []
    assert await post.brings() == 250


async def test_that_a_bounce_that_could_not_be_kept_is_asked_for_again(post: Post) -> None:
    post.broken = True
    assert await post.brings() == 451
    post.broken = False
    assert await post.brings() == 250
    assert post.told == [(LETTER.token, "5.1.1")]


HELLO = b"EHLO mx.example\r\n"
BEGIN = HELLO + b"MAIL FROM:<>\r\nRCPT TO:<" + OURS.encode() + b">\r\nDATA\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"QUIT\r\n"),
        (b"\x16\x03\x01" + b"\xff" * 600 + b"\r\n", b"QUIT\r\n"),  # TLS
        (b"EHLO " + b"x" * 5000 + b"\r\n", b"QUIT\r\n"),
        (HELLO, b"MAIL FROM:<\xff\xfe>\r\nRCPT TO:<<>>\r\nDATA\r\nAUTH PLAIN AAAA\r\nVRFY x\r\nQUIT\r\n"),
        (BEGIN, b"x" * bounces.MOST_OF_A_CONNECTION + b"y"),  # a line without end
        (BEGIN, (b"x" * 70 + b"\r\n") * (bounces.MOST_BYTES // 70), b".\r\nQUIT\r\n"),
        (BEGIN, b"half a "),  # then the line breaks
        (BEGIN, b"QUIT\r\n"),  # text now; patience ends it
    ],
)
async def test_that_bad_input_stops_nothing(post: Post, lines: tuple[bytes, ...]) -> None:
    await post.says(*lines)
    assert post.told == []
    assert await post.brings() == 250
    assert post.told == [(LETTER.token, "5.1.1")]


@pytest.fixture
async def patient() -> AsyncIterator[Post]:
    """A receiver that ends nothing because it took long."""

    async def bounced(token: str, status: str) -> None:
        raise AssertionError((token, status))

    receiver = BounceReceiver("127.0.0.1", 0, KEY, bounced, patience_s=600)
    await receiver.start()
    yield Post(receiver)
    await receiver.stop()


async def test_that_a_line_without_end_ends_the_connection_at_once(patient: Post) -> None:
    async with asyncio.timeout(4):
        assert b"354" in await patient.says(BEGIN, b"x" * bounces.MOST_OF_A_CONNECTION)


async def test_that_commands_without_end_end_the_connection(patient: Post) -> None:
    async with asyncio.timeout(4):
        assert b"421 4.7.0 NOOP" in await patient.says(HELLO, b"NOOP\r\n" * 200)


async def test_that_a_message_that_is_too_large_is_refused(post: Post) -> None:
    assert await post.brings(GONE + b"\r\n" + (b"x" * 70 + b"\r\n") * (bounces.MOST_BYTES // 70)) == 552
    assert post.told == []


async def test_that_only_one_letter_is_answered_for_at_a_time(post: Post) -> None:
    second = b"RCPT TO:<" + OURS.encode() + b">\r\n"
    heard = await post.says(HELLO, b"MAIL FROM:<>\r\n", second, second, b"QUIT\r\n")
    assert heard.count(b"\r\n452 4.5.3") == 1


async def test_that_one_connection_too_many_is_told_to_come_back(post: Post) -> None:
    held = [await asyncio.open_connection("127.0.0.1", post.receiver.port) for _ in range(bounces.MOST_CONNECTIONS)]
    for reader, _ in held:
        assert (await reader.readline()).startswith(b"220")
    assert (await post.says()).startswith(b"421 4.3.2")
    for _, writer in held:
        writer.close()
        await writer.wait_closed()
    assert await post.brings() == 250


async def test_that_it_stops_while_somebody_is_talking(patient: Post) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", patient.receiver.port)
    await reader.readline()
    async with asyncio.timeout(4):
        await patient.receiver.stop()
        assert await reader.read() == b""
    writer.close()


# -- what a report says ----------------------------------------------------------------------------------------------


def with_fields(fields: str, kind: str = "message/delivery-status") -> bytes:
    return f'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: {kind}\n\n{fields}\n--b--\n'.encode()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (GONE, (Returned.BOUNCED, "5.1.1")),
        (GONE.replace(b"\r\n", b"\n"), (Returned.BOUNCED, "5.1.1")),
        # Given up after days: the reason was a passing one, the failure is not.
        (report(OURS, "failed", "4.4.1"), (Returned.BOUNCED, "4.4.1")),
        (with_fields("Reporting-MTA: dns; x\n\nStatus: 5.2.2 (mailbox full)\n"), (Returned.BOUNCED, "5.2.2")),
        (with_fields("Reporting-MTA: dns; x\n\nStatus: 4.2.2\n"), (Returned.UNDER_WAY, "")),
        (with_fields("A: b\n\nAction: FAILED (expired)\n"), (Returned.BOUNCED, "5.0.0")),
        (with_fields("A: b\n\nAction: failed\nStatus: 5.1\n"), (Returned.BOUNCED, "5.0.0")),
        (with_fields("A: b\n\nAction: relayed\nStatus: 2.0.0\n"), (Returned.UNDER_WAY, "")),
        (with_fields("A: b\n\nAction: delayed\nStatus: 5.0.0\n"), (Returned.UNDER_WAY, "")),
        # One recipient of a list on the other side is gone: what counts is that it failed somewhere.
        (with_fields("A: b\n\nAction: delivered\n\nAction: failed\nStatus: 5.1.1\n"), (Returned.BOUNCED, "5.1.1")),
        # For an address beyond ASCII (RFC 6533).
        (
            with_fields("A: b\n\nAction: failed\nStatus: 5.1.1\n", "message/global-delivery-status"),
            (Returned.BOUNCED, "5.1.1"),
        ),
        (with_fields("Action: failed\nStatus: 5.1.1\n", "text/plain"), (Returned.UNREADABLE, "")),
        (with_fields(""), (Returned.UNREADABLE, "")),
        (b"Auto-Submitted: Auto-Replied (vacation)\n\nweg", (Returned.AWAY, "")),
        (b"", (Returned.UNREADABLE, "")),
    ],
)
def test_that_a_report_is_read_as_it_is_meant(content: bytes, found: tuple[Returned, str]) -> None:
    assert returned(content) == found


def test_that_no_nesting_is_too_deep() -> None:
    part = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
    content = b"".join(part % (number, number) for number in range(5000))[: bounces.MOST_BYTES]
    assert returned(content)[0] is Returned.UNREADABLE


def test_that_a_token_comes_back_from_its_address_alone() -> None:
    for token in ("01JD0000000000000000000001.12", "A", "-.-", "0" * 40):
        assert token_in(return_address(token, KEY, "x.example"), KEY) == token
        assert len(return_address(token, KEY, "x.example").partition("@")[0]) <= 64
    for wrong in ("", "klein", "A" * 41, "A B", "A\n"):
        with pytest.raises(Invalid):
            return_address(wrong, KEY, "x.example")


# -- the whole way ---------------------------------------------------------------------------------------------------


async def test_that_a_letter_that_a_real_server_took_comes_back_later(post: Post, tmp_path: Path) -> None:
    with SmtpServer(tmp_path / "mail", bounces=post.receiver.port) as server:
        mail = SmtpMail(Server("127.0.0.1", server.port, "none"), SENT_BY)
        server.mode("delayed")
        assert (await mail.send(LETTER)).outcome is Outcome.ACCEPTED
        server.mode("bounce")
        assert (await mail.send(LETTER)).outcome is Outcome.ACCEPTED
        async with asyncio.timeout(20):
            await post.came.wait()
        assert post.told == [(LETTER.token, "5.1.1")]


async def test_that_a_bounce_waits_at_the_other_server_while_we_are_down(tmp_path: Path) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()

    async def bounced(token: str, _status: str) -> None:
        await told.put(token)

    first = BounceReceiver("127.0.0.1", 0, KEY, bounced)
    await first.start()
    port = first.port
    await first.stop()
    with SmtpServer(tmp_path / "mail", bounces=port) as server:
        server.mode("bounce")
        await SmtpMail(Server("127.0.0.1", server.port, "none"), SENT_BY).send(LETTER)
        again = BounceReceiver("127.0.0.1", port, KEY, bounced)
        await again.start()
        async with asyncio.timeout(20):
            assert await told.get() == LETTER.token
        await again.stop()
