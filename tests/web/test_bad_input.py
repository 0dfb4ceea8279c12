"""Bad input: a clear error that names the field, nothing lost, nothing executed, and the rest goes on.

After every piece of bad input the same customer sends an ordinary message, and it works.
"""

import json
from typing import Any

import httpx
import pytest

from gehoor.core.text import LONGEST_MESSAGE
from tests.world import Agent, Browser, Built, Customer, new_id

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}


async def refused(customer: Customer, answer: httpx.Response, field: str, *statuses: int) -> dict[str, Any]:
    """Asserts a clear error that names the field, and that the customer goes on."""
    assert answer.status_code in (statuses or (422,)), answer.text
    body: dict[str, Any] = answer.json()
    assert body["code"] in ("invalid", "too_large"), body
    assert body["field"] == field, body
    assert body["detail"]
    await customer.still_works()
    return body


async def raw(customer: Customer, body: bytes, what: str = "messages", **headers: str) -> httpx.Response:
    """Any bytes as a body."""
    return await customer.client.post(
        f"{customer.path}/{what}", content=body, headers=customer.headers | JSON | headers
    )


# -- bodies that are no message --------------------------------------------------------------------------------------


BODIES: list[tuple[str, bytes, str]] = [
    ("nothing at all", b"", "client_id"),
    ("an empty object", b"{}", "client_id"),
    ("white space", b"   \n", "body"),
    ("a list", b"[]", "body"),
    ("a number", b"7", "body"),
    ("a text", b'"hallo"', "body"),
    ("null", b"null", "body"),
    ("half an object", b'{"client_id": "', "body"),
    ("two objects", b'{"client_id": "%s", "text": "x"}{}' % new_id().encode(), "body"),
    ("a form", b"client_id=1&text=hallo", "body"),
    ("XML", b"<message>hallo</message>", "body"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "body"),
    ("zeros", b"\x00" * 1000, "body"),
    ("UTF-16", '{"text": "hallo"}'.encode("utf-16"), "body"),
    ("a byte order mark", b'\xef\xbb\xbf{"text": "hallo"}', "body"),
    ("NaN", b'{"client_id": NaN}', "body"),
    ("deep lists", b"[" * 20_000 + b"]" * 20_000, "body"),
    ("deep objects", b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "body"),
]


@pytest.mark.parametrize(("body", "field"), [one[1:] for one in BODIES], ids=[one[0] for one in BODIES])
async def test_that_a_body_that_is_no_message_is_refused(customer: Customer, body: bytes, field: str) -> None:
    await refused(customer, await raw(customer, body), field)


async def test_that_a_deep_value_of_an_unknown_field_is_refused_as_well(customer: Customer) -> None:
    deep = b'{"client_id":"%s","text":"x","more":' % new_id().encode() + b"[" * 30_000 + b"]" * 30_000 + b"}"
    await refused(customer, await raw(customer, deep), "body")


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"])
async def test_that_bytes_that_are_no_utf_8_are_refused(customer: Customer, bad: bytes) -> None:
    body = b'{"client_id":"%s","text":"hallo %s"}' % (new_id().encode(), bad)
    await refused(customer, await raw(customer, body), "body")


@pytest.mark.parametrize("bad", [r"\ud800", r"\udfff", r"\ud83d", r"a\udc00b", r"\ude00\ud83d"])
async def test_that_half_a_character_is_refused(customer: Customer, bad: str) -> None:
    body = f'{{"client_id":"{new_id()}","text":"hallo {bad}"}}'.encode()
    answer = await raw(customer, body)
    await refused(customer, answer, answer.json()["field"])
    assert answer.json()["field"] in ("body", "text")


async def test_that_a_whole_character_in_two_halves_is_one(customer: Customer) -> None:
    body = f'{{"client_id":"{new_id()}","text":"\\ud83d\\ude00"}}'.encode()
    assert (await raw(customer, body)).status_code == 201
    assert "\N{GRINNING FACE}" in [event.get("text") for event in await customer.looks()]


