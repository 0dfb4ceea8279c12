"""The knowledge in force: changed by writers, kept in the ledger, and the same in every process."""

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gehoor.adapters.peers.memory import Street
from gehoor.adapters.scripted import FixedClock
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core.errors import Busy, Conflict, Invalid, NotAllowed, NotNow, StoreAway, Unknown
from gehoor.core.ids import StaffId
from gehoor.core.knowledge.article import EVERYTHING, Article, ArticlePolicy, Library
from gehoor.core.knowledge.ladder import Figures, Rung, Severity
from gehoor.core.knowledge.life import Standing
from gehoor.core.time import DAY, Instant
from gehoor.flows.contents import Contents
from gehoor.flows.knowledge import KnowledgeBook
from gehoor.flows.knowledge_lines import JUDGEMENT, LINE, name_of
from gehoor.ports.peers import HouseChanged, Word
from gehoor.ports.people import Staff
from gehoor.ports.store import LedgerEntry
from gehoor.ports.world import World
from tests.core.knowledge.examples import article
from tests.world import account, parts

pytestmark = pytest.mark.anyio

AGENT = account(StaffId("demo-agent1"))
KIM = account(StaffId("demo-teamleider"))
ANNA = replace(AGENT, id=StaffId("anna"), role="writer")
BRAM = replace(AGENT, id=StaffId("bram"), role="writer")
BASE = Library((article("lekkage"), article("borg")), ("hoe laat is het",))
BETTER = article("lekkage", answer="Draai de kraan dicht en bel ons.")
NEW = article("zonnepanelen", answer="Vraag ze aan met het formulier.")


