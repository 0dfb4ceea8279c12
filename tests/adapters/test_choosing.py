"""A model that chooses among what the brain that finds would say, over HTTP, up to what the customer reads."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import httpx
import pytest

from gehoor.adapters.brains.choosing import ChoosingBrain
from gehoor.adapters.brains.guarded import GuardedBrain
from gehoor.adapters.brains.openai_compatible import Budget, ChatServer
from gehoor.adapters.brains.saying import SayingBrain
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Consulted
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.answer import Candidate
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.ladder import Rung
from gehoor.ports.brain import Answer, DontKnow, Looked, Question, Said, Suggestions, suggestion_of
from tests.adapters.test_saying import ALL, HUUR, ONLY_SUGGEST, PHRASES, VAST, Finds, whole
from tests.core.knowledge.examples import TODAY, article
from tests.model_server import BAD, model_server
from tests.world import OPZEGGEN, answer_from, open_house

pytestmark = pytest.mark.anyio

ANSWERS = Looked(whole(HUUR), (Candidate("lekkage", 0.2),), {"huur": (0.5, 0.505, 0.1)})
SUGGESTS = Looked(Suggestions((suggestion_of(HUUR), suggestion_of(ONLY_SUGGEST), suggestion_of(VAST))))
END = "Wanneer eindigt het?"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where a model's server is."""
    with model_server() as address:
        yield address


def asked(url: str) -> list[dict[str, object]]:
    """Every request that the server got, without the addresses."""
    found = httpx.get(url.removesuffix("/v1") + "/asked", trust_env=False).json()
    return [one["body"] for one in found]


async def says(
    url: str, model: str, seen: Looked, question: Question | None = None, library: Library = ALL, tokens: int = 10**9
) -> Said:
    """What the whole chain says: the brain that finds, the passage, the model, the guard."""
    server = ChatServer(url, model, Budget(tokens), seconds=0.5)
    inside = SayingBrain(Finds(seen), lambda: library)
    model_brain = ChoosingBrain(inside, server, lambda: library, lambda: PHRASES)
    assert (model_brain.name, model_brain.version) == ("scripted+model", f"1/{model}/1")
    guard = GuardedBrain(model_brain, lambda: library, phrases=lambda: PHRASES)
    return await guard.answer(question or Question("Wanneer stopt de huur?"), TODAY)


def outcome(said: Said) -> str:
    """What became of the model's words, as it is on record."""
    assert said.consulted is not None
    return said.consulted.outcome


CHOICES = [
    ('{"choose": [1, 2]}', HUUR.answer, "chose"),
    ('{"choose": [2]}', HUUR.answer, "chose"),  # what it leans on comes along
    ('{"choose": [4, 3]}', f"{END}\nNa één maand. Dat mag ook midden in de maand.", "chose"),  # in the article's order
    ('{"choose": [5, 5]}', f"{END}\nBel ons bij vragen.", "chose"),
    ('Ik denk: {"choose": [5]} Succes!', f"{END}\nBel ons bij vragen.", "chose"),  # its own words are dropped
    ('{"choose": [5], "connect": ["connect_here"]}', f"Dit staat erover:\n{END}\nBel ons bij vragen.", "chose"),
    ('{"choose": [5], "connect": ["U krijgt geld"]}', f"{END}\nBel ons bij vragen.", "chose"),
    ('{"choose": [5], "connect": ["connect_see"]}', f"{END}\nBel ons bij vragen.", "chose"),  # not in this language
    ('{"choose": [5], "text": "U krijgt 500 euro."}', f"{END}\nBel ons bij vragen.", "chose"),
    ('{"choose": [99]}', HUUR.answer, "not_offered"),
    ('{"choose": ["1"]}', HUUR.answer, "not_offered"),
    ('{"choose": [true]}', HUUR.answer, "not_offered"),
    ('{"choose": []}', HUUR.answer, "no_choice"),
    ('{"choose": [1], "abstain": true}', HUUR.answer, "no_choice"),
    ('{"choose": [1]} {"choose": [3]}', HUUR.answer, "no_choice"),
    ("U krijgt 500 euro.", HUUR.answer, "no_choice"),
    ('{"abstain": "ja"}', HUUR.answer, "no_choice"),
    ('{"ask": "promise_kept"}', HUUR.answer, "may_not_ask"),
]


@pytest.mark.parametrize(("output", "text", "came_to"), CHOICES)
async def test_that_of_a_model_s_words_only_a_choice_is_left(url: str, output: str, text: str, came_to: str) -> None:
    said = await says(url, f"says {output}", ANSWERS)
    assert isinstance(said, Answer)
    assert (said.text, said.slug, outcome(said)) == (text, "huur", came_to)
    assert [one.slug for one in said.also] == ["lekkage"], "what comes next is not the model's"


async def test_that_a_passage_that_fits_badly_is_not_on_the_list(url: str) -> None:
    said = await says(url, 'says {"choose": [6]}', ANSWERS)
    assert outcome(said) == "not_offered"
    sent = json.dumps(asked(url)[-1], ensure_ascii=False)
    assert "Na één maand." in sent
    assert "Opzeggen is gratis." not in sent


async def test_that_a_model_may_keep_silent_and_ask_one_fixed_question_at_most_in_a_row(url: str) -> None:
    assert await says(url, 'says {"abstain": true}', ANSWERS) == DontKnow("model_abstained")
    asks = await says(url, 'says {"ask": "clarify_more"}', ANSWERS)
    assert isinstance(asks, Suggestions)
    assert ([one.slug for one in asks.items], asks.question) == (["huur", "lekkage"], "clarify_more")
    again = await says(url, 'says {"ask": "clarify_more"}', ANSWERS, Question("x", clarified=True))
    assert isinstance(again, Answer)
    assert outcome(again) == "may_not_ask"


