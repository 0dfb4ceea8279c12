"""A real SMTP server in a process of its own, on loopback, that also does everything a mail server may do wrong.

What it does with a letter is the first word of the recipient's local part ("refuse+jan@..."), else the word in the file
``mode`` in its folder, which may change while it runs, else "accept":

    accept       takes it
    refuse       550 to RCPT                    reject      554 to DATA
    defer        451 to RCPT                    later       452 to DATA
    stall        never answers to RCPT          hang        takes it, never answers to DATA
    drop         takes it, and ends the connection before its 250
    bounce       takes it, then sends a report "failed" to the return path
    delayed      the same, with a report "delayed"
    linger       (mode only) takes it, never answers to QUIT
    mute         (mode only) never greets       busy        (mode only) greets with 421
    garbage      (mode only) greets with something that is not SMTP

What it took lies in its folder as ``<number>.eml``, with the envelope in two headers on top.
"""

import argparse
import asyncio
import email
import email.policy
import logging
import smtplib
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ROOT = Path(__file__).resolve().parents[1]
REPORTS = {"bounce": ("failed", "5.1.1"), "delayed": ("delayed", "4.4.1")}
SAYS = {"refuse": "550 5.1.1 Nobody here", "defer": "451 4.2.1 Come back later"}
SAYS_TO_DATA = {"reject": "554 5.7.1 Not this", "later": "452 4.2.2 No room now"}
KNOWN = {"accept", "stall", "hang", "drop", *REPORTS, *SAYS, *SAYS_TO_DATA}
START_S = 20.0


