"""The door of the night partners: signed answers of their systems, and a page with buttons for their people."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import httpx
import pytest

from gehoor.adapters.outbound.memory_partner import MemoryPartner
from gehoor.adapters.outbound.signing import signature
from gehoor.core.conversation.model import Phase
from gehoor.core.policy import Link
from gehoor.core.time import DAY, MINUTE, SECOND
from gehoor.flows.partner import HOOK, PAGE
from tests.world import AT_NIGHT, SITE, Built, Customer, open_house, organisation

pytestmark = pytest.mark.anyio

NIGHT = Link("nachtwacht", "Nachtwacht", "webhook", "https://nacht.example/oproep")
OFFICER = Link("eigen-dienst", "Eigen dienst", "mail", "dienst@voorbeeldstad.example")
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    async with open_house(policy=replace(organisation().policy, night=(NIGHT, OFFICER))) as one:
        one.clock.set(AT_NIGHT)
        yield one


@pytest.fixture
async def tenant(built: Built) -> Customer:
    """A customer in danger, for whom the first link was asked."""
    one = await built.customer()
    await one.writes("Er is brand in het trappenhuis van Dorpsstraat 7!")
    await one.wants_a_person(phone="06 12 34 56 78")
    await built.ring()
    return one


def partner_of(built: Built) -> MemoryPartner:
    return cast(MemoryPartner, built.house.world.outbound.partner)


def token_of(built: Built) -> str:
    return partner_of(built).calls[-1].page.removeprefix(SITE + PAGE)


async def says(built: Built, status: str, token: str = "", secret: bytes = b"") -> httpx.Response:
    """The partner's own system answers."""
    body, at = f'{{"status": "{status}"}}'.encode(), str(built.clock.now() // SECOND)
    signed = signature(secret or partner_of(built).secret, at, body)
    headers = {"gehoor-signed-at": at, "gehoor-signature": signed}
    return await built.client().post(HOOK + (token or token_of(built)), content=body, headers=headers)


async def presses(built: Built, status: str) -> httpx.Response:
    """A person presses a button on the page."""
    path = PAGE + token_of(built)
    return await built.client().post(path, content=f"status={status}", headers=FORM, follow_redirects=True)


# -- the partner's own system ----------------------------------------------------------------------------------------


async def test_that_a_system_acknowledges_and_tells_that_the_customer_was_reached(
    built: Built, tenant: Customer
) -> None:
    answer = await says(built, "acknowledged")
    assert (answer.status_code, answer.json()) == (200, {"status": "acknowledged"})
    assert "partner_acknowledged" in [event["type"] for event in await tenant.looks()]
    assert (await says(built, "acknowledged")).json() == {"status": "acknowledged"}, "twice changes nothing"
    assert (await says(built, "reached")).json() == {"status": "over"}
    assert (await built.view(tenant.id)).phase is Phase.RESOLVED
    assert (await says(built, "reached")).json() == {"status": "over"}


async def test_that_a_signature_that_does_not_fit_is_refused_and_changes_nothing(
    built: Built, tenant: Customer
) -> None:
    kinds = await built.kinds(tenant.id)
    answer = await says(built, "acknowledged", secret=b"made up")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    unsigned = await built.client().post(HOOK + token_of(built), content=b'{"status": "acknowledged"}')
    assert unsigned.status_code == 403
    assert await built.kinds(tenant.id) == kinds


@pytest.mark.parametrize("token", ["x", "a.1.1.b", "%2e%2e", "é"])
async def test_that_a_made_up_token_is_unknown(built: Built, tenant: Customer, token: str) -> None:  # noqa: ARG001
    assert (await says(built, "acknowledged", token)).status_code == 404
    assert (await built.client().get(PAGE + token)).status_code == 404


async def test_that_another_status_is_refused_by_name(built: Built, tenant: Customer) -> None:  # noqa: ARG001
    answer = await says(built, "on my way")
    assert (answer.status_code, answer.json()["field"]) == (422, "status")


# -- the page --------------------------------------------------------------------------------------------------------


async def test_that_opening_the_page_acknowledges_nothing_however_often(built: Built, tenant: Customer) -> None:
    kinds = await built.kinds(tenant.id)
    page = await built.client().get(PAGE + token_of(built))
    for _ in range(3):
        assert (await built.client().get(PAGE + token_of(built))).text == page.text
        await built.client().head(PAGE + token_of(built))
    assert await built.kinds(tenant.id) == kinds
    assert page.text.count("<button") == 1
    assert "Ik neem dit aan" in page.text
    assert "brand" in page.text
    assert "0612345678" not in page.text, "a scanner of mail learns no number"
    assert "06 12 34 56 78" not in page.text
    assert "Dorpsstraat" not in page.text, "nothing of what the customer wrote"
    assert page.headers["cache-control"] == "no-store"


async def test_that_the_button_acknowledges_and_the_next_ones_tell_how_it_went(built: Built, tenant: Customer) -> None:
    page = await presses(built, "acknowledged")
    assert "U hebt dit aangenomen" in page.text
    assert "Ik heb de klant gesproken" in page.text
    assert "tel:0612345678" in page.text
    assert (await built.view(tenant.id)).acknowledged
    page = await presses(built, "reached")
    assert "U hoeft niets meer te doen" in page.text
    assert "06 12 34 56 78" not in page.text
    assert (await built.view(tenant.id)).phase is Phase.RESOLVED


async def test_that_who_does_not_reach_the_customer_hands_the_call_on(built: Built, tenant: Customer) -> None:
    await presses(built, "acknowledged")
    page = await presses(built, "not_reached")
    assert "U hoeft niets meer te doen" in page.text
    assert (await built.view(tenant.id)).link == 2


async def test_that_a_button_that_comes_too_late_says_so(built: Built, tenant: Customer) -> None:
    await built.pass_time(MINUTE + SECOND)
    page = await presses(built, "acknowledged")
    assert "U hoeft niets meer te doen" in page.text
    assert not (await built.view(tenant.id)).acknowledged


async def test_that_a_button_that_is_not_on_the_page_is_refused(built: Built, tenant: Customer) -> None:  # noqa: ARG001
    assert (await presses(built, "erase")).status_code == 422
    assert (await presses(built, "")).status_code == 422


async def test_that_a_link_of_yesterday_has_expired(built: Built, tenant: Customer) -> None:  # noqa: ARG001
    token = token_of(built)
    built.clock.forward(DAY + MINUTE)
    assert (await built.client().get(PAGE + token)).status_code == 404