# -- size ------------------------------------------------------------------------------------------------------------


MEGABYTE = 1024 * 1024


class Endless(httpx.AsyncByteStream):
    """A body without a declared length; it counts how much of it was taken."""

    def __init__(self, megabytes: int) -> None:
        self.taken = 0
        self._pieces = megabytes * 64

    async def __aiter__(self) -> Any:
        for _ in range(self._pieces):
            self.taken += 16 * 1024
            yield b"x" * (16 * 1024)


async def test_that_a_megabyte_is_refused_by_its_declared_length(customer: Customer) -> None:
    body = json.dumps({"client_id": new_id(), "text": "x" * MEGABYTE}).encode()
    told = await refused(customer, await raw(customer, body), "body", 413, 422)
    assert told["longest"] == 64 * 1024


async def test_that_a_body_without_declared_length_is_not_read_to_its_end(customer: Customer) -> None:
    client = customer.client
    body = Endless(megabytes=20)
    request = client.build_request("POST", f"{customer.path}/messages", headers=customer.headers | JSON)
    del request.headers["content-length"]
    request.stream = body
    told = await refused(customer, await client.send(request), "body", 413, 422)
    assert told["longest"] == 64 * 1024
    assert body.taken < MEGABYTE


async def test_that_a_body_that_says_it_is_too_long_is_not_read_at_all(customer: Customer) -> None:
    client, body = customer.client, Endless(megabytes=20)
    request = client.build_request("POST", f"{customer.path}/messages", headers=customer.headers | JSON)
    request.headers["content-length"] = str(20 * MEGABYTE)
    request.stream = body
    await refused(customer, await client.send(request), "body", 413, 422)
    assert body.taken == 0


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 40, "\u00b2", "1_0", "+5", "0x10", " "])
async def test_that_a_length_that_is_no_number_is_refused(customer: Customer, length: str) -> None:
    client = customer.client
    request = client.build_request("POST", f"{customer.path}/messages", headers=customer.headers | JSON, content=b"{}")
    request.headers.raw[:] = []
    pairs = [*customer.headers.items(), *JSON.items(), ("host", "gehoor.test")]
    headers = [(name.encode(), value.encode()) for name, value in pairs]
    request.headers = httpx.Headers([*headers, (b"content-length", length.encode("latin-1"))])
    await refused(customer, await client.send(request), "body", 413, 422)


async def test_that_a_form_of_a_megabyte_is_refused_as_well(built: Built) -> None:
    browser = Browser(built.client())
    await browser.opens()
    await browser.sends("/chat/start")
    token = browser.hidden("form_token")
    for path in ("/chat/message", "/chat/start", "/chat/human"):
        await browser.posts(path, form_token=token, client_id=new_id(), text="x" * MEGABYTE)
        assert browser.status in (413, 422)
        assert "088 000 01 00" in browser.page
    await browser.posts("/desk/login", login="x" * MEGABYTE, password="x")
    assert browser.status in (413, 422)
    await browser.opens()
    await browser.sends("/chat/message", text="Gewoon bericht")
    assert "Gewoon bericht" in browser.page


@pytest.mark.parametrize(
    "headers", [{"content-type": "multipart/form-data"}, {"content-type": "multipart/form-data; boundary=x"}, {}]
)
async def test_that_a_form_that_is_none_is_refused(built: Built, headers: dict[str, str]) -> None:
    browser = Browser(built.client())
    for body in (b"", b"\xff\x00\xff", b"--x\r\nnonsense", b"--x\r\n" * 1000, b"=&=&=%ZZ&%"):
        answer = await browser.client.post("/chat/start", content=body, headers=headers)
        assert answer.status_code in (403, 422), answer.text
        assert "088 000 01 00" in answer.text
    await browser.opens()
    await browser.sends("/chat/start")
    assert browser.status == 200


