"""The whole journey by plain HTML forms: the page is complete without JavaScript."""

import html

import pytest

from tests.world import OPZEGGEN, SLEUTEL, Agent, Browser, Built, new_id

pytestmark = pytest.mark.anyio


@pytest.fixture
async def browser(built: Built) -> Browser:
    """A browser without JavaScript, on the first screen of the chat."""
    browser = Browser(built.client())
    await browser.opens()
    return browser


async def test_that_the_first_screen_tells_the_ways_to_a_person_and_keeps_no_cookie(browser: Browser) -> None:
    assert browser.status == 200
    for shown in ("088 000 01 00", "info@voorbeeldstad.example", "Marktplein 1", "AI-assistent", "niet met een mens"):
        assert shown in browser.page
    assert not browser.client.cookies


async def test_that_a_customer_asks_is_answered_asks_for_a_person_and_is_helped(
    built: Built, agent: Agent, browser: Browser
) -> None:
    await browser.sends("/chat/start")
    assert "Uw bericht" in browser.page

    await browser.sends("/chat/message", text="Hoe zeg ik mijn huur op?")
    assert OPZEGGEN.answer in browser.page, "the page waits for the answer, since nobody fetches it later"
    link = browser.page.partition('href="/kennis/')[2].partition('"')[0]
    assert OPZEGGEN.title in (await browser.client.get(f"/kennis/{link}")).text
    assert "AI-assistent" in browser.page

    await browser.sends("/chat/message", text="En de rest?")
    assert SLEUTEL.title in browser.page
    await browser.posts(
        "/chat/message",
        form_token=browser.hidden("form_token"),
        client_id=browser.hidden("client_id", "/chat/message"),
        text=SLEUTEL.title,
    )
    assert "geen goedgekeurd antwoord" in browser.page

    await browser.sends("/chat/human")
    assert "Medewerker gevraagd" in browser.page
    waiting = built.house.floor.queue()[0]
    await agent.takes(waiting.id)
    await agent.writes(waiting.id, "U kunt morgen om tien uur langskomen.")
    assert (await built.view(waiting.id)).reached == "tried"

    await browser.opens()
    assert "U kunt morgen om tien uur langskomen." in browser.page
    assert "Medewerker Noor" in browser.page
    assert (await built.view(waiting.id)).reached == "reached", "a page that was loaded has shown the answer"

    assert (await agent.does("resolve", waiting.id)).status_code == 200
    await browser.opens()
    assert "Dit gesprek is klaar." in browser.page


async def test_that_a_promise_is_shown_with_its_date_and_a_number_can_be_left(built: Built, browser: Browser) -> None:
    await browser.sends("/chat/start")
    await browser.sends("/chat/human")
    assert "uiterlijk dinsdag 24 november 17.00 uur" in browser.page
    await browser.sends("/chat/human", phone="06 12 34 56 78", email="")
    assert browser.status == 200
    id = built.house.floor.queue()[0].id
    assert "ContactLeft" in await built.kinds(id)
    await browser.sends("/chat/withdraw")
    assert "U hebt geen medewerker meer nodig." in html.unescape(browser.page)


async def test_that_a_place_that_went_up_and_the_wait_are_told(
    built: Built, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await built.agent()
    for _ in range(built.house.policy.chats_per_agent):
        helped = await built.customer()
        await helped.wants_a_person()
        await agent.takes(helped.id)
    await browser.sends("/chat/start")
    await browser.sends("/chat/human")
    assert "Hoe lang het duurt, weten wij nu niet." in browser.page
    urgent = await built.customer()
    await urgent.writes("Er is brand in de keuken!")
    for seconds, said in ((60, "ongeveer 1 minuut."), (600, "ongeveer 10 minuten."), (7200, "2 uur of langer.")):
        monkeypatch.setattr(built.house.floor, "estimated_wait", lambda _, told=seconds: told)
        await browser.opens()
        assert f"Verwachte wachttijd: {said}" in browser.page
        assert "U bent nu nummer 2 in de rij." in browser.page


async def test_that_feedback_works_by_form(built: Built, browser: Browser) -> None:
    await browser.sends("/chat/start")
    await browser.sends("/chat/message", text="Hoe zeg ik mijn huur op?")
    await browser.sends("/chat/feedback", helped="false")
    assert browser.status == 200
    assert "Wilt u een medewerker spreken?" in browser.page
    id = (await built.store.all_ids())[0]
    assert "FeedbackGiven" in await built.kinds(id)


async def test_that_reloading_a_sent_form_stores_nothing_twice(built: Built, browser: Browser) -> None:
    await browser.sends("/chat/start")
    fields = {"form_token": browser.hidden("form_token"), "client_id": new_id(), "text": "Eenmalig"}
    await browser.posts("/chat/message", **fields)
    await browser.posts("/chat/message", **fields)
    id = (await built.store.all_ids())[0]
    assert (await built.kinds(id)).count("MessageReceived") == 1


async def test_that_the_form_of_another_conversation_is_refused(built: Built, browser: Browser) -> None:
    await browser.sends("/chat/start")
    other = Browser(built.client())
    await other.opens()
    await other.sends("/chat/start")
    fields = {"client_id": new_id(), "text": "Niet van mij"}
    for token in (other.hidden("form_token"), "", "start", "x" * 64):
        await browser.posts("/chat/message", form_token=token, **fields)
        assert browser.status == 403
        assert "088 000 01 00" in browser.page
    await browser.opens()
    assert "Niet van mij" not in browser.page
    await browser.sends("/chat/message", text="Wel van mij")
    assert "Wel van mij" in browser.page


async def test_that_a_browser_without_conversation_is_sent_to_the_beginning(browser: Browser) -> None:
    for action in ("message", "withdraw", "feedback"):
        await browser.posts(f"/chat/{action}", form_token="start", client_id=new_id(), text="x", helped="true")
        assert browser.status == 404
        assert "/chat" in browser.page


async def test_that_a_person_can_be_asked_for_before_the_chat_is_begun(built: Built, browser: Browser) -> None:
    await browser.posts("/chat/human", form_token="start", client_id=new_id())
    assert browser.status == 200
    assert "Medewerker gevraagd" in browser.page
    id = built.house.floor.queue()[0].id
    assert (await built.kinds(id))[:3] == ["ConversationStarted", "DisclosureShown", "HumanRequested"]


async def test_that_letting_go_ends_nothing(built: Built, browser: Browser) -> None:
    await browser.sends("/chat/start")
    await browser.sends("/chat/human")
    token = browser.hidden("form_token")
    await browser.posts("/chat/new", form_token=token)
    assert not browser.client.cookies
    assert "Start de chat" in browser.page
    assert built.house.floor.queue(), "the request stands"


async def test_that_the_page_speaks_english(built: Built) -> None:
    browser = Browser(built.client(headers={"accept-language": "en"}))
    await browser.opens()
    assert '<html lang="en"' in browser.page
    await browser.sends("/chat/start")
    await browser.sends("/chat/human")
    assert "You asked for" in browser.page or "member of staff" in browser.page
    assert "U hebt om een medewerker" not in browser.page


async def test_that_every_page_opens(built: Built) -> None:
    client = built.client()
    for path in ("/", "/chat", "/kennis/borg", "/api/docs", "/desk/login", "/widget.js", "/health"):
        answer = await client.get(path)
        assert answer.status_code == 200, path
    article = (await client.get("/kennis/borg")).text
    assert "veertien dagen" in article
    assert "<strong>gerust</strong>" in article
