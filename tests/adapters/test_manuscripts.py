"""What is written at the desk becomes an article under the rules of the files, and is refused in plain Dutch."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gehoor.adapters.articles.manuscripts import Manuscripts
from gehoor.adapters.articles.markdown import read_articles
from gehoor.core.errors import Invalid
from gehoor.core.knowledge.article import ArticlePolicy, Passage
from gehoor.ports.writing import Manuscript
from gehoor.settings import DEMO

GOOD = Manuscript(
    slug="borg",
    language="nl",
    title="Wanneer krijg ik mijn borg terug?",
    owner="Team Klantcontact",
    valid_from=date(2026, 1, 1),
    review_by=date(2027, 1, 1),
    policy=ArticlePolicy.MAY_ANSWER,
    text="U krijgt die binnen 14 dagen. Kijk op [onze site](https://example.nl/borg).\n\n## Hoe\n\n- eerst\n- dan\n",
    ways=("wanneer krijg ik mijn geld",),
    valid_until=date(2026, 12, 31),
    audiences=("huurders",),
    tags=("Waarborgsom",),
    source="https://example.nl/bron",
)


def test_that_a_manuscript_becomes_an_article_with_all_its_fields() -> None:
    article = Manuscripts().read(GOOD)
    assert article.passages[1] == Passage("Hoe", "- eerst\n- dan")
    assert article.answer.endswith("onze site (https://example.nl/borg).")
    assert (article.valid_until, article.audiences, article.tags) == (date(2026, 12, 31), ("huurders",), GOOD.tags)
    assert (article.title, article.owner, article.ways, article.source) == (
        *(GOOD.title, GOOD.owner, GOOD.ways, GOOD.source),
    )


@pytest.mark.parametrize("slug", ["huur-opzeggen", "spoedreparatie", "huurtoeslag", "servicekosten"])
def test_that_the_text_of_an_article_is_read_back_as_it_was(slug: str) -> None:
    library, _ = read_articles(DEMO / "knowledge")
    article = library.find(slug, "nl")
    assert article is not None
    one = Manuscript(
        *(article.slug, article.language, article.title, article.owner, article.valid_from, article.review_by),
        *(article.policy, Manuscripts().text(article)),
        ways=article.ways,
        computes=article.computes,
    )
    assert Manuscripts().read(one) == article


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"slug": "../etc"}, "slug", "kleine letters"),
        ({"language": "nl/.."}, "language", "twee letters"),
        ({"title": " "}, "title", "ontbreekt"),
        ({"title": "x" * 201}, "title", "te lang"),
        ({"title": "Borg <b>nu</b>"}, "title", "HTML"),
        ({"owner": ""}, "owner", "ontbreekt"),
        ({"review_by": date(2025, 1, 1)}, "review_by", "voor de eerste dag"),
        ({"valid_until": date(2025, 1, 1)}, "valid_until", "voor de eerste dag"),
        ({"text": ""}, "text", "Schrijf eerst het antwoord"),
        ({"text": "## Kop\n\nTekst"}, "text", "Schrijf eerst het antwoord"),
        ({"text": "- een\n- lijst"}, "text", "één alinea"),
        ({"text": "Een.\n\nTwee."}, "text", "één alinea"),
        ({"text": "Een.\n\n## Kop\n"}, "text", "Regel 3. onder deze kop"),
        ({"text": "Een.\n\n# Kop\n\nTwee."}, "text", "Regel 3. begin een kop"),
        ({"text": "Een.\n\n## Kop\n\n<script>"}, "text", "Regel 5. HTML"),
        ({"text": "Een.\n\n## Kop\n\n[x](javascript:1)"}, "text", "Regel 5. een link"),
        ({"text": "Een \u202e twee."}, "text", "leesrichting"),
        ({"text": "Een\x07 twee."}, "text", "stuurteken"),
        ({"text": "x" * 300_000}, "text", "te lang"),
        ({"ways": ("x\u202ey",)}, "ways", "leesrichting"),
        ({"ways": ("x" * 4001,)}, "ways", "te lang"),
        ({"source": "x\u0000"}, "source", "stuurteken"),
    ],
)
def test_that_what_cannot_be_an_article_is_refused_in_plain_dutch(
    change: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        Manuscripts().read(replace(GOOD, **change))
    assert refused.value.data["field"] == field
    assert words.casefold() in refused.value.sentence.casefold()