async def test_that_a_text_may_have_so_many_characters_and_no_more(customer: Customer) -> None:
    answer = await customer.writes("x" * (LONGEST_MESSAGE + 1))
    told = await refused(customer, answer, "text")
    assert str(LONGEST_MESSAGE) in told["detail"]
    assert (await customer.writes("\N{GRINNING FACE}" * LONGEST_MESSAGE)).status_code == 201


# -- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n\t \r\n", "\x00", "\x00\x01\x02", "\u202e\u2066", "\ufeff", "\u00a0"])
async def test_that_a_text_with_nothing_in_it_is_refused(customer: Customer, text: str) -> None:
    await refused(customer, await customer.writes(text), "text")


CLEANED = [
    ("NUL\x00 in het midden", "NUL in het midden"),
    ("bel\x07 escape\x1b[31m terug\x08", "bel escape[31m terug"),
    ("regel\r\nregel", "regel\nregel"),
    ("  ruimte \n", "ruimte"),
    ("\x85nieuwe\x9fregel", "nieuweregel"),
    ("rekening \u202e4321 LN\u202c", "rekening 4321 LN"),  # right-to-left override: reads backwards
    ("\u202aa\u202bb\u202dc\u2066d\u2067e\u2068f\u2069", "abcdef"),
    ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),  # Arabic orders itself, and stays
    ("\u05e9\u05dc\u05d5\u05dd 12", "\u05e9\u05dc\u05d5\u05dd 12"),
    ("e\u0301\u0323", "e\u0301\u0323"),
    ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),  # a family is one picture of joined ones
]


@pytest.mark.parametrize(("text", "kept"), CLEANED, ids=range(len(CLEANED)))
async def test_that_characters_that_hide_or_turn_a_text_are_taken_out(customer: Customer, text: str, kept: str) -> None:
    answer = await customer.writes(text)
    assert answer.status_code == 201
    event = next(one for one in await customer.looks() if one["seq"] == answer.json()["seq"])
    assert event["text"] == kept
    await customer.still_works()


MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></script><svg onload=alert(1)>",
    "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7}",
    "[klik](javascript:alert(1)) [hier](https://elders.example)",
    "'; DROP TABLE facts; --",
    "%00%0d%0aSet-Cookie: a=b",
    "data: kwaad\n\nevent: fact\ndata: {}\n\n",
    "<!--#exec cmd='id'-->",
    "\\u003cscript\\u003e",
    "__proto__",
]


@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
async def test_that_markup_is_text_wherever_it_is_shown(
    built: Built, agent: Agent, helped: Customer, text: str
) -> None:
    answer = await helped.writes(text)
    seq = answer.json()["seq"]
    await agent.does("messages", helped.id, client_id=new_id(), text=text)
    shown = [event for event in await helped.looks() if event.get("text") == text.strip()]
    assert [event["author"]["kind"] for event in shown] == ["customer", "human"]
    async with helped.listens(after=seq - 1) as stream:
        sent = await stream.next("fact")
        assert (sent.data["seq"], sent.data["text"]) == (seq, text.strip())

    browser = built.client(cookies={"gehoor": f"{helped.id}.{helped.token}"})
    page = (await browser.get("/chat")).text
    copy = (await browser.get(f"{helped.path}/export?format=html")).text
    for html in (page, copy):
        for alive in ("<script>alert", "<img src=x", "<svg onload", "</textarea></script>", "<!--#exec", "javascript:"):
            assert f'href="{alive}' not in html
            assert alive == "javascript:" or alive not in html
        assert "{{ 7*7 }}" in html or "7*7" not in text
    plain = (await browser.get(f"{helped.path}/export?format=text")).text
    assert text.strip().replace("\n", "\n    ") in plain  # set in, so that no message can pass for another one
    assert "set-cookie" not in answer.headers
    assert text.strip() in str((await agent.reads(helped.id))["events"]) or "\\" in text or "\n" in text or "'" in text
    await helped.still_works()


