"""A policy that would leave a customer alone is refused, and customers notice nothing; the server always starts."""

from pathlib import Path

import httpx
import pytest

from gehoor.adapters.policy_file.document import without_accounts
from gehoor.boot import Running, build
from gehoor.settings import DEMO, Settings
from gehoor.web.app import create_app
from tests.world import AT_NIGHT, open_house

pytestmark = pytest.mark.anyio

FILE = (DEMO / "organisation.yaml").read_text(encoding="utf-8")
DOCUMENT = without_accounts(FILE)
PATH = "/api/v1/staff/policy"

BAD = {
    "block_overlap": ('friday: ["08:00-17:00"]', 'friday: ["08:00-13:00", "12:30-17:00"]'),
    "no_zone": ("zone: Europe/Amsterdam", "zone: Europe/Voorbeeldstad"),
    "empty_shift": ("people: [demo-agent1]", "people: []"),
    "no_skill": ("gas: spoed", "gas: loodgieten"),
    "no_number": ("phone: 088 000 01 00", "phone: 088 000"),
    "premium_rate": ("phone: 088 000 01 00", "phone: 0900-1234"),
    "above_ceiling": ("callback_days: 1", "callback_days: 2"),
    "too_late": ("closed: []", "closed: [2026-12-28, 2026-12-29, 2026-12-30]"),
    "no_shift": ('hours: "08:30-17:00"', 'hours: "08:30-16:00"'),
    "never_open": ('["08:00-17:00"]', "[]"),
}


async def test_the_story_of_a_supervisor_who_tries_what_cannot_be() -> None:
    async with open_house() as built:
        await built.house.policies.start(FILE)
        kim = await built.agent("teamleider", available=False)
        tenant = await built.customer()
        for rule, (old, new) in BAD.items():
            assert old in DOCUMENT
            document = DOCUMENT.replace(old, new)
            answer = await kim.client.put(PATH, json={"version": 1, "document": document})
            told = answer.json()
            assert (answer.status_code, told["rule"]) == (422, rule)
            assert told["field"] in told["detail"]
            await tenant.still_works()

        # The policy in force is the one that was there, and goes on reaching people.
        built.clock.set(AT_NIGHT)
        route = (await tenant.wants_a_person())["route"]
        assert route["kind"] == "promise"
        assert {fact.policy for fact in await built.facts(tenant.id)} == {1}

        # Mended, it is taken. (The night is longer than a session.)
        await kim.signs_in("teamleider")
        answer = await kim.client.put(PATH, json={"version": 1, "document": DOCUMENT.replace("share: 50", "share: 40")})
        assert (answer.status_code, answer.json()["version"]) == (200, 2)


def on(folder: Path, text: str) -> Running:
    file = folder / "organisation.yaml"
    file.write_text(text, encoding="utf-8")
    settings = Settings(
        data=folder / "store", keys=folder / "keys", cache=folder / "cache", organisation=file, language_model=False
    )
    return build(settings, lambda fault: pytest.fail(f"the store broke: {fault}"))


async def contact(running: Running) -> httpx.Response:
    app = create_app(running.house, lambda: running.library, start=running.start, stop=running.stop)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
    async with app.router.lifespan_context(app), client:
        begun = (await client.post("/api/v1/conversations", json={})).json()
        one, token = f"/api/v1/conversations/{begun['id']}", {"Authorization": f"Bearer {begun['token']}"}
        asked = await client.post(one + "/human", json={"client_id": "0" * 32}, headers=token)
        assert asked.status_code == 201
        return await client.get("/api/v1/contact")


async def test_the_story_of_a_server_that_starts_on_a_broken_file(tmp_path: Path) -> None:
    # Nothing can be used, and nothing was ever in force: the desk, the telephone and promises work.
    running = on(tmp_path, FILE.replace("zone: Europe/Amsterdam", "zone: nergens"))
    assert (await contact(running)).json()["phone"] == "088 000 01 00"
    assert (running.house.policy.reduced, running.house.policy.ai) == (True, False)

    # The file is mended: a whole policy.
    running = on(tmp_path, FILE)
    await contact(running)
    assert (running.house.policy.reduced, running.house.policies.kept.source) == (False, "file")

    # It is broken again: what was in force goes on, and that is told.
    running = on(tmp_path, "contact: [")
    assert (await contact(running)).json()["organisation"] == "Woonstichting Voorbeeldstad"
    assert (running.house.policy.reduced, running.house.policy.ai) == (False, True)
    assert running.house.policies.trouble is not None
