"""How well a server is, and what somebody must do."""

from dataclasses import replace

import pytest

from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import StoreFault
from gehoor.core.ids import ConversationId
from gehoor.core.time import MINUTE, SECOND, Instant
from gehoor.flows import health as h
from gehoor.flows.health import Health, State
from gehoor.flows.record import MOST_WAITING
from tests.world import open_house

pytestmark = pytest.mark.anyio


class _Ill(MemoryStore):
    """A store that can be made to fail."""

    fails = False

    async def view(self, id: ConversationId) -> ConversationView | None:
        if self.fails:
            raise StoreFault("The disk is gone: /secret/place")
        return await super().view(id)


def _checks(report: h.Report) -> dict[str, State]:
    return {one.check: one.state for one in report.findings}


async def test_that_a_house_that_runs_is_ready_and_finds_nothing() -> None:
    async with open_house() as site:
        await site.house.ticker.once()
        report = await Health(site.house).report()
    assert (report.state, report.findings) == (State.READY, ())


async def test_that_a_store_that_fails_makes_it_not_ready_and_says_what_to_do_without_its_inside() -> None:
    store = _Ill()
    async with open_house(store=store) as site:
        store.fails = True
        report = await Health(site.house).report()
        store.fails = False
    (found,) = [one for one in report.findings if one.check == "store"]
    assert report.state is found.state is State.NOT_READY
    assert "disk" in found.do
    assert "secret" not in found.what


async def test_that_an_answer_stands_for_a_second_and_no_longer() -> None:
    store = _Ill()
    async with open_house(store=store) as site:
        await site.house.ticker.once()
        health = Health(site.house)
        assert (await health.report()).state is State.READY
        store.fails = True
        assert (await health.report()).state is State.READY
        site.clock.forward(2 * SECOND)
        assert (await health.report()).state is State.NOT_READY
        store.fails = False


async def test_that_clocks_that_nobody_looks_at_are_told() -> None:
    async with open_house() as site:
        health = Health(site.house)
        site.house.ticker.looked_at = Instant(site.clock.now() - MINUTE)
        report = await health.report()
    assert _checks(report) == {"clocks": State.DEGRADED}
    assert report.state is State.DEGRADED


@pytest.mark.parametrize(("free", "told"), [(h.LITTLE_ROOM, False), (h.LITTLE_ROOM - 1, True)])
async def test_that_a_disk_that_fills_is_told_in_time(free: int, told: bool) -> None:
    async with open_house() as site:
        await site.house.ticker.once()
        report = await Health(site.house, room=lambda: free).report()
    assert ("disk" in _checks(report)) is told


async def test_that_reduced_mode_and_an_assistant_that_still_learns_are_told_and_keep_it_open() -> None:
    async with open_house() as site:
        await site.house.ticker.once()
        site.house.policy = replace(site.house.policy, reduced=True)
        report = await Health(site.house, learned=lambda: False).report()
    assert _checks(report) == {"policy": State.DEGRADED, "assistant": State.DEGRADED}
    assert report.state is State.DEGRADED


async def test_that_who_stops_is_not_ready_at_once() -> None:
    async with open_house() as site:
        await site.house.ticker.once()
        health = Health(site.house)
        assert (await health.report()).state is State.READY
        health.stopping = True
        report = await health.report()
    assert report.state is State.NOT_READY
    assert report.findings[0].check == "stopping"


async def test_that_a_writer_that_falls_behind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house() as site:
        await site.house.ticker.once()
        monkeypatch.setattr(type(site.house.recorder), "waiting", property(lambda _: MOST_WAITING // 2))
        report = await Health(site.house).report()
    assert _checks(report) == {"writer": State.DEGRADED}


async def test_that_anybody_may_read_what_is_wrong() -> None:
    store = _Ill()
    async with open_house(store=store) as site:
        await site.house.ticker.once()
        async with site.client() as client:
            well = await client.get("/health/ready")
            site.clock.forward(2 * SECOND)
            store.fails = True
            ill, alive = await client.get("/health/ready"), await client.get("/health")
            store.fails = False
    assert (well.status_code, well.json()) == (200, {"status": "ready", "findings": []})
    assert ill.status_code == 503
    assert ill.json()["findings"][0]["check"] == "store"
    assert alive.status_code == 200  # the process lives: starting it again would not bring the store back
