"""The whole journey by keyboard alone: focus is always somewhere, and always to be seen."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser.conftest import WIDE, Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget

pytestmark = pytest.mark.browser

FOCUS = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  const rings = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  };
  // A radio button that is drawn as a switch shows its ring on the label that it is part of.
  const near = [node, node?.nextElementSibling, node?.closest('label')].filter(Boolean);
  const box = near.map((one) => one.getBoundingClientRect()).find((one) => one.width > 2 && one.height > 2);
  return {
    tag: node?.tagName ?? '',
    words: (node?.getAttribute?.('aria-label') ?? node?.textContent ?? '').trim().slice(0, 60),
    ring: near.some(rings),
    seen: box !== undefined && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}"""


def focus(page: Page) -> dict[str, Any]:
    """Where the keyboard is; it must be on something, and that must be to be seen."""
    where: dict[str, Any] = page.evaluate(FOCUS)
    assert where["tag"] not in ("", "BODY", "HTML"), "focus was lost"
    assert where["ring"], f"focus cannot be seen: {where}"
    assert where["seen"], f"focus is outside the window: {where}"
    return where


def go(page: Page, to: Locator, key: str = "Tab", most: int = 60) -> None:
    """Press Tab until it stands there, looking at every stop on the way."""
    expect(to).to_be_visible()
    for _ in range(most):
        if to.evaluate("(node) => node === node.getRootNode().activeElement"):
            focus(page)
            return
        page.keyboard.press(key)
        focus(page)
    raise AssertionError(f"{key} never came to {to}")


def test_the_journey_by_keyboard(server: Server, contexts: Contexts) -> None:
    keys = contexts(viewport=WIDE).new_page()
    widget = Widget(keys, server.url)
    desks = contexts(viewport={"width": 1440, "height": 900}).new_page()
    desk = Desk(desks, server.url)

    # The customer: open, start, ask, follow the source and come back, ask for a person.
    widget.visit()
    keys.keyboard.press("Tab")
    go(keys, widget.launcher)
    keys.keyboard.press("Enter")
    expect(widget.panel.get_by_role("heading", name="Vraag of contact")).to_be_focused()
    focus(keys)
    go(keys, widget.start_button)
    keys.keyboard.press("Enter")
    expect(widget.box).to_be_focused()
    keys.keyboard.type("Wat is de opzegtermijn?")
    keys.keyboard.press("Enter")
    expect(widget.box).to_be_focused()
    source = widget.panel.get_by_role("link", name="Hoe zeg ik mijn huur op?")
    go(keys, source, "Shift+Tab")
    with keys.context.expect_page() as opened:
        keys.keyboard.press("Enter")
    article = opened.value
    expect(article.get_by_role("heading", level=1)).to_have_text("Hoe zeg ik mijn huur op?")
    article.keyboard.press("Tab")
    assert focus(article)["words"] == "Naar de inhoud"
    article.close()
    expect(source).to_be_focused()
    go(keys, widget.ask_button)
    keys.keyboard.press("Enter")
    expect(widget.line("U hebt om een medewerker gevraagd")).to_be_visible()
    expect(widget.ask_button).to_be_focused()
    focus(keys)

    # The agent: sign in, available, accept, answer, a note.
    desks.goto(f"{server.url}/desk")
    go(desks, desks.get_by_label("Gebruikersnaam"))
    desks.keyboard.type("agent1")
    desks.keyboard.press("Tab")
    focus(desks)
    desks.keyboard.type("demo-agent1")
    desks.keyboard.press("Enter")
    expect(desks.locator("#connection")).to_have_attribute("data-state", "live")
    desks.keyboard.press("Tab")
    go(desks, desks.get_by_role("radio", name="Even weg"))
    desks.keyboard.press("ArrowLeft")
    expect(desks.get_by_role("radio", name="Beschikbaar")).to_be_checked()
    focus(desks)
    expect(desk.offers).to_have_count(1)
    desks.keyboard.press("Alt+a")
    expect(desk.box).to_be_focused()
    focus(desks)
    desks.keyboard.type("U krijgt de borg binnen twee weken terug.")
    desks.keyboard.press("Enter")
    expect(widget.line("U krijgt de borg binnen twee weken terug.")).to_be_visible()
    expect(desk.box).to_be_focused()
    expect(desk.line("U krijgt de borg")).to_contain_text("Gezien door klant")
    go(desks, desks.locator("#note-toggle"), "Shift+Tab")
    desks.keyboard.press("Enter")
    expect(desk.box).to_be_focused()
    desks.keyboard.type("Belt liever in de ochtend.")
    desks.keyboard.press("Enter")
    expect(desk.line("Belt liever in de ochtend.")).to_contain_text("Interne notitie van u")
    picture(desks, "50-keyboard-desk")

    # The customer reads the answer and closes; focus returns to where the widget was opened.
    go(keys, widget.log, "Shift+Tab")
    keys.keyboard.press("End")
    expect(widget.line("U krijgt de borg binnen twee weken terug.")).to_be_in_viewport()
    picture(keys, "51-keyboard-widget")
    keys.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()
    focus(keys)

    # The agent closes the conversation.
    go(desks, desks.get_by_role("button", name="Afronden"), "Shift+Tab")
    desks.keyboard.press("Enter")
    expect(desks.locator("#talk-phase")).to_contain_text("Dit gesprek is afgerond")
    expect(desks.locator("#talk-title")).to_be_focused()
    focus(desks)
    keys.keyboard.press("Enter")
    expect(widget.card).to_contain_text("Dit gesprek is afgerond")
    focus(keys)


