"""Choosing and moving a promise over HTTP."""

from typing import Any

import pytest

from gehoor.core.guarantee import windows as rules
from gehoor.core.time import HOUR, Instant, iso
from tests.web.test_error_shape import check_field, check_problem
from tests.world import AT_NIGHT, Built, Customer, new_id

pytestmark = pytest.mark.anyio


@pytest.fixture
async def waiting(built: Built) -> Customer:
    """A customer who asked for a person at night: a promise stands."""
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.wants_a_person()
    return customer


async def choices(customer: Customer) -> dict[str, Any]:
    answer = await customer.client.get(f"{customer.path}/choices", headers=customer.headers)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_that_a_customer_at_night_is_shown_what_can_be_kept(built: Built, waiting: Customer) -> None:
    told = await choices(waiting)
    assert told["may_choose"]
    first = rules.windows(built.house.policy, built.clock.now())[0]
    assert told["windows"][0] == {
        "start": iso(first.start),
        "end": iso(first.end),
        "text": "dinsdag 24 november tussen 8.00 en 9.00 uur",
    }
    assert told["call"]["phone"] == "088 000 01 00"
    assert told["call"]["opens"] == "dinsdag 24 november 8.00 uur"
    assert told["wait"] == {"position": 1, "estimated_wait_s": None}
    assert "geen telefoonnummer of e-mailadres" in told["without_contact"], "before anything is chosen"
    assert told["promise"]["kind"] == "chat"


async def test_that_a_window_is_chosen_and_moved_under_one_reference(waiting: Customer) -> None:
    first, second = (await choices(waiting))["windows"][:2]
    chosen = await waiting.posts("promise", preference="callback", window=second["start"], phone="0612345678")
    assert chosen.status_code == 201, chosen.text
    told = chosen.json()
    assert told["promise"]["window"] == second
    assert told["phone_read_back"] == {
        "text": "06 - 12 34 56 78",
        "spoken": "nul zes, een twee, drie vier, vijf zes, zeven acht",
    }
    moved = await waiting.posts("promise", preference="callback", window=first["start"])
    assert moved.status_code == 201, moved.text
    promise = (await waiting.state())["promise"]
    assert (promise["window"], promise["kind"]) == (first, "callback")
    assert promise["reference"] == told["promise"]["reference"]
    events = [event for event in await waiting.looks() if event["type"] == "promise_moved"]
    assert [event["window_start"] for event in events] == [second["start"], first["start"]]


async def test_that_sending_a_choice_again_is_one_choice(built: Built, waiting: Customer) -> None:
    window = (await choices(waiting))["windows"][0]["start"]
    wish = {"client_id": new_id(), "preference": "callback", "window": window, "phone": "0612345678"}
    once, again = await waiting.posts("promise", **wish), await waiting.posts("promise", **wish)
    assert (once.status_code, again.status_code) == (201, 200)
    assert once.json()["seq"] == again.json()["seq"]
    assert (await built.kinds(waiting.id)).count("PromiseMoved") == 1


async def test_that_a_window_comes_with_the_request_itself(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    window = rules.windows(built.house.policy, built.clock.now())[2]
    told = await customer.wants_a_person(preference="callback", phone="0612345678", window=iso(window.start))
    assert told["route"]["kind"] == "promise"
    assert told["route"]["due_at"] == iso(window.end)
    assert told["choices"] is True
    assert told["phone_read_back"]["text"] == "06 - 12 34 56 78"
    assert told["phone_problem"] is None
    assert (await built.view(customer.id)).window_start == window.start


async def test_that_a_window_that_is_gone_or_full_never_stands_in_the_way_of_a_request(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    for window in (iso(Instant(AT_NIGHT + HOUR)), iso(AT_NIGHT), "2019-01-01T00:00:00Z"):
        customer = await built.customer()
        told = await customer.wants_a_person(preference="callback", phone="0612345678", window=window)
        assert told["route"]["kind"] == "promise"
        assert (await built.view(customer.id)).window_start is None


PROBLEMS = [
    ("bel me maar", "telefoonnummer klopt niet"),
    ("0900-1234567", "betaald nummer"),
    ("0800-1234", "kunnen wij u niet terugbellen"),
]


@pytest.mark.parametrize(("phone", "said"), PROBLEMS)
async def test_that_a_number_that_cannot_be_called_is_told_and_blocks_nothing(
    built: Built, phone: str, said: str
) -> None:
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    told = await customer.wants_a_person(preference="callback", phone=phone)
    assert told["route"]["kind"] == "promise", "the request stands"
    assert said in told["phone_problem"]
    assert told["phone_read_back"] is None
    refused = await customer.posts("promise", preference="callback", phone=phone)
    check_field(refused, 422, "invalid", "phone")
    assert said in refused.json()["detail"]
    assert (await customer.state())["promise"]["reference"] == told["route"]["reference"], "and so does the promise"


async def test_that_nothing_is_promised_that_cannot_be_kept(waiting: Customer) -> None:
    window = (await choices(waiting))["windows"][0]["start"]
    no_number = await waiting.posts("promise", preference="callback", window=window)
    check_field(no_number, 409, "not_now", "contact")
    bad_address = await waiting.posts("promise", preference="email", email="nergens")
    check_field(bad_address, 422, "invalid", "email")
    gone = await waiting.posts("promise", preference="callback", window=iso(AT_NIGHT), phone="0612345678")
    check_field(gone, 409, "not_now", "window")
    assert (await waiting.state())["promise"]["kind"] == "chat"


async def test_that_who_asked_for_nothing_has_nothing_to_choose(customer: Customer) -> None:
    told = await choices(customer)
    assert (told["may_choose"], told["windows"]) == (False, [])
    refused = await customer.posts("promise", preference="live")
    check_problem(refused, 409, "not_now")


async def test_that_danger_is_never_put_off_to_a_window(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.writes("Ik ruik gas in mijn keuken")
    state = await customer.state()
    assert (state["danger"], state["may_choose"]) == (True, False)
    refused = await customer.posts("promise", preference="callback", phone="0612345678")
    check_problem(refused, 409, "not_now")
    assert (await choices(customer))["windows"] == []


async def test_that_a_number_is_read_back_before_it_is_left(waiting: Customer) -> None:
    answer = await waiting.posts("phone", phone="020-1234567")
    assert answer.json() == {
        "phone_read_back": {
            "text": "020 - 123 45 67",
            "spoken": "nul twee nul, een twee drie, vier vijf, zes zeven",
        },
        "phone_problem": None,
    }
    for phone in ("", "06-12"):
        told = (await waiting.posts("phone", phone=phone)).json()
        assert told["phone_read_back"] is None
        assert "klopt niet" in told["phone_problem"]
    assert not (await choices(waiting))["phone"]["left"], "nothing is kept"


async def test_that_a_promise_is_withdrawn_in_so_many_words(waiting: Customer) -> None:
    assert (await waiting.posts("withdraw")).status_code == 201
    state = await waiting.state()
    assert (state["promise"], state["may_choose"], state["may_ask_human"]) == (None, False, True)


async def test_that_a_caller_without_the_token_sees_and_chooses_nothing(built: Built, waiting: Customer) -> None:
    stranger = built.client()
    check_problem(await stranger.get(f"{waiting.path}/choices"), 404, "unknown")
    body = {"client_id": new_id(), "preference": "live"}
    check_problem(await stranger.post(f"{waiting.path}/promise", json=body), 404, "unknown")
