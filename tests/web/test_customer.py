"""What a customer does over HTTP: the calls of interfaces.md, each with what it answers and what it refuses."""

from dataclasses import replace

import pytest

from gehoor.core.conversation.model import Consulted
from gehoor.core.ids import ConversationId
from gehoor.core.time import MINUTE
from tests.world import (
    AT_NIGHT,
    BORG,
    OPZEGGEN,
    SLEUTEL,
    Agent,
    Built,
    Customer,
    answer_from,
    new_id,
    open_house,
    suggest,
)

pytestmark = pytest.mark.anyio


async def test_that_the_ways_to_a_person_are_there_before_any_chat(built: Built) -> None:
    contact = (await built.client().get("/api/v1/contact")).json()
    assert contact["phone"] == "088 000 01 00"
    assert contact["phone_link"] == "tel:+31880000100"
    assert contact["emergency_phone_link"] == "tel:+31880000112"
    assert contact["email"] == "info@voorbeeldstad.example"
    assert contact["address"]
    assert contact["open_now"] is True
    assert contact["opens_at"] is None
    assert "AI-assistent" in contact["disclosure"]["text"]
    assert contact["disclosure"]["human"]


async def test_that_the_contact_data_say_when_people_are_there_again(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    contact = (await built.client().get("/api/v1/contact")).json()
    assert contact["open_now"] is False
    assert contact["opens_at"] == "2026-11-24T07:00:00.000Z"
    assert contact["opens"] == "dinsdag 24 november 8.00 uur"


async def test_that_the_disclosure_comes_before_anything_can_be_written(customer: Customer) -> None:
    opened = customer.opened
    assert opened["disclosure"]["id"] == "disclosure"
    assert opened["disclosure"]["text"] == opened["events"][0]["text"]
    assert "niet met een mens" in opened["disclosure"]["text"]
    assert opened["events"][0]["author"]["kind"] == "notice"
    assert opened["last_seq"] == opened["events"][-1]["seq"]
    assert len(opened["disclosure"]["can"]) == 3


@pytest.mark.parametrize(
    ("asked", "header", "spoken"),
    [
        ("nl", "en", "nl"),  # what is asked for in the body counts
        ("en-GB", "nl", "en"),  # a region is no other language
        (None, "en-US,en;q=0.9", "en"),  # else the browser's
        (None, "fr-FR,en;q=0.5", "en"),  # the first that the organisation speaks
        ("fr", "en", "nl"),  # one that nobody speaks here: the first of the organisation
        (None, "", "nl"),
    ],
)
async def test_that_the_customer_is_spoken_to_in_a_language_of_both(
    built: Built, asked: str | None, header: str, spoken: str
) -> None:
    client = built.client(headers={"accept-language": header})
    opened = (await client.post("/api/v1/conversations", json={"language": asked})).json()
    assert opened["language"] == spoken
    assert opened["disclosure"]["language"] == spoken


async def test_that_opening_needs_no_body(built: Built) -> None:
    answer = await built.client().post("/api/v1/conversations")
    assert answer.status_code == 201


async def test_that_an_answer_comes_with_its_source(customer: Customer) -> None:
    answer = await customer.writes("Hoe zeg ik mijn huur op?")
    assert answer.status_code == 201
    events = await customer.looks(after=answer.json()["seq"] - 1)
    question, told = events[0], events[1]
    assert (question["text"], question["author"]["kind"]) == ("Hoe zeg ik mijn huur op?", "customer")
    assert question["seq"] == answer.json()["seq"]
    assert told["author"]["kind"] == "ai"
    assert "AI" in told["author"]["name"]
    assert told["text"] == OPZEGGEN.answer
    source = told["sources"][0]
    assert (source["article"], source["version"], source["title"]) == (
        OPZEGGEN.slug,
        OPZEGGEN.version,
        OPZEGGEN.title,
    )
    assert (await customer.client.get(source["url"])).status_code == 200
    assert source["date"] == "2026-01-01"


async def test_that_the_customer_s_copy_says_since_when_an_answer_holds(customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    copy = f"/api/v1/conversations/{customer.id}/export"
    as_text = (await customer.client.get(copy, params={"format": "text"}, headers=customer.headers)).text
    assert f"{OPZEGGEN.title} (2026-01-01): http" in as_text
    page = (await customer.client.get(copy, params={"format": "html"}, headers=customer.headers)).text
    assert "geldig vanaf" in page
    assert "1 januari 2026" in page


async def test_that_an_answer_that_may_not_help_comes_with_the_next_best() -> None:
    step = replace(answer_from(OPZEGGEN), also=suggest(SLEUTEL, BORG).items)
    async with open_house([step]) as built:
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        told = next(event for event in await customer.looks() if "sources" in event)
        assert [(one["article"], one["date"]) for one in told["also"]] == [
            ("sleutel-kwijt", "2026-01-01"),
            ("borg", "2026-01-01"),
        ]


async def test_that_the_record_of_a_model_is_for_staff_and_for_nobody_else() -> None:
    asked = Consulted("m", "chose", 9, '{"sent": 1}')
    async with open_house([replace(answer_from(OPZEGGEN), consulted=asked)]) as built:
        customer, agent = await built.customer(), await built.agent()
        await customer.writes("Hoe zeg ik mijn huur op?")
        assert "model_consulted" not in {event["type"] for event in await customer.looks()}
        await customer.posts("human")
        await agent.takes(customer.id)
        (told,) = [one for one in (await agent.reads(customer.id))["events"] if one["type"] == "model_consulted"]
        assert (told["model"], told["outcome"], told["tokens"], told["record"]) == ("m", "chose", 9, asked.words)
        assert "text" not in told


async def test_that_a_suggestion_is_at_most_three_titles_and_no_statement(customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    await customer.writes("En nog iets met sleutels of geld?")
    told = next(event for event in await customer.looks() if "suggestions" in event)
    assert [one["article"] for one in told["suggestions"]] == ["sleutel-kwijt", "borg"]
    assert "sources" not in told


async def test_that_not_knowing_is_said_with_a_person_offered(built: Built) -> None:
    async with open_house() as empty:
        customer = await empty.customer()
        await customer.writes("Wat is de hoofdstad van Peru?")
        types = [(event["type"], event["author"]["kind"]) for event in await customer.looks()]
        assert types[-2:] == [("message", "ai"), ("human_offered", "notice")]
    assert built.broken == []


async def test_that_the_same_message_again_has_the_same_seq(customer: Customer) -> None:
    id = new_id()
    first = await customer.writes("Hallo", id)
    again = await customer.writes("Hallo", id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert [event.get("text") for event in await customer.looks()].count("Hallo") == 1


async def test_that_a_person_is_one_action_away_and_the_route_is_told(agent: Agent, customer: Customer) -> None:
    told = await customer.wants_a_person()
    assert told["route"]["kind"] == "queue"
    assert told["route"]["position"] == 1
    assert "nummer 1" in told["route"]["text"]
    await agent.takes(customer.id)
    again = await customer.posts("human")
    assert again.json()["route"]["kind"] == "live"
    assert again.json()["route"]["text"] == "Noor is er nu voor u."


async def test_that_who_asks_while_nobody_is_there_gets_a_date_and_a_reference(customer: Customer) -> None:
    route = (await customer.wants_a_person())["route"]
    assert route["kind"] == "promise"
    assert route["due_at"] == "2026-11-24T16:00:00.000Z"  # the end of the next working day
    assert route["reference"] in route["text"]
    promise = (await customer.state())["promise"]
    assert {name: promise[name] for name in ("due_at", "reference")} == {
        name: route[name] for name in ("due_at", "reference")
    }
    assert (promise["kind"], promise["window"]) == ("chat", None)


async def test_that_a_telephone_number_that_cannot_be_read_is_no_obstacle(customer: Customer) -> None:
    told = await customer.wants_a_person(phone="bel me maar", email="nergens")
    assert told["route"]["kind"] == "promise"
    assert "contact_left" not in [event["type"] for event in await customer.looks()]


async def test_that_a_call_back_is_promised_as_one(customer: Customer) -> None:
    await customer.wants_a_person(preference="callback", phone="06 12 34 56 78")
    promise = next(event for event in await customer.looks() if event["type"] == "promise_made")
    assert promise["kind"] == "callback"
    assert "belt u" in promise["text"]


async def test_that_a_left_number_stays_out_of_the_customers_events(customer: Customer) -> None:
    await customer.wants_a_person(phone="06 12 34 56 78")
    assert "12 34 56 78" not in str(await customer.looks())


async def test_that_a_request_can_be_withdrawn_and_made_again(customer: Customer) -> None:
    await customer.wants_a_person()
    assert (await customer.posts("withdraw")).status_code == 201
    assert (await customer.state())["phase"] == "ai"
    await customer.wants_a_person()
    assert (await customer.state())["phase"] == "waiting"


async def test_that_withdrawing_is_refused_while_a_person_is_there(helped: Customer) -> None:
    answer = await helped.posts("withdraw")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_now")


async def test_that_feedback_is_kept_and_not_helped_brings_a_person_nearer(customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    answer = await customer.posts("feedback", helped=False, score=2, text="Dat wist ik al")
    assert answer.status_code == 201
    events = await customer.looks(after=answer.json()["seq"] - 1)
    assert (events[0]["type"], events[0]["helped"], events[0]["score"]) == ("feedback", False, 2)
    assert events[1]["type"] == "human_offered"


async def test_that_events_are_read_from_a_cursor_with_a_chain_of_prev(customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    await customer.wants_a_person()
    events = await customer.looks()
    held = 0
    for event in events:
        assert event["prev"] == held
        held = event["seq"]
    middle = events[2]["seq"]
    assert await customer.looks(after=middle) == [event for event in events if event["seq"] > middle]


async def test_that_the_state_says_who_has_the_floor(agent: Agent, customer: Customer) -> None:
    assert (await customer.state())["owner"] == "ai"
    await customer.wants_a_person()
    state = await customer.state()
    assert (state["phase"], state["owner"], state["position"]) == ("offered", "none", 1)
    await agent.takes(customer.id)
    state = await customer.state()
    assert (state["phase"], state["owner"], state["agent"], state["position"]) == ("human", "human", "Noor", None)


async def test_that_the_customer_writes_on_in_every_phase(built: Built, agent: Agent, customer: Customer) -> None:
    for phase in ("ai", "offered", "human"):
        assert (await customer.state())["phase"] == phase
        await customer.still_works()
        if phase == "ai":
            await customer.wants_a_person()
        if phase == "offered":
            await agent.takes(customer.id)
    await agent.writes(customer.id, "Het antwoord.")
    await customer.looks()
    assert (await agent.does("resolve", customer.id)).status_code == 200
    await customer.still_works()
    assert (await built.view(customer.id)).phase == "ai"


async def test_that_a_polled_answer_has_reached_the_customer(agent: Agent, helped: Customer) -> None:
    await agent.writes(helped.id, "U kunt morgen terecht.")
    assert (await helped.built.view(helped.id)).reached == "tried"
    await helped.looks()
    assert (await helped.built.view(helped.id)).reached == "reached"


async def test_that_a_cursor_from_nowhere_delivers_nothing(agent: Agent, helped: Customer) -> None:
    await agent.writes(helped.id, "U kunt morgen terecht.")
    assert await helped.looks(after=10**11) == []
    assert (await helped.built.view(helped.id)).reached == "tried"


@pytest.mark.parametrize("form", ["json", "html", "text"])
async def test_that_the_customer_takes_a_copy_home(agent: Agent, helped: Customer, form: str) -> None:
    await helped.writes("Mijn kraan lekt.")
    await agent.writes(helped.id, "Wij komen morgen.")
    answer = await helped.client.get(f"{helped.path}/export", params={"format": form}, headers=helped.headers)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    for shown in ("Mijn kraan lekt.", "Wij komen morgen.", "Noor"):
        assert shown in answer.text
    loaded = await helped.built.store.load(ConversationId(helped.id))
    assert loaded is not None
    assert loaded.head.hex() in answer.text, "its place in the evidence"


async def test_that_an_idle_conversation_ends_and_opens_again(built: Built) -> None:
    async with open_house([answer_from()]) as one:
        customer = await one.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        await one.pass_time(24 * 60 * MINUTE)
        assert (await customer.looks())[-1]["type"] == "resolved"
        await customer.still_works()
        assert "reopened" in [event["type"] for event in await customer.looks()]
    assert built.broken == []