class Books:
    """A world, and a knowledge book that is opened as often as a house starts."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.world: World
        self.clock: FixedClock
        self.world, self.clock, _ = parts(store=store)
        self.taken: list[Library] = []
        self.day = date(2026, 11, 23)
        self.street = Street()
        self.drafts: tuple[Article, ...] = ()

    async def open(self, base: Library = BASE, process: str = "") -> KnowledgeBook:
        """A house starts with these articles in its folder."""
        world = replace(self.world, peers=self.street.peers(process)) if process else self.world
        book = KnowledgeBook(world, Contents(base, self.taken.append, drafts=self.drafts), lambda: self.day)
        await book.start()
        return book

    async def lines(self, kind: str = LINE) -> list[dict[str, Any]]:
        """What is kept."""
        return [json.loads(entry.body) for entry in await self.world.store.ledger(kind=kind)]

    async def judge(self, number: int, verdict: str, *, by: str = "shadow", article: str = "zonnepanelen") -> None:
        """Two people say the same of an answer."""
        for staff in ("p1", "p2"):
            told = {
                **{"conversation": f"c{number}", "seq": 2, "article": article, "version": "v"},
                **{"by": by, "verdict": verdict, "staff": staff},
            }
            await self.world.store.add_to_ledger(self.clock.now(), JUDGEMENT, json.dumps(told))


@pytest.fixture
def books() -> Books:
    return Books()


def seen(book: KnowledgeBook, slug: str) -> int:
    try:
        return book.topic(slug).last
    except Unknown:
        return 0


async def published(book: KnowledgeBook, text: Article, writer: Staff = ANNA, other: Staff = BRAM) -> None:
    """Written by one, approved by the other."""
    topic = await book.draft(text, seen(book, text.slug), writer)
    topic = await book.submit(text.slug, text.language, topic.last, writer)
    await book.approve(text.slug, text.language, topic.last, other)


def said(book: KnowledgeBook, slug: str, on: date | None = None) -> str | None:
    found = book.library.find_in_force(slug, "nl", on or date(2026, 11, 23))
    return found.answer if found else None


async def test_that_the_folder_is_in_force_until_somebody_writes(books: Books) -> None:
    book = await books.open()
    assert said(book, "lekkage") == "Bel ons."
    assert book.topic("lekkage").rung is Rung.ANSWERS
    assert [one.slug for one in book.topics()] == ["borg", "lekkage"]
    assert await books.lines() == []


async def test_that_a_text_is_in_force_when_another_than_the_writer_approved_it(books: Books) -> None:
    book = await books.open()
    topic = await book.draft(BETTER, 0, ANNA)
    topic = await book.submit("lekkage", "nl", topic.last, ANNA)
    assert said(book, "lekkage") == "Bel ons."
    with pytest.raises(NotAllowed):
        await book.approve("lekkage", "nl", topic.last, ANNA)
    await book.approve("lekkage", "nl", topic.last, BRAM)
    assert said(book, "lekkage") == BETTER.answer
    assert books.taken[-1] is book.library
    assert [name_of(one.step) for one in await book.history("lekkage")] == ["file", "draft", "submit", "approve"]


async def test_that_every_version_that_comes_in_force_is_kept_word_for_word(books: Books) -> None:
    book = await books.open()
    await published(book, BETTER)
    kept = {told["version"]: told["passages"][0][1] for told in await books.lines("article")}
    assert kept == {BASE.articles[0].version: "Bel ons.", BETTER.version: BETTER.answer}


async def test_that_a_restart_keeps_everything(books: Books) -> None:
    book = await books.open()
    await published(book, BETTER)
    await published(book, NEW)
    await book.climb("zonnepanelen", KIM)
    await book.weigh("zonnepanelen", Severity.GRAVE, KIM)
    await book.switch("borg", silenced=True, why="Bedrag klopt niet", staff=KIM)
    await book.draft(article("borg", answer="Anders"), book.topic("borg").last, ANNA)
    again = await books.open()
    assert again.library == book.library
    assert again.library.silenced == {"borg"}
    assert [again.topic(slug) for slug in ("borg", "lekkage", "zonnepanelen")] == [
        book.topic(slug) for slug in ("borg", "lekkage", "zonnepanelen")
    ]
    assert await book.history("borg") == await again.history("borg")


async def test_that_a_withdrawn_text_is_silent_at_once_and_says_why_it_went(books: Books) -> None:
    book = await books.open()
    await book.withdraw("lekkage", "nl", 1, "Nummer fout", ANNA, wrong=True, harm=Severity.SERIOUS)
    assert said(book, "lekkage") is None
    (line,) = [told for told in await books.lines() if told["what"] == "withdraw"]
    assert (line["by"], line["number"], line["why"]) == ("anna", 1, "Nummer fout")
    assert (line["wrong"], line["harm"]) == (True, "serious")
    topic = book.topic("lekkage")
    assert topic.standing(topic.editions[0], books.day) is Standing.WITHDRAWN


async def test_that_the_switch_of_everything_silences_every_topic_and_back(books: Books) -> None:
    book = await books.open()
    await book.switch(EVERYTHING, silenced=True, why="Rare antwoorden", staff=KIM)
    assert book.everything_silenced
    assert {book.library.policy(slug) for slug in BASE.slugs} == {ArticlePolicy.PEOPLE_ONLY}
    assert EVERYTHING not in [one.slug for one in book.topics()]
    with pytest.raises(NotAllowed):
        await book.switch(EVERYTHING, silenced=False, why="Weer goed", staff=ANNA)
    await book.switch(EVERYTHING, silenced=False, why="Weer goed", staff=KIM)
    assert book.library.policy("borg") is ArticlePolicy.MAY_ANSWER


async def test_that_who_writes_over_somebody_else_is_told(books: Books) -> None:
    book = await books.open()
    await book.draft(BETTER, 0, ANNA)
    with pytest.raises(Conflict):
        await book.draft(article("lekkage", answer="Iets anders."), 0, BRAM)
    with pytest.raises(Conflict):
        await book.submit("lekkage", "nl", 0, ANNA)


async def test_that_a_new_topic_does_not_take_the_name_of_another(books: Books) -> None:
    book = await books.open()
    with pytest.raises(Conflict):
        await book.draft(BETTER, 0, ANNA, is_new=True)
    assert (await book.draft(NEW, 0, ANNA, is_new=True)).editions[0].article == NEW


async def test_that_an_agent_changes_nothing(books: Books) -> None:
    book = await books.open()
    before = await books.lines()
    for call in (
        book.draft(BETTER, 0, AGENT),
        book.withdraw("lekkage", "nl", 1, "Fout", AGENT),
        book.switch("lekkage", silenced=True, why="Fout", staff=AGENT),
        book.step_down("lekkage", "Fout", AGENT),
        book.climb("lekkage", AGENT),
        book.weigh("lekkage", Severity.GRAVE, AGENT),
    ):
        with pytest.raises(NotAllowed):
            await call
    assert await books.lines() == before


async def test_that_a_topic_that_is_not_there_is_unknown(books: Books) -> None:
    book = await books.open()
    with pytest.raises(Unknown):
        await book.withdraw("nergens", "nl", 1, "Fout", ANNA)
    with pytest.raises(Unknown):
        await book.switch("nergens", silenced=True, why="Fout", staff=KIM)


async def test_that_a_worse_evaluation_needs_a_reason_that_is_kept(books: Books) -> None:
    book = await books.open()
    topic = await book.draft(BETTER, 0, ANNA)
    topic = await book.submit("lekkage", "nl", topic.last, ANNA)
    with pytest.raises(Invalid):
        await book.approve("lekkage", "nl", topic.last, KIM, worse=True)
    await book.approve("lekkage", "nl", topic.last, KIM, worse=True, why="Wet is veranderd", effect={"right": -0.02})
    line = (await books.lines())[-1]
    assert (line["by"], line["worse"], line["why"]) == (KIM.id, True, "Wet is veranderd")
    assert line["effect"] == {"right": -0.02}


async def test_that_a_newer_text_in_the_folder_counts_once(books: Books) -> None:
    book = await books.open()
    await published(book, BETTER)
    changed = Library((article("lekkage", answer="Uit de map."), article("borg")))
    for _ in range(2):
        again = await books.open(changed)
        assert said(again, "lekkage") == "Uit de map."
    assert [told["what"] for told in await books.lines()].count("file") == 2
    # The text that was there before the desk changed it is no news.
    back = await books.open(changed)
    await published(back, article("lekkage", answer="Van het bureau."))
    assert said(await books.open(changed), "lekkage") == "Van het bureau."


async def test_that_a_topic_of_the_desk_stays_when_the_folder_does_not_know_it(books: Books) -> None:
    await published(await books.open(), NEW)
    assert said(await books.open(Library(())), "zonnepanelen") == NEW.answer


async def test_that_a_text_for_later_begins_on_its_day(books: Books) -> None:
    book = await books.open()
    await published(book, replace(BETTER, valid_from=books.day + timedelta(days=1)))
    assert said(book, "lekkage") == "Bel ons."
    books.day += timedelta(days=1)
    await book.catch_up()
    assert said(book, "lekkage", books.day) == BETTER.answer


async def test_that_an_imported_draft_waits_at_the_desk_once_and_writes_over_nobody(books: Books) -> None:
    books.drafts = (NEW, BETTER)
    await books.open()
    book = await books.open()
    assert [told["what"] for told in await books.lines()] == ["draft", "file", "draft"]
    assert said(book, "zonnepanelen") is None
    assert said(book, "lekkage") == "Bel ons."
    topic = await book.submit("lekkage", "nl", book.topic("lekkage").last, ANNA)
    await book.approve("lekkage", "nl", topic.last, ANNA)
    assert said(await books.open(), "lekkage") == BETTER.answer
    books.drafts = (article("zonnepanelen", answer="Nieuwe versie van de bron."),)
    again = await books.open()
    assert again.topic("zonnepanelen").editions[-1].article == NEW, "somebody may be writing on it"


# -- the ladder --------------------------------------------------------------------------------------------------------


async def test_that_a_topic_climbs_on_what_two_people_judged_and_never_without(books: Books) -> None:
    book = await books.open()
    await published(book, NEW)
    assert (await book.climb("zonnepanelen", KIM)).rung is Rung.SHADOW
    with pytest.raises(NotNow):
        await book.climb("zonnepanelen", KIM)
    for number in range(50):
        await books.judge(number, "right")
    await book.catch_up()
    assert book.figures("zonnepanelen")[Rung.SHADOW] == Figures(right=50)
    books.clock.forward(DAY)
    assert (await book.climb("zonnepanelen", KIM)).rung is Rung.HELPS_AGENTS
    assert (await books.lines())[-1]["shown"]["right"] == 50
    with pytest.raises(NotNow):  # what the shadow showed does not count again
        await book.climb("zonnepanelen", KIM)


async def test_that_one_judgement_is_not_two(books: Books) -> None:
    book = await books.open()
    told = {"conversation": "c", "seq": 2, "article": "borg", "by": "ai", "verdict": "wrong", "staff": "p1"}
    for _ in range(2):
        await books.world.store.add_to_ledger(books.clock.now(), JUDGEMENT, json.dumps(told))
    await book.catch_up()
    assert book.figures("borg")[Rung.ANSWERS].cases == 0


async def test_that_one_click_takes_a_topic_down_a_rung(books: Books) -> None:
    book = await books.open()
    assert (await book.step_down("borg", "Klachten", ANNA)).rung is Rung.SUGGESTS
    assert (await book.step_down("borg", "Klachten", ANNA, to=Rung.OFF)).rung is Rung.OFF
    with pytest.raises(NotNow):
        await book.step_down("borg", "Klachten", ANNA)
    assert book.library.policy("borg") is ArticlePolicy.PEOPLE_ONLY


async def test_that_a_topic_steps_down_by_itself_after_harm_and_only_once(books: Books) -> None:
    book = await books.open()
    await books.judge(1, "harmful", by="ai", article="borg")
    books.clock.forward(DAY)
    for _ in range(3):
        await book.catch_up()
    assert book.topic("borg").rung is Rung.SUGGESTS
    (line,) = [told for told in await books.lines() if told["what"] == "rung"]
    assert (line["by"], line["shown"]["harmful"]) == ("house", 1)


# -- several processes and a bad store --------------------------------------------------------------------------------


async def test_that_another_process_follows_what_was_done(books: Books) -> None:
    one, other = await books.open(process="one"), await books.open(process="other")
    await one.switch("borg", silenced=True, why="Fout", staff=KIM)
    await published(one, BETTER)
    await one.withdraw("lekkage", "nl", 2, "Fout", ANNA)
    assert other.library.silenced == frozenset()
    await other.catch_up()
    assert other.library == one.library
    assert other.topic("lekkage") == one.topic("lekkage")


async def test_that_the_others_hear_of_it_at_once(books: Books) -> None:
    one = await books.open(process="one")
    heard: list[Word] = []
    await books.street.peers("other").start(heard.append)
    await one.switch("borg", silenced=True, why="Fout", staff=KIM)
    await asyncio.sleep(0)
    assert heard == [HouseChanged()]


async def test_that_two_processes_do_not_write_over_each_other(books: Books) -> None:
    one, other = await books.open(process="one"), await books.open(process="other")
    await one.draft(BETTER, 0, ANNA)
    with pytest.raises(Conflict):
        await other.draft(article("lekkage", answer="Iets anders."), 0, BRAM)


async def test_that_what_was_kept_counts_also_when_the_store_went_away_just_then(books: Books) -> None:
    store = books.world.store
    book = await books.open()

    async def away(after: int = 0, kind: str = "") -> list[LedgerEntry]:  # noqa: ARG001
        raise StoreAway

    whole = store.ledger
    add = store.add_to_ledger

    async def add_and_go(at: Instant, kind: str, body: str) -> LedgerEntry:
        entry = await add(at, kind, body)
        store.ledger = away  # type: ignore[method-assign]
        return entry

    store.add_to_ledger = add_and_go  # type: ignore[method-assign]
    with pytest.raises(StoreAway):
        await book.switch("borg", silenced=True, why="Fout", staff=KIM)
    store.ledger = whole  # type: ignore[method-assign]
    await book.catch_up()
    assert book.library.silenced == {"borg"}


async def test_that_a_line_of_a_newer_release_is_passed_over(books: Books) -> None:
    await books.world.store.add_to_ledger(books.clock.now(), LINE, json.dumps({"what": "dance", "slug": "borg"}))
    await books.world.store.add_to_ledger(books.clock.now(), LINE, json.dumps({"what": "switch", "slug": "borg"}))
    await books.world.store.add_to_ledger(books.clock.now(), JUDGEMENT, json.dumps({"what": "else"}))
    book = await books.open()
    assert said(book, "borg") == "Bel ons."
    await book.switch("borg", silenced=True, why="Fout", staff=KIM)
    assert book.library.silenced == {"borg"}


async def test_that_nothing_is_changed_while_another_process_changes(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gehoor.adapters.peers.memory.PATIENCE_S", 0.01)
    one = await books.open(process="one")
    async with books.street.peers("other").lock(LINE):
        with pytest.raises(Busy):
            await one.switch("borg", silenced=True, why="Fout", staff=KIM)


async def test_that_what_the_folder_says_of_errors_counts_on_the_ladder_until_a_supervisor_says_otherwise(
    books: Books,
) -> None:
    base = replace(BASE, severities={"borg": Severity.SERIOUS, "weg": Severity.GRAVE})
    book = await books.open(base)
    assert book.topic("borg").severity is Severity.SERIOUS
    assert book.topic("lekkage").severity is Severity.ORDINARY
    assert book.topic("borg").rung is Rung.ANSWERS
    assert [one.slug for one in book.topics()] == ["borg", "lekkage"]
    await book.weigh("borg", Severity.GRAVE, KIM)
    again = await books.open(base)
    assert again.topic("borg").severity is Severity.GRAVE
    assert again.library.severity("borg") is Severity.GRAVE
    await again.weigh("borg", Severity.ORDINARY, KIM)
    assert again.library.severity("borg") is Severity.ORDINARY
