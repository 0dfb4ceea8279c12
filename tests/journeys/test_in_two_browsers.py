"""The whole journey in two real browsers: a tenant asks, the AI answers, a person takes over, the server falls."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Contexts, browser, contexts, picture, prepared, server
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget

pytestmark = pytest.mark.browser

__all__ = ["browser", "contexts", "prepared", "server"]  # fixtures that this story uses too


def test_a_tenant_asks_and_a_person_answers(server: Server, contexts: Contexts) -> None:
    tenant = Widget(contexts(accept_downloads=True).new_page(), server.url)
    agent = Desk(contexts(viewport={"width": 1440, "height": 900}).new_page(), server.url)
    agent.sign_in()
    agent.available()

    # The tenant asks in Dutch and gets an answer with its source, which is a page of its own.
    tenant.visit()
    picture(tenant.page, "01-demo-website")
    tenant.open()
    picture(tenant.page, "02-first-screen")
    tenant.start()
    tenant.say("Wat is de opzegtermijn?")
    answer = tenant.line("U zegt de huur schriftelijk op")
    expect(answer).to_contain_text("AI-assistent")
    with tenant.page.context.expect_page() as opened:
        answer.get_by_role("link", name="Hoe zeg ik mijn huur op?").click()
    article: Page = opened.value
    expect(article.get_by_role("heading", level=1)).to_have_text("Hoe zeg ik mijn huur op?")
    picture(article, "03-source")
    article.close()
    picture(tenant.page, "04-answer-with-source")

    # The tenant asks for a person, in words; the desk shows it; the agent accepts and answers; both live.
    tenant.say("kan ik iemand spreken aub")
    expect(tenant.line("U wilt een medewerker spreken")).to_be_visible()
    expect(agent.offers).to_have_count(1)
    picture(agent.page, "05-desk-offer")
    picture(tenant.page, "06-waits-for-a-person")
    agent.accept()
    expect(tenant.line("U praat nu met Noor")).to_be_visible()
    expect(agent.line("Wat is de opzegtermijn?")).to_be_visible()
    agent.say("Goedemorgen, met Noor. Wanneer wilt u verhuizen?")
    expect(tenant.line("Wanneer wilt u verhuizen?")).to_contain_text("Medewerker Noor")
    expect(agent.line("Wanneer wilt u verhuizen?")).to_contain_text("Gezien door klant")
    tenant.say("Op 1 maart, graag.")
    expect(agent.line("Op 1 maart, graag.")).to_contain_text("Klant")
    picture(tenant.page, "07-talks-with-a-person")
    picture(agent.page, "08-desk-talk")

    # The server falls. Both go on writing; nothing is lost, and the tenant sees the number.
    server.kill()
    tenant.say("Bent u er nog?")
    agent.say("Ik zoek de voorwaarden erbij.")
    expect(tenant.line("Bent u er nog?")).to_contain_text("Wacht op verbinding")
    expect(agent.unsent.filter(has_text="Ik zoek de voorwaarden erbij.")).to_contain_text("Wacht op verbinding")
    expect(tenant.banner).to_contain_text("Geen verbinding met de chat")
    expect(tenant.banner.get_by_role("link", name="Bel 088 000 01 00")).to_be_visible()
    expect(agent.page.locator("#lost")).to_contain_text("Verbinding kwijt")
    picture(tenant.page, "09-server-down")
    picture(agent.page, "10-desk-server-down")

    # It is started again. Both pages go on by themselves: nothing lost, nothing double, in the store's order.
    server.start()
    expect(agent.page.locator("#connection")).to_have_attribute("data-state", "live")
    expect(tenant.panel.locator(".chat")).to_have_attribute("data-connection", "live")
    expect(agent.line("Bent u er nog?")).to_have_count(1)
    expect(tenant.line("Ik zoek de voorwaarden erbij.")).to_have_count(1)
    expect(tenant.banner).to_be_hidden()
    expect(agent.unsent).to_have_count(0)
    tenant.agrees()
    agent.agrees()
    said = ["Wat is de opzegtermijn?", "kan ik iemand spreken aub", "Op 1 maart, graag.", "Bent u er nog?"]
    assert [event["text"] for event in tenant.events() if event["author"]["kind"] == "customer"] == said
    written = ["Goedemorgen, met Noor. Wanneer wilt u verhuizen?", "Ik zoek de voorwaarden erbij."]
    by_people = [event for event in agent.events() if event["author"]["kind"] == "human"]
    assert [event["text"] for event in by_people if event["type"] == "message"] == written
    tenant.say("Fijn, dank u.")
    expect(agent.line("Fijn, dank u.")).to_be_visible()
    agent.say("U hoort deze week van ons.")
    expect(tenant.line("U hoort deze week van ons.")).to_be_visible()
    picture(tenant.page, "11-goes-on")
    picture(agent.page, "12-desk-goes-on")

    # The agent closes it; the tenant keeps a copy.
    agent.act("Afronden")
    expect(tenant.card).to_contain_text("Dit gesprek is afgerond")
    tenant.panel.get_by_label("Opties").click()
    with tenant.page.expect_download() as kept:
        tenant.panel.get_by_role("button", name="Gesprek bewaren als tekst").click()
    copy = kept.value.path().read_text(encoding="utf-8")
    assert kept.value.suggested_filename == "gesprek.txt"
    for words in ("Wat is de opzegtermijn?", "Medewerker Noor: Goedemorgen, met Noor.", "U hoort deze week van ons."):
        assert words in copy
    expect(tenant.panel.get_by_text("Het gesprek is opgeslagen.")).to_be_visible()
    with tenant.page.expect_download() as page_kept:
        tenant.panel.get_by_role("button", name="Gesprek bewaren als webpagina").click()
    saved = contexts().new_page()
    saved.set_content(page_kept.value.path().read_text(encoding="utf-8"))
    expect(saved.get_by_text("Ik zoek de voorwaarden erbij.")).to_be_visible()
    picture(tenant.page, "13-resolved")
    picture(agent.page, "14-desk-resolved")
    picture(saved, "15-saved-copy", whole=True)
