"""Easier ways, receipts and the question about danger, over HTTP and by plain forms."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gehoor.adapters.hearing.hears import TableHearing
from gehoor.core.conversation.model import SUPPORT, Danger, Heard, Signal
from gehoor.ports.hearing import Earlier, Hearing
from tests.world import Agent, Browser, Built, Customer, new_id

pytestmark = pytest.mark.anyio
YES, MAYBE = Signal.YES, Signal.MAYBE
HEARD = {
    "klacht": Heard(complaint=YES),
    "gas": Heard(urgent=MAYBE, urgent_kind="gas", danger=Danger.LIFE),
    "moeilijk": Heard(needs_support=YES, support=SUPPORT),
}


class Words(TableHearing):
    """The tables, and one word for each thing that they may hear."""

    def hear(self, text: str, language: str) -> Hearing:
        found = super().hear(text, language)
        heard = next((one for word, one in HEARD.items() if word in text.lower()), None)
        return found if heard is None else replace(found, heard=heard)

    def deepen(self, text: str, heard: Heard, earlier: Sequence[Earlier] = ()) -> Heard:  # noqa: ARG002
        return heard


@pytest.fixture(autouse=True)
def words(built: Built) -> None:
    object.__setattr__(built.house.world, "hearing", Words())


async def of_type(customer: Customer, kind: str) -> list[dict[str, object]]:
    return [one for one in await customer.looks() if one["type"] == kind]


async def test_that_a_complaint_has_a_receipt_that_everybody_sees(agent: Agent, customer: Customer) -> None:
    await customer.writes("Ik heb een klacht")
    [receipt] = await of_type(customer, "receipt_given")
    assert (receipt["topic"], receipt["author"]) == ("complaint", {"kind": "notice", "name": "Voorbeeldstad"})
    assert str(receipt["reference"]) in str(receipt["text"])
    await agent.takes(customer.id)
    read = await agent.reads(customer.id)
    assert any(f"Klacht ontvangen, nummer {receipt['reference']}" in line for line in read["summary"])
    assert [one["reference"] for one in read["events"] if one["type"] == "receipt_given"] == [receipt["reference"]]
    told = (await agent.client.get("/api/v1/staff/handover", params={"since": "2026-11-23T00:00:00Z"})).json()
    [item] = told["received"]
    assert (item["id"], item["receipts"][0]["topic"]) == (customer.id, "complaint")
    await customer.writes("Nog een keer: een klacht")
    assert len(await of_type(customer, "receipt_given")) == 1


async def test_that_easier_ways_are_offered_with_their_words_and_each_leads_on(built: Built) -> None:
    for offer in SUPPORT:
        customer = await built.customer()
        await customer.writes("Dit is moeilijk voor mij")
        [offered] = await of_type(customer, "support_offered")
        ways = offered["offers"]
        assert isinstance(ways, list)
        assert [one["offer"] for one in ways if one["language"] is None] == list(SUPPORT)
        assert {"offer": "other_language", "language": "en", "label": "English"} in ways
        answer = await customer.posts("support", offer=offer)
        assert answer.status_code == 201, answer.text
        told = answer.json()
        [chosen] = await of_type(customer, "support_chosen")
        assert (chosen["seq"], chosen["offer"]) == (told["seq"], offer)
        view = await built.view(customer.id)
        assert told["return_code"], "whoever goes on with somebody or later comes back with a code"
        assert view.requested is ("route" in told) is (offer in ("simple_words", "other_language", "call"))


async def test_that_a_repeated_choice_is_the_same_choice(built: Built, customer: Customer) -> None:
    id = new_id()
    first = await customer.posts("support", offer="more_time", client_id=id)
    again = await customer.posts("support", offer="more_time", client_id=id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["seq"] == again.json()["seq"]
    assert (await built.kinds(customer.id)).count("SupportChosen") == 1


async def test_that_another_language_is_spoken_from_then_on(built: Built, customer: Customer) -> None:
    await customer.posts("support", offer="other_language", language="en")
    assert (await built.view(customer.id)).language == "en"
    await customer.wants_a_person()
    assert "You asked for a person" in str((await of_type(customer, "human_requested"))[0]["text"])


@pytest.mark.parametrize(
    "body", [{"offer": "a_lawyer"}, {}, {"offer": "call", "language": "x" * 21}, {"offer": "call", "client_id": "1"}]
)
async def test_that_what_cannot_be_chosen_is_refused(customer: Customer, body: dict[str, str]) -> None:
    answer = await customer.posts("support", **body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


async def test_that_strangers_choose_nothing(built: Built, customer: Customer) -> None:
    answer = await built.client().post(f"{customer.path}/support", json={"client_id": new_id(), "offer": "call"})
    assert answer.status_code in (401, 403, 404)


async def test_that_an_agent_sees_what_was_chosen_and_not_why_it_was_offered(agent: Agent, customer: Customer) -> None:
    await customer.writes("Dit is moeilijk voor mij")
    await customer.posts("support", offer="simple_words")
    await agent.takes(customer.id)
    read = await agent.reads(customer.id)
    assert "De klant koos: Uitleg in eenvoudige woorden" in read["summary"]
    assert not any("needs_support" in str(one) for one in read["events"])


async def test_that_the_same_can_be_done_without_javascript(built: Built) -> None:
    browser = Browser(built.client())
    await browser.opens()
    await browser.sends("/chat/start")
    await browser.sends("/chat/message", text="Het ruikt naar gas")
    assert "Ja, er is nu gevaar" in browser.page
    assert 'href="tel:08009009"' in browser.page
    await browser.sends("/chat/message", text="Dit is moeilijk voor mij")
    assert "Meer tijd" in browser.page
    await browser.sends("/chat/support", offer="more_time")
    assert "Neem rustig de tijd." in browser.page
    assert 'class="code__letters"' in browser.page
    await browser.sends("/chat/support", offer="other_language", language="en")
    assert "Your message" in browser.page
    await browser.sends("/chat/support", offer="a_lawyer")
    assert browser.status == 422
