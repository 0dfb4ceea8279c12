"""What a writer should look at, in the text that is being written or else in what counts."""

from dataclasses import replace
from datetime import date

import pytest

from gehoor.core.knowledge.warnings import Code
from tests.core.knowledge.examples import article
from tests.flows.test_effects import room
from tests.flows.test_knowledge import ANNA
from tests.world import parts

pytestmark = pytest.mark.anyio


async def test_that_a_draft_is_looked_at_before_it_counts() -> None:
    world, _, _ = parts()
    made = room(world)
    book = made.book
    await book.start()
    before = {one.code for one in await made.warnings(book.topic("lekkage"))}
    stale = replace(article("lekkage"), review_by=date(2026, 6, 1))
    topic = await book.draft(stale, 0, ANNA)
    after = {one.code for one in await made.warnings(topic)}
    assert Code.STALE not in before
    assert Code.STALE in after


async def test_that_every_topic_is_counted_as_it_is_in_force() -> None:
    world, _, _ = parts()
    made = room(world)
    await made.book.start()
    counts = await made.counts()
    assert counts is not None
    topics = made.book.topics()
    for topic in topics:
        assert counts[topic.slug] >= 0
    assert counts is (await made.counts()), "counted once for a library and a day"
