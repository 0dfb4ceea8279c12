"""What lies on the disk: nothing that can be read without the keys, nothing lost at a restart, one writer only."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from gehoor.boot import Running, build
from gehoor.settings import DEMO, Settings
from gehoor.web.app import create_app

pytestmark = pytest.mark.anyio

MARK = "zeldzaamwoordzonderweerga"
PHONE, EMAIL = "0612 345 678", "klant-zeldzaam@voorbeeld.example"


def on(folder: Path) -> Settings:
    return Settings(data=folder / "store", keys=folder / "keys", cache=folder / "cache", language_model=False)


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    running = build(on(folder), lambda fault: pytest.fail(f"the store broke: {fault}"))
    app = create_app(running.house, lambda: running.library, start=running.start, stop=running.stop)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield running, client


async def begin(client: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    begun = (await client.post("/api/v1/conversations", json={})).json()
    return f"/api/v1/conversations/{begun['id']}", {"Authorization": f"Bearer {begun['token']}"}


async def write(client: httpx.AsyncClient, one: str, token: dict[str, str], text: str) -> int:
    sent = {"client_id": str(uuid.uuid4()), "text": text}
    seq: int = (await client.post(one + "/messages", json=sent, headers=token)).json()["seq"]
    return seq


async def run(
    command: list[str], given: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    def wait() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, input=given, env=env, capture_output=True, text=True, timeout=120)

    return await asyncio.to_thread(wait)


def raw_bytes(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def test_that_no_words_telephone_or_address_can_be_read_in_any_file_of_the_store(tmp_path: Path) -> None:
    async with open_house(tmp_path) as (_, client):
        one, token = await begin(client)
        await write(client, one, token, f"Mijn {MARK} is stuk, ik heet Zeldzaam en woon op Marktplein 4")
        asked = {"client_id": str(uuid.uuid4()), "preference": "callback", "phone": PHONE, "email": EMAIL}
        assert (await client.post(one + "/human", json=asked, headers=token)).status_code == 201
        staff = {"login": "agent1", "password": "demo-agent1"}
        assert (await client.post("/api/v1/staff/session", json=staff)).status_code == 201
        desk = one.replace("/conversations", "/staff/conversations")
        await client.post(desk + "/accept")
        reply = {"client_id": str(uuid.uuid4()), "text": f"Wij maken uw {MARK} morgen."}
        assert (await client.post(desk + "/messages", json=reply)).status_code == 201
        note = {"client_id": str(uuid.uuid4()), "text": f"klant zei {MARK}"}
        assert (await client.post(desk + "/notes", json=note)).status_code == 201
        while_open = raw_bytes(tmp_path / "store")
    for name, content in {**raw_bytes(tmp_path / "store"), **{f"open:{k}": v for k, v in while_open.items()}}.items():
        for secret in (MARK, PHONE, PHONE.replace(" ", ""), EMAIL, "Zeldzaam", "Marktplein 4", "demo-agent1'"):
            assert secret.encode() not in content, f"{secret} can be read in {name}"
            assert secret.encode("utf-16-le") not in content, f"{secret} can be read in {name}"
    assert any(name.endswith(".db-wal") or name.endswith(".db") for name in while_open)


async def test_that_a_conversation_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as (_, client):
        one, token = await begin(client)
        first = await write(client, one, token, "de kraan in de keuken druppelt")
        before = (await client.get(one + "/events", headers=token)).json()["events"]
    async with open_house(tmp_path) as (_, client):
        after = (await client.get(one + "/events", headers=token)).json()["events"]
        assert after[: len(before)] == before
        assert await write(client, one, token, "en nu ook de wc") > first


async def test_that_a_second_process_on_the_same_store_says_so_and_what_to_do(tmp_path: Path) -> None:
    async with open_house(tmp_path):
        settings = on(tmp_path)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GEHOOR_")},
            "GEHOOR_DATA": str(settings.data),
            "GEHOOR_KEYS": str(settings.keys),
            "GEHOOR_CACHE": str(settings.cache),
            "GEHOOR_LANGUAGE_MODEL": "off",
            "GEHOOR_PORT": "0",
        }
        second = await run([sys.executable, "-m", "gehoor", "serve"], env=environment)
    assert second.returncode == 1
    assert "gehoor.db" in second.stderr
    assert "Another process" in second.stderr
    assert "Traceback" not in second.stderr


async def test_that_a_broken_article_is_left_out_by_name_and_the_rest_answers(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge" / "nl"
    folder.mkdir(parents=True)
    good = (DEMO / "knowledge/nl/borg.md").read_text(encoding="utf-8")
    (folder / "borg.md").write_text(good, encoding="utf-8")
    (folder / "kapot.md").write_text("---\nslug: kapot\ntitle: [\n---\nTekst.\n", encoding="utf-8")
    (folder / "binair.md").write_bytes(b"\x00\xff\xfe rubbish")
    lines = [json.dumps({"id": 1, "text": "wanneer krijg ik mijn borg terug"}), "{geen json", json.dumps({"id": 3})]
    ask = [sys.executable, "-m", "gehoor", "ask", "--no-model", "--knowledge", str(tmp_path / "knowledge")]
    asked = await run(ask, given="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in asked.stdout.splitlines()]
    assert [answer.get("id") for answer in answers] == [1, None, 3]
    assert answers[0]["candidates"][0]["topic"] == "borg"
    assert answers[1]["error"]["code"] == answers[2]["error"]["code"] == "invalid"
    assert answers[2]["error"]["field"] == "text"
    assert asked.returncode == 1
    assert "kapot.md" in asked.stderr
    assert "binair.md" in asked.stderr