def test_shortcuts_and_escape_at_the_desk(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    desk = Desk(page, server.url)
    desk.sign_in()
    page.keyboard.press("Alt+1")
    expect(page.locator("#queue-title")).to_be_focused()
    focus(page)
    page.keyboard.press("Alt+2")
    expect(page.locator("#mine-title")).to_be_focused()
    focus(page)
    page.keyboard.press("Alt+Shift+Slash")
    dialog = page.get_by_role("dialog", name="Hulp")
    expect(dialog).to_be_visible()
    focus(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    focus(page)


def test_escape_closes_the_innermost_thing_and_focus_goes_back(server: Server, contexts: Contexts) -> None:
    for size in (WIDE, {"width": 360, "height": 740}):
        page = contexts(viewport=size).new_page()
        widget = Widget(page, server.url)
        widget.begin()
        options = widget.panel.locator("summary[aria-label=Opties]")
        go(page, options, "Shift+Tab")
        page.keyboard.press("Enter")
        expect(widget.panel.get_by_role("button", name="Gesprek bewaren als tekst")).to_be_visible()
        page.keyboard.press("Escape")
        expect(widget.panel.get_by_role("button", name="Gesprek bewaren als tekst")).to_be_hidden()
        expect(options).to_be_focused()
        focus(page)
        page.keyboard.press("Escape")
        expect(widget.panel).to_be_hidden()
        expect(widget.launcher).to_be_focused()
        focus(page)


def test_what_had_focus_and_goes_away_hands_it_on(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    widget = Widget(page, server.url)
    widget.begin()
    widget.say("Wat is de opzegtermijn?")
    helped = widget.panel.get_by_role("group", name="Heeft dit geholpen?")
    go(page, helped.get_by_role("button", name="Nee"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(widget.panel.get_by_text("Jammer. Een medewerker kan u verder helpen.")).to_be_visible()
    page.keyboard.press("Tab")
    focus(page)
    go(page, widget.panel.locator(".tail").get_by_role("button", name="Praat met een medewerker"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(widget.card).to_contain_text("uiterlijk")
    expect(widget.ask_button).to_be_focused()
    focus(page)
    go(page, widget.card.get_by_role("button", name="Toch geen medewerker nodig"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(widget.card).to_be_hidden()
    expect(widget.box).to_be_focused()
    focus(page)
