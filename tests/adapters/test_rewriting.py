"""A model rewrites an article for a writer, over HTTP: a text of the right shape, or a plain no."""

import json
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from gehoor.adapters.brains.openai_compatible import Budget, ChatServer
from gehoor.adapters.brains.rewriting import ModelRewriter
from gehoor.core.errors import NotNow
from gehoor.core.knowledge.article import Passage
from gehoor.core.knowledge.proposal import How
from tests.adapters.test_saying import HUUR
from tests.model_server import BAD, model_server

pytestmark = pytest.mark.anyio

TODAY = date(2026, 11, 26)
PARTS = [{"heading": "", "text": "Schrijf."}, {"heading": "Kosten", "text": "Geen."}]
MADE = {"title": "Huur stoppen", "passages": PARTS}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where a model's server is."""
    with model_server() as address:
        yield address


def rewriter(url: str, model: str) -> ModelRewriter:
    """One with little patience."""
    return ModelRewriter(ChatServer(url, model, Budget(10**9), seconds=0.5))


def last(url: str) -> list[dict[str, str]]:
    """The messages that the server got last."""
    requests = httpx.get(url.removesuffix("/v1") + "/asked", trust_env=False).json()
    messages: list[dict[str, str]] = requests[-1]["body"]["messages"]
    return messages


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Hier is het:\n{}"])
async def test_that_a_text_of_the_right_shape_comes_back_with_its_model(url: str, around: str) -> None:
    model = "says " + around.replace("{}", json.dumps(MADE))
    made = await rewriter(url, model).rewrite(HUUR, How.SIMPLER, "nl", TODAY)
    assert (made.title, made.passages) == ("Huur stoppen", (Passage("", "Schrijf."), Passage("Kosten", "Geen.")))
    assert (made.model, made.tokens) == (model, 50)
    asked = last(url)
    assert "B1" in asked[0]["content"]
    assert "schriftelijk" in asked[1]["content"]


BROKEN = [
    "says nee",
    "says {}",
    'says {"title": 1, "passages": [{"heading": "", "text": "x"}]}',
    'says {"title": "x", "passages": []}',
    'says {"title": "x", "passages": [{"heading": ""}]}',
    'says {"title": "x", "passages": [{"heading": "", "text": null}]}',
    'says {"title": "x", "passages": 5}',
]


@pytest.mark.parametrize("model", [*BROKEN, *BAD, "429", "slow", "cuts", "huge", "hangs"])
async def test_that_everything_else_is_a_plain_no(url: str, model: str) -> None:
    with pytest.raises(NotNow) as refused:
        await rewriter(url, model).rewrite(HUUR, How.TRANSLATED, "en", TODAY)
    assert "taalmodel" in refused.value.sentence
