"""A real server, a real browser, and pages that may not fail silently."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from tests.web.browser.house import ROOT, Server

PICTURES = ROOT / "test-output" / "pictures"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium. Per module, because the driver's event loop may not stand in the way of other tests."""
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Contexts]:
    """Makes browser profiles that know nothing of each other. No script on their pages may fail or be refused."""
    made: list[BrowserContext] = []
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            wrong.append(f"{message.text} ({message.location.get('url')})")

    def new(**options: Any) -> BrowserContext:
        one = browser.new_context(**{"viewport": WIDE, "locale": "nl-NL", "timezone_id": "Europe/Amsterdam"} | options)
        one.on("console", heard)
        one.on("weberror", lambda fault: wrong.append(str(fault.error)))
        made.append(one)
        return one

    yield new
    for one in made:
        one.close()
    assert wrong == []


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server that was started once, with the demo's accounts."""
    folder = tmp_path_factory.mktemp("prepared")
    first = Server(folder)
    first.start()
    first.kill()
    return folder


@pytest.fixture
def server(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product, running, with nobody at a desk yet; it is opening hours."""
    yield from _running(Server(tmp_path, prepared=prepared))


@pytest.fixture
def server_at_night(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The same outside opening hours."""
    yield from _running(Server(tmp_path, opened=False, prepared=prepared))


def _running(one: Server) -> Iterator[Server]:
    one.start()
    yield one
    one.kill()
    assert "Traceback" not in one.complaints()


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keeps what the browser shows now, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for left in (2, 1, 0):
        try:
            page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
            return
        except Error as fault:
            # Chromium without a graphics card now and then has no frame at hand while a page is being replaced.
            if "Unable to capture screenshot" not in str(fault) or left == 0:
                raise
