"""What customers and agents wrote, through a network that fails: nothing lost, nothing double, in order, on both
screens. The short runs are part of ``make test``; ``make soak`` has more seeds and longer nights."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.faults import FaultProxy, Storm
from tests.web.browser.house import Server
from tests.web.browser.screens import SHOWN, Desk, Widget, until

pytestmark = pytest.mark.browser

BANNERS = """() => {
  const banner = document.querySelector('gehoor-widget').shadowRoot.querySelector('.banner');
  window.banners = 0;
  new MutationObserver(() => { if (!banner.hidden) window.banners += 1; }).observe(banner, { attributes: true });
}"""
"""Counts how often the page says that it has no connection."""


def together(contexts: Contexts, url: str) -> tuple[Widget, Desk]:
    """A customer and an agent who talk."""
    desk = Desk(contexts(viewport={"width": 1440, "height": 900}).new_page(), url)
    desk.page.on("dialog", lambda dialog: dialog.accept())  # leaves, although words wait
    desk.sign_in()
    desk.available()
    widget = Widget(contexts().new_page(), url)
    widget.begin()
    widget.ask_button.click()
    desk.accept()
    expect(widget.line("U praat nu met Noor")).to_be_visible()
    return widget, desk


class Talk:
    """Both write, and remember what."""

    def __init__(self, widget: Widget, desk: Desk, seed: int) -> None:
        self.widget, self.desk = widget, desk
        self._drawn = random.Random(seed)
        self.asked: list[str] = []
        self.answered: list[str] = []

    def turn(self) -> None:
        """One question and one answer, some moments apart."""
        n = len(self.asked)
        self.asked.append(f"Vraag {n}: hoe laat komt u langs? Het is €{n},50 voor één café.")
        self.widget.say(self.asked[-1])
        self.widget.page.wait_for_timeout(self._drawn.uniform(30, 400))
        self.answered.append(f"Antwoord {n}: om {n} uur. Graag gedaan, tot dan één keer €.")
        self.desk.say(self.answered[-1])
        self.desk.page.wait_for_timeout(self._drawn.uniform(30, 400))

    def is_whole(self) -> None:
        """The store has every word once and in order, and both screens show what the store has."""
        widget, desk = self.widget, self.desk
        has_all(widget.page, lambda: said(widget.events(), "customer"), self.asked)
        has_all(desk.page, lambda: said(desk.events(), "human"), self.answered)
        widget.agrees()
        desk.agrees()
        expect(widget.panel.locator("[data-client-id]")).to_have_count(0)
        expect(desk.unsent).to_have_count(0)
        for page, list, text in ((widget.page, widget.lines, ".msg__raw"), (desk.page, desk.lines, ".words")):
            shown = list.locator(text).all_inner_texts()
            assert [one for one in shown if one.startswith("Vraag ")] == self.asked, page.url


def has_all(page: Page, stored: Callable[[], list[str]], wanted: list[str]) -> None:
    """Every word of one side is stored once, in the order in which it was written; else says which is not."""
    try:
        until(page, lambda: stored() == wanted, "every word once, in order")
    except AssertionError:
        have = stored()
        missing, extra = [one for one in wanted if one not in have], [one for one in have if have.count(one) > 1]
        waits = page.locator("[data-client-id], #log-unsent > li").all_inner_texts()
        raise AssertionError(f"missing {missing}, more than once {extra}, not sent {waits}, {page.url}") from None


def said(events: list[dict[str, Any]], kind: str) -> list[str]:
    """The messages of one author, in the store's order."""
    return [event["text"] for event in events if event["type"] == "message" and event["author"]["kind"] == kind]


def weather(server: Server, contexts: Contexts, seed: int, turns: int, happens: dict[int, Callable[..., None]]) -> None:
    """A talk through a storm."""
    with FaultProxy(server.port, seed) as net:
        widget, desk = together(contexts, net.url)
        talk = Talk(widget, desk, seed)
        net.storm(Storm())
        for n in range(turns):
            talk.turn()
            if n in happens:
                happens[n](server, widget, desk)
        net.calm()
        talk.is_whole()
        for kind in ("refused", "lost", "torn", "stream"):
            assert net.done[kind] > 0, net.done


