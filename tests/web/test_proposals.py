"""A writer lets a model rewrite a text: it becomes a draft, and reaches a customer when somebody else approved it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gehoor.core.errors import NotNow
from gehoor.core.knowledge.article import Article, Passage
from gehoor.core.knowledge.proposal import How
from gehoor.ports.rewriting import Rewritten
from tests.web.test_knowledge import Writer, person
from tests.world import BORG, CONTENTS, Built, open_house

pytestmark = pytest.mark.anyio

SHORT = (Passage("", "Uw borg komt snel terug."), Passage("Meer", "Bel."))
SIMPLER = Rewritten("Wanneer krijg ik mijn borg?", SHORT, "m", 9)
ASKS: dict[str, Any] = {"language": "nl", "to": "nl", "how": "simpler", "seen": 0}


class Rewriter:
    """A model that gives what it was told to."""

    def __init__(self) -> None:
        self.made: Rewritten | None = SIMPLER
        self.asked: list[tuple[str, How, str]] = []

    async def rewrite(self, article: Article, how: How, language: str, today: date) -> Rewritten:  # noqa: ARG002
        self.asked.append((article.version, how, language))
        if self.made is None:
            raise NotNow("Het taalmodel gaf geen tekst.")
        return self.made


@pytest.fixture
def rewriter() -> Rewriter:
    """The model."""
    return Rewriter()


@pytest.fixture
async def modelled(rewriter: Rewriter) -> AsyncIterator[Built]:
    """A house with a model that rewrites."""
    async with open_house(contents=replace(CONTENTS, rewriter=rewriter)) as built:
        yield built


async def ledger(built: Built) -> list[dict[str, object]]:
    return [json.loads(entry.body) for entry in await built.store.ledger(kind="proposal")]


async def test_that_what_a_model_wrote_is_a_draft_until_somebody_else_approved_it(
    modelled: Built, rewriter: Rewriter
) -> None:
    writer, lead = await person(modelled, "schrijver"), await person(modelled, "teamleider")
    assert (await writer.sees())["may"]["propose"] is True
    told = await writer.did("propose", **ASKS)
    assert rewriter.asked == [(BORG.version, How.SIMPLER, "nl")]
    assert told["proposed"]["language"] == "nl"
    book = modelled.house.knowledge
    assert book.library.find("borg", "nl") == BORG, "nothing that a customer is told has changed"
    (line,) = await ledger(modelled)
    assert (line["version"], line["model"], line["how"], line["tokens"]) == (BORG.version, "m", "simpler", 9)
    told = await writer.did("submit", language="nl", seen=told["last"])
    own = await writer.does("approve", language="nl", seen=told["last"])
    assert own.status_code in (403, 409), "who asked the model does not approve it"
    await lead.did("approve", language="nl", seen=told["last"])
    in_force = book.library.find("borg", "nl")
    assert in_force is not None
    assert in_force.answer == "Uw borg komt snel terug."
    assert line["draft"] == in_force.version


async def test_that_a_person_is_told_what_to_look_at(modelled: Built, rewriter: Rewriter) -> None:
    writer = await person(modelled, "schrijver")
    rewriter.made = replace(SIMPLER, passages=(Passage("", "Binnen 41 dagen."),))
    told = await writer.did("propose", **ASKS)
    assert {"what": "number_new", "value": "41"} in told["proposed"]["differences"]
    assert {"what": "other_passages", "value": "-1"} in told["proposed"]["differences"]


async def test_that_a_translation_is_a_text_of_its_own(modelled: Built, rewriter: Rewriter) -> None:
    writer = await person(modelled, "schrijver")
    rewriter.made = Rewritten("When?", (Passage("", "Soon."),), "m", 9)
    told = await writer.did("propose", **(ASKS | {"to": "en", "how": "translated"}))
    assert {one["language"] for one in told["editions"]} == {"nl", "en"}


REFUSED = [
    ("agent1", ASKS, 403),  # who does not write
    ("schrijver", ASKS | {"language": "en", "to": "en"}, 404),  # a text that there is not
    ("schrijver", ASKS | {"how": "translated"}, 422),  # into its own language
    ("schrijver", ASKS | {"to": "en"}, 422),  # simpler, in another language
    ("schrijver", ASKS | {"how": "invented"}, 422),
]


@pytest.mark.parametrize(("login", "body", "status"), REFUSED)
async def test_that_what_cannot_be_asked_is_refused_before_a_model_is(
    modelled: Built, rewriter: Rewriter, login: str, body: dict[str, Any], status: int
) -> None:
    answer = await (await person(modelled, login)).does("propose", **body)
    assert answer.status_code == status, answer.text
    assert rewriter.asked == []


async def test_that_a_text_that_is_no_article_and_a_model_that_fails_leave_everything_as_it_was(
    modelled: Built, rewriter: Rewriter
) -> None:
    writer = await person(modelled, "schrijver")
    rewriter.made = replace(SIMPLER, passages=(Passage("", "<script>alert(1)</script>"),))
    assert (await writer.does("propose", **ASKS)).status_code == 422
    rewriter.made = None
    assert (await writer.does("propose", **ASKS)).status_code == 409
    assert await ledger(modelled) == []
    assert (await writer.sees())["last"] == 0


async def test_that_without_a_model_there_is_nothing_to_ask(built: Built) -> None:
    writer: Writer = await person(built, "schrijver")
    assert (await writer.sees())["may"]["propose"] is False
    assert (await writer.does("propose", **ASKS)).status_code == 409
