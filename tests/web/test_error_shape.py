"""The contract of every error (RFC 9457, interfaces.md).

* The media type is ``application/problem+json``.
* ``type`` is a stable URN that ends in the code; ``code`` is one of those listed below; ``status`` is the status of the
  answer itself.
* ``title`` is a sentence for the customer, in the customer's language, and gives the telephone number.
* ``detail`` is for whoever wrote the program. It never holds SQL, a stack, a path or a class of ours.
* ``field`` names what is wrong when one field is.
* ``contact`` carries telephone, hours, e-mail and address, because an error is where people get stuck.
* 503 says when to come back (``Retry-After``), 405 says what is allowed (``Allow``).
* Outside /api the same errors are pages, with the same status and the same ways to a person.
* An expected "no" is never a 500.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core import errors as x
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.web.errors import STATUS
from tests.world import Agent, Browser, Built, Customer, new_id, open_house

pytestmark = pytest.mark.anyio

CODES = {
    "invalid": 422,
    "too_large": 413,
    "unknown": 404,
    "not_allowed": 403,
    "not_signed_in": 401,
    "not_yours": 409,
    "not_now": 409,
    "refused": 409,
    "conflict": 409,
    "busy": 503,
    "too_often": 429,
    "policy_fault": 422,
    "store_away": 503,
    "store_fault": 503,
    "error": 500,
}
INSIDE = ("Traceback", 'File "', "/main/", "/src/", "site-packages", "SELECT ", "INSERT ", "gehoor.", "Error(", "0x")


def check_problem(answer: httpx.Response, status: int, code: str, language: str = "nl") -> dict[str, Any]:
    """Asserts the contract, and returns the body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:gehoor:error:{code}"
    assert "088 000 01 00" in body["title"]
    assert ("call us" in body["title"].lower()) == (language == "en")
    assert isinstance(body["detail"], str)
    contact = body["contact"]
    assert contact["phone"] == "088 000 01 00"
    assert contact["email"] == "info@voorbeeldstad.example"
    assert all(contact[name] for name in ("hours", "address", "phone_link", "emergency_phone", "organisation"))
    for inside in INSIDE:
        assert inside not in answer.text
    assert ("retry-after" in answer.headers) == (status in (429, 503))
    assert ("allow" in answer.headers) == (status == 405)
    return body


def check_field(answer: httpx.Response, status: int, code: str, field: str) -> None:
    """Asserts the contract, and the field that is named."""
    assert check_problem(answer, status, code)["field"] == field


def check_page(answer: httpx.Response, status: int) -> None:
    """Asserts that an error page shows the ways to a person."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    for shown in ("088 000 01 00", "tel:+31880000100", "info@voorbeeldstad.example", "Marktplein 1", "112"):
        assert shown in answer.text
    for inside in INSIDE:
        assert inside not in answer.text


# -- every code ------------------------------------------------------------------------------------------------------


def test_that_every_error_of_the_house_has_a_status() -> None:
    def tree(kind: type[x.GehoorError]) -> list[type[x.GehoorError]]:
        return [kind, *(one for sub in kind.__subclasses__() for one in tree(sub))]

    at_start = {x.KnowledgeFault}  # told before anything is served
    assert {kind.code for kind in tree(x.GehoorError) if kind not in at_start} <= set(CODES)
    assert all(CODES[code] == status for code, status in STATUS.items())


class Fault(Exception):
    """Something that nobody foresaw, with something inside that is nobody's business."""


class FaultyStore(MemoryStore):
    """A store that fails in the way it is told to when a view is read."""

    fault: Exception | None = None

    async def view(self, id: ConversationId) -> ConversationView | None:
        if self.fault is not None:
            raise self.fault
        return await super().view(id)


@pytest.fixture
async def faulty() -> AsyncIterator[tuple[Built, FaultyStore]]:
    store = FaultyStore()
    async with open_house(store=store) as built:
        yield built, store


INSIDE_FAULT = "SELECT text FROM words; /srv/main/src/secret"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (x.Invalid("No.", field="after"), 422, "invalid"),
        (x.Unknown(conversation="x"), 404, "unknown"),
        (x.NotAllowed(), 403, "not_allowed"),
        (x.NotAllowed(signed_in=False), 401, "not_signed_in"),
        (x.NotYours(), 409, "not_yours"),
        (x.NotNow(can="park"), 409, "not_now"),
        (x.Refused(), 409, "refused"),
        (x.Conflict(field="client_id"), 409, "conflict"),
        (x.Busy(retry_after_s=7), 503, "busy"),
        (x.StoreAway(INSIDE_FAULT, cause="ConnectionRefusedError"), 503, "store_away"),
        (x.TooOften(retry_after_s=7), 429, "too_often"),
        (x.StoreFault(INSIDE_FAULT, cause="sqlite3.OperationalError"), 503, "store_fault"),
        (x.GehoorError(), 500, "error"),
        (Fault(INSIDE_FAULT), 500, "error"),
        (RuntimeError(INSIDE_FAULT), 500, "error"),
        (RecursionError(INSIDE_FAULT), 500, "error"),
    ],
)
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_that_every_fault_has_the_one_shape(
    faulty: tuple[Built, FaultyStore],
    capsys: pytest.CaptureFixture[str],
    fault: Exception,
    status: int,
    code: str,
    language: str,
) -> None:
    built, store = faulty
    customer = await built.customer()
    store.fault = fault
    headers = customer.headers | {"accept-language": language}
    answer = await customer.client.get(f"{customer.path}/events", headers=headers)
    body = check_problem(answer, status, code, language)
    if isinstance(fault, x.Busy | x.TooOften):
        assert answer.headers["retry-after"] == "7"
    for name in ("field", "can"):
        if isinstance(fault, x.GehoorError) and name in fault.data:
            assert body[name] == fault.data[name]
    assert answer.headers["content-security-policy"], "the headers stand on a fault as well"
    browser = Browser(built.client(cookies={"gehoor": f"{customer.id}.{customer.token}"}))
    page = await browser.client.get("/chat")
    check_page(page, 403 if status == 401 else status)
    log = capsys.readouterr().out
    assert INSIDE_FAULT not in log, "nor does the log hold the words of a fault, or a token"
    assert customer.token not in log
    assert ("a request failed" in log) == (not isinstance(fault, x.GehoorError))
    store.fault = None
    await customer.still_works()


