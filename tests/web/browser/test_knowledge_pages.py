"""The pages of the writers: the list, one topic from draft to in force, the ladder and the switch."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.test_accessible import SIZES, look
from tests.web.browser.test_supervisor_pages import opens

pytestmark = pytest.mark.browser

TOPIC = "/desk/kennis/onderwerp/huur-opzeggen"


def says(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#state")).to_contain_text(text)


def test_a_writer_finds_what_needs_work(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    opens(page, server, "/desk/kennis", "schrijver")
    expect(page.locator("#topics > tr").first).to_be_visible(timeout=30_000)
    assert page.locator("#topics > tr").count() > 70
    look(page, "knowledge", *SIZES)
    page.get_by_label("Zoeken").fill("huur opzeggen")
    expect(page.locator("#topics > tr")).to_have_count(1)
    page.get_by_label("Zoeken").fill("zzzz")
    expect(page.locator("#topics-empty")).to_be_visible()
    look(page, "knowledge-nothing-found", "narrow")
    assert not page.get_by_role("button", name="Alle antwoorden stilzetten").is_visible()
    server.kill()
    says_soon = page.locator("#state")
    expect(says_soon).to_contain_text("De server antwoordt niet", timeout=25_000)


def test_a_text_is_written_looked_at_by_another_and_published(server: Server, contexts: Contexts) -> None:
    writer, lead = contexts().new_page(), contexts().new_page()
    opens(writer, server, TOPIC, "schrijver")
    expect(writer.locator("#standing")).to_contain_text("geldt")
    look(writer, "topic", *SIZES)
    writer.get_by_role("button", name="Nieuwe versie schrijven").click()
    text = writer.get_by_label("Antwoord en uitleg")
    text.fill("<b>Bel ons.</b>")
    writer.get_by_role("button", name="Concept bewaren").click()
    expect(writer.locator("#refusal")).to_have_text("Regel 1. HTML kan hier niet. Gebruik gewone tekst.")
    expect(text).to_be_focused()
    text.fill("U zegt de huur op met het formulier.\n\n## Hoe lang van tevoren\n\nEen maand.")
    expect(writer.locator("#preview")).to_contain_text("U zegt de huur op met het formulier.")
    look(writer, "topic-writing", *SIZES)
    writer.get_by_role("button", name="Concept bewaren").click()
    says(writer, "Het concept is bewaard.")
    writer.get_by_role("button", name="Aanbieden om na te kijken").click()
    says(writer, "Aangeboden")
    assert not writer.get_by_role("button", name="Goedkeuren").is_visible(), "nobody approves their own text"

    opens(lead, server, TOPIC)
    expect(lead.locator("#stage")).to_contain_text("Een tekst van Anouk wacht")
    lead.get_by_role("button", name="Terugsturen").click()
    lead.get_by_label("Waarom?").fill("Noem het adres")
    look(lead, "topic-send-back", *SIZES)
    lead.get_by_role("dialog").get_by_role("button", name="Terugsturen").click()
    says(lead, "Teruggestuurd.")

    writer.reload()
    expect(writer.locator("#sent-back")).to_have_text("Teruggestuurd: Noem het adres")
    writer.get_by_role("button", name="Aanbieden om na te kijken").click()
    says(writer, "Aangeboden")
    lead.reload()
    expect(lead.locator("#stage")).to_contain_text("wacht op iemand anders")
    lead.get_by_role("button", name="Effect meten").click()
    expect(lead.locator("#effect-table")).to_be_visible(timeout=90_000)
    lead.get_by_role("button", name="Goedkeuren").click()
    lead.get_by_label("Waarom?").fill("Het formulier is nieuw")
    lead.get_by_role("dialog").get_by_role("button", name="Goedkeuren").click()
    says(lead, "Goedgekeurd.")
    newest = lead.locator("#editions > li").first
    expect(newest).to_contain_text("goedgekeurd door Kim")
    newest.get_by_text("Wat er anders is").click()
    expect(newest.locator("ins").first).to_be_visible()
    look(lead, "topic-published", *SIZES)
    lead.goto(f"{server.url}/kennis/huur-opzeggen")
    expect(lead.get_by_text("U zegt de huur op met het formulier.")).to_be_visible()

    lead.goto(server.url + TOPIC)
    lead.get_by_role("button", name="Versie 2 intrekken").click()
    lead.get_by_label("Ja, klanten hebben iets gekregen dat niet klopt").check()
    lead.get_by_label("Hoe erg is dat?").select_option("serious")
    lead.get_by_label("Waarom?").fill("Er is geen formulier")
    look(lead, "topic-withdraw", *SIZES)
    lead.get_by_role("dialog").get_by_role("button", name="Intrekken").click()
    says(lead, "Ingetrokken.")
    expect(lead.locator("#standing")).to_contain_text("ingetrokken")
    assert lead.request.get(f"{server.url}/kennis/huur-opzeggen").status == 404


COUNTS = {"first_right": 352, "in_three": 390, "answered_right": 300, "answered_wrong": 4, "answered_for_nothing": 3}
WORSE: dict[str, Any] = {
    **{"answerable": 420, "unanswerable": 180, "worse": True},
    **{"now": COUNTS, "then": COUNTS | {"first_right": 349, "answered_wrong": 6}},
}


def test_a_text_that_makes_the_answers_worse_is_published_only_with_a_reason(
    server: Server, contexts: Contexts
) -> None:
    """How it stands there; that it is measured and refused is told by the tests of the flows."""
    lead = contexts().new_page()
    opens(lead, server, TOPIC)

    def with_effect(route: Route) -> None:
        told = route.fetch().json()
        first = told["editions"][0]
        told["editions"].insert(0, first | {"standing": "review", "number": 9, "language": "nl", "writer_ids": ["x"]})
        told["effects"] = {"nl": {"possible": True, "busy": False, "trouble": "", "figures": WORSE}}
        route.fulfill(json=told)

    lead.route("**/api/v1/staff/knowledge/huur-opzeggen", with_effect)
    lead.reload()
    expect(lead.locator("#effect")).to_contain_text("352 van 420")
    expect(lead.locator("#effect-told")).to_contain_text("De AI antwoordt slechter met deze tekst.")
    look(lead, "topic-effect", *SIZES)
    lead.get_by_role("button", name="Goedkeuren").click()
    lead.get_by_role("dialog").get_by_role("button", name="Goedkeuren").click()
    expect(lead.locator("#ask-refusal")).to_have_text("Schrijf op waarom. Dat blijft bewaard.")


def test_a_topic_goes_down_the_ladder_with_one_click_and_up_only_on_evidence(
    server: Server, contexts: Contexts
) -> None:
    lead = contexts().new_page()
    opens(lead, server, TOPIC)
    ladder = lead.locator("#ladder")
    expect(ladder.locator("tr.is-here")).to_contain_text("antwoordt zelf")
    lead.get_by_role("button", name="Een trede omlaag").click()
    expect(ladder.locator("tr.is-here")).to_contain_text("stelt voor")
    expect(lead.locator("#ladder-told")).to_contain_text("Er zijn nog 50 vergeleken gesprekken nodig")
    assert not lead.get_by_role("button", name="Een trede omhoog").is_visible()
    lead.get_by_label("Als een antwoord fout is").select_option("grave")
    expect(ladder).to_contain_text("200 vergeleken, 98% zeker goed")
    lead.get_by_role("button", name="Stilzetten").click()
    lead.get_by_role("dialog").get_by_role("button", name="Stilzetten").click()
    expect(lead.locator("#ask-refusal")).to_have_text("Schrijf op waarom. Dat blijft bewaard.")
    lead.get_by_label("Waarom?").fill("Klachten")
    lead.get_by_role("dialog").get_by_role("button", name="Stilzetten").click()
    expect(lead.locator("#silent")).to_contain_text("Dit onderwerp is stilgezet.")
    look(lead, "topic-silenced", *SIZES)


def test_a_new_topic_is_begun_by_keyboard_alone(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    opens(page, server, "/desk/kennis", "schrijver")
    page.get_by_role("link", name="Nieuw onderwerp").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Naam in het adres")).to_be_focused()
    look(page, "topic-new", *SIZES)
    page.keyboard.type("borg")
    for words in ("Mag ik een moestuin?", "Vraag het aan met het formulier.", "moestuin"):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.get_by_label("Eigenaar").fill("Team Wijk")
    page.get_by_role("button", name="Concept bewaren").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#refusal")).to_contain_text("Er is al een onderwerp met deze naam.")
    expect(page.get_by_label("Naam in het adres")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("moestuin")
    page.get_by_role("button", name="Concept bewaren").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/kennis/onderwerp/moestuin")
    expect(page.locator("#standing")).to_contain_text("concept")
    expect(page.locator("#ladder tr.is-here")).to_contain_text("uit")


def test_an_agent_reads_and_is_offered_nothing_to_change(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    opens(page, server, TOPIC, "agent1")
    expect(page.locator("#standing")).to_contain_text("geldt")
    for name in ("Nieuwe versie schrijven", "Een trede omlaag", "Stilzetten", "Versie 1 intrekken"):
        assert not page.get_by_role("button", name=name).is_visible()
