"""From an address that has begun as many conversations as it may, one press still brings a person."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.screens import Widget, until
from tests.web.browser.test_waiting import asked

pytestmark = pytest.mark.browser


@pytest.fixture
def used_up(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """A server on which this machine counts like any other, and has no conversation left."""
    limits = {"GEHOOR_UNLIMITED": "", "GEHOOR_LIMIT_CONVERSATIONS": "1 per hour"}
    one = Server(tmp_path, prepared=prepared, settings=limits)
    one.start()
    assert httpx.post(f"{one.url}/api/v1/conversations", json={}).status_code == 201
    assert httpx.post(f"{one.url}/api/v1/conversations", json={}).status_code == 429
    yield one
    one.kill()


def test_that_the_widget_still_brings_a_person(used_up: Server, contexts: Contexts) -> None:
    widget = Widget(contexts().new_page(), used_up.url)
    widget.visit()
    widget.open()
    widget.start_button.click()
    expect(widget.panel.get_by_role("alert")).to_contain_text("niet bereikbaar")
    widget.ask_button.click()
    expect(widget.card).to_be_visible()
    until(widget.page, lambda: asked(widget) == 1, "the request is stored, once")
    expect(widget.panel.locator(".chat")).to_have_attribute("data-connection", "live")
    widget.agrees()
