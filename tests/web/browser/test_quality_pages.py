"""Judging answers by click and by key, correcting one in a conversation, and the figures: seen, and without a fault."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget
from tests.web.browser.test_accessible import SIZES, look
from tests.web.browser.test_supervisor_pages import opens

pytestmark = pytest.mark.browser

MONDAY, TUESDAY_AFTER = datetime(2026, 11, 23, 10, 0), datetime(2026, 12, 1, 10, 0)


def asks(server: Server, page: Page, text: str) -> None:
    widget = Widget(page, server.url)
    widget.begin()
    widget.say(text)
    expect(widget.panel.get_by_role("group", name="Heeft dit geholpen?")).to_be_visible()


def test_last_weeks_answers_are_judged_by_two_people_blind(tmp_path: Path, prepared: Path, contexts: Contexts) -> None:
    server = Server(tmp_path, prepared=prepared, at=MONDAY)
    server.start()
    try:
        asks(server, contexts().new_page(), "Wanneer krijg ik mijn borg terug?")
        asks(server, contexts().new_page(), "wanneer krijg ik mijn borg terug")
        server.stops()
        server.moves_to(TUESDAY_AFTER)
        server.start()
        one, other = contexts().new_page(), contexts().new_page()
        opens(one, server, "/desk/beoordelen", "agent1")
        expect(one.locator("#state")).to_contain_text("Nog 2 antwoorden voor u.")
        expect(one.locator("#question")).to_have_text(re.compile("mijn borg terug"))
        one.get_by_text("De tekst van het artikel").click()
        look(one, "judging", *SIZES)
        one.keyboard.press("1")
        expect(one.locator("#state")).to_contain_text("Nog 1 antwoord voor u.")
        expect(one.locator("#question-title")).to_be_focused()
        one.get_by_label("Kiezen met de toetsen").uncheck()
        one.keyboard.press("1")
        expect(one.locator("#state")).to_contain_text("Nog 1 antwoord voor u.")
        one.get_by_role("button", name="4 Schadelijk").click()
        expect(one.locator("#done")).to_be_visible()
        look(one, "judging-done", "narrow")

        opens(other, server, "/desk/beoordelen", "agent2")
        expect(other.locator("#state")).to_contain_text("Nog 2 antwoorden voor u.")
        other.keyboard.press("1")
        expect(other.locator("#state")).to_contain_text("Nog 1 antwoord voor u.")
        other.keyboard.press("1")
        expect(other.locator("#done")).to_be_visible()

        lead = contexts().new_page()
        opens(lead, server, "/desk/kennis/metingen")
        expect(lead.locator("#weeks")).to_contain_text("2026-W48")
        expect(lead.locator("#live-note")).to_contain_text("1 wacht op een derde")
        look(lead, "measured-live", *SIZES)
    finally:
        server.kill()


def questions(lead: Page) -> int:
    """How many there are to measure with, as the page says."""
    expect(lead.locator("#measured-note")).to_contain_text("Nu ")
    counts = re.findall(r"Nu (?:is|zijn) het er (\d+)", lead.locator("#measured-note").inner_text())
    return int(counts[0])


def test_an_agent_says_which_topic_was_meant_and_it_is_measured_with(server: Server, contexts: Contexts) -> None:
    lead = contexts().new_page()
    opens(lead, server, "/desk/kennis/metingen")
    before = questions(lead)
    customer = contexts().new_page()
    asks(server, customer, "Wanneer krijg ik mijn borg terug?")
    desk = Desk(contexts().new_page(), server.url)
    desk.sign_in()
    desk.available()
    Widget(customer, server.url).panel.get_by_role("button", name="Medewerker").first.click()
    desk.accept()
    answer = desk.lines.filter(has_text="Bron").first
    answer.get_by_text("Klopt dit niet?").click()
    choice = answer.get_by_label("Welk onderwerp was bedoeld?")
    expect(choice.locator("option")).not_to_have_count(2)
    answer.get_by_role("button", name="Bewaar als proefvraag").click()
    expect(choice).to_be_focused()
    choice.select_option("huur-opzeggen")
    answer.get_by_role("button", name="Bewaar als proefvraag").click()
    expect(answer).to_contain_text("Bewaard.")
    look(desk.page, "corrected", *SIZES)

    lead.reload()
    assert questions(lead) == before + 1
    lead.get_by_role("button", name="Nu meten").click()
    expect(lead.locator("#report")).to_be_visible(timeout=30_000)
    expect(lead.locator("#topics")).to_contain_text("huur-opzeggen")
    assert lead.locator("#plot").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    look(lead, "measured", *SIZES)
