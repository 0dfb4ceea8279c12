"""What the widget is to the website that carries it: a guest that stores nothing, calls nobody and needs little."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import PHONE, Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Widget

pytestmark = pytest.mark.browser

NUMBER = "088 000 01 00"
STORED = "() => [localStorage.length, sessionStorage.length, document.cookie]"


@contextmanager
def website(server: Server) -> Iterator[str]:
    """A website of another origin with a strict content policy and the widget's tag; gives its address."""
    tag = f'<script type="module" src="{server.url}/widget.js" data-phone="{NUMBER}" data-language="nl"></script>'
    page = f'<!doctype html><html lang="nl"><title>Elders</title><body><main><h1>Elders</h1></main>{tag}'.encode()
    policy = f"default-src 'none'; script-src {server.url}; connect-src {server.url}; img-src data:"

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    site = ThreadingHTTPServer(("127.0.0.1", server.website), Site)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.website}"
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


def test_a_website_of_another_origin_with_a_strict_policy_shows_the_chat(server: Server, contexts: Contexts) -> None:
    with website(server) as address:
        widget = Widget(contexts().new_page(), address)
        widget.visit("/")
        widget.open()
        widget.start()
        widget.say("Wat is de opzegtermijn?")
        source = widget.panel.get_by_role("link", name="Hoe zeg ik mijn huur op?")
        expect(source).to_have_attribute("href", f"{server.url}/kennis/nl/huur-opzeggen")
        picture(widget.page, "40-other-website")
        assert widget.page.context.cookies() == []
        widget.page.close()


def test_nothing_is_stored_and_nobody_else_is_called_before_the_chat(server: Server, contexts: Contexts) -> None:
    context = contexts()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    widget = Widget(page, server.url)
    widget.visit()
    expect(page.locator("gehoor-widget")).to_have_attribute("data-dressed", "")
    assert _kept(page) == ([0, 0, ""], [])
    widget.open()
    expect(widget.panel.get_by_text("Nu open")).to_be_visible()
    assert _kept(page) == ([0, 0, ""], [])
    assert [url for url in asked if not url.startswith((server.url + "/", "data:"))] == []
    widget.start()
    local, session, cookie = page.evaluate(STORED)
    assert (local, cookie, context.cookies()) == (0, "", [])
    assert session > 0
    assert [url for url in asked if not url.startswith((server.url + "/", "data:"))] == []


def _kept(page: Page) -> tuple[list[object], list[object]]:
    stored: list[object] = page.evaluate(STORED)
    return stored, list(page.context.cookies())


def test_the_first_screen_has_every_way_to_a_person(server: Server, contexts: Contexts) -> None:
    widget = Widget(contexts().new_page(), server.url)
    widget.visit()
    widget.open()
    for words in (NUMBER, "8.00-17.00 uur", "info@voorbeeldstad.example", "Marktplein 1", "088 000 01 12"):
        expect(widget.panel.get_by_text(words).first).to_be_visible()
    expect(widget.panel.get_by_role("link", name=NUMBER, exact=True)).to_have_attribute("href", "tel:+31880000100")
    expect(widget.start_button).to_be_visible()


def test_a_page_that_was_loaded_before_the_server_went_down_shows_the_number(
    server: Server, contexts: Contexts
) -> None:
    widget = Widget(contexts(viewport=PHONE).new_page(), server.url)
    widget.visit()
    server.kill()
    widget.open()
    expect(widget.panel.get_by_role("link", name=NUMBER, exact=True)).to_be_visible()
    expect(widget.panel.get_by_role("link", name="088 000 01 12")).to_be_visible()
    widget.start_button.click()
    expect(widget.panel.get_by_role("alert")).to_have_text(
        "De chat is nu niet bereikbaar. Bel of mail ons, of probeer het zo nog eens."
    )
    expect(widget.panel.get_by_role("link", name=f"Bel {NUMBER}")).to_be_visible()
    picture(widget.page, "41-down-before-the-start")
    server.start()
    widget.panel.get_by_role("button", name="Probeer opnieuw").click()
    expect(widget.box).to_be_visible()


def test_a_page_whose_widget_cannot_load_has_its_contact_block(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    page.route("**/widget.js", lambda route: route.abort())
    page.goto(f"{server.url}/demo/")
    expect(page.locator("gehoor-widget")).to_have_count(0)
    contact = page.get_by_role("region", name="Contact")
    expect(contact.get_by_role("link", name=NUMBER)).to_be_visible()
    # The buttons that would open the widget are links to the same conversation as a page.
    expect(page.get_by_role("link", name="Stel uw vraag")).to_have_attribute("href", "/chat")
    contact.scroll_into_view_if_needed()
    picture(page, "42-widget-did-not-load")
