"""axe-core finds no fault in any state of widget, pages and desk, at three sizes; nothing is wider than the window."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.axe import faults, sideways, spilled
from tests.web.browser.conftest import PHONE, WIDE, Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
SIZES = {"wide": WIDE, "phone": PHONE, "narrow": NARROW}


@pytest.fixture(params=[("wide",), ("phone", "narrow")], ids=" and ".join)
def sizes(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The sizes at which a journey is looked at; it is walked at the first."""
    names: tuple[str, ...] = request.param
    return names


def look(page: Page, state: str, *sizes: str) -> None:
    """Looks at a page as it stands, at each of the sizes: axe, reflow, and a picture; ends at the first size."""
    for size in sizes:
        resize(page, size)
        picture(page, f"60-{state}-{size}")
        assert faults(page) == [], f"{state}, {size}"
        assert sideways(page) <= 0, f"{state}, {size}"
        assert spilled(page) == [], f"{state}, {size}"
    resize(page, sizes[0])


def resize(page: Page, size: str) -> None:
    """Gives the window another size."""
    if page.viewport_size != SIZES[size]:
        page.set_viewport_size({"width": SIZES[size]["width"], "height": SIZES[size]["height"]})


def test_every_state_of_the_widget(server: Server, contexts: Contexts, sizes: tuple[str, ...]) -> None:
    page = contexts(viewport=SIZES[sizes[0]]).new_page()
    widget = Widget(page, server.url)
    widget.visit()
    look(page, "widget-closed", *sizes)
    widget.open()
    expect(widget.panel.get_by_text("Nu open")).to_be_visible()
    look(page, "widget-first", *sizes)
    widget.start()
    look(page, "widget-begun", *sizes)
    widget.say("Wat is de opzegtermijn?")
    expect(widget.panel.get_by_role("group", name="Heeft dit geholpen?")).to_be_visible()
    look(page, "widget-answer", *sizes)
    widget.panel.get_by_role("group", name="Heeft dit geholpen?").get_by_role("button", name="Ja").click()
    expect(widget.panel.get_by_text("Fijn. Bedankt voor uw reactie.")).to_be_visible()
    look(page, "widget-helped", *sizes)
    widget.say("huur")
    expect(widget.panel.locator(".tail__choices")).to_be_visible()
    look(page, "widget-suggestions", *sizes)
    widget.say("wat is de hoofdstad van Peru")
    expect(widget.line("geen goedgekeurd antwoord")).to_be_visible()
    expect(widget.panel.locator(".tail").get_by_role("button", name="Praat met een medewerker")).to_be_visible()
    look(page, "widget-does-not-know", *sizes)
    widget.box.press("Enter")
    expect(widget.panel.get_by_text("Typ eerst uw bericht.")).to_be_visible()
    look(page, "widget-empty-message", *sizes)
    widget.ask_button.click()
    expect(widget.card).to_contain_text("uiterlijk")
    look(page, "widget-promise", *sizes)
    expect(widget.code).to_be_visible()
    widget.card.get_by_role("button", name="Teruggebeld worden").click()
    expect(widget.chooser.get_by_role("radio", name="Teruggebeld worden")).to_be_checked()
    look(page, "widget-how", *sizes)
    widget.chooser.get_by_role("button", name="Bevestigen").click()
    expect(widget.chooser.get_by_text("Vul het nummer in waarop wij u kunnen bellen.")).to_be_visible()
    look(page, "widget-how-without-a-number", *sizes)
    widget.chooser.get_by_label("Telefoonnummer").fill("0612345678")
    widget.chooser.get_by_role("button", name="Bevestigen").click()
    expect(widget.chooser.get_by_text("Klopt dit nummer?")).to_be_visible()
    look(page, "widget-number-read-back", *sizes)
    widget.chooser.get_by_role("button", name="Terug naar het gesprek").click()
    expect(widget.card).to_be_visible()
    desk = Desk(contexts().new_page(), server.url)
    desk.sign_in()
    desk.available()
    expect(widget.card).to_contain_text("Een medewerker wordt nu gevraagd")
    look(page, "widget-offered", *sizes)
    desk.accept()
    desk.say("Goedemorgen, ik help u graag verder met uw vraag.")
    expect(widget.line("ik help u graag")).to_be_visible()
    look(page, "widget-person", *sizes)
    expect(desk.page.locator(".is-seen")).to_have_count(1)
    desk.act("Afronden")
    expect(widget.card).to_contain_text("Dit gesprek is afgerond")
    look(page, "widget-resolved", *sizes)
    widget.panel.get_by_label("Opties").click()
    look(page, "widget-options", *sizes)
    page.keyboard.press("Escape")
    server.kill()
    widget.say("Bent u er nog?")
    expect(widget.panel.get_by_text("Wacht op verbinding")).to_be_visible()
    expect(widget.banner).to_contain_text("Geen verbinding met de chat")
    look(page, "widget-no-connection", *sizes)


