"""A quarter past eleven in the evening: a customer asks for a person, and is called in the morning, as was promised."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import Contexts, browser, contexts, picture, prepared
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget

pytestmark = pytest.mark.browser

__all__ = ["browser", "contexts", "prepared"]  # fixtures that this story uses too

NIGHT = datetime(2026, 11, 23, 23, 10)  # a Monday
MORNING = datetime(2026, 11, 24, 8, 1)
NINE = "dinsdag 24 november tussen 9.00 en 10.00 uur"
EIGHT = "dinsdag 24 november tussen 8.00 en 9.00 uur"
QUESTION = "Er lekt water langs mijn raam, kan iemand mij bellen?"


@pytest.fixture
def house(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product at ten past eleven in the evening, with nobody there."""
    server = Server(tmp_path, prepared=prepared, at=NIGHT)
    server.start()
    yield server
    server.kill()
    assert "Traceback" not in server.complaints()


def test_a_customer_at_night_is_called_in_the_window_they_moved_to(house: Server, contexts: Contexts) -> None:
    # 23:10. Nobody is there. The customer asks for a person and says when to be called.
    laptop = contexts()
    tenant = Widget(laptop.new_page(), house.url)
    tenant.begin()
    tenant.say("Mijn raam sluit niet goed")
    tenant.ask_button.click()
    expect(tenant.card).to_contain_text("Hoe wilt u geholpen worden?")
    expect(tenant.card).to_contain_text("uiterlijk dinsdag 24 november 17.00 uur")
    picture(tenant.page, "night-01-nobody-is-there")
    tenant.card.get_by_role("button", name="Teruggebeld worden").click()
    expect(tenant.chooser).to_contain_text("Dan kunnen wij u niet bellen of mailen")
    picture(tenant.page, "night-02-how")
    tenant.choose_call(NINE, "06 12345678")
    expect(tenant.card).to_contain_text(f"Een medewerker belt u {NINE}")
    expect(tenant.card).to_contain_text("06 - 12 34 56 78")
    code = tenant.code.inner_text()
    reference = tenant.card.get_by_text("Uw nummer:").inner_text()
    picture(tenant.page, "night-03-promised")

    # The tab is closed; the server is even started again. Another browser, with nothing but the code.
    laptop.close()
    house.kill()
    house.start()
    phone = Widget(contexts(viewport={"width": 360, "height": 740}, has_touch=True).new_page(), house.url)
    phone.visit()
    phone.open()
    phone.come_back(code.lower().replace("-", " "))
    expect(phone.panel).to_contain_text("U bent terug met uw code")
    expect(phone.card).to_contain_text(NINE)
    expect(phone.card).to_contain_text(reference)
    expect(phone.card).to_contain_text("nummer dat eindigt op 78")
    expect(phone.line("Mijn raam sluit niet goed")).to_have_count(0)  # the words need a second thing
    assert "06 - 12" not in phone.panel.inner_text()
    picture(phone.page, "night-04-back-with-the-code")

    # The customer moves it, on the number that is known already.
    phone.card.get_by_role("button", name="Verzetten of anders kiezen").click()
    phone.choose_call(EIGHT)
    expect(phone.card).to_contain_text(EIGHT)
    expect(phone.card).to_contain_text(reference)
    phone.say(QUESTION)
    expect(phone.line(QUESTION)).to_be_visible()
    picture(phone.page, "night-05-moved")

    # 8:01. The morning shift sees this customer first, although another one asked at night as well.
    later = Widget(contexts().new_page(), house.url)
    later.begin()
    later.ask_button.click()
    expect(later.card).to_contain_text("uiterlijk dinsdag 24 november 17.00 uur")
    house.moves_to(MORNING)
    agent = Desk(contexts(viewport={"width": 1440, "height": 900}).new_page(), house.url)
    agent.sign_in()
    agent.available()
    expect(agent.offers.first).to_contain_text(QUESTION)
    picture(agent.page, "night-06-morning-desk")
    agent.accept()
    expect(agent.line("Mijn raam sluit niet goed")).to_be_visible()  # NOT-AGAIN: what was said before
    expect(agent.line(QUESTION)).to_be_visible()
    expect(agent.page.get_by_text("06 12 34 56 78").first).to_be_visible()
    expect(phone.line("U praat nu met Noor")).to_be_visible()

    # The call is made and recorded: the promise is kept, and the customer's page says so.
    agent.page.get_by_role("button", name="Gesproken").click()
    expect(phone.line("zoals wij hadden beloofd")).to_be_visible()
    agent.act("Afronden")
    expect(phone.card).to_contain_text("Wij hebben onze afspraak met u gehouden")
    picture(agent.page, "night-07-call-recorded")
    picture(phone.page, "night-08-kept")

    # And whoever comes back still sees it.
    third = Widget(contexts().new_page(), house.url)
    third.visit()
    third.open()
    third.come_back(code)
    expect(third.card).to_contain_text("Wij hebben onze afspraak met u gehouden")
    picture(third.page, "night-09-back-afterwards")
