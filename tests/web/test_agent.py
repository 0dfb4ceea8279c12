"""What an agent does at the desk, over HTTP."""

from typing import Any

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.given import By
from gehoor.core.time import DAY, MINUTE
from tests.world import NOOR, SAM, Agent, Built, Customer, new_id

pytestmark = pytest.mark.anyio


async def test_that_signing_in_needs_the_right_password(built: Built) -> None:
    client = built.client()
    for login, password in (("agent1", "demo-agent2"), ("niemand", "demo-agent1"), ("agent1", "")):
        answer = await client.post("/api/v1/staff/session", json={"login": login, "password": password})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert not client.cookies
    told = await Agent(built, client).signs_in()
    assert told == {"id": NOOR, "name": "Noor", "role": "agent", "team": "Klantcontact"}


async def test_that_a_sign_in_ends_by_itself(built: Built, agent: Agent) -> None:
    customer = await built.customer()
    await customer.wants_a_person()
    await agent.takes(customer.id)
    built.clock.forward(DAY)
    answer = await agent.client.post("/api/v1/staff/presence", json={"status": "away"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    await customer.writes("Dit is voor wie er nu is.")
    assert agent.desk is not None
    assert "wie er nu is" not in str(await agent.desk.rest()), "a desk that stayed open shows nothing any more"


async def test_that_signing_out_ends_the_session_and_its_desk(agent: Agent, helped: Customer) -> None:
    assert (await agent.client.delete("/api/v1/staff/session")).status_code == 204
    await agent.built.settle()
    assert agent.desk is not None
    await helped.writes("Mijn rekeningnummer is geheim.")
    assert "geheim" not in str(await agent.desk.rest())
    answer = await agent.client.get(f"/api/v1/staff/conversations/{helped.id}")
    assert answer.status_code == 401


async def colleagues(agent: Agent) -> list[dict[str, Any]]:
    """The next list of who is there that is told."""
    assert agent.desk is not None
    listed: list[dict[str, Any]] = (await agent.desk.next("staff")).data["staff"]
    return listed


async def test_that_the_desk_of_another_browser_stays(built: Built, agent: Agent) -> None:
    other = await built.agent("agent2")
    await agent.client.delete("/api/v1/staff/session")
    assert other.desk is not None
    gone = [{"id": NOOR, "presence": "away"}]
    while gone != [{name: one[name] for name in gone[0]} for one in await colleagues(other) if one["id"] == NOOR]:
        continue


async def test_that_an_offer_is_accepted_and_both_sides_see_it(agent: Agent, customer: Customer) -> None:
    await customer.wants_a_person()
    assert agent.desk is not None
    while not (queue := (await agent.desk.next("queue")).data["queue"]) or queue[0]["phase"] == "waiting":
        continue
    card = queue[0]
    assert (card["id"], card["offered_to_me"], card["class"]) == (customer.id, True, "normal")
    assert card["offer_expires_at"] == "2026-11-23T09:00:45.000Z"
    await agent.takes(customer.id)
    joined = (await customer.looks())[-1]
    assert (joined["type"], joined["name"]) == ("human_joined", "Noor")
    assert "geen AI-assistent" in joined["text"]


async def test_that_accepting_twice_is_accepting_once(agent: Agent, helped: Customer) -> None:
    before = len(await agent.built.facts(helped.id))
    assert (await agent.does("accept", helped.id)).status_code == 200
    assert len(await agent.built.facts(helped.id)) == before


async def test_that_an_agent_reads_everything_before_saying_hello(agent: Agent, customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    await customer.wants_a_person(phone="06 12 34 56 78")
    told = await agent.reads(customer.id)
    assert told["card"]["phase"] == "offered"
    assert told["summary"][0] == "Vraag: Hoe zeg ik mijn huur op?"
    assert told["articles"][0]["article"] == "huur-opzeggen"
    assert told["articles"][0]["text"].startswith("U zegt uw huur op")
    assert told["card"]["promise"] is None  # a telephone number is for who has the conversation
    types = [event["type"] for event in told["events"]]
    assert types[0] == "started"
    assert "offer_made" in types
    assert told["last_seq"] == told["events"][-1]["seq"]
    assert (await agent.does("accept", customer.id)).status_code == 200
    assert (await agent.reads(customer.id))["card"]["promise"]["phone"] == "06 12 34 56 78"


async def test_that_every_reading_is_on_record(agent: Agent, helped: Customer) -> None:
    await agent.reads(helped.id)
    entries = [entry for entry in await agent.built.store.ledger() if entry.kind == "read"]
    assert len(entries) == 1
    assert helped.id in entries[0].body
    assert NOOR in entries[0].body


async def test_that_the_agents_words_reach_the_customer_with_the_agents_name(agent: Agent, helped: Customer) -> None:
    seq = await agent.writes(helped.id, "Goedemorgen, ik zoek het uit.")
    said = next(event for event in await helped.looks() if event["seq"] == seq)
    assert said["author"] == {"kind": "human", "name": "Noor"}
    assert said["text"] == "Goedemorgen, ik zoek het uit."


async def test_that_the_same_words_again_have_the_same_seq(agent: Agent, helped: Customer) -> None:
    id = new_id()
    first = await agent.does("messages", helped.id, client_id=id, text="Dag")
    again = await agent.does("messages", helped.id, client_id=id, text="Dag")
    other = await agent.does("messages", helped.id, client_id=id, text="Anders")
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert other.json()["code"] == "conflict"


async def test_that_a_note_is_for_colleagues_only(agent: Agent, helped: Customer) -> None:
    answer = await agent.does("notes", helped.id, client_id=new_id(), text="Belt altijd op vrijdag")
    assert answer.status_code == 201
    assert "vrijdag" not in str(await helped.looks())
    note = (await agent.reads(helped.id))["events"][-1]
    assert (note["type"], note["text"], note["author"]["name"]) == ("note", "Belt altijd op vrijdag", "Noor")


async def test_that_a_conversation_is_not_finished_before_the_answer_was_seen(agent: Agent, helped: Customer) -> None:
    refused = await agent.does("resolve", helped.id)
    assert (refused.status_code, refused.json()["can"]) == (409, "reply")
    await agent.writes(helped.id, "Dat kan morgen.")
    refused = await agent.does("resolve", helped.id)
    assert (refused.status_code, refused.json()["code"], refused.json()["can"]) == (409, "not_now", "park")
    assert "nog niet gezien" in refused.json()["detail"]
    await helped.looks()
    assert (await agent.does("resolve", helped.id)).status_code == 200
    assert (await helped.looks())[-1]["type"] == "resolved"


async def test_that_a_line_that_only_asks_for_patience_is_no_answer(agent: Agent, helped: Customer) -> None:
    await agent.does("messages", helped.id, client_id=new_id(), text="Een ogenblik alstublieft.", canned=True)
    await helped.looks()
    assert (await agent.does("resolve", helped.id)).status_code == 409


async def test_that_what_a_person_used_of_a_proposal_is_on_record(agent: Agent, helped: Customer, built: Built) -> None:
    used = [{"article": "huur-opzeggen", "version": "abc", "title": "Huur opzeggen", "language": "nl"}]
    answer = await agent.does("messages", helped.id, client_id=new_id(), text="Dat kan per brief.", sources=used)
    assert answer.status_code == 201
    (given,) = await built.house.world.store.given("huur-opzeggen", "abc", None, 10)
    assert (given.conversation, given.seq, given.by) == (helped.id, answer.json()["seq"], By.AGENT)
    (fact,) = [fact for fact in await built.facts(helped.id) if fact.seq == given.seq]
    assert isinstance(fact.event, e.AgentWrote)
    assert fact.event.draft, "an AI draft that a person sent says so"


async def test_that_the_floor_goes_back_to_the_ai_only_after_an_answer(agent: Agent, helped: Customer) -> None:
    assert (await agent.does("hand-back", helped.id)).status_code == 409
    await agent.writes(helped.id, "Het antwoord.")
    await helped.looks()
    assert (await agent.does("hand-back", helped.id)).status_code == 200
    assert (await helped.state())["phase"] == "ai"


async def test_that_another_agent_cannot_act_in_a_conversation(built: Built, agent: Agent, helped: Customer) -> None:
    other = await built.agent("agent2")
    calls: list[tuple[str, dict[str, object]]] = [
        ("messages", {"client_id": new_id(), "text": "Ik ook"}),
        ("transfer", {}),
        ("call", {"answered": True}),
        ("hand-back", {}),
        ("park", {}),
        ("resolve", {}),
        ("accept", {}),
        ("typing", {}),
    ]
    before = len(await built.facts(helped.id))
    for what, body in calls:
        answer = await other.does(what, helped.id, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_yours"), what
    assert len(await built.facts(helped.id)) == before
    await agent.writes(helped.id, "Ik heb nog steeds het woord.")


async def test_that_a_colleague_gets_a_transfer(built: Built, agent: Agent, helped: Customer) -> None:
    other = await built.agent("agent2")
    assert (await agent.does("transfer", helped.id, to=SAM)).status_code == 200
    assert (await built.view(helped.id)).offered_to == SAM
    await other.takes(helped.id)
    assert (await helped.state())["agent"] == "Sam"


async def test_that_a_transfer_to_nobody_is_refused(agent: Agent, helped: Customer) -> None:
    answer = await agent.does("transfer", helped.id, to="iemand-anders")
    assert (answer.status_code, answer.json()["field"]) == (404, "to")
    assert (await agent.built.view(helped.id)).agent == NOOR


async def test_that_an_offer_that_is_declined_goes_to_the_next(built: Built, agent: Agent, customer: Customer) -> None:
    other = await built.agent("agent2")
    await customer.wants_a_person()
    first = (await built.view(customer.id)).offered_to
    one, two = (agent, SAM) if first == NOOR else (other, NOOR)
    assert (await one.does("decline", customer.id, reason="break")).status_code == 200
    assert (await built.view(customer.id)).offered_to == two


async def test_that_who_waits_longer_goes_first(built: Built) -> None:
    agent = await built.agent(available=False)
    first, second = await built.customer(), await built.customer()
    await first.wants_a_person()
    built.clock.forward(MINUTE)
    await second.wants_a_person()
    refused = await agent.does("accept", second.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")
    await agent.takes(first.id)


async def test_that_a_call_that_was_answered_is_an_answer(agent: Agent, helped: Customer) -> None:
    assert (await agent.does("resolve", helped.id)).status_code == 409
    assert (await agent.does("call", helped.id, answered=True)).status_code == 200
    assert (await agent.does("resolve", helped.id)).status_code == 200


async def test_that_a_call_that_was_not_answered_is_one_try_of_three(agent: Agent, helped: Customer) -> None:
    assert (await agent.does("call", helped.id, answered=False)).status_code == 200
    view = await agent.built.view(helped.id)
    assert (view.phase.value, view.tries, view.requested) == ("parked", 1, True)


async def test_that_the_staffs_events_are_read_from_a_cursor(agent: Agent, helped: Customer) -> None:
    all_events = (await agent.reads(helped.id))["events"]
    middle = all_events[1]["seq"]
    answer = await agent.client.get(f"/api/v1/staff/conversations/{helped.id}/events", params={"after": middle})
    assert answer.json()["events"] == [event for event in all_events if event["seq"] > middle]
    assert answer.json()["last_seq"] == all_events[-1]["seq"]


async def test_that_an_agent_does_not_read_over_the_ais_shoulder(agent: Agent, customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    answer = await agent.client.get(f"/api/v1/staff/conversations/{customer.id}")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert "huur" not in answer.text


async def test_that_a_list_shows_words_without_personal_data(agent: Agent, customer: Customer) -> None:
    await customer.writes("Mijn nummer is 06 12345678 en ik wil een medewerker")
    card = (await agent.reads(customer.id))["card"]
    assert "12345678" not in card["last_text"]
    assert "medewerker" in card["last_text"]
