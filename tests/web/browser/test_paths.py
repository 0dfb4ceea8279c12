"""Every way that a conversation may go, on the two screens."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.web.browser.conftest import PHONE, Contexts, picture
from tests.web.browser.house import Server
from tests.web.browser.screens import Desk, Widget, until

pytestmark = pytest.mark.browser

ANSWERED = "Wat is de opzegtermijn?"
UNKNOWN = "wat is de hoofdstad van Peru"


def a_customer(server: Server, contexts: Contexts, **options: object) -> Widget:
    widget = Widget(contexts(**options).new_page(), server.url)
    widget.begin()
    return widget


def an_agent(server: Server, contexts: Contexts, login: str = "agent1") -> Desk:
    desk = Desk(contexts(viewport={"width": 1440, "height": 900}).new_page(), server.url)
    desk.sign_in(login)
    desk.available()
    return desk


def together(server: Server, contexts: Contexts) -> tuple[Widget, Desk]:
    """A customer and an agent who talk."""
    desk, widget = an_agent(server, contexts), a_customer(server, contexts)
    widget.ask_button.click()
    desk.accept()
    expect(widget.line("U praat nu met Noor")).to_be_visible()
    return widget, desk


def test_a_list_that_is_under_way_does_not_set_back_who_is_there(server: Server, contexts: Contexts) -> None:
    desk = Desk(contexts(viewport={"width": 1440, "height": 900}).new_page(), server.url)
    desk.sign_in()
    held: list[Route] = []
    desk.page.route("**/api/v1/staff/presence", lambda route: held.append(route))
    available = desk.page.get_by_role("radio", name="Beschikbaar")
    available.check()
    until(desk.page, lambda: len(held) == 1, "the choice is under way")
    a_customer(server, contexts).ask_button.click()
    expect(desk.queue).to_have_count(1)
    expect(available).to_be_checked()
    held[0].continue_()
    expect(desk.offers).to_have_count(1)
    expect(available).to_be_checked()


def test_a_suggestion_is_chosen(server: Server, contexts: Contexts) -> None:
    widget = a_customer(server, contexts)
    widget.say("huur")
    choices = widget.panel.locator(".tail__choices")
    expect(choices.get_by_role("button")).to_have_count(4)
    expect(widget.line("Bedoelt u een van deze vragen?")).to_be_visible()
    picture(widget.page, "20-suggestions")
    choices.get_by_role("button", name="Hoe vraag ik huurtoeslag aan?").click()
    expect(widget.line("Bron: Hoe vraag ik huurtoeslag aan?")).to_be_visible()
    expect(choices).to_have_count(0)


def test_a_topic_that_may_only_be_suggested_is_answered_when_it_was_chosen(server: Server, contexts: Contexts) -> None:
    widget = a_customer(server, contexts)
    widget.say("Hoe meld ik overlast?")
    link = widget.panel.get_by_role("link", name="Hoe meld ik overlast?")
    with widget.page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Hoe meld ik overlast?")


def test_none_of_the_suggestions_leads_to_a_person(server: Server, contexts: Contexts) -> None:
    widget = a_customer(server, contexts)
    widget.say("huur")
    widget.panel.get_by_role("button", name="Geen van deze").click()
    widget.panel.locator(".tail").get_by_role("button", name="Praat met een medewerker").click()
    expect(widget.line("U hebt om een medewerker gevraagd")).to_be_visible()


def test_it_does_not_know_and_offers_a_person(server: Server, contexts: Contexts) -> None:
    widget = a_customer(server, contexts)
    widget.say(UNKNOWN)
    expect(widget.line("heb ik geen goedgekeurd antwoord")).to_be_visible()
    picture(widget.page, "21-does-not-know")
    widget.panel.locator(".tail").get_by_role("button", name="Praat met een medewerker").click()
    expect(widget.line("Wij zoeken nu iemand voor u")).to_be_visible()
    expect(widget.ask_button).to_have_attribute("aria-disabled", "true")


def test_danger_shows_what_to_do_and_whom_to_call(server: Server, contexts: Contexts) -> None:
    for number, size in (("22-danger-wide", {"width": 1280, "height": 800}), ("23-danger-phone", PHONE)):
        widget = a_customer(server, contexts, viewport=size)
        widget.say("ik ruik gas in de gang")
        danger = widget.panel.locator(".msg--danger").first
        call = danger.get_by_role("link", name="Bel nu 0800-9009")
        expect(call).to_have_attribute("href", "tel:08009009")
        expect(danger).to_contain_text("Ga nu naar buiten")
        expect(danger).to_contain_text("Bel 112")
        expect(widget.line("Er is nu geen medewerker vrij")).to_have_count(1)
        expect(call).to_be_in_viewport(ratio=1)
        picture(widget.page, number)


def test_nobody_is_there_so_it_is_promised_with_a_date(server_at_night: Server, contexts: Contexts) -> None:
    widget = a_customer(server_at_night, contexts, timezone_id="America/New_York")
    widget.say("ik wil een medewerker spreken")
    promised = widget.line("uiterlijk")
    expect(promised).to_have_count(1)
    due = re.search(r"uiterlijk (\w+ \d+ \w+ [\d.]+ uur)", promised.inner_text())
    reference = re.search(r"Uw nummer is ([\w-]+)", promised.inner_text())
    assert due is not None
    assert reference is not None
    # The card says the same moment, whatever the time zone of the customer's own machine.
    expect(widget.card).to_contain_text(f"uiterlijk {due.group(1)}")
    expect(widget.card).to_contain_text(f"Uw nummer: {reference.group(1)}")
    picture(widget.page, "24-promise")
    widget.card.get_by_role("button", name="Teruggebeld worden").click()
    expect(widget.chooser).to_contain_text("Er zijn nu geen vaste tijden vrij.")
    number, confirm = (
        widget.chooser.get_by_label("Telefoonnummer"),
        widget.chooser.get_by_role("button", name="Bevestigen"),
    )
    number.fill("06 12")
    confirm.click()
    expect(widget.chooser.get_by_text("Dit telefoonnummer klopt niet")).to_be_visible()
    expect(number).to_be_focused()
    number.fill("0612345678")
    confirm.dblclick()
    expect(widget.chooser.get_by_text("Klopt dit nummer?")).to_be_focused()  # it is asked once
    widget.chooser.get_by_role("button", name="Ja, dit klopt").click()
    expect(widget.card).to_contain_text("Een medewerker belt u, uiterlijk")
    expect(widget.card).to_contain_text("06 - 12 34 56 78")
    expect(widget.card).to_be_focused()
    picture(widget.page, "25-promise-phone-left")
    desk = an_agent(server_at_night, contexts)
    desk.accept()
    expect(desk.page.locator("#call-phone")).to_contain_text("06 - 12 34 56 78")
    expect(desk.page.locator("#facts")).to_contain_text(reference.group(1))
    expect(desk.line("Een medewerker is erbij gekomen")).to_be_in_viewport()
    picture(desk.page, "26-desk-call-back")


def test_the_first_screen_says_when_it_opens_in_the_organisations_time(
    server_at_night: Server, contexts: Contexts
) -> None:
    widget = Widget(contexts(timezone_id="America/New_York").new_page(), server_at_night.url)
    widget.visit()
    widget.open()
    opens = widget.page.request.get(f"{server_at_night.url}/api/v1/contact?language=nl").json()["opens"]
    expect(widget.panel.get_by_text(f"Weer open: {opens}")).to_be_visible()
    expect(widget.panel.get_by_text("Nu gesloten")).to_be_visible()
    picture(widget.page, "27-closed")
    page = contexts(timezone_id="America/New_York").new_page()
    page.goto(f"{server_at_night.url}/chat")
    expect(page.get_by_text(f"Weer open: {opens}")).to_be_visible()


def test_a_request_is_withdrawn_and_the_ai_answers_again(server: Server, contexts: Contexts) -> None:
    widget = a_customer(server, contexts)
    widget.ask_button.click()
    widget.card.get_by_role("button", name="Toch geen medewerker nodig").click()
    expect(widget.line("U hebt geen medewerker meer nodig")).to_be_visible()
    expect(widget.card).to_be_hidden()
    expect(widget.box).to_be_focused()
    widget.say(ANSWERED)
    expect(widget.line("Bron: Hoe zeg ik mijn huur op?")).to_be_visible()


def test_an_answer_that_did_not_help_leads_to_a_person(server: Server, contexts: Contexts) -> None:
    widget = a_customer(server, contexts)
    widget.say(ANSWERED)
    widget.panel.get_by_role("group", name="Heeft dit geholpen?").get_by_role("button", name="Nee").click()
    tail = widget.panel.locator(".tail")
    expect(tail.get_by_text("Jammer. Een medewerker kan u verder helpen.")).to_be_visible()
    picture(widget.page, "28-did-not-help")
    tail.get_by_role("button", name="Praat met een medewerker").click()
    expect(widget.line("U hebt om een medewerker gevraagd")).to_be_visible()


def test_the_agent_hands_back_and_the_ai_answers(server: Server, contexts: Contexts) -> None:
    widget, desk = together(server, contexts)
    desk.act("Terug naar AI")
    expect(desk.refusal).to_contain_text("De klant wacht nog op een antwoord van een medewerker.")
    desk.say("Ik heb het voor u nagekeken: alles is in orde.")
    expect(desk.page.locator(".message.is-seen")).to_have_count(1)
    desk.act("Terug naar AI")
    expect(widget.line("Vanaf nu antwoordt de AI-assistent weer")).to_be_visible()
    expect(desk.page.locator("#talk-phase")).to_have_text("De AI-assistent heeft nu het woord.")
    expect(desk.mine).to_have_count(0)
    widget.say(ANSWERED)
    expect(widget.line("Bron: Hoe zeg ik mijn huur op?")).to_be_visible()


def test_the_agent_passes_it_to_a_colleague_with_a_note(server: Server, contexts: Contexts) -> None:
    widget, first = together(server, contexts)
    second = an_agent(server, contexts, "agent2")
    expect(first.page.locator("#colleagues")).to_contain_text("SamBeschikbaar")
    first.act("Overdragen")
    dialog = first.page.locator("#transfer-dialog")
    dialog.get_by_label("Sam").check()
    dialog.get_by_label("Notitie voor uw collega").fill("Het gaat om de borg.")
    dialog.get_by_role("button", name="Overdragen").click()
    expect(widget.line("De medewerker geeft dit gesprek door aan een collega")).to_be_visible()
    expect(first.mine).to_have_count(0)
    second.accept()
    expect(widget.line("U praat nu met Sam")).to_be_visible()
    expect(second.line("Het gaat om de borg.")).to_contain_text("Interne notitie van Noor")
    second.say("Ik neem het over van Noor.")
    expect(widget.line("Ik neem het over van Noor.")).to_contain_text("Medewerker Sam")
    expect(widget.panel.get_by_text("Het gaat om de borg.")).to_have_count(0)


def test_an_answer_waits_for_a_customer_who_left_and_is_there_when_they_come_back(
    server: Server, contexts: Contexts
) -> None:
    widget, desk = together(server, contexts)
    widget.page.goto("about:blank")
    expect(desk.page.locator("#talk-online")).to_have_text("Klant is niet verbonden.")
    desk.say("U krijgt de borg binnen twee weken terug.")
    expect(desk.line("twee weken")).to_contain_text("Verstuurd")
    desk.act("Afronden")
    expect(desk.refusal).to_contain_text("U kunt het gesprek parkeren.")
    park = desk.page.get_by_role("button", name="Parkeren")
    expect(park).to_be_focused()
    picture(desk.page, "29-desk-cannot-close-yet")
    park.click()
    expect(desk.page.locator("#talk-phase")).to_contain_text("Geparkeerd")
    expect(desk.mine).to_have_count(0)
    widget.visit()
    expect(widget.line("U krijgt de borg binnen twee weken terug.")).to_be_visible()
    widget.agrees()


def test_the_customer_changes_the_language(server: Server, contexts: Contexts) -> None:
    widget = Widget(contexts().new_page(), server.url)
    widget.visit()
    widget.open()
    widget.panel.get_by_role("button", name="English").click()
    expect(widget.panel.get_by_role("heading", name="Question or contact")).to_be_visible()
    expect(widget.panel).to_have_attribute("lang", "en")
    expect(widget.panel.get_by_text("You are talking to an AI assistant")).to_be_visible()
    picture(widget.page, "30-english-first")
    widget.panel.get_by_role("button", name="Start the chat").click()
    widget.say("How do I end my tenancy?")
    expect(widget.panel.get_by_text("Source:")).to_be_visible()
    picture(widget.page, "31-english")
    widget.panel.get_by_role("button", name="Nederlands").click()
    expect(widget.panel.get_by_label("Uw bericht")).to_be_visible()
    expect(widget.panel.locator(".msg--customer").filter(has_text="How do I end my tenancy?")).to_have_count(1)


def test_two_tabs_of_one_customer_show_the_same(server: Server, contexts: Contexts) -> None:
    context = contexts()
    one, other = context.new_page(), context.new_page()
    one.goto(f"{server.url}/chat")
    one.get_by_role("button", name="Start de chat").click()
    other.goto(f"{server.url}/chat")
    for page in (one, other):
        expect(page.locator(".chat")).to_have_attribute("data-connection", "live")
    one.get_by_label("Uw bericht").fill(ANSWERED)
    one.get_by_label("Uw bericht").press("Enter")
    other.get_by_label("Uw bericht").fill("En nog iets anders?")
    other.get_by_label("Uw bericht").press("Enter")
    lines = "() => [...document.querySelectorAll('.log__list > li[data-seq]')].map((li) => li.dataset.seq)"
    for page in (one, other):
        expect(page.locator(".msg--customer").filter(has_text=ANSWERED)).to_have_count(1)
        expect(page.locator(".msg--customer").filter(has_text="En nog iets anders?")).to_have_count(1)
        expect(page.locator(".msg--ai")).to_have_count(2)
    until(one, lambda: one.evaluate(lines) == other.evaluate(lines), "the same lines in both tabs")


def test_the_log_follows_a_reader_who_did_not_scroll_back(server: Server, contexts: Contexts) -> None:
    widget, desk = together(server, contexts)
    widget.box.focus()
    long = "\n".join(f"Regel {n} van een lang antwoord, met genoeg woorden om een regel te vullen." for n in range(30))
    desk.box.fill(long)
    desk.box.press("Enter")
    answer = widget.line("Regel 29 van een lang antwoord")
    expect(answer.locator(".msg__who")).to_be_in_viewport()
    for text in ("Hebt u daar iets aan?", "Anders zoek ik verder.", "Ik hoor het graag."):
        desk.say(text)
        expect(widget.line(text)).to_be_in_viewport()
    newest = widget.panel.locator(".newest")
    expect(newest).to_be_hidden()
    # Who reads back is left alone, and told.
    widget.log.hover()
    widget.page.mouse.wheel(0, -3000)
    until(widget.page, lambda: widget.log.evaluate("(log) => log.scrollTop") == 0, "scrolled back")
    desk.say("Bent u daar nog?")
    expect(newest).to_be_visible()
    assert widget.log.evaluate("(log) => log.scrollTop") == 0
    newest.click()
    expect(widget.line("Bent u daar nog?")).to_be_in_viewport()
    expect(newest).to_be_hidden()


def test_a_person_who_types_is_said_to_type(server: Server, contexts: Contexts) -> None:
    widget, desk = together(server, contexts)
    desk.box.press_sequentially("Ik k")
    expect(widget.panel.locator(".now")).to_have_text("Noor is aan het typen")
    desk.say("Ik kijk het na.")
    expect(widget.line("Ik kijk het na.")).to_be_visible()
    expect(widget.panel.locator(".now")).to_have_text("")
