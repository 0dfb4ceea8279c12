"""A call to the night partner, end to end: a real server, the partner's own system, and the page with its buttons."""

import json
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from gehoor.adapters.outbound.signing import fits, signature
from tests.certificate import make_certificate
from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.screens import Widget
from tests.web.browser.test_accessible import SIZES, look

pytestmark = pytest.mark.browser

Call = tuple[dict[str, str], bytes]


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    """The certificate of the partner's system, with its key."""
    return make_certificate(tmp_path / "partner.pem", name="nacht.localhost")


@pytest.fixture
def system(trusted: Path) -> Iterator[tuple[int, "Queue[Call]"]]:
    """The partner's own system: the port on which it listens, and the calls that come in."""
    calls: Queue[Call] = Queue()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted)

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            calls.put(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    one = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    one.socket = context.wrap_socket(one.socket, server_side=True)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one.server_address[1], calls
    one.shutdown()
    one.server_close()


@pytest.fixture
def house(
    tmp_path: Path,
    prepared: Path,
    trusted: Path,
    system: tuple[int, "Queue[Call]"],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Server]:
    """The product at night, whose night chain begins with that system."""
    there = {"https://wachtdienst.example/gehoor": f"https://nacht.localhost:{system[0]}/oproep"}
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    one = Server(tmp_path, opened=False, prepared=prepared, changes=there)
    one.start()
    yield one
    one.kill()
    assert "Traceback" not in one.complaints()


def in_danger(house: Server) -> tuple[str, dict[str, str]]:
    """A customer who reports a fire and leaves a telephone number; the path of the conversation, and its token."""
    begun = httpx.post(f"{house.url}/api/v1/conversations", json={}).json()
    path, held = f"{house.url}/api/v1/conversations/{begun['id']}", {"authorization": f"Bearer {begun['token']}"}
    wish = {"client_id": str(uuid.uuid4()), "phone": "06 12 34 56 78"}
    assert httpx.post(f"{path}/human", json=wish, headers=held).status_code == 201
    said = {"client_id": str(uuid.uuid4()), "text": "Er is brand in het trappenhuis!"}
    assert httpx.post(f"{path}/messages", json=said, headers=held).status_code == 201
    return path, held


def types(path: str, held: dict[str, str]) -> list[str]:
    return [event["type"] for event in httpx.get(f"{path}/events", headers=held).json()["events"]]


def told(calls: "Queue[Call]") -> tuple[dict[str, str], bytes, dict[str, Any]]:
    headers, body = calls.get(timeout=20)
    return headers, body, json.loads(body)


def test_that_a_person_of_the_partner_takes_the_call_on_its_page(
    house: Server, system: tuple[int, "Queue[Call]"], contexts: Contexts
) -> None:
    path, held = in_danger(house)
    _, _, call = told(system[1])
    assert (call["danger"], call["phone"], call["language"]) == ("brand", "06 12 34 56 78", "nl")
    page = contexts().new_page()
    page.goto(call["page"].replace("localhost", "127.0.0.1"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Gevaar: neem dit aan")
    look(page, "duty-asked", *SIZES)
    assert "partner_acknowledged" not in types(path, held), "looking acknowledges nothing"

    page.get_by_role("button", name="Ik neem dit aan").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("U hebt dit aangenomen")
    assert "partner_acknowledged" in types(path, held)
    look(page, "duty-acknowledged", *SIZES)

    page.get_by_role("button", name="Ik heb de klant gesproken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("U hoeft niets meer te doen")
    look(page, "duty-over", *SIZES)
    assert types(path, held)[-1] == "resolved"


def test_that_a_number_that_the_customer_leaves_afterwards_is_seen_by_who_is_called(
    house: Server, system: tuple[int, "Queue[Call]"], contexts: Contexts
) -> None:
    customer = Widget(contexts(viewport={"width": 360, "height": 740}).new_page(), house.url)
    customer.begin()
    customer.say("Er is brand in het trappenhuis!")
    _, _, call = told(system[1])
    page = contexts().new_page()
    page.goto(call["page"].replace("localhost", "127.0.0.1"))
    page.get_by_role("button", name="Ik neem dit aan").click()
    expect(page.get_by_text("nog niet bekend")).to_be_visible()
    expect(customer.line("Uw melding is gezien door de wachtdienst.")).to_have_count(1)

    customer.card.get_by_text("Laat uw telefoonnummer achter, dan bellen wij u").click()
    customer.card.get_by_label("Telefoonnummer").fill("06 12 34 56 78")
    customer.card.get_by_role("button", name="Doorgeven").click()
    expect(customer.card.get_by_text("Dank u.")).to_be_visible()
    page.get_by_role("link", name="Kijk opnieuw").click()
    expect(page.get_by_role("link", name="06 12 34 56 78")).to_be_visible()


def test_that_the_partners_own_system_answers_with_the_secret_of_the_key_folder(
    house: Server, system: tuple[int, "Queue[Call]"], tmp_path: Path
) -> None:
    path, held = in_danger(house)
    headers, body, call = told(system[1])
    secret = (tmp_path / "keys" / "partner-wachtdienst").read_bytes()
    assert fits(secret, headers["gehoor-signed-at"], body, headers["gehoor-signature"])
    answer, at = b'{"status": "acknowledged"}', str(int(time.time()))
    signed = {"gehoor-signed-at": at, "gehoor-signature": signature(secret, at, answer)}
    there = call["answer_to"].replace("localhost", "127.0.0.1")
    assert httpx.post(there, content=answer).status_code == 403
    assert httpx.post(there, content=answer, headers=signed).json() == {"status": "acknowledged"}
    assert "partner_acknowledged" in types(path, held)
