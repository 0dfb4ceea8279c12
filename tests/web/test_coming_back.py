"""Coming back with a code: what it opens, what it does not, and what opens the rest."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from gehoor.adapters.outbound.memory import MemoryMail
from tests.web.test_error_shape import check_field, check_problem
from tests.world import AT_NIGHT, Browser, Built, Customer, Stream, new_id

pytestmark = pytest.mark.anyio

SECRET = "Mijn buurman heet Ödsson en hij maakt lawaai"
LATER = "Is er al iets bekend?"


@dataclass
class Back:
    """Somebody who came back with a code, in another browser."""

    built: Built
    client: httpx.AsyncClient
    id: str
    token: str
    scope: str
    path: str = field(init=False)
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.path = f"/api/v1/conversations/{self.id}"
        self.headers = {"authorization": f"Bearer {self.token}"}

    async def gets(self, what: str, **params: int | str) -> httpx.Response:
        return await self.client.get(f"{self.path}/{what}", params=params, headers=self.headers)

    async def posts(self, what: str, **body: object) -> httpx.Response:
        body.setdefault("client_id", new_id())
        return await self.client.post(f"{self.path}/{what}", json=body, headers=self.headers)

    async def sees(self) -> str:
        """Everything that is fetched, as one text."""
        answer = await self.gets("events", after=0)
        assert answer.status_code == 200, answer.text
        return answer.text

    def listens(self) -> Stream:
        return self.built.stream(f"{self.path}/stream?after=0", self.headers)


@pytest.fixture
async def left(built: Built) -> tuple[Customer, str]:
    """A customer who told something and asked for a person at night; and the code."""
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.writes(SECRET)
    told = await customer.wants_a_person(preference="callback", phone="06 12 34 56 78", email="ada@voorbeeld.example")
    return customer, told["return_code"]


async def comes_back(built: Built, code: str, **more: Any) -> Back:
    client = built.client()
    answer = await client.post("/api/v1/return", json={"code": code}, **more)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    return Back(built, client, told["id"], told["token"], told["scope"])


async def test_that_the_code_comes_once_with_the_request(left: tuple[Customer, str]) -> None:
    customer, code = left
    assert len(code) == len("XXXX-XXXX-XXXXX")
    assert "return_code" not in await customer.wants_a_person()


async def test_that_a_repeated_request_brings_a_code_whose_answer_may_have_been_lost(built: Built) -> None:
    customer, id = await built.customer(), new_id()
    first = await customer.wants_a_person(client_id=id)
    again = await customer.wants_a_person(client_id=id)
    assert again["return_code"] != first["return_code"]
    assert (await comes_back(built, again["return_code"])).id == customer.id


async def test_that_the_place_and_the_promise_are_seen_and_no_earlier_word(
    built: Built, left: tuple[Customer, str]
) -> None:
    customer, code = left
    back = await comes_back(built, code)
    assert (back.id, back.scope) == (customer.id, "place")
    seen = await back.sees()
    assert SECRET not in seen
    assert "12 34" not in seen
    assert "promise_made" in seen
    state = (await back.gets("events", after=0)).json()["state"]
    assert state["promise"]["reference"] == (await customer.state())["promise"]["reference"]
    assert state["phone_read_back"]["text"] == "nummer dat eindigt op 78"
    assert (await back.gets("choices")).json()["windows"]


async def test_that_nothing_that_was_said_leaks_from_the_live_stream(built: Built, left: tuple[Customer, str]) -> None:
    _, code = left
    back = await comes_back(built, code)
    stream = back.listens()
    await stream.open()
    facts = [(await stream.next("fact")).data]
    while facts[-1]["type"] != "promise_made":
        facts.append((await stream.next("fact")).data)
    assert {fact["type"] for fact in facts} <= {"promise_made", "promise_moved"}
    assert (await stream.next("state")).data["scope"] == "place"
    # What is said from now on is theirs to see.
    await back.posts("messages", text=LATER)
    assert (await stream.next("fact")).data["text"] == LATER
    await stream.close()


async def test_that_who_came_back_acts_as_the_customer(built: Built, left: tuple[Customer, str]) -> None:
    _, code = left
    back = await comes_back(built, code)
    window = (await back.gets("choices")).json()["windows"][0]["start"]
    assert (await back.posts("promise", preference="callback", window=window)).status_code == 201
    assert (await back.posts("messages", text=LATER)).status_code == 201
    assert LATER in await back.sees()
    assert (await back.posts("human")).status_code in (200, 201)
    assert (await back.posts("withdraw")).status_code == 201


async def test_that_a_choice_that_is_sent_again_ends_no_code_and_shuts_nobody_out(
    built: Built, left: tuple[Customer, str]
) -> None:
    """The answer to the first one may have been lost on the way."""
    customer, code = left
    back, id = await comes_back(built, code), new_id()
    window = (await back.gets("choices")).json()["windows"][0]["start"]
    for status in (201, 200):
        answer = await back.posts("promise", client_id=id, preference="callback", window=window)
        assert (answer.status_code, "return_code" in answer.json()) == (status, False)
    own = new_id()
    for status in (201, 200):
        answer = await customer.posts("promise", client_id=own, preference="callback", window=window)
        assert (answer.status_code, "return_code" in answer.json()) == (status, False)
    assert (await back.gets("events", after=0)).status_code == 200
    assert (await comes_back(built, code)).id == customer.id


@pytest.mark.parametrize("what", ["export", "return-code"])
async def test_that_what_needs_the_words_is_refused(built: Built, left: tuple[Customer, str], what: str) -> None:
    back = await comes_back(built, left[1])
    answer = await (back.gets(what) if what == "export" else back.posts(what))
    check_problem(answer, 403, "not_allowed")
    assert SECRET not in answer.text


async def test_that_an_answer_from_before_does_not_count_as_read(built: Built, left: tuple[Customer, str]) -> None:
    """KEEP: who came back with a code alone did not see what a person wrote while they were away."""
    customer, code = left
    built.clock.forward(10 * 3_600_000_000)  # nine in the morning
    agent = await built.agent()
    await agent.takes(customer.id)
    await agent.writes(customer.id, "Wij komen morgen langs.")
    back = await comes_back(built, code)
    assert "Wij komen morgen" not in await back.sees()
    await built.settle()
    assert (await built.view(customer.id)).reached == "tried"
    await agent.writes(customer.id, "Bent u daar?")
    assert "Bent u daar?" in await back.sees()
    await built.settle()
    assert (await built.view(customer.id)).reached == "reached"


async def test_that_the_device_of_the_conversation_is_a_second_thing(built: Built, left: tuple[Customer, str]) -> None:
    customer, code = left
    answer = await customer.client.post(
        "/api/v1/return", json={"code": code, "conversation": customer.id}, headers=customer.headers
    )
    assert answer.json()["scope"] == "words"
    back = Back(built, customer.client, customer.id, answer.json()["token"], "words")
    assert SECRET in await back.sees()


async def test_that_another_conversations_token_is_no_second_thing(built: Built, left: tuple[Customer, str]) -> None:
    other = await built.customer()
    answer = await other.client.post(
        "/api/v1/return", json={"code": left[1], "conversation": other.id}, headers=other.headers
    )
    assert answer.json()["scope"] == "place"


async def test_that_a_token_opens_no_other_conversation(built: Built, left: tuple[Customer, str]) -> None:
    other = await built.customer()
    back = await comes_back(built, left[1])
    answer = await back.client.get(f"{other.path}/events", headers=back.headers)
    check_problem(answer, 404, "unknown")


async def test_that_a_number_without_a_letter_opens_nothing(built: Built, left: tuple[Customer, str]) -> None:
    back = await comes_back(built, left[1])
    for code in ("", "000000", "123456"):
        check_field(await back.posts("verify", code=code), 409, "not_now", "code")
    assert SECRET not in await back.sees()


def number_in(built: Built, address: str) -> str:
    """The six digits in the newest letter to the address."""
    mail = built.house.world.outbound.mail
    assert isinstance(mail, MemoryMail)
    found = re.search(r"\b(\d{6})\b", mail.to(address)[-1].text)
    assert found is not None
    return found[1]


async def test_that_a_number_by_mail_opens_the_words(built: Built, left: tuple[Customer, str]) -> None:
    back = await comes_back(built, left[1])
    assert (await back.gets("events", after=0)).json()["state"]["verify"] is True
    assert (await back.posts("verify/send")).status_code == 202
    number = number_in(built, "ada@voorbeeld.example")
    other = await comes_back(built, left[1])
    wrong = f"{(int(number) + 1) % 1_000_000:06d}"
    check_field(await back.posts("verify", code=wrong), 409, "not_now", "code")
    assert (await back.posts("verify", code=number)).json() == {"scope": "words"}
    seen = await back.sees()
    assert SECRET in seen
    assert (await back.gets("export", format="text")).status_code == 200
    assert SECRET not in await other.sees(), "another browser with the same code"
    check_field(await other.posts("verify", code=number), 409, "not_now", "code")


async def test_that_who_has_the_words_and_asks_for_a_new_code_stays_in(
    built: Built, left: tuple[Customer, str]
) -> None:
    back = await comes_back(built, left[1])
    await back.posts("verify/send")
    await back.posts("verify", code=number_in(built, "ada@voorbeeld.example"))
    assert (await back.posts("return-code")).status_code == 201
    assert SECRET in await back.sees()


async def test_that_without_an_address_no_number_is_sent(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    code = (await customer.wants_a_person())["return_code"]
    back = await comes_back(built, code)
    assert (await back.gets("events", after=0)).json()["state"]["verify"] is False
    check_field(await back.posts("verify/send"), 409, "not_now", "email")


@pytest.mark.parametrize("call", ["promise", "human"])
async def test_that_who_found_a_code_cannot_name_an_address_for_the_number(
    built: Built, left: tuple[Customer, str], call: str
) -> None:
    finder = await comes_back(built, left[1])
    named = await finder.posts(call, preference="email", email="vinder@voorbeeld.example")
    assert named.status_code in (200, 201), named.text
    again = await comes_back(built, left[1])
    for browser in (finder, again):
        assert (await browser.gets("events", after=0)).json()["state"]["verify"] is False
        check_field(await browser.posts("verify/send"), 409, "not_now", "email")
    mail = built.house.world.outbound.mail
    assert isinstance(mail, MemoryMail)
    assert not [letter for letter in mail.letters if re.search(r"\b\d{6}\b", letter.text)]


async def test_that_the_same_address_said_again_stays_good_for_the_number(
    built: Built, left: tuple[Customer, str]
) -> None:
    back = await comes_back(built, left[1])
    assert (await back.posts("promise", preference="email", email="Ada@voorbeeld.example")).status_code == 201
    assert (await back.posts("verify/send")).status_code == 202
    assert (await back.posts("verify", code=number_in(built, "ada@voorbeeld.example"))).status_code == 200


async def test_that_guessing_codes_is_slowed_down(built: Built, left: tuple[Customer, str]) -> None:
    client = built.client()
    for _ in range(30):
        check_field(await client.post("/api/v1/return", json={"code": "7KQ2-9XMB-4TR8W"}), 404, "unknown", "code")
    busy = await client.post("/api/v1/return", json={"code": left[1]})
    check_problem(busy, 429, "too_often")
    assert 0 < int(busy.headers["retry-after"]) <= 960
    built.clock.forward(int(busy.headers["retry-after"]) * 1_000_000)
    assert (await client.post("/api/v1/return", json={"code": left[1]})).status_code == 201


async def test_that_a_new_code_goes_to_who_has_the_words(built: Built, left: tuple[Customer, str]) -> None:
    customer, old = left
    answer = await customer.posts("return-code")
    assert answer.status_code == 201, answer.text
    assert (await comes_back(built, answer.json()["return_code"])).id == customer.id
    check_field(await built.client().post("/api/v1/return", json={"code": old}), 404, "unknown", "code")


async def test_that_without_a_request_there_is_no_code(customer: Customer) -> None:
    check_field(await customer.posts("return-code"), 409, "not_now", "code")


# -- the pages -------------------------------------------------------------------------------------------------------


async def test_that_the_page_without_a_script_goes_the_whole_way(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    first = Browser(built.client())
    await first.opens()
    await first.sends("/chat/start")
    await first.sends("/chat/message", text=SECRET)
    await first.sends("/chat/human")
    code = first.page.partition('class="code__letters">')[2].partition("<")[0]
    assert len(code) == len("XXXX-XXXX-XXXXX"), first.page
    assert "Hoe wilt u geholpen worden?" in first.page
    window = first.page.partition('value="callback@')[2].partition('"')[0]
    await first.sends("/chat/promise", choice=f"callback@{window}", phone="0900 1234567")
    assert first.status == 422
    assert "betaald nummer" in first.page
    await first.sends("/chat/promise", choice=f"callback@{window}", phone="0612345678")
    assert "tussen 8.00 en 9.00 uur" in first.page
    assert "06 - 12 34 56 78" in first.page

    second = Browser(built.client())
    await second.opens("/terug")
    await second.sends("/terug", code="ABCD")
    assert second.status == 404
    assert "Deze code kennen wij niet" in second.page
    await second.sends("/terug", code=code.lower())
    assert "U bent terug met uw code" in second.page
    assert "tussen 8.00 en 9.00 uur" in second.page
    assert SECRET not in second.page
    await second.sends("/chat/promise", choice="live")
    assert "uiterlijk dinsdag 24 november 17.00 uur" in second.page
    await second.sends("/chat/message", text=LATER)
    assert LATER in second.page
    assert SECRET not in second.page
    await second.sends("/chat/withdraw")
    assert "U hebt geen medewerker meer nodig" in second.page


async def test_that_a_code_on_its_own_device_opens_everything(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    browser = Browser(built.client())
    await browser.opens()
    await browser.sends("/chat/start")
    await browser.sends("/chat/message", text=SECRET)
    await browser.sends("/chat/human")
    code = browser.page.partition('class="code__letters">')[2].partition("<")[0]
    await browser.opens("/terug")
    await browser.sends("/terug", code=code)
    assert SECRET in browser.page
