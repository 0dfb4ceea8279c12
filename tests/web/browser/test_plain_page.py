"""The same conversation in a browser without JavaScript."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import PHONE, Contexts, picture
from tests.web.browser.house import Server

pytestmark = pytest.mark.browser

NUMBER = "088 000 01 00"


def has_the_number(page: Page) -> None:
    """Every page says where to call."""
    expect(page.locator("a[href='tel:+31880000100']").first).to_be_visible()


def send(page: Page, text: str) -> None:
    """Type it and press the button."""
    page.get_by_label("Uw bericht").fill(text)
    page.get_by_role("button", name="Versturen").click()


def test_a_conversation_without_javascript(server: Server, contexts: Contexts) -> None:
    page = contexts(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(f"{server.url}/chat")
    has_the_number(page)
    expect(page.get_by_text("U praat met een AI-assistent, niet met een mens.")).to_be_visible()
    picture(page, "80-plain-first", whole=True)
    page.get_by_role("button", name="Start de chat").click()
    has_the_number(page)
    send(page, "Wat is de opzegtermijn?")
    has_the_number(page)
    answer = page.locator(".msg--ai")
    expect(answer).to_contain_text("U zegt de huur schriftelijk op")
    picture(page, "81-plain-answer", whole=True)
    answer.get_by_role("link", name="Hoe zeg ik mijn huur op?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hoe zeg ik mijn huur op?")
    has_the_number(page)
    page.go_back()
    page.locator("#gehoor-bar").get_by_role("button", name="Praat met een medewerker").click()
    expect(page.locator(".card")).to_contain_text("Een medewerker antwoordt uiterlijk")
    expect(page.locator(".card")).to_contain_text("Uw nummer:")
    has_the_number(page)
    picture(page, "82-plain-promise", whole=True)

    with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as agent:
        assert (
            agent.post("/api/v1/staff/session", json={"login": "agent1", "password": "demo-agent1"}).status_code == 201
        )
        download = page.get_by_role("link", name="Als tekst").get_attribute("href")
        assert download is not None
        staff = f"/api/v1/staff/conversations/{download.split('/')[4]}"
        agent.post(f"{staff}/accept", json={}).raise_for_status()
        said = {"client_id": "9f4c3b1e-6a0d-4b0c-8d53-0a8f6f1f7d11", "text": "Goedemorgen, ik help u verder."}
        agent.post(f"{staff}/messages", json=said).raise_for_status()

    page.get_by_role("link", name="Vernieuwen").click()
    expect(page.locator(".msg--human")).to_contain_text("Goedemorgen, ik help u verder.")
    expect(page.locator(".msg--human")).to_contain_text("Medewerker Noor")
    expect(page.get_by_text("U praat met Noor")).to_be_visible()
    has_the_number(page)
    picture(page, "83-plain-person", whole=True)
    send(page, "Dank u wel.")
    expect(page.locator(".msg--customer").last).to_contain_text("Dank u wel.")


def test_choosing_leaving_a_number_and_withdrawing_without_javascript(server: Server, contexts: Contexts) -> None:
    page = contexts(java_script_enabled=False).new_page()
    page.goto(f"{server.url}/chat")
    page.get_by_role("button", name="Start de chat").click()
    send(page, "huur")
    page.get_by_role("button", name="Hoe vraag ik huurtoeslag aan?").click()
    expect(page.get_by_text("Bron: ")).to_be_visible()
    page.get_by_role("button", name="Nee", exact=True).click()
    page.locator(".tail").get_by_role("button", name="Praat met een medewerker").click()
    expect(page.locator(".code__letters")).to_be_visible()
    page.get_by_role("radio", name="Teruggebeld worden").first.check()
    page.get_by_label("Telefoonnummer").fill("0612345678")
    page.get_by_role("button", name="Bevestigen").click()
    expect(page.locator(".card")).to_contain_text("Een medewerker belt u")
    expect(page.locator(".card")).to_contain_text("06 - 12 34 56 78")
    expect(page.locator(".card")).to_contain_text("Uw nummer:")
    page.get_by_role("button", name="Toch geen medewerker nodig").click()
    expect(page.get_by_text("De AI-assistent helpt u weer verder.")).to_be_visible()
    expect(page.locator(".card")).to_have_count(0)


def test_pages_that_fail_have_the_number(server: Server, contexts: Contexts) -> None:
    page = contexts(java_script_enabled=False).new_page()
    for path in ("/", "/nergens", "/kennis/bestaat-niet", "/chat", "/kennis/huur-opzeggen"):
        page.goto(server.url + path)
        has_the_number(page)
    page.goto(f"{server.url}/desk/login")
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
