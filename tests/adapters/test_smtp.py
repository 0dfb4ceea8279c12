"""Letters to a real mail server, in a process of its own, that does everything wrong."""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from gehoor.adapters.outbound.smtp import Server, SmtpMail
from gehoor.ports.outbound import Letter, Outcome, Receipt
from tests.certificate import make_certificate
from tests.contracts.test_mail import LETTER, SENT_BY
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both event loops: the server runs on uvloop, whose transports are other classes."""
    return "asyncio", {"use_uvloop": request.param == "uvloop"}


ACCEPTED = Receipt(Outcome.ACCEPTED, "250")
PATIENCE_S = 0.4
GENEROUS_S = 5.0


def to(word: str) -> Letter:
    return replace(LETTER, id=f"effect:{word}", to=f"{word}+jan@klant.example")


def mail_to(server: SmtpServer, **more: object) -> SmtpMail:
    return SmtpMail(replace(Server("127.0.0.1", server.port, "none"), **more), SENT_BY)  # type: ignore[arg-type]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path / "mail") as running:
        yield running


@pytest.mark.parametrize(
    ("word", "outcome", "code"),
    [
        ("refuse", Outcome.REFUSED, "5.1.1"),  # nobody there
        ("reject", Outcome.REFUSED, "5.7.1"),  # not this letter
        ("defer", Outcome.DEFERRED, "4.2.1"),
        ("later", Outcome.DEFERRED, "4.2.2"),
        ("drop", Outcome.DEFERRED, "dropped"),  # it may have the letter, it may not: the same one is sent again
    ],
)
async def test_that_what_the_server_says_becomes_a_receipt(
    server: SmtpServer, word: str, outcome: Outcome, code: str
) -> None:
    assert await mail_to(server).send(to(word)) == Receipt(outcome, code)


@pytest.mark.parametrize("word", ["stall", "hang"])
async def test_that_a_server_that_stalls_is_waited_for_no_longer_than_said(server: SmtpServer, word: str) -> None:
    begun = time.monotonic()
    assert await mail_to(server, patience_s=PATIENCE_S).send(to(word)) == Receipt(Outcome.DEFERRED, "stalled")
    assert PATIENCE_S * 0.9 <= time.monotonic() - begun < GENEROUS_S


@pytest.mark.parametrize(("word", "code"), [("mute", "stalled"), ("busy", "421"), ("garbage", "protocol")])
async def test_that_a_server_that_is_not_well_defers(server: SmtpServer, word: str, code: str) -> None:
    server.mode(word)
    receipt = await mail_to(server, patience_s=PATIENCE_S).send(LETTER)
    assert receipt.outcome is Outcome.DEFERRED
    assert receipt.code == code
    server.mode("accept")
    assert await mail_to(server).send(LETTER) == ACCEPTED


async def test_that_nothing_after_its_yes_makes_another_answer_of_it(server: SmtpServer) -> None:
    server.mode("linger")
    assert await mail_to(server, patience_s=PATIENCE_S).send(LETTER) == ACCEPTED


async def test_that_a_server_that_is_not_there_defers() -> None:
    with socket.socket() as taken:  # bound but not listening: nobody else takes the port meanwhile
        taken.bind(("127.0.0.1", 0))
        mail = SmtpMail(Server("127.0.0.1", taken.getsockname()[1], "none"), SENT_BY)
        assert await mail.send(LETTER) == Receipt(Outcome.DEFERRED, "unreachable")
    nowhere = SmtpMail(Server("mail.invalid", 25, "none"), SENT_BY)
    assert (await nowhere.send(LETTER)).outcome is Outcome.DEFERRED


async def test_that_a_letter_sent_again_after_a_drop_can_be_known_as_the_same(server: SmtpServer) -> None:
    mail = mail_to(server)
    server.mode("drop")
    assert (await mail.send(LETTER)).outcome is Outcome.DEFERRED
    server.mode("accept")
    assert await mail.send(LETTER) == ACCEPTED
    assert server.message_ids() == {"<01JD0000000000000000000001.mail.12@voorbeeldstad.example>": 2}


async def test_that_a_server_that_comes_back_takes_what_was_deferred(tmp_path: Path) -> None:
    server = SmtpServer(tmp_path / "mail")
    with server:
        mail = mail_to(server)
        assert await mail.send(LETTER) == ACCEPTED
    assert await mail.send(to("two")) == Receipt(Outcome.DEFERRED, "unreachable")
    with server:
        assert await mail.send(to("two")) == ACCEPTED
    assert len(server.letters()) == 2


async def test_that_waiting_for_a_turn_is_bounded_too(server: SmtpServer) -> None:
    mail = mail_to(server, patience_s=PATIENCE_S, most_at_once=2)
    begun = time.monotonic()
    receipts = await asyncio.gather(*(mail.send(to("stall")) for _ in range(60)))  # thirty turns, one after the other
    assert set(receipts) == {Receipt(Outcome.DEFERRED, "stalled")}
    assert time.monotonic() - begun < GENEROUS_S < 30 * PATIENCE_S
    assert await mail.send(LETTER) == ACCEPTED


async def test_that_a_letter_that_is_given_up_half_way_lets_go_of_the_server(server: SmtpServer) -> None:
    mail = mail_to(server, most_at_once=1)
    server.mode("hang")
    sending = asyncio.create_task(mail.send(LETTER))
    await asyncio.to_thread(server.wait_for, 1)  # the server has the letter, and never answers
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    server.mode("accept")
    assert await mail.send(LETTER) == ACCEPTED


async def test_that_many_letters_at_once_all_arrive_once(server: SmtpServer) -> None:
    mail = mail_to(server)
    receipts = await asyncio.gather(*(mail.send(replace(LETTER, id=f"effect:{number}")) for number in range(40)))
    assert set(receipts) == {ACCEPTED}
    assert sorted(server.message_ids().values()) == [1] * 40


async def test_that_the_headers_say_whose_letter_it_is_and_that_a_machine_wrote_it(server: SmtpServer) -> None:
    assert await mail_to(server).send(LETTER) == ACCEPTED
    assert await mail_to(server).send(replace(LETTER, automatic=False, reference="", language="en")) == ACCEPTED
    automatic, written = server.letters()
    assert automatic["From"] == "Woonstichting Voorbeeldstad <klantcontact@voorbeeldstad.example>"
    assert automatic["Reply-To"] == "antwoord+572-118-404@voorbeeldstad.example"
    assert automatic["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    assert automatic["Content-Language"] == "nl"
    assert automatic["Auto-Submitted"] == "auto-generated"
    assert automatic["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert automatic["X-Envelope-To"] == LETTER.to
    assert re.fullmatch(
        r"retour\+01jd0000000000000000000001\.12\.[a-z2-7]{16}@voorbeeldstad\.example", automatic["X-Envelope-From"]
    )
    assert written["Content-Language"] == "en"
    assert [written[name] for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "Reply-To")] == [None] * 3
    assert automatic.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in automatic.iter_parts()] == ["text/plain", "text/html"]


async def test_that_a_log_line_names_no_customer(server: SmtpServer) -> None:
    with structlog.testing.capture_logs() as lines:
        await mail_to(server).send(to("refuse"))
    assert lines == [
        {"event": "a letter was not accepted", "log_level": "warning", "outcome": "refused", "code": "5.1.1"}
    ]


# -- TLS and login ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "mx.pem")


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_that_a_letter_goes_over_tls_to_a_server_that_is_trusted_only(
    security: str, certificate: Path, tmp_path: Path
) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate))
    with SmtpServer(tmp_path / "mail", security=security, certificate=certificate) as server:
        assert await mail_to(server, security=security, trusted=trusted).send(LETTER) == ACCEPTED
        assert await mail_to(server, security=security).send(LETTER) == Receipt(Outcome.DEFERRED, "tls")
        assert len(server.letters()) == 1


async def test_that_without_the_tls_that_was_asked_for_nothing_is_sent(
    server: SmtpServer, certificate: Path, tmp_path: Path
) -> None:
    assert await mail_to(server, security="starttls").send(LETTER) == Receipt(Outcome.DEFERRED, "tls")
    assert await mail_to(server, security="tls", patience_s=PATIENCE_S).send(LETTER) == Receipt(Outcome.DEFERRED, "tls")
    with SmtpServer(tmp_path / "strict", security="starttls", certificate=certificate) as strict:
        assert (await mail_to(strict).send(LETTER)).outcome is Outcome.DEFERRED  # 530: our settings, not the letter
        assert strict.letters() == []
    assert server.letters() == []


async def test_that_a_login_is_given_and_a_wrong_one_loses_no_letter(certificate: Path, tmp_path: Path) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate))
    login = {"security": "starttls", "trusted": trusted, "user": "gehoor"}
    with SmtpServer(tmp_path / "mail", security="starttls", certificate=certificate, login="gehoor:geheim") as server:
        assert await mail_to(server, **login, password="geheim").send(LETTER) == ACCEPTED
        assert await mail_to(server, **login, password="fout").send(LETTER) == Receipt(Outcome.DEFERRED, "login")
        assert (await mail_to(server, security="starttls", trusted=trusted).send(LETTER)).outcome is Outcome.DEFERRED
        assert len(server.letters()) == 1
