"""What customers and agents see of their own words: on their way, waiting, sent, refused. And all of it once."""

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.web.browser import axe
from tests.web.browser.conftest import Contexts, picture
from tests.web.browser.faults import FaultProxy
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget, until

pytestmark = pytest.mark.browser

SIZES = ((1280, 800), (360, 740), (320, 568))
NO_ROOM = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
PROBLEM = "application/problem+json"
REFUSED = '{"title": "Dat kan niet.", "detail": "Dit bericht mag niet.", "code": "invalid", "status": 422}'
TOLD = "Het is nu druk"


def pictures(page: Page, name: str) -> None:
    """The same moment on three screens; nothing sticks out, and axe finds no fault."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        picture(page, f"{name}-{width}")
        assert axe.sideways(page) <= 0
        assert axe.spilled(page) == []
    assert axe.faults(page) == []


def mine(widget: Widget) -> list[str]:
    """What the store has of the customer, in its order."""
    said = [e for e in widget.events() if e["type"] == "message" and e["author"]["kind"] == "customer"]
    return [e["text"] for e in said]


def asked(widget: Widget) -> int:
    """How often the store has that a person was asked for."""
    return sum(event["type"] == "human_requested" for event in widget.events())


def refuses(route: Route) -> None:
    """Stands between the page and the server, for single messages: some are refused."""
    if "weiger" in (route.request.post_data or ""):
        route.fulfill(status=422, content_type=PROBLEM, body=REFUSED)
    else:
        route.continue_()


def test_that_a_refused_message_holds_up_nothing_and_a_busy_server_is_told(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    page.route("**/messages", refuses)
    with FaultProxy(server.port) as net:
        widget = Widget(page, net.url)
        widget.begin()
        widget.say("weiger dit")
        widget.say("Dit mag wel")
        refused = widget.line("weiger dit")
        expect(refused).to_contain_text("Niet verstuurd. Dit bericht mag niet.")
        expect(widget.line("Dit mag wel")).to_have_attribute("data-seq", "3")
        pictures(page, "90-refused")
        refused.get_by_role("button", name="Zet terug in het tekstvak").click()
        expect(widget.box).to_have_value("weiger dit")
        expect(widget.box).to_be_focused()
        expect(refused).to_have_count(0)
        page.unroute_all()

        net.busy("/messages")
        widget.say("Nu is het druk")
        expect(widget.line("Nu is het druk")).to_contain_text(f"{TOLD}. Uw bericht wordt zo opnieuw verstuurd")
        status = widget.panel.locator("[data-announcer=status]")
        expect(status).to_have_text("Uw bericht wacht nog. Het wordt vanzelf verstuurd.")
        pictures(page, "91-busy")
        # A request for a person does not wait behind it.
        widget.ask_button.click()
        until(page, lambda: asked(widget) == 1, "asked while messages wait")
        expect(widget.line("Nu is het druk")).to_contain_text(TOLD)
        # What waits is still there after the page was loaded again.
        page.reload()
        expect(widget.line("Nu is het druk")).to_contain_text(TOLD)
        # What the server asks to wait is waited, whatever wakes the page.
        before = net.done["too busy"]
        for _ in range(5):
            page.evaluate("() => window.dispatchEvent(new Event('online'))")
        assert net.done["too busy"] - before <= 1
        net.calm()
        expect(widget.panel.locator("[data-client-id]")).to_have_count(0)
        assert mine(widget) == ["Dit mag wel", "Nu is het druk"]
        widget.agrees()


def test_that_what_is_lost_on_the_way_is_there_once(server: Server, contexts: Contexts) -> None:
    with FaultProxy(server.port) as net:
        desk = Desk(contexts(viewport={"width": 1440, "height": 900}).new_page(), net.url)
        desk.sign_in()
        desk.available()
        widget = Widget(contexts().new_page(), net.url)
        widget.begin()
        net.lose_the_next_answer("/human")
        widget.ask_button.click()
        net.lose_the_next_answer("/accept")
        desk.accept()
        expect(widget.line("U praat nu met Noor")).to_be_visible()
        expect(desk.refusal).to_have_text("")
        for n in range(3):
            net.lose_the_next_answer("/messages")
            widget.say(f"Vraag {n}")
            expect(desk.line(f"Vraag {n}")).to_have_count(1)
            net.lose_the_next_answer("/messages")
            desk.say(f"Antwoord {n}")
            expect(widget.line(f"Antwoord {n}")).to_have_count(1)
        assert net.done["lost"] == 8
        for path, writer, reader in (("/conversations/", desk, widget), ("/desk/", widget, desk)):
            net.swallow_the_next_fact(path)
            writer.say(f"Overgeslagen {path}")
            until(widget.page, lambda: net.done["swallowed"] == 1, "left out")
            net.done["swallowed"] = 0
            writer.say(f"Daarna {path}")
            expect(reader.line(f"Overgeslagen {path}")).to_have_count(1)
        # What waits at the desk is still there after the page was loaded again, and goes.
        desk.page.on("dialog", lambda dialog: dialog.accept())
        net.busy("/messages")
        desk.say("Nog even geduld")
        expect(desk.unsent).to_contain_text("De server is druk, gaat zo vanzelf")
        picture(desk.page, "95-desk-busy")
        # Until the desk knows whose customer it is, an answer cannot be taken for a note.
        desk.page.route("**/desk/stream", lambda route: route.abort())
        desk.page.reload()
        expect(desk.unsent).to_contain_text("Nog even geduld")
        expect(desk.line("Vraag 0")).to_have_count(1)
        expect(desk.box).to_be_hidden()
        desk.page.unroute("**/desk/stream")
        expect(desk.box).to_be_visible()
        net.calm()
        expect(desk.unsent).to_have_count(0)
        expect(widget.line("Nog even geduld")).to_have_count(1)
        expect(widget.panel.locator("[data-client-id]")).to_have_count(0)
        expect(desk.unsent).to_have_count(0)
        widget.agrees()
        desk.agrees()
        asked_for = ["Vraag 0", "Vraag 1", "Vraag 2", "Overgeslagen /desk/", "Daarna /desk/"]
        assert mine(widget) == asked_for
        assert asked(widget) == 1


def test_that_a_browser_that_keeps_nothing_still_loses_nothing(server: Server, contexts: Contexts) -> None:
    context = contexts()
    context.add_init_script(NO_ROOM)
    widget = Widget(context.new_page(), server.url)
    widget.begin()
    widget.say("Eerst dit")
    expect(widget.line("Eerst dit")).to_have_attribute("data-seq", "3")
    server.kill()
    widget.say("En dan dit")
    expect(widget.banner).to_contain_text("Geen verbinding met de chat")
    expect(widget.line("En dan dit")).to_contain_text("Wacht op verbinding")
    pictures(widget.page, "92-no-connection")
    # Only now, with words that nothing keeps, the browser asks before it leaves.
    asks: list[str] = []

    def stays(dialog: Dialog) -> None:
        asks.append(dialog.type)
        dialog.dismiss()

    widget.page.on("dialog", stays)
    widget.page.close(run_before_unload=True)
    until(widget.page, lambda: asks == ["beforeunload"], "asked before leaving")
    held = widget.panel.locator("[data-client-id]")
    expect(held).to_have_count(1)
    server.start()
    expect(held).to_have_count(0)
    expect(widget.line("En dan dit")).to_have_count(1)
    expect(widget.banner).to_be_hidden()
    pictures(widget.page, "93-back")
    with widget.page.expect_event("close"):
        widget.page.close(run_before_unload=True)
    assert asks == ["beforeunload"]


def test_that_asking_for_a_person_on_the_first_screen_goes_on_until_it_is_asked(
    server: Server, contexts: Contexts
) -> None:
    widget = Widget(contexts().new_page(), server.url)
    widget.visit()
    widget.open()
    server.kill()
    widget.ask_button.click()
    told = widget.panel.get_by_text("Uw vraag om een medewerker is nog niet aangekomen.")
    expect(told).to_contain_text("088 000 01 00")
    expect(told).to_contain_text("info@voorbeeldstad.example")
    pictures(widget.page, "94-asked-before-it-began")
    server.start()
    expect(widget.line("U hebt om een medewerker gevraagd")).to_be_visible()
    assert asked(widget) == 1


def test_that_a_form_that_is_sent_twice_writes_once(server: Server, contexts: Contexts) -> None:
    with FaultProxy(server.port) as net:
        page = contexts(java_script_enabled=False).new_page()
        page.goto(f"{net.url}/chat")
        page.get_by_role("button", name="Start de chat").click()
        page.get_by_label("Uw bericht").fill("Eenmalig")
        page.get_by_role("button", name="Versturen").dblclick()
        expect(page.locator(".msg--customer").filter(has_text="Eenmalig")).to_have_count(1)
        # The answer is lost: the browser sends the same form again by itself.
        net.lose_the_next_answer("/chat/message")
        page.get_by_label("Uw bericht").fill("Nog eens")
        page.get_by_role("button", name="Versturen").click()
        expect(page.locator(".msg--customer").filter(has_text="Nog eens")).to_have_count(1)
        assert net.done["lost"] == 1
        page.locator("#gehoor-bar").get_by_role("button", name="Praat met een medewerker").dblclick()
        expect(page.locator(".msg").filter(has_text="U hebt om een medewerker gevraagd")).to_have_count(1)
        expect(page.locator(".msg--customer")).to_have_count(2)