def falls(server: Server, *_: object) -> None:
    """Kill -9, and up again."""
    server.kill()
    server.start()


def customer_reloads(_: Server, widget: Widget, __: Desk) -> None:
    """In the middle of sending."""
    widget.page.reload()
    expect(widget.box).to_be_visible()


def agent_reloads(_: Server, __: Widget, desk: Desk) -> None:
    """In the middle of sending."""
    desk.page.reload()
    expect(desk.box).to_be_visible()


def test_what_both_screens_show_equals_the_store_after_a_storm(server: Server, contexts: Contexts) -> None:
    weather(server, contexts, 1, 20, {5: falls, 10: customer_reloads, 15: agent_reloads})


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_what_both_screens_show_equals_the_store_after_a_long_storm(
    server: Server, contexts: Contexts, seed: int
) -> None:
    drawn = random.Random(seed)
    kinds = (falls, customer_reloads, agent_reloads)
    weather(server, contexts, seed, 100, {n: drawn.choice(kinds) for n in sorted(drawn.sample(range(5, 95), 8))})


@pytest.mark.parametrize("every_s", [2.0, pytest.param(5.0, marks=pytest.mark.soak)])
def test_a_proxy_that_allows_no_long_answers_is_not_noticed(server: Server, contexts: Contexts, every_s: float) -> None:
    with FaultProxy(server.port) as net:
        widget, desk = together(contexts, net.url)
        talk = Talk(widget, desk, 1)
        widget.page.evaluate(BANNERS)
        net.cut_streams_every(every_s)
        while net.done["stream"] < 8:
            talk.turn()
            widget.page.wait_for_timeout(every_s * 150)
        talk.is_whole()
        assert widget.page.evaluate("() => window.banners") == 0
        expect(desk.page.locator("#lost")).to_be_hidden()


def asleep(browser: Browser | None, seconds: float) -> None:
    """Every page of this browser stands still, as on a laptop that is closed."""
    assert browser is not None
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [int(one["id"]) for one in processes if one["type"] == "renderer"]
    for process in renderers:
        os.kill(process, signal.SIGSTOP)
    time.sleep(seconds)  # nothing in the browser can be asked to wait
    for process in renderers:
        os.kill(process, signal.SIGCONT)
    session.detach()


@pytest.mark.parametrize("seconds", [13.0, pytest.param(60.0, marks=pytest.mark.soak)])
def test_a_page_that_slept_on_a_line_that_died_goes_on_at_once(
    server: Server, contexts: Contexts, seconds: float
) -> None:
    with FaultProxy(server.port) as net:
        widget, desk = together(contexts, net.url)
        talk = Talk(widget, desk, 3)
        talk.turn()
        talk.is_whole()
        net.forget_the_streams()
        desk.say("Bent u er nog?")  # on a new line; the answer goes to a stream that carries nothing
        until(desk.page, lambda: "Bent u er nog?" in said(desk.events(), "human"), "stored")
        asleep(widget.page.context.browser, seconds)
        expect(widget.line("Bent u er nog?")).to_be_visible(timeout=8_000)
        talk.answered.append("Bent u er nog?")
        talk.turn()
        talk.is_whole()


def test_what_was_written_without_a_network_goes_when_it_is_back(server: Server, contexts: Contexts) -> None:
    widget, desk = together(contexts, server.url)
    talk = Talk(widget, desk, 2)
    talk.turn()
    for page in (widget.page, desk.page):
        page.context.set_offline(True)
    for _ in range(3):
        talk.turn()
    expect(widget.banner).to_contain_text("U bent niet verbonden met internet")
    expect(widget.line("Vraag 3")).to_contain_text("Wacht op verbinding")
    expect(desk.unsent).to_have_count(3)
    widget.page.wait_for_timeout(3_000)
    for page in (widget.page, desk.page):
        page.context.set_offline(False)
    talk.is_whole()


