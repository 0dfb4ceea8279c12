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
    # After midnight the shift that began yesterday evening stands above hers.
    rota = page.locator("#rota > li").filter(has_text="Noor").first
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


def test_the_policy_is_refused_in_words_then_mended_and_saved(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    opens(page, server, "/desk/beleid")
    document = page.get_by_label("Het beleid")
    expect(document).to_be_visible()
    before = document.input_value()
    assert "hours:" in before
    assert "password" not in before
    look(page, "policy", *SIZES)

    overlapping = before.replace('  monday: ["00:00-23:59"]', '  monday: ["08:00-12:00", "11:00-17:00"]')
    assert overlapping != before
    document.fill(overlapping)
    page.get_by_role("button", name="Controleren").click()
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("Dit beleid kan niet.")
    expect(verdict).to_contain_text("Twee blokken op deze dag overlappen.")
    expect(verdict).to_contain_text("Zo lost u het op:")
    look(page, "policy-refused", *SIZES)
    page.get_by_role("button", name="Naar deze regel").click()
    expect(document).to_be_focused()
    marked = document.evaluate("(field) => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert "monday" in marked
    page.get_by_role("button", name="Opslaan").click()
    expect(verdict).to_contain_text("blijft gelden")

    # A moment without a route: nobody on the rota while we are open.
    document.fill(before.replace("people: [demo-agent1]", "people: [demo-agent9]"))
    page.get_by_role("button", name="Controleren").click()
    expect(verdict).to_contain_text("Deze persoon heeft geen account.")

    document.fill(before.replace("chats_per_agent: 3", "chats_per_agent: 2"))
    page.get_by_role("button", name="Opslaan").click()
    expect(verdict).to_contain_text("geldt vanaf nu")
    history = page.locator("#history > li").first
    expect(history).to_contain_text("Kim")
    history.get_by_text("Wat er veranderde").click()
    expect(history).to_contain_text("chats_per_agent: 2")
    look(page, "policy-saved", *SIZES)


def test_two_supervisors_do_not_overwrite_each_other(server: Server, contexts: Contexts) -> None:
    first, second = contexts().new_page(), contexts().new_page()
    for page in (first, second):
        opens(page, server, "/desk/beleid")
        expect(page.get_by_label("Het beleid")).to_be_visible()
    for page, number in ((first, 2), (second, 4)):
        field = page.get_by_label("Het beleid")
        field.fill(field.input_value().replace("chats_per_agent: 3", f"chats_per_agent: {number}"))
        page.get_by_role("button", name="Opslaan").click()
    expect(first.locator("#verdict")).to_contain_text("geldt vanaf nu")
    expect(second.locator("#verdict")).to_contain_text("Een collega heeft intussen een nieuwere versie opgeslagen")
    assert "chats_per_agent: 4" in second.get_by_label("Het beleid").input_value()
    look(second, "policy-conflict", "wide", "narrow")


def test_the_pages_by_keyboard_alone(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    opens(page, server, "/desk/leiding")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="Beleid")).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_label("Het beleid")
    expect(field).to_be_visible()
    field.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Opslaan")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict-title")).to_be_focused()
    expect(page.locator("#verdict-title")).to_contain_text("Dit beleid kan.")