# -- every route -----------------------------------------------------------------------------------------------------


async def test_that_every_route_refuses_a_method_that_it_does_not_know(built: Built, agent: Agent) -> None:
    count = 0
    for route in built.app.routes:
        if not isinstance(route, Route):
            continue
        path = route.path.replace("{id}", "0000").replace("{slug}", "borg")
        answer = await agent.client.request("PATCH", path)
        if path.startswith("/api/"):
            check_problem(answer, 405, "not_allowed")
        else:
            check_page(answer, 405)
        assert route.methods
        assert set(answer.headers["allow"].split(", ")) <= {"GET", "HEAD", "POST", "DELETE"}
        count += 1
    assert count > 35


async def test_that_every_route_with_a_conversation_knows_none_by_a_made_up_id(built: Built, agent: Agent) -> None:
    bodies: dict[str, dict[str, object]] = {
        "messages": {"client_id": new_id(), "text": "x"},
        "notes": {"client_id": new_id(), "text": "x"},
        "feedback": {"client_id": new_id(), "helped": True},
        "human": {"client_id": new_id()},
        "withdraw": {"client_id": new_id()},
        "call": {"answered": True},
        "promise": {"client_id": new_id(), "preference": "live"},
        "phone": {"phone": "x"},
        "verify": {"code": "x"},
        "corrections": {"seq": 1, "topic": None},
    }
    count = 0
    for route in built.app.routes:
        if not isinstance(route, Route) or "{id}" not in route.path:
            continue
        assert route.methods
        for method in route.methods & {"GET", "POST"}:
            body = bodies.get(route.path.rpartition("/")[2], {}) if method == "POST" else None
            answer = await agent.client.request(method, route.path.replace("{id}", "0000"), json=body)
            check_problem(answer, 404, "unknown")
            count += 1
    assert count == 27


async def test_that_an_address_that_is_not_there_is_told_as_such(built: Built) -> None:
    client = built.client()
    for path in ("/api/v1/nope", "/api/nope", "/api/v1/conversations/0000/nope", "/api/v1/staff"):
        check_problem(await client.get(path), 404, "unknown")
    for path in ("/nope", "/kennis/nope", "/static/nope.js", "/desk/nope", "/chat/nope", "/static/../../etc/passwd"):
        check_page(await client.get(path), 404)


async def test_that_a_page_of_an_error_is_in_the_readers_language(built: Built) -> None:
    page = await built.client(headers={"accept-language": "en"}).get("/nope")
    check_page(page, 404)
    assert '<html lang="en"' in page.text
    assert "We cannot find this" in page.text


async def test_that_a_plain_form_shows_the_ways_to_a_person_with_its_error(built: Built) -> None:
    browser = Browser(built.client())
    await browser.opens()
    await browser.sends("/chat/start")
    for text, status in (("", 422), ("x" * 4001, 422)):
        answer = await browser.client.post(
            "/chat/message",
            data={"form_token": browser.hidden("form_token"), "client_id": new_id(), "text": text},
        )
        check_page(answer, status)
        assert 'role="alert"' in answer.text
        assert text[:4000] in answer.text, "what was written stays in the form"


# -- an expected no --------------------------------------------------------------------------------------------------


async def test_that_an_expected_no_is_told_by_its_code(agent: Agent, helped: Customer) -> None:
    id = new_id()
    await helped.writes("Hallo", id)
    check_problem(await helped.writes("Anders", id), 409, "conflict")
    check_problem(await helped.posts("withdraw"), 409, "not_now")
    check_problem(await agent.does("park", helped.id), 409, "not_now")
    check_problem(await helped.writes(""), 422, "invalid")


async def test_that_a_busy_house_says_when_to_come_back(built: Built, customer: Customer) -> None:
    recorder = built.house.recorder

    def busy(*_: object, **__: object) -> Any:
        raise x.Busy(retry_after_s=2)

    recorder.submit = busy  # type: ignore[method-assign]
    body = check_problem(await customer.writes("Hallo"), 503, "busy")
    assert "nog een keer" in body["title"]
    page = await built.client().post("/chat/start", data={"form_token": "start"})
    check_page(page, 503)
    assert page.headers["retry-after"] == "2"
    del recorder.submit
    await customer.still_works()