@pytest.mark.soak
def test_half_a_minute_without_a_network_loses_no_word(server: Server, contexts: Contexts) -> None:
    widget, desk = together(contexts, server.url)
    talk = Talk(widget, desk, 2)
    talk.turn()
    widget.page.context.set_offline(True)
    for _ in range(3):
        talk.turn()
    widget.page.wait_for_timeout(30_000)
    widget.page.context.set_offline(False)
    talk.is_whole()
    # An agent who is away for so long no longer has the customer, who waits for nobody; the words stay, with why.
    desk.page.context.set_offline(True)
    desk.say("Ik kijk het voor u na.")
    widget.page.wait_for_timeout(45_000)
    desk.page.context.set_offline(False)
    expect(desk.unsent).to_contain_text("Niet verstuurd. U hebt dit gesprek niet meer.")
    expect(desk.unsent).to_contain_text("Ik kijk het voor u na.")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 4))
def test_two_tabs_of_one_conversation_show_the_same_after_a_storm(
    server: Server, contexts: Contexts, seed: int
) -> None:
    with FaultProxy(server.port, seed) as net:
        context = contexts()
        one, other = context.new_page(), context.new_page()
        one.goto(f"{net.url}/chat")
        one.get_by_role("button", name="Start de chat").click()
        expect(one.locator(".chat")).to_have_attribute("data-connection", "live")
        other.goto(f"{net.url}/chat")
        expect(other.locator(".chat")).to_have_attribute("data-connection", "live")
        net.storm(Storm())
        asked: list[str] = []
        for n in range(20):
            for page in (one, other):
                asked.append(f"Vraag {n} van tab {'AB'[page is other]}")
                page.get_by_label("Uw bericht").fill(asked[-1])
                page.get_by_label("Uw bericht").press("Enter")
                page.wait_for_timeout(200)
            if n == 10:
                falls(server)
        net.calm()
        stored = f"{server.url}/api/v1/conversations/{one.evaluate(HELD)}/events?after=0"
        for page in (one, other):
            until(page, lambda: sorted(said(events_of(one, stored), "customer")) == sorted(asked), "all of it, once")
            until(page, lambda page=page: shown(page) == told(events_of(one, stored)), "both tabs as stored")  # type: ignore[misc]


HELD = "() => JSON.parse(document.getElementById('gehoor-data').textContent).conversation"


def events_of(page: Page, url: str) -> list[dict[str, Any]]:
    """What the store has, with the cookie of this browser."""
    found: list[dict[str, Any]] = page.request.get(url).json()["events"]
    return found


def shown(page: Page) -> list[int]:
    """The facts on the screen, from top to bottom."""
    found: list[int] = page.locator(".log__list").evaluate(SHOWN)
    return found


def told(events: list[dict[str, Any]]) -> list[int]:
    """The facts that have words."""
    return [event["seq"] for event in events if event.get("text")]


@pytest.mark.soak
def test_a_server_that_was_set_back_to_a_backup_is_believed(server: Server, contexts: Contexts, tmp_path: Path) -> None:
    widget, desk = together(contexts, server.url)
    talk = Talk(widget, desk, 4)
    talk.turn()
    talk.is_whole()
    server.kill()
    shutil.copytree(tmp_path / "data", tmp_path / "backup")
    server.start()
    desk.say("Dit staat niet in de back-up.")
    expect(widget.line("Dit staat niet in de back-up.")).to_be_visible()
    server.kill()
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "backup").rename(tmp_path / "data")
    server.start()
    talk.turn()
    talk.is_whole()
    expect(widget.line("Dit staat niet in de back-up.")).to_have_count(0)
    expect(desk.line("Dit staat niet in de back-up.")).to_have_count(0)
