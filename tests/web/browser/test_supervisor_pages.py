"""The pages beside the desk, for supervisors and for the morning: wide, narrow, by keyboard, without a connection."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk
from tests.web.browser.test_accessible import SIZES, look
from tests.web.browser.test_promises_at_the_desk import asks_to_be_called

pytestmark = pytest.mark.browser

SHIFT: dict[str, Any] = {
    "kind": "empty_shift",
    "about": "Klantcontact 2026-11-25T07:00:00.000Z",
    "since": "2026-11-25T07:01:00.000Z",
    "what": "Niemand aanwezig in de dienst van Klantcontact, begonnen op woensdag 25 november 8.00 uur",
    "action": "Bel de mensen op deze dienst, of neem zelf plaats.",
    "data": {},
}
BROKEN: dict[str, Any] = {
    "kind": "promise_broken",
    "about": "0192",
    "since": "2026-11-25T09:01:00.000Z",
    "what": "Belofte niet op tijd gehouden: nummer 572-118-404",
    "action": "Open het gesprek en bel of schrijf de klant nu.",
    "data": {"reference": "572-118-404"},
}


def opens(page: Page, server: Server, path: str, login: str = "teamleider") -> None:
    """Asks for the page, signs in, and is on it."""
    page.goto(server.url + path)
    page.get_by_label("Gebruikersnaam").fill(login)
    page.get_by_label("Wachtwoord").fill(f"demo-{login}")
    page.get_by_label("Wachtwoord").press("Enter")
    page.wait_for_url(server.url + path)


def test_a_supervisor_sees_who_is_there_and_what_is_wrong(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    opens(page, server, "/desk/leiding")
    expect(page.locator("#state")).to_contain_text("Bijgewerkt om")
    expect(page.locator("#alarms-empty")).to_have_text("Er zijn geen alarmen.")
    rota = page.locator("#rota > li").first
    expect(rota).to_contain_text("Noor: is er niet")
    expect(page.locator("#windows > tr").first).to_be_visible()
    look(page, "lead", *SIZES)

    desk = Desk(contexts().new_page(), server.url)
    desk.sign_in()
    desk.available()
    expect(rota).to_contain_text("Noor: is er", timeout=20_000)
    expect(rota).not_to_contain_text("Noor: is er niet")

    # How alarms stand there; that they are raised is told by the tests of the house.
    page.route("**/api/v1/staff/alarms", lambda route: route.fulfill(json={"alarms": [SHIFT, BROKEN]}))
    page.reload()
    expect(page.locator("#alarms > li")).to_contain_text("Bel de mensen op deze dienst")
    expect(page.locator("#broken").get_by_role("link", name="572-118-404")).to_have_attribute("href", "/desk#g=0192")
    look(page, "lead-alarms", *SIZES)
    server.kill()
    expect(page.locator("#state")).to_contain_text("De server antwoordt niet", timeout=20_000)
    expect(page.locator("#alarms > li")).to_have_count(1)
    look(page, "lead-no-connection", "narrow")


def test_the_night_is_handed_over(server_at_night: Server, contexts: Contexts) -> None:
    reference = asks_to_be_called(server_at_night, "06 12 34 56 78")
    page = contexts().new_page()
    opens(page, server_at_night, "/desk/overdracht", "agent1")
    open_ones = page.locator("[data-part=open]")
    expect(open_ones.get_by_role("link", name=reference)).to_be_visible()
    expect(open_ones).to_contain_text("Terugbellen")
    expect(page.locator("#span")).to_contain_text("Van")
    look(page, "handover", *SIZES)
    page.emulate_media(media="print")
    picture(page, "62-handover-printed", whole=True)
    assert not page.get_by_role("button", name="Afdrukken").is_visible()
    page.emulate_media(media="screen")
    open_ones.get_by_role("link", name=reference).click()
    expect(page.locator("#talk-title")).to_contain_text("Gesprek K-")