def test_danger_in_the_widget(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    widget = Widget(page, server.url)
    widget.begin()
    widget.say("ik ruik gas in de gang")
    expect(widget.line("Er is nu geen medewerker vrij")).to_have_count(1)
    look(page, "widget-danger", *SIZES)


def test_every_page(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    for path, name in (("/", "start"), ("/demo/", "demo"), ("/kennis/huur-opzeggen", "article"), ("/nergens", "error")):
        page.goto(server.url + path)
        look(page, f"page-{name}", *SIZES)
    page.goto(f"{server.url}/desk/login")
    look(page, "page-sign-in", *SIZES)
    page.get_by_label("Gebruikersnaam").fill("agent1")
    page.get_by_label("Wachtwoord").fill("fout")
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "page-sign-in-refused", *SIZES)


def test_the_full_page(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    page.goto(f"{server.url}/chat")
    look(page, "chat-first", *SIZES)
    page.get_by_role("button", name="Start de chat").click()
    expect(page.locator(".chat")).to_have_attribute("data-connection", "live")
    look(page, "chat-begun", *SIZES)
    page.get_by_label("Uw bericht").fill("Wat is de opzegtermijn?")
    page.get_by_label("Uw bericht").press("Enter")
    expect(page.get_by_role("group", name="Heeft dit geholpen?")).to_be_visible()
    look(page, "chat-answer", *SIZES)
    page.locator("#gehoor-bar").get_by_role("button", name="Praat met een medewerker").click()
    expect(page.locator(".card")).to_contain_text("uiterlijk")
    look(page, "chat-promise", *SIZES)


def test_the_full_page_without_javascript(server: Server, contexts: Contexts) -> None:
    """The page's own scripts are blocked, so that it is what the server made; axe itself still runs."""
    context = contexts()
    context.route("**/static/*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{server.url}/chat")
    look(page, "plain-first", *SIZES)
    page.get_by_role("button", name="Start de chat").click()
    look(page, "plain-begun", *SIZES)
    page.get_by_label("Uw bericht").fill("Wat is de opzegtermijn?")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_text("Bron: ")).to_be_visible()
    look(page, "plain-answer", *SIZES)
    page.get_by_label("Uw bericht").fill("huur")
    page.get_by_role("button", name="Versturen").click()
    expect(page.locator(".tail__choices")).to_be_visible()
    look(page, "plain-suggestions", *SIZES)
    page.get_by_label("Uw bericht").fill("x" * 4001)
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "plain-refused", *SIZES)
    page.goto(f"{server.url}/chat")
    page.locator("#gehoor-bar").get_by_role("button", name="Praat met een medewerker").click()
    expect(page.locator(".card")).to_contain_text("uiterlijk")
    expect(page.get_by_role("radio", name="Wachten op een medewerker in de chat")).to_be_checked()
    look(page, "plain-promise", *SIZES)
    page.goto(f"{server.url}/terug")
    page.get_by_label("Uw code").fill("ABCD")
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("alert")).to_contain_text("Deze code kennen wij niet")
    look(page, "plain-return", *SIZES)


def test_every_state_of_the_desk(server: Server, contexts: Contexts, sizes: tuple[str, ...]) -> None:
    page = contexts(viewport=SIZES[sizes[0]]).new_page()
    desk = Desk(page, server.url)
    desk.sign_in()
    look(page, "desk-away", *sizes)
    widget = Widget(contexts().new_page(), server.url)
    widget.begin()
    widget.say("Wat is de opzegtermijn?")
    expect(widget.line("Bron: ")).to_be_visible()
    widget.ask_button.click()
    expect(desk.queue).to_have_count(1)
    look(page, "desk-queue", *sizes)
    desk.available()
    expect(desk.offers).to_have_count(1)
    look(page, "desk-offer", *sizes)
    desk.accept()
    expect(page.locator("#articles > li")).to_have_count(1)
    look(page, "desk-mine", *sizes)
    desk.say("Goedemorgen, ik lees uw gesprek.")
    expect(page.locator(".is-seen")).to_have_count(1)
    widget.say("Dank u wel!")
    expect(desk.line("Dank u wel!")).to_be_visible()
    look(page, "desk-talk", *sizes)
    page.locator("#note-toggle").click()
    desk.say("De klant wil in maart weg.")
    expect(desk.line("De klant wil in maart weg.")).to_be_visible()
    look(page, "desk-note", *sizes)
    page.locator("#note-toggle").click()
    page.get_by_role("button", name="Wachtzinnen").click()
    look(page, "desk-hold-lines", *sizes)
    page.keyboard.press("Escape")
    desk.act("Overdragen")
    look(page, "desk-transfer", *sizes)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Hulp").click()
    look(page, "desk-help", *sizes)
    page.keyboard.press("Escape")
    desk.say("Hebt u nog een vraag?")
    expect(widget.line("Hebt u nog een vraag?")).to_be_visible()
    desk.act("Afronden")
    expect(page.locator("#talk-phase")).to_contain_text("Dit gesprek is afgerond")
    look(page, "desk-resolved", *sizes)
    server.kill()
    expect(page.locator("#lost")).to_be_visible()
    look(page, "desk-no-connection", *sizes)