class SmtpServer:
    """The server, as a test holds it.

    Args:
        folder: where it keeps what it took.
        bounces: the port on loopback to which it sends its reports.
        security: none, starttls or tls; with a certificate file (key included) for the last two.
        login: "user:password", without which it takes nothing.
    """

    def __init__(
        self, folder: Path, bounces: int = 0, security: str = "none", certificate: Path | None = None, login: str = ""
    ) -> None:
        self.folder = folder
        self.port = 0
        self._arguments = ["--bounces", str(bounces), "--security", security, "--login", login]
        if certificate is not None:
            self._arguments += ["--certificate", str(certificate)]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Starts it, on the same port as before if it ran before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.smtp_server", "--folder", str(self.folder), "--port", str(self.port)]
        self._process = subprocess.Popen([*command, *self._arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        """Kills it, as a crash would."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def mode(self, word: str) -> None:
        """What it does from now on with letters that do not say it themselves."""
        (self.folder / "mode").write_text(word, encoding="ascii")

    def letters(self) -> list[EmailMessage]:
        """What it took, in order."""
        files = sorted(self.folder.glob("*.eml"), key=lambda file: int(file.stem))
        return [read_letter(file.read_bytes()) for file in files]

    def message_ids(self) -> Counter[str]:
        """How often it took each letter."""
        return Counter(str(letter["Message-ID"]) for letter in self.letters())

    def wait_for(self, count: int, patience_s: float = 20.0) -> list[EmailMessage]:
        """The letters, once there are so many."""
        until = time.monotonic() + patience_s
        while len(found := self.letters()) < count:
            assert time.monotonic() < until, f"{len(found)} of {count} letters came"
            time.sleep(0.02)
        return found

    def wait_for_letters_to(self, addresses: set[str], patience_s: float = 60.0) -> None:
        """Until each of them got one."""
        until = time.monotonic() + patience_s
        while waiting := addresses - {str(letter["X-Envelope-To"]) for letter in self.letters()}:
            assert time.monotonic() < until, f"{len(waiting)} of {len(addresses)} got no letter"
            time.sleep(0.2)


def read_letter(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(letter: EmailMessage, kind: str) -> str:
    """The words of a letter: kind is plain or html."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").strip()


def report(to: str, action: str, status: str, about: bytes = b"") -> bytes:
    """A delivery report (RFC 3464) as Postfix writes it."""
    fields = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; weg@klant.example\n"
    fields += f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {status} Recipient address rejected\n"
    headers = about.decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")[0]
    content = (
        f"From: MAILER-DAEMON@mx.example (Mail Delivery System)\nTo: {to}\nSubject: Undelivered Mail\n"
        "MIME-Version: 1.0\nAuto-Submitted: auto-replied\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nI am sorry.\n\n--b\nContent-Type: message/delivery-status\n\n{fields}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{headers}\n\n--b--\n"
    )
    return content.replace("\n", "\r\n").encode()


# -- the process -----------------------------------------------------------------------------------------------------


class Behaviour:
    """What it says to each command."""

    def __init__(self, folder: Path, bounces: int) -> None:
        self.folder = folder
        self.bounces = bounces
        self.count = len(list(folder.glob("*.eml")))
        self.reports: set[asyncio.Task[None]] = set()

    def word(self, recipient: str = "") -> str:
        first = recipient.partition("@")[0].partition("+")[0]
        if first in KNOWN:
            return first
        file = self.folder / "mode"
        return file.read_text(encoding="ascii") if file.exists() else "accept"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        word = self.word(address)
        if word == "stall":
            await asyncio.sleep(3600)
        if word not in SAYS:
            envelope.rcpt_tos.append(address)
        return SAYS.get(word, "250 2.1.5 Go on")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        word = self.word(envelope.rcpt_tos[0])
        if word in SAYS_TO_DATA:
            return SAYS_TO_DATA[word]
        self.keep(envelope)
        if word == "drop":
            assert server.transport is not None
            server.transport.close()
        if word in ("drop", "hang"):
            await asyncio.sleep(3600)
        if word in REPORTS:
            task = asyncio.create_task(asyncio.to_thread(self.send_report, envelope, *REPORTS[word]))
            self.reports.add(task)
            task.add_done_callback(self.reports.discard)
        return "250 2.0.0 Taken"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        if self.word() == "linger":
            await asyncio.sleep(3600)
        return "221 Bye"

    def keep(self, envelope: Envelope) -> None:
        self.count += 1
        assert isinstance(envelope.content, bytes)
        top = f"X-Envelope-From: {envelope.mail_from}\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\n".encode()
        part = self.folder / f"{self.count}.part"
        part.write_bytes(top + envelope.content)
        part.rename(self.folder / f"{self.count}.eml")

    def send_report(self, envelope: Envelope, action: str, status: str) -> None:
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from is not None
        content = report(envelope.mail_from, action, status, envelope.content)
        for attempt in range(100):
            try:
                with smtplib.SMTP("127.0.0.1", self.bounces, "mx.example", 10) as client:
                    client.sendmail("", [envelope.mail_from], content)
                return
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05 * min(attempt + 1, 20))


class Greeting(asyncio.Protocol):
    """A server that is not well: it says this once, and nothing after it."""

    def __init__(self, says: bytes) -> None:
        self.says = says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        if self.says:
            transport.write(self.says)


GREETINGS = {"mute": b"", "busy": b"421 4.3.2 Busy\r\n", "garbage": b"\xff\xfe hello?\r\n" * 3}


async def serve(given: argparse.Namespace) -> None:
    behaviour = Behaviour(given.folder, given.bounces)
    context = None
    if given.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.certificate)
    user, _, password = given.login.partition(":")

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        fits = (data.login.decode(), data.password.decode()) == (user, password)
        return AuthResult(success=fits, handled=fits)

    def conversation() -> asyncio.Protocol:
        greeting = GREETINGS.get(behaviour.word())
        if greeting is not None:
            return Greeting(greeting)
        return SMTP(
            behaviour,
            hostname="mx.example",
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
            tls_context=context if given.security == "starttls" else None,
            require_starttls=given.security == "starttls",
            auth_required=bool(given.login),
            auth_require_tls=given.security == "starttls",
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(
        conversation, "127.0.0.1", given.port, ssl=context if given.security == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="A mail server for tests.")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bounces", type=int, default=0)
    parser.add_argument("--security", choices=("none", "starttls", "tls"), default="none")
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--login", default="")
    logging.disable()
    asyncio.run(serve(parser.parse_args(arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
