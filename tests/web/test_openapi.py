"""The document at /api/openapi.json is the interface: no more and no less, and real calls keep to it."""

import re
from typing import Any

import pytest
from starlette.routing import Route

from gehoor.adapters.policy_file.document import without_accounts
from gehoor.settings import DEMO
from tests.world import SITE, Agent, Built, Customer, new_id

pytestmark = pytest.mark.anyio

NOT_PROMISED = {
    ("post", "/api/v1/staff/conversations/{id}/typing"),  # passes by: never stored, never promised
    ("get", "/api/openapi.json"),
    ("post", "/api/v1/hooks/partner/{token}"),  # promised to night partners alone, in docs/partner.md
}


@pytest.fixture
async def document(built: Built) -> dict[str, Any]:
    """The document as it is served."""
    answer = await built.client().get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    read: dict[str, Any] = answer.json()
    return read


def told(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method, path) for path, item in document["paths"].items() for method in item}


def fits(value: object, schema: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether a value keeps to a schema: the part of JSON Schema that the document uses, and nothing beyond it."""
    if "$ref" in schema:
        return fits(value, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    known = {
        "anyOf",
        "enum",
        "type",
        "properties",
        "required",
        "items",
        "default",
        "title",
        "description",
        "format",
        "pattern",
    }
    assert set(schema) <= known | {"minimum", "maximum", "minLength", "maxLength", "maxItems"}, schema
    if "anyOf" in schema:
        return any(fits(value, one, document) for one in schema["anyOf"])
    if "enum" in schema and value not in schema["enum"]:
        return False
    if schema.get("format") == "uuid" and not re.fullmatch(r"[0-9a-f-]{36}", str(value)):
        return False
    if schema.get("format") == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        return False
    if not re.search(schema.get("pattern", ""), str(value)):
        return False
    if not _typed(value, schema.get("type")):
        return False
    if isinstance(value, str):
        return int(schema.get("minLength", 0)) <= len(value) <= int(schema.get("maxLength", len(value)))
    if isinstance(value, int) and not isinstance(value, bool):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, dict):
        shapes = schema.get("properties", {})
        has_all = set(schema.get("required", ())) <= set(value)
        return has_all and all(fits(one, shapes[name], document) for name, one in value.items() if name in shapes)
    if isinstance(value, list):
        few = len(value) <= int(schema.get("maxItems", len(value)))
        return few and all(fits(one, schema.get("items", {}), document) for one in value)
    return True


def _typed(value: object, type: str | None) -> bool:
    if type == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    kinds: dict[str | None, Any] = {"string": str, "boolean": bool, "object": dict, "array": list, "null": None}
    return value is None if type == "null" else type is None or isinstance(value, kinds[type])


async def test_that_every_route_is_in_the_document_and_the_other_way_round(
    built: Built, document: dict[str, Any]
) -> None:
    served = {
        (method.lower(), route.path)
        for route in built.app.routes
        if isinstance(route, Route) and route.path.startswith("/api/") and route.path != "/api/docs"
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served - NOT_PROMISED == told(document)


async def test_that_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert set(document["info"]) >= {"title", "version"}
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["summary"]
            assert "default" in operation["responses"]
            named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path)), path


async def test_that_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(document)))
    assert references
    assert references <= set(document["components"]["schemas"])


async def test_that_what_needs_a_key_says_so(document: dict[str, Any]) -> None:
    is_open = {("get", "/api/v1/contact"), ("post", "/api/v1/conversations"), ("post", "/api/v1/staff/session")}
    is_open |= {("post", "/api/v1/return")}
    for method, path in told(document):
        security = document["paths"][path][method].get("security")
        expected = "staff" if "/staff/" in path else "visitor"
        assert security == (None if (method, path) in is_open else [{expected: []}]), path


async def test_that_the_readable_page_shows_every_call(built: Built, document: dict[str, Any]) -> None:
    page = (await built.client().get("/api/docs")).text
    for _, path in told(document):
        assert path in page


DRAFT: dict[str, Any] = {
    **{
        "language": "nl",
        "title": "Borg",
        "owner": "Klantcontact",
        "policy": "may_answer",
        "text": "U krijgt hem terug.",
    },
    **{"valid_from": "2026-01-01", "review_by": "2027-01-01", "valid_until": None, "seen": 0},
    **{"ways": ["borg terug"], "audiences": [], "tags": [], "source": ""},
}
SAMPLES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    # the name of a shape: a body that fits, and bodies that do not
    "Start": ({"language": "nl", "channel": "web"}, [{"language": 1}, {"channel": "fax"}]),
    "Message": ({"client_id": new_id(), "text": "x"}, [{}, {"client_id": "x", "text": "x"}, {"client_id": new_id()}]),
    "AskHuman": ({"client_id": new_id(), "preference": "callback"}, [{}, {"client_id": new_id(), "preference": "x"}]),
    "Choose": (
        {"client_id": new_id(), "preference": "live", "window": None},
        [{"client_id": new_id(), "preference": "fax"}, {"client_id": new_id(), "preference": "live", "window": 7}],
    ),
    "Phone": ({"phone": "06 12 34 56 78"}, [{}, {"phone": 7}]),
    "Return": ({"code": "7KQ2-9XMB-4TR8W"}, [{}, {"code": 7}]),
    "Verify": ({"code": "123456"}, [{}, {"code": 7}]),
    "OnlyId": ({"client_id": new_id()}, [{}, {"client_id": 7}]),
    "Support": (
        {"client_id": new_id(), "offer": "call", "language": "en"},
        [{"client_id": new_id()}, {"client_id": new_id(), "offer": "a_lawyer"}],
    ),
    "Feedback": (
        {"client_id": new_id(), "helped": True, "score": 5},
        [{"client_id": new_id()}, {"client_id": new_id(), "helped": "ja"}]
        + [{"client_id": new_id(), "helped": True, "score": score} for score in (0, 6, 2.5, "5")],
    ),
    "SignIn": ({"login": "a", "password": "b"}, [{"login": "a"}, {"login": "a" * 201, "password": "b"}]),
    "SetPresence": ({"status": "away"}, [{}, {"status": "koffie"}]),
    "Decline": ({"reason": "break"}, [{"reason": None}, {"reason": "mevrouw Jansen is boos"}]),
    "Finish": ({"last_seq": 7}, [{"last_seq": "7"}]),
    "StaffMessage": (
        {"client_id": new_id(), "text": "x", "canned": False, "sources": [{"article": "a", "version": "1"}]},
        [
            *({}, {"client_id": new_id(), "text": 1}),
            *({"client_id": new_id(), "text": "x", "sources": bad} for bad in ([{"article": "a"}], ["a"], "a")),
        ],
    ),
    "UsedArticle": ({"article": "a", "version": "1"}, [{"article": "a"}]),
    "StaffNote": ({"client_id": new_id(), "text": "x"}, [{}]),
    "TransferTo": ({"to": None}, [{"to": 1}]),
    "ChangePolicy": (
        {"version": 1, "document": without_accounts((DEMO / "organisation.yaml").read_text(encoding="utf-8"))},
        [{"version": 1}, {"version": "1", "document": "x"}, {"version": 1, "document": "x" * 50_001}],
    ),
    "CheckPolicy": ({"document": "x"}, [{}, {"document": 1}, {"document": "x" * 50_001}]),
    "Correct": (
        {"seq": 4, "topic": None},
        [{}, {"seq": 4}, {"seq": "4", "topic": None}, {"seq": 4, "topic": "x" * 201}],
    ),
    "Judge": (
        {"item": "0192", "verdict": "right"},
        [{}, {"item": "0192"}, {"item": "0192", "verdict": "prima"}, {"item": "x" * 41, "verdict": "right"}],
    ),
    "Call": ({"answered": False}, [{}, {"answered": "ja"}]),
    "Draft": (
        DRAFT,
        [
            *({}, DRAFT | {"policy": "anything"}, DRAFT | {"language": "Nederlands"}, DRAFT | {"valid_from": "morgen"}),
            *(DRAFT | {"ways": ["x" * 4001]}, DRAFT | {"seen": "0"}),
        ],
    ),
    "Propose": (
        {"language": "nl", "to": "en", "how": "translated", "seen": 0},
        [
            {},
            {"language": "nl", "to": "en", "how": "shorter", "seen": 0},
            {"language": "nl", "how": "simpler", "seen": 0},
        ],
    ),
    "Submit": ({"language": "nl", "seen": 0}, [{}, {"language": "nl"}, {"language": 1, "seen": 0}]),
    "SendBack": ({"language": "nl", "seen": 0, "why": "Te lang"}, [{"language": "nl", "seen": 0}]),
    "Approve": ({"language": "nl", "seen": 0}, [{}, {"language": "nl", "seen": 0, "why": 1}]),
    "Withdraw": (
        {"language": "nl", "number": 1, "why": "Fout", "wrong": True, "harm": "serious"},
        [{}, {"language": "nl", "number": 1, "why": "Fout", "harm": "a_bit"}],
    ),
    "Switch": ({"silenced": True, "why": "Fout"}, [{}, {"silenced": "ja", "why": "Fout"}, {"silenced": True}]),
    "StepDown": ({"to": "off", "why": "Fout"}, [{"to": "answers"}, {"why": 1}]),
    "WordedIn": ({"language": "nl", "wrong": "x", "right": "y"}, [{"language": "nl", "wrong": "x"}]),
    "WordRecall": (
        {"wordings": [{"language": "nl", "wrong": "x", "right": "y"}]},
        [{}, {"wordings": "x"}, {"wordings": [{"language": "nl"}]}],
    ),
    "ApproveRecall": ({"wording": 7}, [{}, {"wording": "7"}]),
    "LookedRecall": (
        {"conversation": "x", "reached": True},
        [{}, {"conversation": "x"}, {"conversation": "x", "reached": "ja"}],
    ),
    "Measure": ({"language": "nl"}, [{}, {"language": "Nederlands"}]),
    "Weigh": ({"severity": "grave"}, [{}, {"severity": "so-so"}]),
}


async def test_that_the_server_and_the_document_refuse_the_same_bodies(
    built: Built, document: dict[str, Any], agent: Agent, customer: Customer
) -> None:
    supervisor = await built.agent("teamleider", available=False)
    shown = set(document["components"]["schemas"]) - {"Problem"}
    assert set(SAMPLES) == shown, "a new shape wants samples"
    for method, path in sorted(told(document)):
        body = document["paths"][path][method].get("requestBody")
        if body is None:
            continue
        schema = body["content"]["application/json"]["schema"]
        good, bad = SAMPLES[schema["$ref"].rpartition("/")[2]]
        assert fits(good, schema, document), path
        staff = supervisor if path.startswith(("/api/v1/staff/policy", "/api/v1/staff/recalls")) else agent
        client = staff.client if "/staff/" in path else customer.client
        headers = {} if "/staff/" in path else customer.headers
        address = path.replace("{id}", customer.id).replace("{slug}", "borg").replace("{recall}", "r1")
        accepted = await client.request(method, address, json=good, headers=headers)
        assert accepted.status_code != 422, (path, accepted.text)
        for one in bad:
            assert not fits(one, schema, document), (path, one)
            refused = await client.request(method, address, json=one, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), (path, one)
            assert re.split(r"[.[]", refused.json()["field"])[0] in {*one, *good}, (path, one, refused.text)


EVENT = {"seq", "prev", "at", "type", "author"}
TYPES = {
    *("message", "human_offered", "human_requested", "promise_made", "promise_tried", "promise_kept"),
    *("promise_broken", "promise_not_reached", "human_joined", "human_left", "handed_back", "resolved", "reopened"),
    *("erased", "withdrawn", "feedback", "back_in_queue", "contact_left"),
}


async def test_that_a_real_journey_carries_the_promised_fields(built: Built) -> None:
    customer = await built.customer()
    assert set(customer.opened) >= {"id", "token", "language", "disclosure", "contact", "events", "last_seq"}
    assert set(customer.opened["contact"]) >= {"phone", "hours", "email", "address"}
    assert set((await customer.writes("Hoe zeg ik mijn huur op?")).json()) == {"seq"}
    route = (await customer.wants_a_person(phone="06 12 34 56 78"))["route"]
    assert set(route) >= {"kind", "position", "estimated_wait_s", "due_at", "reference", "text"}
    agent = await built.agent()
    await agent.takes(customer.id)
    await agent.writes(customer.id, "Het antwoord.")
    answer = (await customer.client.get(f"{customer.path}/events?after=0", headers=customer.headers)).json()
    assert set(answer) >= {"events", "last_seq", "state"}
    await built.settle()
    await customer.posts("feedback", helped=True, score=5, text="Dank")
    await agent.does("resolve", customer.id)
    await customer.writes("Nog iets")
    seen = await customer.looks()
    for event in seen:
        assert set(event) >= EVENT, event
        assert event["type"] in TYPES, event
        assert event["author"]["kind"] in {"customer", "ai", "human", "notice"}
        assert event["author"]["name"], "shown in words, everywhere"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["at"])
    by_type = {event["type"]: event for event in seen}
    assert set(by_type["promise_made"]) >= {"due_at", "reference", "kind", "text"}
    assert by_type["human_requested"]["how"] == "button"
    assert by_type["human_joined"]["name"] == "Noor"
    assert by_type["feedback"]["helped"] is True
    copy = (await customer.client.get(f"{customer.path}/export", headers=customer.headers)).json()
    assert set(copy) >= {"conversation", "exported_at", "events", "receipt"}
    assert [event["seq"] for event in copy["events"]] == [event["seq"] for event in seen]
    links = [one["url"] for event in copy["events"] for one in event.get("sources", [])]
    assert links, "a saved file has no address of its own, so that its links are whole"
    assert all(link.startswith(SITE) for link in links)