async def test_that_markup_in_every_other_text_is_text(built: Built, agent: Agent, helped: Customer) -> None:
    kwaad = "<script>alert(1)</script>"
    assert (await helped.posts("feedback", helped=False, text=kwaad)).status_code == 201
    assert (await agent.does("notes", helped.id, client_id=new_id(), text=kwaad)).status_code == 201
    assert (await helped.posts("human", phone=kwaad, email=kwaad)).status_code == 201
    client = built.client(cookies={"gehoor": f"{helped.id}.{helped.token}"})
    for path in ("/chat", f"/chat?language={kwaad}", f"/kennis/{kwaad}", f"/{kwaad}", f"/desk/login?return_to={kwaad}"):
        assert kwaad not in (await client.get(path)).text
    page = await client.post("/desk/login", data={"login": kwaad, "password": "x"})
    assert kwaad not in page.text
    problem = await client.get(f"{helped.path}/events?after={kwaad}")
    assert problem.headers["content-type"] == "application/problem+json"


# -- fields ----------------------------------------------------------------------------------------------------------


def field_cases() -> list[tuple[str, dict[str, Any], str]]:
    ok = {"client_id": new_id()}
    wrong_ids: list[Any] = [None, 1, True, [], {}, "", "x", new_id()[:-1], new_id() + "0", "../../etc/passwd"]
    cases: list[tuple[str, dict[str, Any], str]] = []
    for what in ("messages", "human", "withdraw", "feedback"):
        more: dict[str, Any] = {"text": "x"} if what == "messages" else {"helped": True} if what == "feedback" else {}
        cases += [(what, more | {"client_id": wrong}, "client_id") for wrong in wrong_ids]
        cases.append((what, more, "client_id"))
    cases += [("messages", ok, "text"), ("feedback", ok, "helped")]
    wrongs: list[tuple[str, str, list[Any]]] = [
        ("messages", "text", [None, 1, True, [], {}, ["x"], {"a": "b"}]),
        ("feedback", "helped", [None, 1, "true", [], {}]),
        ("feedback", "score", [0, 6, -1, 2.5, "5", 10**30, 1e308, [], True]),
        ("feedback", "text", [1, [], "x" * 4001]),
        ("human", "preference", ["fax", "", 1, []]),
        ("human", "phone", [1, [], {}]),
        ("human", "email", [1, [], {}]),
    ]
    for what, field, values in wrongs:
        more = {"helped": True} if what == "feedback" else {}
        cases += [(what, ok | more | {field: value}, field) for value in values]
    return cases


@pytest.mark.parametrize(("what", "body", "field"), field_cases(), ids=lambda value: str(value)[:40])
async def test_that_a_field_of_the_wrong_type_is_named(
    customer: Customer, what: str, body: dict[str, Any], field: str
) -> None:
    before = await customer.built.kinds(customer.id)
    answer = await customer.client.post(f"{customer.path}/{what}", json=body, headers=customer.headers)
    assert await customer.built.kinds(customer.id) == before, "nothing of it was stored"
    await refused(customer, answer, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": 1}, "language"),
        ({"language": []}, "language"),
        ({"channel": "fax"}, "channel"),
        ({"channel": None}, "channel"),
        ({"channel": 1}, "channel"),
    ],
)
async def test_that_a_conversation_opens_with_good_fields_only(
    built: Built, customer: Customer, body: dict[str, Any], field: str
) -> None:
    answer = await built.client().post("/api/v1/conversations", json=body)
    await refused(customer, answer, field)
    assert len(await built.store.all_ids()) == 1


async def test_that_unknown_fields_are_left_alone(customer: Customer) -> None:
    """The interface may grow: a newer program may say more than this server knows. It gains nothing by it."""
    answer = await customer.posts(
        "messages", text="Hallo", author="human", seq=99, role="supervisor", at="1999-01-01", agent="demo-agent1"
    )
    assert answer.status_code == 201
    event = next(one for one in await customer.looks() if one["seq"] == answer.json()["seq"])
    assert event["author"]["kind"] == "customer"
    assert event["at"].startswith("2026-11-23")


