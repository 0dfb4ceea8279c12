"""The life of an article over HTTP: who may do what, and what the customer gets of it at once."""

from typing import Any

import httpx
import pytest

from gehoor.core.conversation import events as e
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.article import Computation
from tests.world import LIBRARY, Agent, Built, Customer, answer_from, open_house

pytestmark = pytest.mark.anyio

BORG = "/api/v1/staff/knowledge/borg"
BETTER: dict[str, Any] = {
    **{"language": "nl", "title": "Wanneer krijg ik mijn borg terug?", "owner": "Team Klantcontact"},
    **{"valid_from": "2026-01-01", "review_by": "2027-03-01", "policy": "may_answer", "ways": ["borg terug"]},
    "text": "U krijgt uw borg binnen tien dagen terug.\n\n## Hoe\n\nWij maken het over.",
}


class Writer:
    """Somebody of staff who works on the knowledge."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def does(self, what: str, topic: str = BORG, **body: object) -> httpx.Response:
        """One of the calls, whatever comes of it."""
        return await self.client.post(f"{topic}/{what}", json=body)

    async def did(self, what: str, topic: str = BORG, **body: object) -> dict[str, Any]:
        """One of the calls, that is done."""
        answer = await self.does(what, topic, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def sees(self, topic: str = BORG) -> dict[str, Any]:
        """The topic."""
        answer = await self.client.get(topic)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def person(built: Built, login: str) -> Writer:
    client = built.client()
    await Agent(built, client).signs_in(login)
    return Writer(client)


@pytest.fixture
async def writer(built: Built) -> Writer:
    """Anouk, who writes."""
    return await person(built, "schrijver")


@pytest.fixture
async def lead(built: Built) -> Writer:
    """Kim, who supervises."""
    return await person(built, "teamleider")


async def published(writer: Writer, lead: Writer, **change: object) -> dict[str, Any]:
    """Written by Anouk, approved by Kim."""
    told = await writer.did("draft", **(BETTER | {"seen": 0} | change))
    told = await writer.did("submit", language="nl", seen=told["last"])
    return await lead.did("approve", language="nl", seen=told["last"])


async def test_that_the_list_shows_how_every_topic_stands(writer: Writer) -> None:
    told = (await writer.client.get("/api/v1/staff/knowledge")).json()
    assert [one["slug"] for one in told["topics"]] == sorted(LIBRARY.slugs)
    borg = next(one for one in told["topics"] if one["slug"] == "borg")
    assert (borg["standing"], borg["rung"], borg["silenced"]) == ("in_force", "answers", False)
    assert {"title", "owner", "review_by", "policy", "severity", "written", "languages"} <= set(borg)
    assert told["may"] == {"write": True, "supervise": False}
    assert told["silenced"] is False


async def test_that_a_draft_goes_through_review_to_another_and_then_answers(
    built: Built, writer: Writer, lead: Writer
) -> None:
    told = await published(writer, lead)
    newest = told["editions"][0]
    assert (newest["standing"], newest["writers"], newest["approver"]) == ("in_force", ["Anouk"], "Kim")
    assert [one["what"] for one in told["history"]] == ["approve", "submit", "draft", "file"]
    assert [one["who"] for one in told["history"]] == ["Kim", "Anouk", "Anouk", ""]
    assert "+U krijgt uw borg binnen tien dagen terug." in newest["diff"]
    page = await built.client().get("/kennis/borg")
    assert "binnen tien dagen" in page.text


async def test_that_who_wrote_it_may_not_approve_it_and_reads_why(writer: Writer) -> None:
    told = await writer.did("draft", **BETTER, seen=0)
    told = await writer.did("submit", language="nl", seen=told["last"])
    refused = await writer.does("approve", language="nl", seen=told["last"])
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    assert refused.json()["detail"] == "U schreef zelf aan deze tekst. Iemand anders moet hem goedkeuren."


async def test_that_a_text_is_sent_back_with_what_must_change(writer: Writer, lead: Writer) -> None:
    told = await writer.did("draft", **BETTER, seen=0)
    told = await writer.did("submit", language="nl", seen=told["last"])
    told = await lead.did("send-back", language="nl", seen=told["last"], why="Noem het bedrag")
    assert (told["editions"][0]["standing"], told["editions"][0]["why"]) == ("draft", "Noem het bedrag")


async def test_that_writing_over_each_other_is_a_conflict_and_nothing_is_lost(writer: Writer, lead: Writer) -> None:
    await writer.did("draft", **BETTER, seen=0)
    refused = await lead.does("draft", **(BETTER | {"text": "Iets anders."}), seen=0)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "tien dagen" in (await lead.sees())["editions"][0]["text"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("draft", BETTER | {"seen": 0}),
        ("withdraw", {"language": "nl", "number": 1, "why": "Fout"}),
        ("switch", {"silenced": True, "why": "Fout"}),
        ("up", {}),
        ("down", {"why": "Fout"}),
        ("severity", {"severity": "grave"}),
    ],
)
async def test_that_an_agent_reads_and_changes_nothing(built: Built, what: str, body: dict[str, Any]) -> None:
    agent = await person(built, "agent1")
    before = await agent.sees()
    refused = await agent.does(what, **body)
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("Dit is voor")
    assert await agent.sees() == before
    assert before["may"] == {"write": False, "supervise": False, "propose": False}


@pytest.mark.parametrize(("what", "body"), [("switch", {"silenced": True, "why": "Fout"}), ("up", {})])
async def test_that_a_writer_may_not_what_is_for_supervisors(writer: Writer, what: str, body: dict[str, Any]) -> None:
    await writer.did("down", why="Fout")
    refused = await writer.does(what, **body)
    assert (refused.status_code, refused.json()["detail"]) == (403, "Dit is voor leidinggevenden.")


async def test_that_nobody_reads_it_without_signing_in(built: Built) -> None:
    for path in ("/api/v1/staff/knowledge", BORG):
        assert (await built.client().get(path)).status_code == 401


async def test_that_a_topic_that_is_not_there_is_told_so(writer: Writer) -> None:
    refused = await writer.client.get("/api/v1/staff/knowledge/nergens")
    assert (refused.status_code, refused.json()["detail"]) == (404, "Dit onderwerp is er niet.")


async def test_that_a_new_topic_begins_with_the_ai_off(writer: Writer) -> None:
    path = "/api/v1/staff/knowledge/zonnepanelen"
    told = await writer.did("draft", path, **(BETTER | {"title": "Zonnepanelen"}), seen=0)
    assert (told["ladder"]["rung"], told["standing"]) == ("off", "draft")


async def test_that_a_text_that_cannot_be_used_is_refused_with_its_line(writer: Writer) -> None:
    refused = await writer.does("draft", **(BETTER | {"text": "Goed.\n\n## Kop\n\n<b>vet</b>"}), seen=0)
    assert (refused.status_code, refused.json()["field"]) == (422, "text")
    assert refused.json()["detail"] == "Regel 5. HTML kan hier niet. Gebruik gewone tekst."


# -- what the customer gets --------------------------------------------------------------------------------------------


@pytest.fixture
async def asked() -> Any:
    """A house whose brain answers every question about the deposit."""
    borg = next(one for one in LIBRARY.articles if one.slug == "borg")
    async with open_house([answer_from(borg)] * 9) as built:
        yield built


async def is_answered(built: Built) -> bool:
    customer: Customer = await built.customer()
    await customer.writes("Wanneer krijg ik mijn borg terug?")
    return any("veertien dagen" in one.get("text", "") for one in await customer.looks())


async def test_that_a_withdrawn_text_is_told_to_nobody_any_more(asked: Built) -> None:
    assert await is_answered(asked)
    writer = await person(asked, "schrijver")
    told = await writer.did("withdraw", language="nl", number=1, why="Bedrag fout", wrong=True, harm="serious")
    assert (told["standing"], told["editions"][0]["harm"]) == ("withdrawn", "serious")
    assert not await is_answered(asked)
    assert (await asked.client().get("/kennis/borg")).status_code == 404


async def test_that_a_switch_silences_a_topic_and_lets_it_speak_again(asked: Built) -> None:
    lead = await person(asked, "teamleider")
    assert (await lead.did("switch", silenced=True, why="Klachten"))["silenced"]
    assert not await is_answered(asked)
    await lead.did("switch", silenced=False, why="Nagekeken")
    assert await is_answered(asked)


async def test_that_one_switch_silences_everything(asked: Built) -> None:
    lead = await person(asked, "teamleider")
    everything = "/api/v1/staff/knowledge"
    assert (await lead.did("switch", everything, silenced=True, why="Rare antwoorden")) == {"silenced": True}
    assert not await is_answered(asked)
    assert (await lead.did("switch", everything, silenced=False, why="Weer goed")) == {"silenced": False}
    assert await is_answered(asked)


async def test_that_a_lower_rung_stops_answers_at_once_and_the_ladder_says_what_lacks(asked: Built) -> None:
    writer, lead = await person(asked, "schrijver"), await person(asked, "teamleider")
    told = await writer.did("down", why="Klachten", to="shadow")
    assert told["ladder"]["rung"] == "shadow"
    assert not await is_answered(asked)
    refused = await lead.does("up")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")
    assert "50 vergeleken gesprekken" in refused.json()["detail"]
    assert refused.json()["detail"] == told["ladder"]["lacks"]
    asks = {one["rung"]: (one["asked_cases"], one["asked_right"]) for one in told["ladder"]["rungs"]}
    assert asks["answers"] == (50, 0.95)
    await lead.did("severity", severity="grave")
    assert (await lead.sees())["ladder"]["severity"] == "grave"


async def test_that_the_shadow_is_seen_by_nobody_and_one_rung_up_the_agent_sees_what_the_ai_found(asked: Built) -> None:
    writer = await person(asked, "schrijver")
    agent = await asked.agent()
    for rung, seen in (("helps_agents", ["borg"]), ("shadow", [])):
        await writer.did("down", why="Klachten", to=rung)
        customer = await asked.customer()
        await customer.writes("Wanneer krijg ik mijn borg terug?")
        told = str(await customer.looks())
        assert "veertien dagen" not in told
        (abstained,) = [
            fact.event
            for fact in await asked.store.facts(ConversationId(customer.id), 0)
            if isinstance(fact.event, e.BotAbstained)
        ]
        assert abstained.unseen is not None
        assert (abstained.reason, abstained.unseen.article) == ("on_trial", "borg")
        assert abstained.unseen.version not in told
        await customer.wants_a_person()
        await agent.takes(customer.id)
        read = await agent.reads(customer.id)
        assert [one["article"] for one in read["articles"]] == seen
        assert "unseen" not in str(read["events"])
        await agent.does("resolve", customer.id)


async def test_that_what_is_worked_out_first_is_marked_at_the_desk(built: Built, writer: Writer, lead: Writer) -> None:
    assert (await writer.does("draft", **BETTER, seen=0, computes="weather")).status_code == 422
    told = await published(writer, lead, computes="opening_hours")
    assert told["editions"][0]["computes"] == "opening_hours"
    article = built.house.knowledge.library.find("borg", "nl")
    assert article is not None
    assert article.computes is Computation.OPENING_HOURS
    told = await writer.did("draft", **BETTER, seen=told["last"])
    assert [one["computes"] for one in told["editions"]] == [None, "opening_hours", None]
