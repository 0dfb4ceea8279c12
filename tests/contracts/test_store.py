"""What every store keeps to. The recorder, the audit and the ticker rest on these sentences."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gehoor.adapters.stores.codec import encode, encode_entry
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.rows import GIVEN_AT_ONCE, HEADS_AT_ONCE
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.core.consequences import AskBrain, Assign, StartTimer, StopTimer
from gehoor.core.conversation import events as e
from gehoor.core.conversation.given import By, Given
from gehoor.core.conversation.model import Heard, Phase, PromiseKind, Source, Timer
from gehoor.core.errors import Conflict, Invalid, StoreFault
from gehoor.core.evidence.chain import GENESIS, chain
from gehoor.core.ids import ClientId, ConversationId, StaffId
from gehoor.core.time import MINUTE, SECOND, Instant
from gehoor.ports.store import Head, Sealed, Store, timer_key, turn_key
from tests.contracts.conversations import (
    NOW,
    ONE,
    TEMPLATE,
    TOKEN,
    TWO,
    Talk,
    asked,
    at,
    fact,
    started,
    taken_by,
    wrote,
)

pytestmark = pytest.mark.anyio

LEASE = 30 * SECOND
IDLE = timer_key(ONE, "idle")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "sqlite":
        made = SqliteStore(SqliteFile(tmp_path / "gehoor.db"))
    else:
        made = PostgresStore(PostgresDatabase(request.getfixturevalue("postgres")))
    yield made
    await made.close()


# -- facts -----------------------------------------------------------------------------------------------------------


async def test_that_a_conversation_is_read_as_it_was_written(store: Store) -> None:
    talk = Talk(store)
    first = await talk.add(started(), wrote())
    second = await talk.add(asked())
    loaded = await store.load(ONE)
    assert loaded is not None
    assert loaded.facts == first.facts + second.facts
    assert loaded.head == talk.head


async def test_that_a_conversation_that_is_not_there_is_none(store: Store) -> None:
    assert await store.load(ONE) is None
    assert await store.view(ONE) is None
    assert await store.token_hash(ONE) is None
    assert await store.words(ONE) == []
    assert await store.all_ids() == []
    assert await store.open_views() == []


async def test_that_the_head_is_the_chain_over_the_records(store: Store) -> None:
    talk = Talk(store)
    append = await talk.add(started(), wrote())
    assert talk.head == chain(map(encode, append.facts))
    more = await talk.add(wrote("c2"))
    assert talk.head == chain(map(encode, append.facts + more.facts))


async def test_that_heads_come_back_in_the_order_of_the_batch(store: Store) -> None:
    two, one = Talk(store, TWO), Talk(store, ONE)
    appends = [two.append(started(), wrote()), one.append(started())]
    assert await store.commit(appends) == [chain(map(encode, append.facts)) for append in appends]


async def test_that_one_batch_may_write_twice_to_a_conversation(store: Store) -> None:
    talk = Talk(store)
    first = talk.append(started())
    talk.took(first, chain(map(encode, first.facts)))
    second = talk.append(wrote(), words=((b"w", None),))
    heads = await store.commit([first, second])
    assert heads == [first_head := talk.head, chain(map(encode, second.facts), first_head)]
    loaded = await store.load(ONE)
    assert loaded is not None
    assert [one.seq for one in loaded.facts] == [1, 2]
    assert await store.view(ONE) == second.view


async def test_that_a_batch_of_every_size_is_written_whole(store: Store) -> None:
    for size in (0, 1, 3, 4, 5, 63, 64, 85, 200):
        talks = [Talk(store, ConversationId(f"{size:03d}-{number:03d}")) for number in range(size)]
        heads = await store.commit([talk.append(started()) for talk in talks])
        for talk, head in zip(talks, heads, strict=True):
            talk.took(talk.append(started()), head)
        again = [talk.append(wrote(), words=((b"%d" % at, None),)) for at, talk in enumerate(talks)]
        heads = await store.commit(again)
        stored = [await store.load(talk.id) for talk in talks]
        assert [one.head for one in stored if one] == heads
        assert [await store.view(talk.id) for talk in talks] == [append.view for append in again]


async def test_that_a_batch_of_nothing_is_nothing(store: Store) -> None:
    assert await store.commit([]) == []


async def test_that_texts_outside_ascii_come_back(store: Store) -> None:
    talk = Talk(store, ConversationId("gesprek-é-雪-😀"))
    append = await talk.add(started(), e.PromiseTried(1, "gebeld 📞 naar \x7f\u2028'; DROP TABLE fact; --\""))
    loaded = await store.load(talk.id)
    assert loaded is not None
    assert loaded.facts == append.facts
    assert await store.all_ids() == [talk.id]


# -- conflicts and atomicity -----------------------------------------------------------------------------------------


async def heads(store: Store) -> list[Head]:
    return [head async for piece in store.heads() for head in piece]


async def everything(store: Store) -> object:
    ids = await store.all_ids()
    return (
        [(id, await store.load(id), await store.view(id), await store.words(id)) for id in ids],
        await heads(store),
    )


async def test_that_another_head_is_refused_and_nothing_is_written(store: Store) -> None:
    talk, other = Talk(store), Talk(store, TWO)
    await talk.add(started())
    before = await everything(store)
    stale = replace(talk.append(wrote(), words=((b"x", None),)), head=b"\x01" * 32)
    fresh = other.append(started(), effects=(StartTimer(Timer.IDLE, NOW),), words=((b"y", None),))
    for batch in ([stale], [fresh, stale], [stale, fresh]):
        with pytest.raises(Conflict):
            await store.commit(batch)
        assert await everything(store) == before
    assert await store.claim(at(999), LEASE, 10) == []


async def test_that_a_conversation_that_exists_does_not_begin_again(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started())
    before = await everything(store)
    with pytest.raises(Conflict):
        await store.commit([Talk(store, TWO).append(started()), Talk(store).append(started())])
    assert await everything(store) == before


async def test_that_a_conversation_that_is_not_there_cannot_go_on(store: Store) -> None:
    talk = Talk(store)
    append = talk.append(started())
    talk.took(append, b"\x02" * 32)
    with pytest.raises(Conflict):
        await store.commit([talk.append(wrote())])
    assert await store.all_ids() == []


async def test_that_a_gap_in_the_facts_is_refused(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started())
    append = talk.append(wrote())
    with pytest.raises(Conflict):
        await store.commit([replace(append, facts=(fact(3, wrote()),))])
    with pytest.raises(Conflict):
        await store.commit([replace(Talk(store, TWO).append(started()), facts=(fact(2, wrote()),))])
    with pytest.raises(Invalid):
        await store.commit([replace(append, facts=(fact(2, wrote()), fact(4, wrote())))])
    assert await store.all_ids() == [ONE]


async def test_that_an_append_that_cannot_be_written_takes_the_whole_batch_with_it(store: Store) -> None:
    talk, poison, last = Talk(store), Talk(store, TWO), Talk(store, ConversationId("three"))
    await talk.add(started())
    before = await everything(store)
    half = poison.append(started(), e.MessageReceived(ClientId("\ud800"), Heard()))
    good = talk.append(wrote(), effects=(StartTimer(Timer.IDLE, NOW),), words=((b"x", None),))
    with pytest.raises(Invalid):
        await store.commit([good, half, last.append(started())])
    assert await everything(store) == before
    assert await store.claim(at(999), LEASE, 10) == []
    talk.took(good, (await store.commit([good]))[0])
    assert (await store.view(ONE)) == good.view


async def test_that_words_without_their_fact_are_refused(store: Store) -> None:
    append = Talk(store).append(started(), wrote())
    for words in ((Sealed(3, b"x", None),), (Sealed(2, b"x", None), Sealed(2, b"y", None))):
        with pytest.raises(Invalid):
            await store.commit([replace(append, words=words)])
    assert await store.all_ids() == []


# -- words, token, view ----------------------------------------------------------------------------------------------


async def test_that_words_come_back_after_a_place_and_in_order(store: Store) -> None:
    talk, other = Talk(store), Talk(store, TWO)
    await talk.add(started(), wrote("a"), words=((b"\x00\xff", None), (b"two", b"masked")))
    await talk.add(*(wrote(f"c{number}") for number in range(9)), words=tuple((b"%d" % n, None) for n in range(9)))
    await other.add(started(), words=((b"of another", None),))
    words = await store.words(ONE)
    assert [sealed.seq for sealed in words] == list(range(1, 12))
    assert words[:2] == [Sealed(1, b"\x00\xff", None), Sealed(2, b"two", b"masked")]
    assert await store.words(ONE, after=10) == [Sealed(11, b"8", None)]
    assert await store.words(ONE, after=11) == []


async def test_that_the_token_is_kept_from_the_beginning(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started())
    await talk.add(wrote())
    assert await store.token_hash(ONE) == TOKEN


async def test_that_every_column_of_a_view_comes_back(store: Store) -> None:
    talk = Talk(store)
    first = taken_by(talk.append(started(), asked()), "jan")
    talk.took(first, (await store.commit([first]))[0])
    assert await store.view(ONE) == first.view
    second = taken_by(talk.append(wrote()), "piet")
    second = replace(second, view=replace(second.view, promise_kind=PromiseKind.CALLBACK, ai_busy=True, returned=True))
    await store.commit([second])
    stored = await store.view(ONE)
    assert stored == second.view
    assert stored is not None
    assert [type(value) for value in (stored.phase, stored.ai_busy, stored.promise_kind)] == [Phase, bool, PromiseKind]


async def test_that_open_conversations_are_those_that_wait_for_or_have_a_person(store: Store) -> None:
    for number, phase in enumerate(Phase):
        append = Talk(store, ConversationId(f"c{number}")).append(started())
        await store.commit([replace(append, view=replace(append.view, phase=phase))])
    views = await store.open_views()
    assert [view.phase for view in views] == [Phase.WAITING, Phase.OFFERED, Phase.HUMAN, Phase.PARKED]


async def test_that_the_end_of_a_conversation_is_read_with_its_head(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), wrote())
    await talk.add(asked())
    whole = await store.load(ONE)
    assert whole is not None
    end = await store.load_after(ONE, 1)
    assert end is not None
    assert (end.facts, end.head) == (whole.facts[1:], whole.head)
    assert await store.load_after(ONE, len(whole.facts)) is None
    assert await store.load_after(TWO, 0) is None


async def test_that_booked_conversations_are_the_open_ones_with_a_window(store: Store) -> None:
    for number, (phase, window) in enumerate(((Phase.WAITING, at(9)), (Phase.WAITING, None), (Phase.RESOLVED, at(9)))):
        append = Talk(store, ConversationId(f"c{number}")).append(started())
        await store.commit([replace(append, view=replace(append.view, phase=phase, window_start=window))])
    assert [view.id for view in await store.booked_views()] == ["c0"]


async def test_that_a_conversation_leaves_the_open_ones(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), asked())
    assert [view.id for view in await store.open_views()] == [ONE]
    await talk.add(e.Resolved("answered", None))
    assert await store.open_views() == []


async def test_that_what_happened_since_a_moment_is_found_oldest_first(store: Store) -> None:
    one, two = Talk(store), Talk(store, TWO)
    await two.add(started(), when=at(1))
    await one.add(started(), when=at(1))
    await one.add(wrote(), when=at(3))
    assert [view.id for view in await store.views_since(NOW)] == [TWO, ONE]
    assert [view.id for view in await store.views_since(at(1))] == [TWO, ONE]
    assert [view.id for view in await store.views_since(at(2))] == [ONE]
    assert await store.views_since(at(4)) == []


async def test_that_every_conversation_with_something_in_a_span_is_found(store: Store) -> None:
    one, two = Talk(store), Talk(store, TWO)
    await two.add(started(), when=at(1))
    await one.add(started(), when=at(1))
    await one.add(wrote(), when=at(3))

    async def found(since: int, until: int) -> set[str]:
        return {id async for some in store.active_between(at(since), at(until)) for id in some}

    assert await found(0, 4) == {ONE, TWO}
    assert await found(1, 2) >= {ONE, TWO}
    assert await found(2, 4) == {ONE}
    assert await found(4, 9) == set()


async def test_that_rebuild_puts_views_back_and_leaves_the_rest(store: Store) -> None:
    talk = Talk(store)
    append = await talk.add(started())
    spoiled = replace(append.view, phase=Phase.PARKED, language="xx", declined=())
    await store.rebuild([spoiled, replace(spoiled, id=TWO)])
    assert await store.view(ONE) == spoiled
    assert await store.view(TWO) is None
    await store.rebuild([append.view])
    assert await store.view(ONE) == append.view
    assert await store.token_hash(ONE) == TOKEN
    await talk.add(wrote())


async def test_that_the_heads_are_those_of_all_chains_by_name(store: Store) -> None:
    assert await heads(store) == [Head("house", 0, GENESIS)]
    one, two = Talk(store), Talk(store, ConversationId("zz"))
    await two.add(started())
    await one.add(started(), wrote())
    entry = await store.add_to_ledger(NOW, "policy", "{}")
    assert await heads(store) == [Head(ONE, 2, one.head), Head("house", 1, entry.hash), Head("zz", 1, two.head)]
    assert await store.all_ids() == [ONE, "zz"]


async def test_that_the_heads_are_those_of_one_moment_however_many_there_are(store: Store) -> None:
    talks = [Talk(store, ConversationId(f"{number:04}")) for number in range(2 * HEADS_AT_ONCE + 1)]
    for talk in talks:
        await talk.add(started())
    before = [Head(talk.id, 1, talk.head) for talk in talks]
    pieces = [piece async for piece in _meanwhile(store, talks)]
    assert [head for piece in pieces for head in piece] == [*before, Head("house", 0, GENESIS)]
    assert len(pieces) > 2
    assert [head.length for head in (await heads(store))[-3:]] == [1, 2, 0]


async def _meanwhile(store: Store, talks: list[Talk]) -> AsyncIterator[Sequence[Head]]:
    """The pieces, while the last conversation grows."""
    async for piece in store.heads():
        if len(talks[-1].facts) == 1:
            await talks[-1].add(wrote())
        yield piece


# -- jobs ------------------------------------------------------------------------------------------------------------


async def test_that_a_clock_is_claimed_when_it_is_due_and_not_before(store: Store) -> None:
    await Talk(store).add(started(), effects=(StartTimer(Timer.IDLE, at(5)), Assign()))
    assert await store.claim(Instant(at(5) - 1), LEASE, 10) == []
    (job,) = await store.claim(at(5), LEASE, 10)
    assert (job.key, job.kind, job.conversation, job.argument) == (IDLE, "timer", ONE, "idle")
    assert (job.run_at, job.attempts) == (at(5), 1)


async def test_that_a_claimed_job_is_held_until_its_lease_runs_out(store: Store) -> None:
    await Talk(store).add(started(), effects=(StartTimer(Timer.IDLE, NOW),))
    assert len(await store.claim(NOW, LEASE, 10)) == 1
    assert await store.claim(Instant(NOW + LEASE - 1), LEASE, 10) == []
    (again,) = await store.claim(Instant(NOW + LEASE), LEASE, 10)
    assert again.attempts == 2


async def test_that_the_earliest_jobs_are_claimed_first(store: Store) -> None:
    for number in (3, 1, 2):
        talk = Talk(store, ConversationId(f"c{number}"))
        await talk.add(started(), effects=(StartTimer(Timer.WAIT, at(number)),))
    assert [job.conversation for job in await store.claim(at(9), LEASE, 2)] == ["c1", "c2"]
    assert [job.conversation for job in await store.claim(at(9), LEASE, 2)] == ["c3"]
    assert await store.claim(at(9), LEASE, 0) == []


async def test_that_a_clock_that_is_started_again_rings_once_at_the_later_instant(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), effects=(StartTimer(Timer.IDLE, at(1)),))
    await store.claim(at(1), LEASE, 10)
    await talk.add(wrote(), effects=(StartTimer(Timer.IDLE, at(2)),))
    assert await store.claim(at(1), LEASE, 10) == []
    (job,) = await store.claim(at(2), LEASE, 10)
    assert (job.run_at, job.attempts) == (at(2), 1)


async def test_that_a_stopped_clock_does_not_ring(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), effects=(StartTimer(Timer.IDLE, at(1)), StartTimer(Timer.WAIT, at(1))))
    await talk.add(wrote(), effects=(StopTimer(Timer.IDLE), StopTimer(Timer.BOT)))
    assert [job.argument for job in await store.claim(at(1), LEASE, 10)] == ["wait"]


async def test_that_the_later_of_two_effects_on_one_clock_counts(store: Store) -> None:
    stopped = (StartTimer(Timer.IDLE, NOW), StopTimer(Timer.IDLE))
    await Talk(store).add(started(), effects=stopped)
    assert await store.claim(NOW, LEASE, 10) == []
    await Talk(store, TWO).add(started(), effects=stopped[::-1])
    assert [job.conversation for job in await store.claim(NOW, LEASE, 10)] == [TWO]


async def test_that_a_turn_of_the_brain_is_held_by_who_wrote_it_and_found_again_after_a_crash(store: Store) -> None:
    await Talk(store).add(started(), wrote(), effects=(AskBrain(2),))
    assert await store.claim(Instant(NOW + 30 * SECOND - 1), LEASE, 10) == []
    (job,) = await store.claim(Instant(NOW + 30 * SECOND), LEASE, 10)
    assert (job.key, job.kind, job.argument, job.run_at) == (turn_key(ONE, 2), "turn", "2", NOW)
    assert job.attempts == 2


async def test_that_who_starts_alone_finds_what_it_held_before(store: Store) -> None:
    effects = (AskBrain(2), StartTimer(Timer.IDLE, NOW), StartTimer(Timer.WAIT, at(9)))
    await Talk(store).add(started(), wrote(), effects=effects)
    await store.claim(NOW, MINUTE, 10)
    assert await store.claim(NOW, MINUTE, 10) == []
    await store.release_all()
    assert {job.argument for job in await store.claim(NOW, MINUTE, 10)} == {"2", "idle"}


async def test_that_a_job_can_be_held_for_longer_and_is_tried_again_after_it(store: Store) -> None:
    await Talk(store).add(started(), effects=(StartTimer(Timer.IDLE, NOW),))
    await store.hold(IDLE, NOW, at(5))
    assert len(await store.claim(NOW, LEASE, 10)) == 1, "nobody held it, so there is nothing to hold for longer"
    await store.hold(IDLE, at(1), at(5))
    assert [job.attempts for job in await store.claim(Instant(NOW + LEASE), LEASE, 10)] == [2], "it is another one"
    await store.hold(IDLE, NOW, at(5))
    assert await store.claim(Instant(at(5) - 1), LEASE, 10) == []
    assert [(job.run_at, job.attempts) for job in await store.claim(at(5), LEASE, 10)] == [(NOW, 3)]


async def test_that_a_finished_job_is_gone(store: Store) -> None:
    await Talk(store).add(started(), effects=(StartTimer(Timer.IDLE, NOW),))
    await store.claim(NOW, LEASE, 10)
    await store.finish(IDLE, NOW)
    await store.finish(IDLE, NOW)
    assert await store.claim(at(999), LEASE, 10) == []


async def test_that_finishing_leaves_a_job_that_was_set_anew(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), effects=(StartTimer(Timer.IDLE, NOW),))
    await store.claim(NOW, LEASE, 10)
    await talk.add(wrote(), effects=(StartTimer(Timer.IDLE, at(1)),))
    await store.finish(IDLE, NOW)
    assert [job.key for job in await store.claim(at(1), LEASE, 10)] == [IDLE]


async def test_that_a_commit_finishes_the_job_that_it_answers(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), wrote(), effects=(AskBrain(2), StartTimer(Timer.IDLE, NOW)))
    await store.claim(NOW, LEASE, 10)
    await talk.add(wrote("c2"), done=(IDLE, turn_key(ONE, 2), "never:was"))
    assert await store.claim(at(999), LEASE, 10) == []


async def test_that_a_commit_without_facts_only_finishes_jobs(store: Store) -> None:
    talk = Talk(store)
    append = await talk.add(started(), effects=(StartTimer(Timer.IDLE, NOW),))
    await store.claim(NOW, LEASE, 10)
    empty = replace(talk.append(done=(IDLE,)), view=replace(append.view, language="xx"))
    with pytest.raises(Conflict):
        await store.commit([replace(empty, head=b"\x03" * 32)])
    assert await store.commit([empty]) == [talk.head]
    assert await store.claim(at(999), LEASE, 10) == []
    assert await store.view(ONE) == append.view


async def test_that_a_job_finished_and_set_in_one_commit_is_set(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), effects=(StartTimer(Timer.IDLE, NOW),))
    await store.claim(NOW, LEASE, 10)
    await talk.add(wrote(), effects=(StartTimer(Timer.IDLE, at(3)),), done=(IDLE,))
    assert [job.run_at for job in await store.claim(at(3), LEASE, 10)] == [at(3)]


async def test_that_a_commit_leaves_a_job_that_was_set_anew_since_it_was_claimed(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), effects=(StartTimer(Timer.IDLE, NOW),))
    await store.claim(NOW, LEASE, 10)
    await talk.add(wrote(), effects=(StartTimer(Timer.IDLE, at(3)),))
    await talk.add(wrote("c2"), done=(IDLE,))
    assert [job.run_at for job in await store.claim(at(3), LEASE, 10)] == [at(3)]


async def test_that_jobs_of_two_conversations_do_not_touch_each_other(store: Store) -> None:
    one, two = Talk(store), Talk(store, TWO)
    batch = [talk.append(started(), effects=(StartTimer(Timer.IDLE, NOW),)) for talk in (one, two)]
    for talk, append, head in zip((one, two), batch, await store.commit(batch), strict=True):
        talk.took(append, head)
    await one.add(wrote(), effects=(StopTimer(Timer.IDLE),))
    assert [job.conversation for job in await store.claim(NOW, LEASE, 10)] == [TWO]


# -- the house -------------------------------------------------------------------------------------------------------


async def test_that_the_ledger_is_one_chain_counted_from_one(store: Store) -> None:
    entries = [await store.add_to_ledger(Instant(NOW + n), "policy", f'{{"n":{n},"é":"雪"}}') for n in range(3)]
    assert [entry.number for entry in entries] == [1, 2, 3]
    records = [encode_entry(entry.number, entry.at, entry.kind, entry.body) for entry in entries]
    assert [entry.hash for entry in entries] == [chain(records[:n]) for n in (1, 2, 3)]
    assert await store.ledger() == entries
    assert await store.ledger(after=2) == entries[2:]
    assert await store.ledger(after=3) == []


async def test_that_the_end_of_the_ledger_is_the_number_of_its_last_line(store: Store) -> None:
    assert await store.ledger_end() == 0
    entries = [await store.add_to_ledger(NOW, kind, "{}") for kind in ("policy", "alarm")]
    assert await store.ledger_end() == entries[-1].number


async def test_that_a_line_that_cannot_be_written_leaves_the_ledger_as_it_was(store: Store) -> None:
    entry = await store.add_to_ledger(NOW, "policy", "")
    with pytest.raises(Invalid):
        await store.add_to_ledger(NOW, "policy", "\ud800")
    assert await store.ledger() == [entry]


async def test_that_a_closed_store_says_so(store: Store) -> None:
    append = Talk(store).append(started())
    await store.close()
    await store.close()
    with pytest.raises(StoreFault):
        await store.commit([append])
    with pytest.raises(StoreFault):
        await store.load(ONE)


# -- what was given --------------------------------------------------------------------------------------------------


def answered(article: str = "opzeggen", version: str = "v1", turn: int = 2) -> e.Event:
    """The AI gave an article."""
    return e.BotReplied(turn, Source(article, version, "Titel é", "nl"), "brain", None)


def used(*versions: str) -> e.Event:
    """An agent's answer, made from what was proposed."""
    sources = tuple(Source("opzeggen", version, "Titel", "en") for version in versions)
    return e.AgentWrote(StaffId("anna"), ClientId("c9"), False, True, at(9), sources=sources)


