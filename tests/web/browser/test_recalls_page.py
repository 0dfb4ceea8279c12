"""A wrong text is recalled: one words the correction, another approves it, the customer reads it on the open page."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import Contexts
from tests.web.browser.house import Server
from tests.web.browser.test_accessible import SIZES, look
from tests.web.browser.test_quality_pages import asks
from tests.web.browser.test_supervisor_pages import opens

pytestmark = pytest.mark.browser

TAKEN_BACK = {"language": "nl", "number": 1, "why": "De termijn klopt niet.", "wrong": True, "harm": "serious"}
PATIENCE_MS = 40_000


def take_back(server: Server) -> None:
    with httpx.Client(base_url=f"{server.url}/api/v1/staff", trust_env=False, timeout=30.0) as kim:
        body = {"login": "teamleider", "password": "demo-teamleider"}
        assert kim.post("/session", json=body).status_code == 201
        assert kim.post("/knowledge/huur-opzeggen/withdraw", json=TAKEN_BACK).status_code == 200


def test_a_wrong_text_is_recalled_by_two_people_and_its_customer_reads_it(server: Server, contexts: Contexts) -> None:
    customer, writer, lead = contexts().new_page(), contexts().new_page(), contexts().new_page()
    asks(server, customer, "Hoe zeg ik mijn huur op?")
    take_back(server)
    opens(writer, server, "/desk/terugroepen", "schrijver")
    expect(writer.locator("#list")).to_contain_text("1 ontvanger", timeout=PATIENCE_MS)
    look(writer, "recalls", *SIZES)
    writer.get_by_role("link", name="Hoe zeg ik mijn huur op?").click()
    expect(writer.locator("#one-title")).to_be_focused()
    writer.get_by_label("Wat er fout was", exact=True).fill("U kunt per dag opzeggen. Bel 06 12 34 56 78.")
    writer.get_by_label("Wat wel klopt", exact=True).fill("U hebt een opzegtermijn van een maand.")
    writer.get_by_role("button", name="Tekst bewaren").click()
    expect(writer.locator("#words-refusal")).to_contain_text("persoonsgegevens")
    writer.get_by_label("Wat er fout was", exact=True).fill("U kunt per dag opzeggen.")
    writer.get_by_role("button", name="Tekst bewaren").click()
    expect(writer.locator("#previews")).to_contain_text("Onze excuses")
    expect(writer.get_by_role("button", name="Goedkeuren en versturen")).to_be_hidden()
    look(writer, "recall-worded", *SIZES)

    opens(lead, server, "/desk/terugroepen")
    lead.get_by_role("link", name="Hoe zeg ik mijn huur op?").click()
    lead.get_by_role("button", name="Goedkeuren en versturen").click()
    expect(lead.locator("#words-state")).to_contain_text("Goedgekeurd door Kim")
    told = customer.locator(".msg").filter(has_text="Wij maakten een fout")
    expect(told).to_contain_text("U hebt een opzegtermijn van een maand.", timeout=PATIENCE_MS)
    look(customer, "customer-corrected", "narrow")
    expect(lead.locator("#came")).to_contain_text("Verteld", timeout=PATIENCE_MS)
    expect(lead.locator("#to")).to_contain_text("gesprek staat open")
    look(lead, "recall-told", *SIZES)
