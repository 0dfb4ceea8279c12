"""A model's server over HTTP, a process of its own: an answer in time, or one short code; never anything else."""

import asyncio
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from gehoor.adapters.brains.openai_compatible import REST_S, Budget, ChatServer, ModelFault
from tests.model_server import BAD, OTHER, model_server

pytestmark = pytest.mark.anyio

TODAY = date(2026, 11, 26)
MESSAGES = [{"role": "system", "content": "Kies."}, {"role": "user", "content": "Hallo 🙂 é"}]
CODES = {"500": "refused", "401": "refused", "404": "refused", "204": "refused", "redirect": "refused"}
CODES |= {"429": "busy", "429-rest": "busy", "slow": "late", "slow-headers": "late", "hangs": "late"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where a model's server is."""
    with model_server() as address:
        yield address


def server(url: str, model: str, **more: Any) -> ChatServer:
    """One that is asked, with little patience."""
    return ChatServer(url, model, more.pop("budget", Budget(10**9)), seconds=more.pop("seconds", 0.5), **more)


def asked(url: str) -> list[dict[str, Any]]:
    """Every request that the server got."""
    found: list[dict[str, Any]] = httpx.get(url.removesuffix("/v1") + "/asked", trust_env=False).json()
    return found


async def code_of(one: ChatServer) -> str:
    """What went wrong."""
    with pytest.raises(ModelFault) as fault:
        await one.ask(MESSAGES, TODAY)
    return fault.value.code


async def test_that_a_model_is_asked_as_the_interface_says_with_its_own_key_and_nothing_else(url: str) -> None:
    replied = await server(url, 'says {"choose": [1]} é', key="sleutel").ask(MESSAGES, TODAY)
    assert (replied.text, replied.tokens) == ('{"choose": [1]} é', 50)
    last = asked(url)[-1]
    assert last["path"] == "/v1/chat/completions"
    assert last["body"]["messages"] == MESSAGES
    assert (last["body"]["stream"], last["body"]["temperature"]) == (False, 0)
    assert last["headers"]["Authorization"] == "Bearer sleutel"
    assert "Cookie" not in last["headers"]
    await server(url, "says x").ask(MESSAGES, TODAY)
    assert "Authorization" not in asked(url)[-1]["headers"]


@pytest.mark.parametrize("model", [*BAD, *OTHER])
async def test_that_whatever_a_server_does_wrong_is_one_short_code_in_time(url: str, model: str) -> None:
    begun = time.monotonic()
    assert await code_of(server(url, model)) == CODES.get(model, "broken")
    assert time.monotonic() - begun < 3.0, "the limit is half a second, and a machine may be busy"


async def test_that_a_server_that_is_not_there_is_one_short_code(url: str) -> None:
    assert await code_of(server("http://127.0.0.1:1/v1", "x")) == "broken"
    assert "sleutel" not in repr(server(url, "x", key="sleutel"))


async def test_that_a_key_does_not_follow_a_redirect(url: str) -> None:
    before = len(asked(url))
    await code_of(server(url, "redirect", key="sleutel"))
    assert [one["path"] for one in asked(url)[before:]] == ["/v1/chat/completions"]


class Clock:
    """A clock that is moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_that_after_three_faults_a_server_is_left_alone_for_a_while(url: str) -> None:
    clock = Clock()
    one = server(url, "500", clock=clock)
    for _ in range(3):
        assert await code_of(one) == "refused"
    before = len(asked(url))
    assert await code_of(one) == "resting"
    assert len(asked(url)) == before, "it was not even called"
    clock.now += REST_S
    one.model = "says x"
    assert (await one.ask(MESSAGES, TODAY)).text == "x"


async def test_that_a_server_that_is_too_busy_says_how_long_it_is_left_alone(url: str) -> None:
    clock = Clock()
    one = server(url, "429-rest", clock=clock)
    assert await code_of(one) == "busy"
    one.model = "says x"
    clock.now += 6.9
    assert await code_of(one) == "resting"
    clock.now += 0.2
    assert (await one.ask(MESSAGES, TODAY)).text == "x"


async def test_that_the_budget_of_a_day_is_never_gone_over_and_a_new_day_has_its_own(url: str) -> None:
    budget = Budget(450)
    one = server(url, "says x", budget=budget)
    for _ in range(5):  # 50 each, and what one may use at most is reserved before
        await one.ask(MESSAGES, TODAY)
    assert await code_of(one) == "budget"
    await one.ask(MESSAGES, TODAY + timedelta(days=1))


async def test_that_many_at_once_cannot_go_over_the_budget_either(url: str) -> None:
    one = server(url, "says x", budget=Budget(450), seconds=5)
    done = await asyncio.gather(*(one.ask(MESSAGES, TODAY) for _ in range(6)), return_exceptions=True)
    assert [type(each).__name__ for each in done].count("ModelFault") >= 3


async def test_that_a_server_cannot_use_up_the_budget_by_a_word(url: str) -> None:
    one = server(url, "spends", budget=Budget(3000))
    assert (await one.ask(MESSAGES, TODAY)).tokens < 1000
    assert (await one.ask(MESSAGES, TODAY)).text


async def test_that_being_cancelled_from_outside_stays_being_cancelled(url: str) -> None:
    asking = asyncio.ensure_future(server(url, "hangs", seconds=20).ask(MESSAGES, TODAY))
    await asyncio.sleep(0.1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
