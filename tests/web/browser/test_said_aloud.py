"""What a screen reader hears, who is said to have written what, and that words of others stay words."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget, until

pytestmark = pytest.mark.browser

LISTEN = """(announcer) => {
  window.heard = [];
  new MutationObserver((changes) => {
    const words = changes.flatMap((change) => [...change.addedNodes].map((node) => node.textContent));
    window.heard.push(...words.filter(Boolean));
  }).observe(announcer, { childList: true });
}"""
MARKUP = """<img src=x onerror="window.stolen=1"><script>window.stolen=1</script><b>vet</b> javascript:alert(1)"""
OVERRIDE = "\u202edrow tsaal\u202c en \u2066gewoon\u2069"
ARABIC = "\u0645\u0631\u062d\u0628\u0627, \u0627\u0644\u0625\u064a\u062c\u0627\u0631"


def heard(page: Page) -> list[str]:
    """What was announced since ``LISTEN``."""
    said: list[str] = page.evaluate("() => window.heard")
    return said


def together(server: Server, contexts: Contexts) -> tuple[Widget, Desk]:
    desk = Desk(contexts(viewport={"width": 1440, "height": 900}).new_page(), server.url)
    desk.sign_in()
    desk.available()
    widget = Widget(contexts().new_page(), server.url)
    widget.begin()
    return widget, desk


def test_each_message_is_announced_once_with_its_author(server: Server, contexts: Contexts) -> None:
    widget, desk = together(server, contexts)
    widget.announced.evaluate(LISTEN)
    desk.page.locator("#announcer").evaluate(LISTEN)
    expect(widget.log).to_have_attribute("aria-live", "off")
    expect(widget.panel.get_by_role("log", name="Berichten in dit gesprek")).to_have_count(1)
    expect(widget.announced).to_have_attribute("aria-live", "polite")
    widget.say("Wat is de opzegtermijn?")
    expect(widget.line("Bron: ")).to_be_visible()
    widget.say("ik wil een medewerker")
    desk.accept()
    expect(desk.page.get_by_role("log", name="Berichten")).to_have_count(1)
    desk.say("Goedemorgen, waarmee kan ik helpen?")
    expect(widget.line("waarmee kan ik helpen?")).to_be_visible()
    widget.say("Met de borg.")
    expect(desk.line("Met de borg.")).to_be_visible()
    until(desk.page, lambda: any("Met de borg." in said for said in heard(desk.page)), "the desk announced it")
    said = heard(widget.page)
    assert [line.partition(":")[0] for line in said] == [
        "AI-assistent zegt",
        "Bericht van Voorbeeldstad zegt",
        "Bericht van Voorbeeldstad zegt",
        "Medewerker Noor zegt",
        *(["Bericht van Voorbeeldstad zegt"] * (len(said) - 4)),
    ]
    assert len(said) == len(set(said))
    assert sum("waarmee kan ik helpen?" in line for line in said) == 1
    assert not any("Met de borg." in line for line in said), "one's own words are not read back"
    assert [line for line in heard(desk.page) if "Met de borg." in line] == ["Klant zegt: Met de borg."]


def test_every_message_names_its_author_and_the_ai_does_not_pretend_to_type(server: Server, contexts: Contexts) -> None:
    widget, desk = together(server, contexts)
    widget.say("Wat is de opzegtermijn?")
    expect(widget.line("Bron: ")).to_be_visible()
    widget.ask_button.click()
    desk.accept()
    desk.say("Goedemorgen.")
    expect(widget.line("Goedemorgen.")).to_be_visible()
    names = widget.panel.locator(".log__list > li .msg__name").all_inner_texts()
    assert len(names) == widget.lines.count()
    assert set(names) == {"U", "AI-assistent", "Medewerker Noor", "Bericht van Voorbeeldstad"}
    assert (
        desk.page.locator("#log-lines > li.message").count() == desk.page.locator("#log-lines .author strong").count()
    )
    assert widget.panel.evaluate("(panel) => panel.getAnimations({ subtree: true }).length") == 0


def test_markup_and_scripts_are_words(server: Server, contexts: Contexts) -> None:
    widget, desk = together(server, contexts)
    widget.say(MARKUP)
    expect(widget.line(MARKUP)).to_have_count(1)
    widget.ask_button.click()
    expect(desk.offers).to_contain_text("<b>vet</b>")
    desk.accept()
    expect(desk.line(MARKUP)).to_have_count(1)
    desk.say(MARKUP)
    expect(widget.line(MARKUP)).to_have_count(2)
    for page in (widget.page, desk.page):
        assert page.evaluate("() => window.stolen === undefined")
        assert page.locator("img, b:text-is('vet')").count() == 0
    picture(widget.page, "70-markup-widget")
    picture(desk.page, "71-markup-desk")
    full = contexts().new_page()
    full.goto(f"{server.url}/chat")
    full.get_by_role("button", name="Start de chat").click()
    full.get_by_label("Uw bericht").fill(MARKUP)
    full.get_by_label("Uw bericht").press("Enter")
    expect(full.locator(".msg--customer")).to_contain_text(MARKUP)
    full.reload()
    expect(full.locator(".msg--customer")).to_contain_text(MARKUP)
    assert full.evaluate("() => window.stolen === undefined")


def test_text_that_reorders_does_not_reach_the_author_line(server: Server, contexts: Contexts) -> None:
    widget, desk = together(server, contexts)
    widget.say(OVERRIDE)
    widget.say(ARABIC)
    for line in (widget.line("gewoon"), widget.line(ARABIC)):
        expect(line.locator(".msg__name")).to_have_text("U")
        name, time = line.locator(".msg__name").bounding_box(), line.locator(".msg__time").bounding_box()
        assert name is not None
        assert time is not None
        assert name["x"] < time["x"]
    expect(widget.line("gewoon")).to_have_attribute("data-seq", "3")
    stored = [event["text"] for event in widget.events() if event["author"]["kind"] == "customer"]
    assert stored == ["drow tsaal en gewoon", ARABIC]
    direction = "(line) => getComputedStyle(line.querySelector('.msg__raw')).direction"
    assert widget.line(ARABIC).evaluate(direction) == "rtl"
    widget.ask_button.click()
    desk.accept()
    author = desk.line(ARABIC).locator(".author")
    expect(author).to_contain_text("Klant")
    assert author.evaluate("(line) => getComputedStyle(line).direction") == "ltr"
    assert "\u202e" not in desk.log.inner_text()
    picture(desk.page, "72-right-to-left")
