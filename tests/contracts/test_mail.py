"""What everything that sends letters keeps to: the one that keeps them, and SMTP to a real server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gehoor.adapters.outbound.memory import ACCEPTED, MemoryMail
from gehoor.adapters.outbound.mime import envelope, house
from gehoor.adapters.outbound.nothing import NoMail, NoPartner
from gehoor.adapters.outbound.smtp import Server, SmtpMail
from gehoor.adapters.scripted import MONDAY_MORNING
from gehoor.core.errors import Invalid
from gehoor.ports.outbound import Letter, Mail, Outbound, Outcome, PartnerCall, Receipt
from tests.smtp_server import SmtpServer, body, read_letter

pytestmark = pytest.mark.anyio

KEY = b"k" * 32
SENT_BY = house("klantcontact@voorbeeldstad.example", KEY)
LETTER = Letter(
    id="01JD0000000000000000000001:mail:12",
    to="jan@klant.example",
    subject="Onze afspraak met u: nummer 572-118-404",
    text="Goedendag,\n\nEen medewerker belt u. Tot dan! 💧",
    html="<p>Goedendag,</p>\n<p>Een medewerker belt u. Tot dan! 💧</p>",
    language="nl",
    at=MONDAY_MORNING,
    token="01JD0000000000000000000001.12",
    sender="Woonstichting Voorbeeldstad",
    reference="572-118-404",
)
JUDGED = {"refuse": Receipt(Outcome.REFUSED, "5.1.1"), "defer": Receipt(Outcome.DEFERRED, "4.2.1")}

Took = Callable[[], list[EmailMessage]]


def judge(letter: Letter) -> Receipt:
    return JUDGED.get(letter.to.partition("+")[0], ACCEPTED)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture(params=["memory", "smtp"])
def post(request: pytest.FixtureRequest) -> tuple[Mail, Took]:
    """A mail, and what arrived through it since, as the reader gets it."""
    if request.param == "memory":
        memory = MemoryMail(judge)
        return memory, lambda: [read_letter(envelope(letter, SENT_BY).message) for letter in memory.letters]
    running: SmtpServer = request.getfixturevalue("server")
    before = len(running.letters())
    return SmtpMail(Server("127.0.0.1", running.port, "none"), SENT_BY), lambda: running.letters()[before:]


async def test_that_a_letter_arrives_as_it_was_written(post: tuple[Mail, Took]) -> None:
    mail, took = post
    assert mail.registered
    assert (await mail.send(LETTER)).outcome is Outcome.ACCEPTED
    (letter,) = took()
    assert (body(letter, "plain"), body(letter, "html")) == (LETTER.text, LETTER.html)
    assert str(letter["Subject"]) == LETTER.subject
    assert str(letter["To"]) == LETTER.to


async def test_that_a_refused_and_a_deferred_letter_are_told_apart(post: tuple[Mail, Took]) -> None:
    mail, took = post
    assert await mail.send(replace(LETTER, to="refuse+jan@klant.example")) == JUDGED["refuse"]
    assert await mail.send(replace(LETTER, to="defer+jan@klant.example")) == JUDGED["defer"]
    assert took() == []


async def test_that_the_same_letter_sent_again_has_the_same_message_id(post: tuple[Mail, Took]) -> None:
    mail, took = post
    for letter in (LETTER, LETTER, replace(LETTER, id="01JD0000000000000000000001:mail:13")):
        assert (await mail.send(letter)).outcome is Outcome.ACCEPTED
    first, again, other = [str(letter["Message-ID"]) for letter in took()]
    assert first == again != other


async def test_that_a_letter_in_any_script_arrives(post: tuple[Mail, Took]) -> None:
    mail, took = post
    odd = replace(LETTER, to="josé@bücher.example", sender="Wöonst. «Çelik», Łódź", subject="Uw vraag: ć ş ё ١ 💧")
    assert (await mail.send(odd)).outcome is Outcome.ACCEPTED
    (letter,) = took()
    assert str(letter["Subject"]) == odd.subject
    assert letter["From"].addresses[0].display_name == odd.sender
    assert letter["To"].addresses[0].domain == "xn--bcher-kva.example"
    assert "josé@xn--bcher-kva.example".encode() in envelope(odd, SENT_BY).message


async def test_that_a_subject_and_a_name_are_one_line(post: tuple[Mail, Took]) -> None:
    mail, took = post
    await mail.send(replace(LETTER, subject="Uw vraag\r\nBcc: piet@klant.example", sender="Woon\n\nstichting\x00 é"))
    (letter,) = took()
    assert str(letter["Subject"]) == "Uw vraag Bcc: piet@klant.example"
    assert letter["From"].addresses[0].display_name == "Woon stichting é"
    assert letter["Bcc"] is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": ""}, "address"),
        ({"to": "jan"}, "address"),
        ({"to": "jan@klant"}, "address"),  # no domain that mail goes to
        ({"to": "jan@klant..example"}, "address"),
        ({"to": "jan@-klant.example"}, "address"),
        ({"to": ".jan@klant.example"}, "address"),
        ({"to": "jan@klant.example, piet@klant.example"}, "address"),  # two
        ({"to": "jan,piet@klant.example"}, "address"),
        ({"to": "jan@klant.example\r\nBcc: piet@klant.example"}, "address"),
        ({"to": "Jan <jan@klant.example>"}, "address"),
        ({"to": '"jan piet"@klant.example'}, "address"),
        ({"to": "jan@[127.0.0.1]"}, "address"),
        ({"to": "jan@straße.example"}, "address"),  # IDNA 2003 would send it to strasse.example, somebody else's
        ({"to": "j" * 65 + "@klant.example"}, "address"),
        ({"to": "jan@" + "k" * 250 + ".example"}, "address"),
        ({"reference": "572-118\r\nBcc: x@y.example"}, "reference"),
        ({"token": "small letters"}, "token"),
        ({"text": "een halve letter \ud800"}, "text"),
        ({"subject": "een halve letter \ud800"}, "text"),
    ],
)
async def test_that_a_letter_that_cannot_be_written_is_refused_and_says_why(
    post: tuple[Mail, Took], changed: dict[str, str], code: str
) -> None:
    mail, took = post
    assert await mail.send(replace(LETTER, **changed)) == Receipt(Outcome.REFUSED, code)  # type: ignore[arg-type]
    assert took() == []


ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["a\r\nBcc: piet@klant.example", "a\n\n<script>", "=?utf-8?q?=0D=0ABcc:_x@y.example?=", '"\r\n', "a\x00b\u2028c"]
)
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Reply-To", "MIME-Version", "Content-Type"),
    *("Auto-Submitted", "X-Auto-Response-Suppress"),
}


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_that_nothing_in_a_letter_can_add_a_header_or_a_recipient(
    subject: str, sender: str, id: str, language: str, to: str
) -> None:
    letter = replace(LETTER, subject=subject, sender=sender, language=language)
    for one in (letter, replace(letter, to=to), replace(letter, to=f"{to}@klant.example"), replace(letter, id=id)):
        try:
            written = envelope(one, SENT_BY)
        except Invalid:
            assert one.to != LETTER.to or id != LETTER.id
            continue
        arrived = read_letter(written.message)
        assert set(arrived.keys()) == HEADERS
        assert len(arrived.keys()) == len(HEADERS)
        assert written.message.count(b"\r\nTo: " + str(written.to).encode() + b"\r\n") == 1
        assert [address.addr_spec for address in arrived["From"].addresses] == [str(SENT_BY.address)]
        assert body(arrived, "plain") == LETTER.text


async def test_that_without_a_mail_server_or_a_partner_that_is_said() -> None:
    nothing = Outbound(NoMail(), NoPartner())
    assert not nothing.mail.registered
    refused = Receipt(Outcome.REFUSED, "not_registered")
    assert await nothing.mail.send(LETTER) == refused
    there, page = "https://nacht.example/oproep", "https://chat.example/dienst/x"
    call = PartnerCall("1", "nacht", there, "572-118-404", "gas", "", MONDAY_MORNING, "nl", page, page)
    assert await nothing.partner.ask(call) == refused
    assert not nothing.partner.signed("nacht", "1", b"{}", "v1=00")


async def test_that_the_mail_that_is_kept_forgets_the_oldest() -> None:
    mail = MemoryMail(most=2)
    for number in range(3):
        await mail.send(replace(LETTER, id=str(number)))
    assert [letter.id for letter in mail.letters] == ["1", "2"]
    assert mail.to(LETTER.to) == list(mail.letters)
    assert mail.to("piet@klant.example") == []
