"""What a customer sees while the disk of the server is full or breaks: where to call, and then their words, once."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gehoor.cli.serve import FAILED
from tests.faults.breaking import full, small_disk, syncs_that_fail
from tests.faults.visitors import PHONE, Visitor, Visitors
from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.screens import Widget, until

pytestmark = pytest.mark.browser


def own_words(widget: Widget) -> list[str]:
    """What the store has of the customer, in its order."""
    said = [one for one in widget.events() if one["type"] == "message" and one["author"]["kind"] == "customer"]
    return [one["text"] for one in said]


def test_that_words_wait_with_a_telephone_number_while_the_disk_is_full(
    tmp_path: Path, prepared: Path, contexts: Contexts
) -> None:
    with small_disk(tmp_path / "data", 16):
        for part in ("data", "keys"):
            shutil.copytree(prepared / part, tmp_path / part, dirs_exist_ok=True)
        server = Server(tmp_path)
        server.start()
        try:
            widget = Widget(contexts().new_page(), server.url)
            widget.begin()
            widget.say("Er is ruimte")
            expect(widget.line("Er is ruimte")).to_have_attribute("data-seq", "3")
            with Visitors(server) as visitors:
                other = visitors.begins()
                with full(tmp_path / "data"):
                    fill(other)
                    widget.say("De schijf is vol")
                    expect(widget.line("De schijf is vol")).to_contain_text("opnieuw verstuurd")
                    expect(widget.panel.get_by_text(PHONE).first).to_be_visible()
            expect(widget.panel.locator("[data-client-id]")).to_have_count(0)
            assert own_words(widget) == ["Er is ruimte", "De schijf is vol"]
            widget.agrees()
        finally:
            server.kill()


def fill(one: Visitor) -> None:
    """Until the disk takes nothing more."""
    answers = (one.writes(f"vol {number}" + "." * 1000) for number in range(200))
    assert any(answer is not None and answer.status_code == 503 for answer in answers)


def test_that_words_wait_with_a_telephone_number_while_a_server_whose_disk_broke_is_gone(
    server: Server, contexts: Contexts, tmp_path: Path
) -> None:
    widget = Widget(contexts().new_page(), server.url)
    widget.begin()
    widget.say("Voor het defect")
    expect(widget.line("Voor het defect")).to_have_attribute("data-seq", "3")
    with syncs_that_fail(server.pid, tmp_path / "strace"):
        widget.say("Tijdens het defect")
        assert server.wait(20) == FAILED
        expect(widget.line("Tijdens het defect")).to_contain_text("opnieuw verstuurd")
        expect(widget.panel.get_by_text(PHONE).first).to_be_visible()
    server.start()
    until(widget.page, lambda: own_words(widget) == ["Voor het defect", "Tijdens het defect"], "kept after all, once")
    expect(widget.panel.locator("[data-client-id]")).to_have_count(0)
    widget.agrees()
