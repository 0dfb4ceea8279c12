"""No policy that can be used: the server starts all the same, says so to customers, and who asks gets a promise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.screens import Widget
from tests.web.browser.test_accessible import SIZES, look

pytestmark = pytest.mark.browser
SAID = "Onze chat werkt nu beperkt."


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The product on a file that cannot be used, with nothing kept from before."""
    one = Server(tmp_path, changes={"zone: Europe/Amsterdam": "zone: Europe/Nergens"})
    one.start()
    yield one
    one.kill()


def test_that_it_is_said_to_customers_and_a_person_can_be_asked_for(server: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    page.goto(f"{server.url}/chat")
    expect(page.get_by_text(SAID)).to_be_visible()
    look(page, "reduced-chat", *SIZES)
    widget = Widget(contexts().new_page(), server.url)
    widget.visit()
    widget.open()
    expect(widget.panel.get_by_text(SAID)).to_be_visible()
    look(widget.page, "reduced-widget", *SIZES)
    widget.start()
    widget.ask_button.click()
    expect(widget.line("U hebt om een medewerker gevraagd")).to_be_visible()
