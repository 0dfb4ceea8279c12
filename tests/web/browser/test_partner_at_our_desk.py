"""A partner's agent at our desk: one conversation from the request on, and nothing around it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget
from tests.web.browser.test_accessible import SIZES, look

pytestmark = pytest.mark.browser

PARTNER = {
    "teams: # a name": "teams:\n  - {name: Nachtdienst, restricted: true} # a name",
    "login: agent2, name: Sam, shown: Demo-medewerker Sam, role: agent, team: Klantcontact": (
        "login: agent2, name: Sam, shown: Demo-medewerker Sam, role: agent, team: Nachtdienst"
    ),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The product, in which Sam is of the night partner."""
    one = Server(tmp_path, changes=PARTNER)
    one.start()
    yield one
    one.kill()


def test_that_the_desk_shows_one_conversation_and_nothing_around_it(server: Server, contexts: Contexts) -> None:
    waiting = Widget(contexts().new_page(), server.url)
    waiting.begin()
    waiting.say("Mijn buurman van nummer 12 is jarig")
    waiting.ask_button.click()
    page = contexts().new_page()
    desk = Desk(page, server.url)
    desk.sign_in("agent2")
    for title in ("Beloften", "Wachtrij", "Collega's", "Overdracht", "Leiding"):
        expect(page.get_by_text(title, exact=True)).to_be_hidden()
    expect(page.locator("#offers-empty")).to_be_visible()
    look(page, "partner-desk", *SIZES)

    page.get_by_role("radio", name="Beschikbaar").check()
    desk.accept()
    expect(desk.line("De klant vraagt om een medewerker")).to_be_visible()
    assert "jarig" not in page.locator("body").inner_text()
    waiting.say("Komt er iemand?")
    expect(desk.line("Komt er iemand?")).to_be_visible()
    desk.say("Ik kijk het voor u na.")
    expect(waiting.line("Ik kijk het voor u na.")).to_contain_text("Medewerker Sam")
    look(page, "partner-talk", *SIZES)