async def given_to(store: Store, article: str = "opzeggen", version: str = "v1") -> list[Given]:
    return await store.given(article, version, None, 100)


async def test_that_who_was_given_a_version_is_found_in_the_commit_that_gave_it(store: Store) -> None:
    talk, other = Talk(store), Talk(store, TWO)
    await talk.add(started(), wrote(), answered(), when=at(1))
    await other.add(started(), wrote(), answered(version="v2"), answered("huurtoeslag"))
    await other.add(used("v2", "v1", "v1"), when=at(2))
    assert await given_to(store) == [
        Given(ONE, 3, at(1), "opzeggen", "nl", "v1", By.AI),
        Given(TWO, 5, at(2), "opzeggen", "en", "v1", By.AGENT),
    ]
    assert [one[:2] for one in await given_to(store, version="v2")] == [(TWO, 3), (TWO, 5)]
    assert [one[:2] for one in await given_to(store, "huurtoeslag")] == [(TWO, 4)]
    assert await given_to(store, "nothing") == []


async def test_that_titles_that_were_shown_and_words_of_a_person_alone_give_nothing(store: Store) -> None:
    source = Source("opzeggen", "v1", "Titel", "nl")
    await Talk(store).add(started(), wrote(), e.BotSuggested(2, (source,), "brain", None, TEMPLATE), used())
    assert await given_to(store) == []


