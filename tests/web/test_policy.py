"""The policy over HTTP: for supervisors; refused with what is wrong, from when, who says so and how to mend it."""

import pytest

from gehoor.adapters.policy_file.document import without_accounts
from gehoor.settings import DEMO
from tests.world import Agent, Built, Customer

pytestmark = pytest.mark.anyio

FILE = (DEMO / "organisation.yaml").read_text(encoding="utf-8")
DOCUMENT = without_accounts(FILE)
PATH = "/api/v1/staff/policy"


@pytest.fixture
async def supervisor(built: Built) -> Agent:
    """The team leader, signed in, in a house that was started with the demo's file."""
    await built.house.policies.start(FILE)
    return await built.agent("teamleider", available=False)


async def test_that_a_supervisor_reads_the_policy_in_force(supervisor: Agent) -> None:
    told = (await supervisor.client.get(PATH)).json()
    assert (told["version"], told["source"], told["who"], told["reduced"], told["refused"]) == (
        1,
        "file",
        "",
        False,
        None,
    )
    assert told["document"] == DOCUMENT
    assert (told["faults"], told["warnings"]) == ([], [])


async def test_that_a_change_is_in_force_for_the_next_customer(supervisor: Agent, built: Built) -> None:
    changed = DOCUMENT.replace("088 000 01 00", "088 000 02 00").replace("origins: []", "origins: [https://a.example]")
    answer = await supervisor.client.put(PATH, json={"version": 1, "document": changed})
    assert (answer.status_code, answer.json()) == (200, {"version": 2, "faults": [], "warnings": []})
    contact = await built.client().get("/api/v1/contact", headers={"origin": "https://a.example"})
    assert contact.json()["phone"] == "088 000 02 00"
    assert contact.headers["access-control-allow-origin"] == "https://a.example"
    told = (await supervisor.client.get(PATH)).json()
    assert (told["version"], told["source"], told["who"]) == (2, "desk", "Kim")


async def test_that_the_name_of_the_organisation_changes_in_conversations_that_run(
    supervisor: Agent, customer: Customer
) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    changed = DOCUMENT.replace("Woonstichting Voorbeeldstad", "Woonstichting Elders")
    await supervisor.client.put(PATH, json={"version": 1, "document": changed})
    names = {event["author"]["name"] for event in await customer.looks()}
    assert any("Elders" in name for name in names)


async def test_that_a_refusal_names_moment_ceiling_source_and_ways_to_mend(supervisor: Agent) -> None:
    document = DOCUMENT.replace('hours: "08:00-16:30"', 'hours: "09:00-16:30"')
    answer = await supervisor.client.put(PATH, json={"version": 1, "document": document})
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"], told["rule"]) == (
        422,
        "policy_fault",
        "shifts",
        "no_shift",
    )
    assert told["moment"] == "2026-11-24T07:00:00.000Z"
    assert (told["ceiling"], told["law"]) == ("14 days ahead", False)
    assert "NO-DEAD-END" in told["source"]
    assert len(told["mend"]) == 2
    assert told["detail"].startswith("shifts: We are open and nobody is on shift on 2026-11-24 at 08:00.")
    assert (await supervisor.client.get(PATH)).json()["version"] == 1


async def test_that_a_premium_number_is_refused_by_law(supervisor: Agent) -> None:
    document = DOCUMENT.replace("phone: 088 000 01 00", "phone: 0900-1234")
    told = (await supervisor.client.put(PATH, json={"version": 1, "document": document})).json()
    assert (told["field"], told["rule"], told["law"]) == ("contact.phone", "premium_rate", True)
    assert "BW 6:230k(2)" in told["source"]


async def test_that_who_edited_an_older_version_is_told_the_one_in_force(supervisor: Agent) -> None:
    document = DOCUMENT.replace("share: 50", "share: 60")
    await supervisor.client.put(PATH, json={"version": 1, "document": document})
    answer = await supervisor.client.put(PATH, json={"version": 1, "document": DOCUMENT})
    assert (answer.status_code, answer.json()["field"], answer.json()["version"]) == (409, "version", 2)


async def test_that_a_document_can_be_tried_without_changing_anything(supervisor: Agent) -> None:
    document = DOCUMENT.replace("email_days: 2", "email_days: 3").replace("[demo-agent2]", "[niemand]")
    told = (await supervisor.client.post(f"{PATH}/check", json={"document": document})).json()
    assert [(one["field"], one["rule"]) for one in told["faults"]] == [("shifts[1].people[0]", "unknown_person")]
    told = (await supervisor.client.post(f"{PATH}/check", json={"document": DOCUMENT})).json()
    assert told == {"faults": [], "warnings": []}
    assert (await supervisor.client.get(PATH)).json()["version"] == 1


async def test_that_the_history_is_newest_first(supervisor: Agent) -> None:
    document = DOCUMENT.replace("share: 50", "share: 60")
    await supervisor.client.put(PATH, json={"version": 1, "document": document})
    newest, first = (await supervisor.client.get(f"{PATH}/history")).json()["versions"]
    assert (newest["version"], newest["who"], first["version"], first["source"]) == (2, "Kim", 1, "file")
    assert any(line.startswith("+  share: 60") for line in newest["diff"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"version": 1, "document": DOCUMENT}),
        ("POST", "/check", {"document": DOCUMENT}),
        ("GET", "/history", None),
    ],
)
async def test_that_the_policy_is_for_supervisors(built: Built, method: str, path: str, body: object) -> None:
    await built.house.policies.start(FILE)
    agent = await built.agent(available=False)
    assert (await agent.client.request(method, PATH + path, json=body)).status_code == 403
    assert (await built.client().request(method, PATH + path, json=body)).status_code == 401
    assert built.house.policies.kept.version == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"document": DOCUMENT}, "version"),
        ({"version": 1}, "document"),
        ({"version": "1", "document": DOCUMENT}, "version"),
        ({"version": 1, "document": "x" * 50_001}, "document"),
    ],
)
async def test_that_a_body_of_another_form_names_its_field(supervisor: Agent, body: object, field: str) -> None:
    answer = await supervisor.client.put(PATH, json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_that_a_document_that_is_no_text_of_fields_is_refused(supervisor: Agent) -> None:
    for document in ("", "- a", "a: [", "&a [*a]", "a: &b {c: *b}", "\x00", "[" * 2000):
        answer = await supervisor.client.put(PATH, json={"version": 1, "document": document})
        assert (answer.status_code, answer.json()["code"]) == (422, "policy_fault"), document
