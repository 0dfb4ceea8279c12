"""Without an AI: the widget, the full page and the desk speak of none, and who writes gets a person."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget

pytestmark = pytest.mark.browser
AI = re.compile(r"\bAI\b")


@pytest.fixture
def server(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product with its AI switched off in the policy."""
    one = Server(tmp_path, prepared=prepared, changes={"\nai: true": "\nai: false"})
    one.start()
    yield one
    one.kill()


def speaks_of_no_ai(page: Page, where: str) -> None:
    """Nothing on the screen names an AI, in the shadow root of the widget either."""
    assert not AI.search(page.locator(where).inner_text()), where


def test_that_who_writes_gets_a_person_and_no_screen_speaks_of_an_ai(server: Server, contexts: Contexts) -> None:
    desk = Desk(contexts().new_page(), server.url)
    desk.sign_in()
    desk.available()
    widget = Widget(contexts().new_page(), server.url)
    widget.visit()
    widget.open()
    expect(widget.panel.get_by_text("Hier antwoordt een medewerker.")).to_be_visible()
    speaks_of_no_ai(widget.page, "gehoor-widget dialog.panel")
    picture(widget.page, "90-no-ai-first")
    widget.start()
    widget.say("Wat is de opzegtermijn?")
    expect(widget.line("Deze vraag gaat naar een medewerker")).to_be_visible()
    desk.accept()
    desk.say("De opzegtermijn is een maand.")
    expect(widget.line("De opzegtermijn is een maand.")).to_contain_text("Medewerker Noor")
    speaks_of_no_ai(widget.page, "gehoor-widget dialog.panel")
    speaks_of_no_ai(desk.page, "body")
    expect(desk.page.locator("#hand-back")).to_be_hidden()
    picture(widget.page, "91-no-ai-person")
    picture(desk.page, "92-no-ai-desk")

    full = contexts().new_page()
    full.goto(f"{server.url}/chat")
    speaks_of_no_ai(full, "body")
    full.get_by_role("button", name="Start de chat").click()
    full.get_by_label("Uw bericht").fill("Wanneer krijg ik mijn borg?")
    full.get_by_label("Uw bericht").press("Enter")
    expect(full.locator("[role=log]").get_by_text("Deze vraag gaat naar een medewerker")).to_be_visible()
    speaks_of_no_ai(full, "body")