async def test_that_a_field_that_comes_twice_is_the_last_one(customer: Customer) -> None:
    body = f'{{"client_id":"{new_id()}","text":"een","text":"twee"}}'.encode()
    assert (await raw(customer, body)).status_code == 201
    assert "een" not in [event.get("text") for event in await customer.looks()]


STAFF_CASES: list[tuple[str, dict[str, Any], str]] = [
    ("messages", {"client_id": 1, "text": "x"}, "client_id"),
    ("messages", {"client_id": new_id(), "text": ""}, "text"),
    ("messages", {"client_id": new_id(), "text": "x" * 4001}, "text"),
    ("messages", {"client_id": new_id(), "text": "x", "canned": "ja"}, "canned"),
    ("notes", {"client_id": new_id(), "text": "\x00"}, "text"),
    ("transfer", {"to": 5}, "to"),
    ("call", {}, "answered"),
    ("call", {"answered": "ja"}, "answered"),
]


@pytest.mark.parametrize(("what", "body", "field"), STAFF_CASES)
async def test_that_the_desks_fields_are_named_as_well(
    agent: Agent, helped: Customer, what: str, body: dict[str, Any], field: str
) -> None:
    before = await agent.built.kinds(helped.id)
    await refused(helped, await agent.does(what, helped.id, **body), field)
    assert before == (await agent.built.kinds(helped.id))[: len(before)]
    await agent.writes(helped.id, "Ik werk nog.")


# -- cursors, dates, addresses, headers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after", ["-1", "-0", "1.5", "1e3", "x", "", " 1", "0x1", "9" * 13, "\u0663", "null", "2026-11-23", "1;2", "NaN"]
)
async def test_that_a_cursor_that_is_no_number_is_named(agent: Agent, customer: Customer, after: str) -> None:
    for address in ("events", "stream"):
        answer = await customer.client.get(
            f"{customer.path}/{address}", params={"after": after}, headers=customer.headers
        )
        await refused(customer, answer, "after")
    await customer.wants_a_person()
    answer = await agent.client.get(f"/api/v1/staff/conversations/{customer.id}/events", params={"after": after})
    assert (answer.status_code, answer.json()["field"]) == (422, "after")


@pytest.mark.parametrize("form", ["pdf", "", "JSON", "../json", "html,text"])
async def test_that_a_format_that_is_not_there_is_named(customer: Customer, form: str) -> None:
    answer = await customer.client.get(f"{customer.path}/export", params={"format": form}, headers=customer.headers)
    await refused(customer, answer, "format")


@pytest.mark.parametrize(
    "id", ["x", "0" * 26, "%00", "%ff%fe", "%2e%2e%2fetc", "'%20OR%201=1--", "x" * 5000, "%E2%80%AE", "null"]
)
async def test_that_an_id_that_is_not_there_is_unknown(agent: Agent, customer: Customer, id: str) -> None:
    for client, path in (
        (customer.client, f"/api/v1/conversations/{id}/events"),
        (agent.client, f"/api/v1/staff/conversations/{id}"),
        (agent.client, f"/kennis/{id}"),
    ):
        answer = await client.get(path, headers=customer.headers)
        assert answer.status_code == 404, (path, answer.text)
    await customer.still_works()


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer " + "x" * 100_000},
        {"authorization": "Bearer \u00e9\u00ff"},
        {"cookie": "gehoor=" + "x" * 100_000},
        {"cookie": "gehoor=.; gehoor=..; =; ;;;" * 100},
        {"cookie": 'gehoor="\\"'},
        {"accept-language": "," * 50_000},
        {"accept-language": "xx-" * 10_000 + ";q=9"},
        {"accept-language": "\u00ff\u00fe"},
        {"content-type": "application/json; charset=\u00ff"},
        {"x-anything": "y" * 200_000},
        {"origin": "https://[::1"},
        {"origin": "\u00ff://"},
        {"sec-fetch-site": "x" * 10_000},
        {"host": "elders.example"},
        {"range": "bytes=0-99999999999"},
        {"expect": "100-continue"},
    ],
    ids=lambda headers: str(headers)[:40],
)
async def test_that_strange_headers_break_nothing(customer: Customer, headers: dict[str, str]) -> None:
    raw_headers = {name: value.encode("latin-1") for name, value in headers.items()}
    client = customer.built.client()
    body = json.dumps({"client_id": new_id(), "text": "x"}).encode()
    for method, path in (
        ("GET", "/chat"),
        ("GET", "/api/v1/contact"),
        ("GET", f"{customer.path}/events"),
        ("POST", f"{customer.path}/messages"),
        ("POST", "/chat/message"),
        ("GET", "/desk"),
        ("POST", "/api/v1/staff/presence"),
    ):
        answer = await client.request(method, path, headers=raw_headers, content=body if method == "POST" else None)  # type: ignore[arg-type]
        assert answer.status_code < 500, (path, answer.text)
    await customer.still_works()


