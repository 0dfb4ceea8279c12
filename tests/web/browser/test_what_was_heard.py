"""What the customer's screen makes of what was heard: perhaps danger, an easier way, a receipt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import axe
from tests.web.browser.conftest import Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget

pytestmark = pytest.mark.browser

SIZES = ((1280, 800), (360, 740), (320, 568))


@pytest.fixture
def hearing(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product, with a hearing that knows a word for each thing."""
    one = Server(tmp_path, prepared=prepared, program="tests.web.browser.hears")
    one.start()
    yield one
    one.kill()
    assert "Traceback" not in one.complaints()


def pictures(page: Page, name: str) -> None:
    """The same moment on three screens; nothing sticks out, and axe finds no fault."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        picture(page, f"{name}-{width}")
        assert axe.sideways(page) <= 0
        assert axe.spilled(page) == []
    assert axe.faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})


def test_that_who_is_perhaps_in_danger_calls_or_says_yes_with_one_press(hearing: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    widget = Widget(page, hearing.url)
    widget.begin()
    widget.say("misschien gas")
    asked = widget.lines.and_(page.locator("[data-type=danger_asked]"))
    expect(asked).to_contain_text("Is er nu gevaar?")
    expect(asked.get_by_role("link", name="Bel nu 0800-9009")).to_have_attribute("href", "tel:08009009")
    yes = asked.get_by_role("button", name="Ja, er is nu gevaar")
    pictures(page, "95-perhaps-danger")
    yes.focus()
    page.keyboard.press("Enter")
    safety = widget.lines.and_(page.locator(".msg--danger")).first
    expect(safety).to_contain_text("Ga nu naar buiten en bel daar 0800-9009")
    expect(yes).to_have_count(0)
    expect(widget.box).to_be_focused()
    assert "human_requested" in [one["type"] for one in widget.events()]
    widget.agrees()


def test_that_an_easier_way_is_one_press_away_and_the_desk_sees_which_was_chosen(
    hearing: Server, contexts: Contexts
) -> None:
    page = contexts().new_page()
    widget = Widget(page, hearing.url)
    widget.begin()
    widget.say("dit is moeilijk")
    offered = widget.lines.and_(page.locator("[data-type=support_offered]"))
    expect(offered.get_by_role("button")).to_have_count(6)
    pictures(page, "96-easier-ways")
    offered.get_by_role("button", name="Meer tijd").press("Enter")
    expect(widget.line("Neem rustig de tijd.")).to_be_visible()
    expect(widget.code).to_be_visible()
    expect(offered.get_by_role("button", name="Meer tijd")).to_have_count(0)
    pictures(page, "97-more-time")
    offered.get_by_role("button", name="English").click()
    expect(widget.panel).to_have_attribute("lang", "en")
    expect(widget.line("You would rather go on in another language.")).to_be_visible()
    offered.get_by_role("button", name="Uitleg in eenvoudige woorden").or_(
        offered.get_by_role("button", name="An explanation in simple words")
    ).click()
    expect(widget.panel.get_by_text("Person asked for")).to_be_visible()
    widget.agrees()

    desk = Desk(contexts().new_page(), hearing.url)
    desk.sign_in()
    desk.available()
    desk.accept()
    expect(desk.line("De klant koos").first).to_be_visible()
    picture(desk.page, "98-chosen-at-the-desk")
    desk.agrees()


def test_that_a_complaint_has_its_receipt_on_both_screens(hearing: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    widget = Widget(page, hearing.url)
    widget.begin()
    widget.say("ik heb een klacht")
    receipt = widget.lines.and_(page.locator("[data-type=receipt_given]"))
    expect(receipt).to_contain_text("Wij hebben uw klacht nu ontvangen.")
    expect(widget.announced).to_contain_text("Wij hebben uw klacht nu ontvangen.")
    pictures(page, "99-receipt")
    [told] = [one for one in widget.events() if one["type"] == "receipt_given"]
    desk = Desk(contexts().new_page(), hearing.url)
    desk.sign_in()
    desk.available()
    desk.accept()
    expect(desk.line("Ontvangst bevestigd")).to_contain_text(told["reference"])
    expect(desk.page.locator("#summary")).to_contain_text(f"Klacht ontvangen, nummer {told['reference']}")
    picture(desk.page, "99-receipt-at-the-desk")
    desk.agrees()