async def test_that_what_was_refused_gave_nothing(store: Store) -> None:
    talk = Talk(store)
    await talk.add(started(), wrote())
    with pytest.raises(Conflict):
        await store.commit([replace(talk.append(answered()), head=b"\x01" * 32)])
    assert await given_to(store) == []


async def test_that_who_was_given_a_version_comes_in_pages_without_gap_or_double(store: Store) -> None:
    ids = [ConversationId(f"G{number:03}") for number in range(7)]
    for id in reversed(ids):
        await Talk(store, id).add(started(), wrote(), answered(), answered(turn=3))
    found: list[Given] = []
    while page := await store.given("opzeggen", "v1", found[-1][:2] if found else None, 3):
        assert len(page) <= 3
        found += page
    assert [one[:2] for one in found] == [(id, seq) for id in ids for seq in (3, 4)]


async def test_that_what_was_given_in_a_stretch_of_time_comes_in_its_order(store: Store) -> None:
    for minute, id in ((3, "A"), (1, "B"), (2, "C"), (2, "A2"), (5, "D")):
        await Talk(store, ConversationId(id)).add(started(), wrote(), answered(), used("v2"), when=at(minute))
    found = [one async for piece in store.given_between(at(1), at(5)) for one in piece]
    assert [(one.conversation, one.seq) for one in found] == [
        *(("B", 3), ("B", 4), ("A2", 3), ("A2", 4)),
        *(("C", 3), ("C", 4), ("A", 3), ("A", 4)),
    ]
    assert [one async for piece in store.given_between(at(6), at(9)) for one in piece] == []


async def test_that_more_was_given_than_fits_in_one_piece(store: Store) -> None:
    talks = [Talk(store, ConversationId(f"G{number:04}")) for number in range(GIVEN_AT_ONCE + 3)]
    await store.commit([talk.append(started(), wrote(), answered()) for talk in talks])
    pieces = [piece async for piece in store.given_between(NOW, at(1))]
    assert [len(piece) for piece in pieces] == [GIVEN_AT_ONCE, 3]
    assert [one.conversation for piece in pieces for one in piece] == [talk.id for talk in talks]