async def test_that_a_method_that_is_not_known_is_told_with_what_is(customer: Customer) -> None:
    for method, path, allowed in (
        ("DELETE", f"{customer.path}/messages", "POST"),
        ("GET", f"{customer.path}/messages", "POST"),
        ("PUT", f"{customer.path}/events", "GET, HEAD"),
        ("BREW", "/api/v1/contact", "GET, HEAD"),
    ):
        answer = await customer.client.request(method, path, headers=customer.headers)
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == set(allowed.split(", "))
        await customer.still_works()


# -- the same id again -----------------------------------------------------------------------------------------------


async def test_that_the_same_id_with_another_text_is_a_conflict_and_the_first_stands(customer: Customer) -> None:
    id = new_id()
    first = await customer.writes("Het eerste", id)
    other = await customer.writes("Het tweede", id)
    assert (other.status_code, other.json()["code"], other.json()["field"]) == (409, "conflict", "client_id")
    again = await customer.writes("Het eerste", id)
    assert (again.status_code, again.json()) == (200, first.json())
    texts = [event.get("text") for event in await customer.looks()]
    assert "Het eerste" in texts
    assert "Het tweede" not in texts
    await customer.still_works()


async def test_that_an_id_in_another_spelling_is_the_same(customer: Customer) -> None:
    id = new_id()
    await customer.writes("Hallo", id)
    assert (await customer.writes("Hallo", id.upper())).status_code == 200


async def test_that_the_same_id_for_another_kind_of_call_is_a_conflict(customer: Customer) -> None:
    id = new_id()
    await customer.writes("Hallo", id)
    for what, body in (("human", {}), ("withdraw", {}), ("feedback", {"helped": True})):
        answer = await customer.posts(what, client_id=id, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict"), what
    await customer.still_works()


async def test_that_the_same_id_in_two_conversations_is_two_messages(built: Built, customer: Customer) -> None:
    other, id = await built.customer(), new_id()
    assert (await customer.writes("Van de een", id)).status_code == 201
    assert (await other.writes("Van de ander", id)).status_code == 201
    assert "Van de ander" not in str(await customer.looks())


async def test_that_every_call_again_stores_nothing_again(customer: Customer) -> None:
    bodies: dict[str, dict[str, Any]] = {"human": {}, "withdraw": {}, "feedback": {"helped": False, "text": "Nee"}}
    for what, body in bodies.items():
        id = new_id()
        first = await customer.posts(what, client_id=id, **body)
        stored = await customer.built.kinds(customer.id)
        again = await customer.posts(what, client_id=id, **body)
        assert (first.status_code, again.status_code) == (201, 200), what
        assert first.json()["seq"] == again.json()["seq"]
        assert await customer.built.kinds(customer.id) == stored


async def test_that_someone_elses_token_opens_nothing(built: Built, customer: Customer) -> None:
    other = await built.customer()
    answer = await other.client.post(
        f"{customer.path}/messages", json={"client_id": new_id(), "text": "Van een ander"}, headers=other.headers
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown")
    await customer.still_works()
    await other.still_works()
    assert "Van een ander" not in str(await customer.looks())
