"""The page of an article, which every answer links to."""

from dataclasses import replace
from datetime import date

import pytest

from gehoor.core.knowledge.article import STAFF, Library
from tests.world import BORG, OPZEGGEN, SLEUTEL, Built

pytestmark = pytest.mark.anyio


async def test_that_a_customer_reads_what_is_in_force_and_neither_what_ended_nor_what_is_for_staff(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, internal = replace(BORG, valid_until=date(2026, 1, 2)), replace(SLEUTEL, audiences=(STAFF,))
    monkeypatch.setattr(built.house.knowledge, "library", Library((OPZEGGEN, ended, internal)))
    client = built.client()
    for article, status in ((OPZEGGEN, 200), (ended, 404), (internal, 404)):
        page = await client.get(article.url_path)
        assert page.status_code == status, article.slug
        assert (article.title in page.text) == (status == 200)
