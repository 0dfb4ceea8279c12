"""Under an answer: its title, its day, its link, and "did this help?"; after a no, the next best and a person."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import axe
from tests.web.browser.conftest import PHONE, WIDE, Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Widget
from tests.web.browser.test_keyboard import focus, go

pytestmark = pytest.mark.browser

ASKED = "Welke einddatum kan ik kiezen?"
OTHER = "Wanneer krijg ik mijn borg terug?"


@pytest.fixture
def saying(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product, with a brain that finds by one word each."""
    one = Server(tmp_path, prepared=prepared, program="tests.web.browser.says")
    one.start()
    yield one
    one.kill()
    assert "Traceback" not in one.complaints()


def look(page: Page, name: str) -> None:
    """A picture on a wide and a narrow screen; nothing sticks out, and axe finds no fault."""
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
        picture(page, f"{name}-{size['width']}")
        assert axe.sideways(page) <= 0
        assert axe.spilled(page) == []
    assert axe.faults(page) == []
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_that_by_keyboard_a_no_leads_to_the_next_best_and_to_a_person(saying: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    widget = Widget(page, saying.url)
    widget.begin()
    widget.say(ASKED)
    answer = widget.line("De opzegtermijn begint op de dag dat wij uw opzegging krijgen.")
    expect(answer).to_contain_text("Welke einddatum kan ik kiezen?")
    expect(answer).not_to_contain_text("Uw energie, water en internet")
    expect(answer).to_contain_text("Bron: Hoe zeg ik mijn huur op?")
    expect(answer).to_contain_text("(geldig vanaf 1 januari 2026)")
    asks = widget.panel.get_by_role("group", name="Heeft dit geholpen?")
    look(page, "98-did-it-help")
    go(page, asks.get_by_role("button", name="Nee"), "Shift+Tab")
    page.keyboard.press("Enter")
    choices = widget.panel.get_by_role("list", name="Misschien bedoelt u:")
    expect(choices.get_by_role("button")).to_have_count(2)
    expect(widget.panel.get_by_role("button", name="Praat met een medewerker").first).to_be_visible()
    focus(page)
    look(page, "99-it-did-not-help")
    choice = choices.get_by_role("button").nth(1)
    title = choice.inner_text()
    go(page, choice)
    page.keyboard.press("Enter")
    expect(widget.lines.and_(page.locator(".msg--customer")).last).to_contain_text(title)
    expect(widget.panel.get_by_text("Bron:").last).to_be_visible()
    focus(page)
    widget.say("En hoe was opzeggen ook alweer?")
    expect(widget.panel.get_by_text("Een medewerker kan u verder helpen.").last).to_be_visible()
    replies = [one for one in widget.events() if one.get("sources")]
    assert len({one["sources"][0]["article"] for one in replies}) == len(replies), "no answer twice"
    widget.agrees()


def test_that_a_yes_is_thanked_for(saying: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    widget = Widget(page, saying.url)
    widget.begin()
    widget.say("opzeggen")
    widget.panel.get_by_role("group", name="Heeft dit geholpen?").get_by_role("button", name="Ja").press("Enter")
    expect(widget.panel.get_by_text("Fijn. Bedankt voor uw reactie.")).to_be_visible()


def test_that_the_same_works_without_javascript_and_in_the_copy(saying: Server, contexts: Contexts) -> None:
    page = contexts(java_script_enabled=False).new_page()
    page.goto(f"{saying.url}/chat")
    page.get_by_role("button", name="Start de chat").click()
    page.get_by_role("textbox").first.fill(ASKED)
    page.get_by_role("button", name="Versturen").click()
    source = page.locator(".msg__source")
    expect(source).to_contain_text("Bron: Hoe zeg ik mijn huur op? (geldig vanaf 1 januari 2026)")
    picture(page, "98-did-it-help-plain", whole=True)
    page.get_by_role("group", name="Heeft dit geholpen?").get_by_role("button", name="Nee").click()
    choices = page.get_by_role("list", name="Misschien bedoelt u:")
    expect(choices.get_by_role("button")).to_have_count(2)
    expect(page.get_by_role("button", name="Praat met een medewerker").first).to_be_visible()
    picture(page, "99-it-did-not-help-plain", whole=True)
    title = choices.get_by_role("button").first.inner_text()
    choices.get_by_role("button").first.click()
    expect(page.locator(".msg--customer").last).to_contain_text(title)
    expect(page.locator(".msg__source")).to_have_count(2)
