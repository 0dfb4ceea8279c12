"""The desk in the morning: what was promised, the number to call, and what becomes of a try."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk
from tests.web.browser.test_accessible import SIZES, look
from tests.world import new_id

pytestmark = pytest.mark.browser


def asks_to_be_called(server: Server, phone: str) -> str:
    """A customer who leaves a number; the reference."""
    opened = httpx.post(f"{server.url}/api/v1/conversations", json={}).raise_for_status().json()
    answer = httpx.post(
        f"{server.url}/api/v1/conversations/{opened['id']}/human",
        json={"client_id": new_id(), "preference": "callback", "phone": phone},
        headers={"authorization": f"Bearer {opened['token']}"},
    )
    reference: str = answer.raise_for_status().json()["route"]["reference"]
    return reference


def test_a_call_back_from_the_list_of_promises_to_the_call(server_at_night: Server, contexts: Contexts) -> None:
    references = [asks_to_be_called(server_at_night, f"06 12 34 56 7{n}") for n in range(7)]
    page = contexts().new_page()
    desk = Desk(page, server_at_night.url)
    desk.sign_in()
    promises = page.locator("#promises > li")
    expect(promises).to_have_count(5)
    expect(page.locator("#promises-count")).to_have_text("7")
    expect(promises.first).to_contain_text(references[0])
    expect(promises.first).to_contain_text("Terugbellen")
    look(page, "desk-promises", *SIZES)
    page.get_by_text("Nog 2 beloften").click()
    expect(page.locator("#promises-later > li")).to_have_count(2)
    page.keyboard.press("Alt+4")
    expect(promises.first.get_by_role("link")).to_be_focused()

    desk.available()
    desk.accept()
    call = page.locator("#call")
    expect(call).to_contain_text("06 - 12 34 56 7")
    expect(page.locator("#call-phone-aloud")).to_contain_text("nul zes, een twee, drie vier, vijf zes, zeven")
    expect(call).to_contain_text("Niet bereikt telt als poging 1 van 3. De volgende poging is")
    expect(page.locator("#promises .badge[data-whose=mine]")).to_have_count(1)
    look(page, "desk-call", *SIZES)
    call.get_by_role("button", name="Niet bereikt").click()
    expect(page.locator("#talk-phase")).to_contain_text("Geparkeerd")
    expect(page.locator("#promises, #promises-later").get_by_text("poging gedaan").first).to_be_visible()
    picture(page, "61-desk-not-reached")


@pytest.fixture
def server_that_reminds(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product on a Monday night, with promises for the next day that come up as soon as they are made."""
    night = datetime(2026, 11, 23, 23, 10)
    one = Server(tmp_path, prepared=prepared, at=night, changes={"remind: 60": "remind: 1440"})
    one.start()
    yield one
    one.kill()


def test_a_promise_that_comes_up_is_said_once_and_stands_until_it_is_put_away(
    server_that_reminds: Server, contexts: Contexts
) -> None:
    page = contexts().new_page()
    desk = Desk(page, server_that_reminds.url)
    desk.sign_in()
    reference = asks_to_be_called(server_that_reminds, "06 12 34 56 78")
    toast = page.locator("#toast")
    expect(toast).to_contain_text(f"Belofte {reference} komt eraan: Terugbellen")
    expect(page.locator("#announcer")).to_contain_text(f"Belofte {reference} komt eraan")
    look(page, "desk-reminder", *SIZES)
    toast.get_by_role("button", name="Sluiten").focus()
    page.keyboard.press("Enter")
    expect(toast).to_be_hidden()
    expect(page.locator("#promises-title")).to_be_focused()


def test_a_window_that_has_not_opened_stands_with_its_time_and_is_offered_to_nobody(
    server: Server, contexts: Contexts
) -> None:
    opened = httpx.post(f"{server.url}/api/v1/conversations", json={}).raise_for_status().json()
    path, keys = f"{server.url}/api/v1/conversations/{opened['id']}", {"authorization": f"Bearer {opened['token']}"}
    httpx.post(f"{path}/human", json={"client_id": new_id()}, headers=keys).raise_for_status()
    page = contexts().new_page()
    desk = Desk(page, server.url)
    desk.sign_in()
    expect(page.locator("#promises > li")).to_have_count(1)
    window = httpx.get(f"{path}/choices", headers=keys).json()["windows"][-1]
    chosen = {"client_id": new_id(), "preference": "callback", "phone": "06 12 34 56 78", "window": window["start"]}
    httpx.post(f"{path}/promise", json=chosen, headers=keys).raise_for_status()
    promise = page.locator("#promises > li.is-later")
    expect(promise).to_contain_text("kan vanaf")
    desk.available()
    expect(desk.offers).to_have_count(0)
    expect(desk.queue).to_have_count(0)
    promise.get_by_role("link").click()
    expect(page.locator("#talk-phase")).to_contain_text("De klant koos een tijd om gebeld te worden: vanaf")
    look(page, "desk-window-later", *SIZES)