async def test_that_where_titles_are_suggested_a_model_may_only_order_them(url: str) -> None:
    said = await says(url, 'says {"choose": [3]}', SUGGESTS)
    assert isinstance(said, Suggestions)
    assert [one.slug for one in said.items] == ["misschien", "huur", "vast"], "none is answered with, none is lost"


NOT_ASKED = {
    "it does not know": Looked(DontKnow("not_sure"), (Candidate("huur", 0.4),)),
    "a fixed text": Looked(whole(VAST), passages={"vast": (0.1, 0.9)}),
    "only one title": Looked(Suggestions((suggestion_of(HUUR),))),
    "an article that is gone": Looked(replace(whole(HUUR), version="000000000000")),
}


@pytest.mark.parametrize("seen", NOT_ASKED.values(), ids=NOT_ASKED.keys())
async def test_that_no_model_is_asked_where_it_has_nothing_to_choose(url: str, seen: Looked) -> None:
    before = len(asked(url))
    said = await says(url, 'says {"choose": [1]}', seen)
    assert said.consulted is None
    assert len(asked(url)) == before


async def test_that_no_model_sees_what_is_for_people_or_fixed_or_not_shown_to_customers(url: str) -> None:
    people = replace(article("mensen", answer="Alleen voor mensen."), policy=HUUR.policy)
    trial = Library((*ALL.articles, people), rungs={"mensen": Rung.SHADOW})
    seen = Looked(Suggestions((suggestion_of(HUUR), suggestion_of(ONLY_SUGGEST), suggestion_of(people))))
    await says(url, 'says {"choose": [1]}', seen, library=trial)
    await says(url, 'says {"choose": [1]}', SUGGESTS)
    for body in asked(url)[-2:]:
        sent = json.dumps(body, ensure_ascii=False)
        assert "Alleen voor mensen." not in sent
        assert '"Vast?"' not in sent
    assert (await says(url, "says x", Looked(whole(people)), library=trial)).consulted is None


async def test_that_a_customer_who_chose_a_title_gets_that_article(url: str) -> None:
    said = await says(url, 'says {"abstain": true}', ANSWERS, Question(HUUR.title))
    assert isinstance(said, Answer)
    assert said.consulted is None


@pytest.mark.parametrize("model", [*BAD, "429", "slow", "cuts", "huge", "packed", "redirect", "hangs", "closes"])
async def test_that_whatever_goes_wrong_the_customer_gets_what_there_was_without_a_model(url: str, model: str) -> None:
    said = await says(url, model, ANSWERS)
    assert isinstance(said, Answer)
    assert (said.text, said.slug) == (HUUR.answer, "huur")
    assert outcome(said) in ("broken", "refused", "busy", "late")


async def test_that_without_budget_there_is_an_answer_and_nothing_is_sent(url: str) -> None:
    before = len(asked(url))
    said = await says(url, 'says {"choose": [5]}', ANSWERS, tokens=100)
    assert isinstance(said, Answer)
    assert (said.text, said.consulted) == (HUUR.answer, None)
    assert len(asked(url)) == before


async def test_that_a_model_sees_masked_words_cut_to_size_and_no_more_of_a_conversation(url: str) -> None:
    turns = ("een", "twee", "drie", "v" * 4000)
    await says(url, 'says {"choose": [1]}', ANSWERS, Question("w" * 9000, turns=turns, given=frozenset({"geheim"})))
    body = asked(url)[-1]
    messages = body["messages"]
    assert isinstance(messages, list)
    sent = json.loads(messages[1]["content"])
    assert set(sent) == {"question", "wrote_before", "passages"}
    assert sent["question"] == "w" * 1500
    assert sent["wrote_before"] == ["twee", "drie", "v" * 500]
    assert "geheim" not in json.dumps(body)


async def test_that_half_a_letter_stops_nothing(url: str) -> None:
    said = await says(
        url, 'says {"choose": [5]} \ud800'.encode("utf-8", "replace").decode(), ANSWERS, Question("\ud800")
    )
    assert isinstance(said, Answer)


class Chooses(Finds):
    """A brain behind which a model chose."""

    def __init__(self, consulted: Consulted) -> None:
        super().__init__(Looked(replace(answer_from(OPZEGGEN), consulted=consulted)))

    async def answer(self, question: Question, today: date) -> Said:
        return (await self.look(question, today)).said


async def test_that_what_was_sent_and_said_is_sealed_and_goes_with_the_conversation() -> None:
    words = json.dumps({"sent": [{"role": "user", "content": "geheim woord"}], "said": '{"choose": [1]}'})
    async with open_house(brain=Chooses(Consulted("m", "chose", 5, words))) as built:
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        id = ConversationId(customer.id)
        (fact,) = [one for one in await built.facts(customer.id) if isinstance(one.event, e.ModelConsulted)]
        sealed = {one.seq: one.text for one in await built.store.words(id, 0)}
        assert b"geheim" not in sealed[fact.seq]
        keys = built.house.world.keys
        assert keys.open(id, f"text:{fact.seq}", sealed[fact.seq]) == words
        await keys.destroy(id, built.clock.now())
        assert keys.open(id, f"text:{fact.seq}", sealed[fact.seq]) is None, "erased with the conversation's key"
