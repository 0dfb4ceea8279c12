"""A writer lets a language model say a text in simpler words: a concept, with what to look at, and no more."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.model_server import model_server
from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.test_accessible import look
from tests.web.browser.test_keyboard import focus, go
from tests.web.browser.test_knowledge_pages import TOPIC, says
from tests.web.browser.test_supervisor_pages import opens

pytestmark = pytest.mark.browser

ANSWER = {"heading": "", "text": "U zegt op met een brief. Dat kost 77 euro."}
WROTE = {"title": "Hoe zeg ik mijn huur op?", "passages": [ANSWER]}


@pytest.fixture
def modelled(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product, with a model that writes the same for every text."""
    with model_server() as url:
        settings = {"GEHOOR_MODEL_URL": url, "GEHOOR_MODEL_NAME": f"says {json.dumps(WROTE)}"}
        one = Server(tmp_path, prepared=prepared, settings=settings)
        one.start()
        yield one
        one.kill()
        assert "Traceback" not in one.complaints()


def test_that_a_model_writes_a_concept_that_the_writer_is_warned_about(modelled: Server, contexts: Contexts) -> None:
    page = contexts().new_page()
    opens(page, modelled, TOPIC, "schrijver")
    ask = page.get_by_role("button", name="Laat het taalmodel het eenvoudiger zeggen")
    expect(ask).to_be_visible(timeout=30_000)
    look(page, "topic-with-a-model", "narrow")
    go(page, ask)
    page.keyboard.press("Enter")
    says(page, "Het taalmodel schreef een concept. Let op:")
    says(page, "het getal 77 is nieuw")
    expect(page.locator("#text-title")).to_be_focused()
    beside = page.get_by_text("Het geldt nog niet. Let op:")
    expect(beside).to_be_in_viewport()
    focus(page)
    expect(page.locator("#preview")).to_contain_text("Dat kost 77 euro.")
    expect(page.get_by_role("button", name="Aanbieden om na te kijken")).to_be_visible()
    assert not page.get_by_role("button", name="Goedkeuren").is_visible()
    look(page, "topic-written-by-a-model", "narrow")
    customer = page.request.get(f"{modelled.url}/kennis/nl/huur-opzeggen").text()
    assert "77 euro" not in customer, "no customer reads it before somebody else approved it"
