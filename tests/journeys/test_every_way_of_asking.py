"""Every line that customers wrote about the 70 topics ends well: no silence, no guess without a source, no dead end.

The lines are those of ``data/ways_housing`` in the shared folder. Three of every four stand in the demo's articles as
ways of asking; every fourth (index % 4 == 3) was kept out, and the figures are told for those apart.
"""

import asyncio
import json
import uuid
from collections import Counter
from pathlib import Path

import httpx
import pytest

from gehoor.boot import Running, build_in_memory
from gehoor.settings import Settings
from gehoor.web.app import create_app
from tests.conftest import has_language_model

pytestmark = [pytest.mark.anyio, pytest.mark.shared("data/ways_housing/ways.jsonl")]

AT_ONCE = 16


def lines(shared: Path) -> list[dict[str, str]]:
    """The customers' lines, in the order of the file."""
    text = (shared / "data/ways_housing/ways.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def ending(events: list[dict[str, object]]) -> str:
    """How the conversation ended for the customer, in one word; "nothing" is a failure."""
    types = {str(event["type"]) for event in events}
    said = [event for event in events if event["type"] == "message" and event["author"]["kind"] == "ai"]  # type: ignore[index]
    if "human_requested" in types:
        return "a person"
    if any(event.get("sources") for event in said):
        return "an answer with its source"
    if any(event.get("suggestions") for event in said):
        return "a suggestion"
    if said and "human_offered" in types:
        return "I do not know, with a person offered"
    return "what it is" if said else "nothing"


async def talk(client: httpx.AsyncClient, running: Running, line: dict[str, str]) -> tuple[str, list[str]]:
    """One whole conversation over HTTP: the ending, and the articles that were answered with."""
    begun = (await client.post("/api/v1/conversations", json={"language": "nl"})).json()
    one, token = f"/api/v1/conversations/{begun['id']}", {"Authorization": f"Bearer {begun['token']}"}
    sent = {"client_id": str(uuid.uuid4()), "text": line["text"]}
    assert (await client.post(one + "/messages", json=sent, headers=token)).status_code == 201
    await running.house.outbox.idle()
    told = (await client.get(one + "/events", headers=token)).json()["events"]
    answered = [source["article"] for event in told for source in event.get("sources", [])]
    return ending(told), answered


async def test_every_line_ends_in_an_answer_a_suggestion_or_a_person(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = build_in_memory(Settings(language_model=has_language_model()))
    app = create_app(running.house, lambda: running.library, start=running.start)
    asked, gate = lines(shared), asyncio.Semaphore(AT_ONCE)
    async with app.router.lifespan_context(app):
        assert running.brain is not None
        await running.brain.prepare()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:

            async def one(line: dict[str, str]) -> tuple[str, list[str]]:
                async with gate:
                    return await talk(client, running, line)

            ended = await asyncio.gather(*(one(line) for line in asked))
        await running.house.stop()
    endings = Counter(how for how, _ in ended)
    kept_out = [(line, end) for at, (line, end) in enumerate(zip(asked, ended, strict=True)) if at % 4 == 3]
    wrong = sum(1 for line, (_, given) in kept_out if given and line["topic"] not in given)
    with capsys.disabled():
        print(f"\n  {len(asked)} conversations over HTTP: {dict(endings)}")
        print(f"  kept out: {len(kept_out)}, {dict(Counter(how for _, (how, _) in kept_out))}, answered wrong: {wrong}")
    assert len(ended) == len(asked)
    assert endings["nothing"] == 0
    assert endings["an answer with its source"] > len(asked) // 5
    assert wrong <= 0.05 * len(kept_out)
