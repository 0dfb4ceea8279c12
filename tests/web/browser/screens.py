"""The two screens as people use them: the customer's widget on the demo website, and the agent's desk."""

import time
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)

DELIVERED = {"delivered"}
"""Facts without a line of their own on the desk: they show on the message that they are about."""


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Waits for something that no locator can say.

    Raises:
        AssertionError: it did not come true in time.
    """
    end = time.monotonic() + WAIT_MS / 1000
    while not holds():
        assert time.monotonic() < end, f"never came true: {what}"
        page.wait_for_timeout(40)


SHOWN = "(list) => [...list.children].filter((li) => li.dataset.seq).map((li) => Number(li.dataset.seq))"


class Widget:
    """The customer: a page with the widget on it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        host = page.locator("gehoor-widget")
        self.launcher = host.locator(".launcher")
        self.panel = host.locator("dialog.panel")
        self.start_button = self.panel.locator(".welcome__start")
        self.log = self.panel.locator("[role=log]")
        self.lines = self.panel.locator(".log__list > li")
        self.box = self.panel.locator("textarea")
        self.ask_button = self.panel.locator("[data-action=human]")
        self.card = self.panel.locator(".card")
        self.chooser = self.panel.locator(".choose")
        self.code = self.panel.locator(".code__letters")
        self.banner = self.panel.locator(".banner")
        self.announced = self.panel.locator("[data-announcer=messages]")

    def visit(self, path: str = "/demo/") -> None:
        """Load the page that carries the widget."""
        self.page.goto(self.base + path)
        expect(self.page.locator("gehoor-widget[data-dressed]")).to_be_attached()

    def open(self) -> None:
        """Open the widget: the first screen, or the conversation that runs."""
        self.launcher.click()
        expect(self.panel).to_be_visible()

    def start(self) -> None:
        """Start the chat."""
        self.start_button.click()
        expect(self.box).to_be_visible()
        expect(self.panel.locator(".chat")).to_have_attribute("data-connection", "live")

    def begin(self) -> None:
        """From nothing to a conversation."""
        self.visit()
        self.open()
        self.start()

    def say(self, text: str) -> None:
        """Type it and press Enter."""
        self.box.fill(text)
        self.box.press("Enter")

    def choose_call(self, window: str, phone: str = "") -> None:
        """In the list of ways that is open: a call in this window, on this number, which is read back."""
        self.chooser.get_by_label("Wanneer kunnen wij u bellen?").select_option(label=window)
        if phone:
            self.chooser.get_by_label("Telefoonnummer").fill(phone)
        self.chooser.get_by_role("button", name="Bevestigen").click()
        if phone:
            expect(self.chooser.get_by_text("Klopt dit nummer?")).to_be_visible()
            self.chooser.get_by_role("button", name="Ja, dit klopt").click()
        expect(self.chooser).to_be_hidden()

    def come_back(self, code: str) -> None:
        """On the first screen of another browser: the code."""
        self.panel.get_by_text("Ik heb een code om terug te komen").click()
        self.panel.get_by_label("Uw code").fill(code)
        self.panel.get_by_role("button", name="Verder met mijn code").click()
        expect(self.panel.locator(".chat")).to_have_attribute("data-connection", "live")

    def line(self, text: str) -> Locator:
        """The messages with these words."""
        return self.lines.filter(has_text=text)

    def held(self) -> dict[str, str]:
        """The id and token that this tab holds."""
        key = "Object.keys(sessionStorage).find((key) => key.endsWith(':conversation'))"
        found: dict[str, str] = self.page.evaluate(f"() => JSON.parse(sessionStorage.getItem({key}))")
        return found

    def events(self) -> list[dict[str, Any]]:
        """What the store says that this customer may see."""
        held = self.held()
        url = f"{self.base}/api/v1/conversations/{held['id']}/events?after=0"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {held['token']}"})
        found: list[dict[str, Any]] = answer.raise_for_status().json()["events"]
        return found

    def shown(self) -> list[int]:
        """The facts on the screen, from top to bottom."""
        seqs: list[int] = self.panel.locator(".log__list").evaluate(SHOWN)
        return seqs

    def agrees(self) -> None:
        """The screen shows what the store says: every fact with words, once, in its order."""
        until(self.page, lambda: self.shown() == [e["seq"] for e in self.events() if e.get("text")], "widget as stored")


class Desk:
    """An agent at the desk."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.offers = page.locator("#offers > li")
        self.mine = page.locator("#mine > li")
        self.queue = page.locator("#queue > li")
        self.log = page.locator("#log")
        self.lines = page.locator("#log-lines > li")
        self.unsent = page.locator("#log-unsent > li")
        self.box = page.locator("#words")
        self.refusal = page.locator("#refusal")

    def sign_in(self, login: str = "agent1") -> None:
        """Sign in with a demo account."""
        self.page.goto(self.base + "/desk")
        self.page.get_by_label("Gebruikersnaam").fill(login)
        self.page.get_by_label("Wachtwoord").fill(f"demo-{login}")
        self.page.get_by_role("button", name="Inloggen").click()
        expect(self.page.locator("#connection")).to_have_attribute("data-state", "live")

    def available(self) -> None:
        """Take conversations from now on."""
        self.page.get_by_role("radio", name="Beschikbaar").check()
        expect(self.page.locator("#colleagues")).to_contain_text("Beschikbaar")

    def accept(self) -> None:
        """Accept the first offer; the cursor stands in the answer."""
        self.offers.first.get_by_role("button", name="Accepteren").click()
        expect(self.box).to_be_focused()

    def say(self, text: str) -> None:
        """Write to the customer."""
        self.box.fill(text)
        self.box.press("Enter")

    def line(self, text: str) -> Locator:
        """The lines with these words."""
        return self.lines.filter(has_text=text)

    def act(self, name: str) -> None:
        """One of the buttons above the conversation."""
        self.page.locator("#actions").get_by_role("button", name=name, exact=True).click()

    def id(self) -> str:
        """The conversation that is open."""
        return self.page.url.partition("#g=")[2]

    def events(self) -> list[dict[str, Any]]:
        """What the store says that staff may see."""
        answer = self.page.request.get(f"{self.base}/api/v1/staff/conversations/{self.id()}/events?after=0")
        assert answer.ok, answer.text()
        found: list[dict[str, Any]] = answer.json()["events"]
        return found

    def shown(self) -> list[int]:
        """The facts on the screen, from top to bottom."""
        seqs: list[int] = self.page.locator("#log-lines").evaluate(SHOWN)
        return seqs

    def agrees(self) -> None:
        """The screen shows what the store says: every fact, once, in its order."""

        def stored() -> list[int]:
            return [event["seq"] for event in self.events() if event["type"] not in DELIVERED]

        until(self.page, lambda: self.shown() == stored(), "desk as stored")
