"""An agent puts an article's answer in a message: then it is known who was given it, and it can be recalled."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget

pytestmark = pytest.mark.browser


def helps(server: Server, customer: Page, agent: Page) -> tuple[Widget, Desk]:
    """A customer to whom the AI gave the article about the deposit, and the agent who has the conversation."""
    widget, desk = Widget(customer, server.url), Desk(agent, server.url)
    desk.sign_in()
    desk.available()
    widget.begin()
    widget.say("Wanneer krijg ik mijn borg terug?")
    expect(widget.panel.get_by_role("group", name="Heeft dit geholpen?")).to_be_visible()
    widget.say("ik wil een medewerker spreken")
    desk.accept()
    return widget, desk


def sent(desk: Desk) -> dict[str, Any]:
    """What the desk's next message is told to the server with."""
    with desk.page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/messages")) as asked:
        desk.page.get_by_role("button", name="Verstuur", exact=True).click()
    body: dict[str, Any] = asked.value.post_data_json or {}
    return body


def test_a_text_that_was_put_in_names_its_article_and_one_that_was_taken_out_does_not(
    server: Server, contexts: Contexts
) -> None:
    _, desk = helps(server, contexts().new_page(), contexts().new_page())
    put = desk.page.get_by_role("button", name="Zet in antwoord").first
    put.click()
    desk.page.locator("#words").fill("Toch iets anders.")
    assert "sources" not in sent(desk)
    put.click()
    (source,) = sent(desk)["sources"]
    assert source["article"] == "borg"
    assert len(source["version"]) == 12
    expect(desk.page.locator("#words")).to_have_value("")
    desk.page.locator("#words").fill("Nog een vraag?")
    assert "sources" not in sent(desk)
