"""Topics found by their texts: what was never learned, few ways or none, and very many of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gehoor.adapters.brains import nearby
from gehoor.adapters.brains.classifier import Features
from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import features_of, nothing_learned
from gehoor.adapters.brains.lines import key_of
from gehoor.adapters.brains.nearby import Nearby, changed, keep_nearby, kept_nearby, nearby_of, probability
from gehoor.core.knowledge.article import Article, Passage
from tests.core.knowledge.examples import article


def told(slug: str, title: str, answer: str, *more: tuple[str, str]) -> Article:
    passages = (Passage("", answer), *(Passage(*one) for one in more))
    return replace(article(slug), title=title, passages=passages)


SNOW = told("sneeuw", "Wie maakt de stoep sneeuwvrij?", "U strooit zelf zout op het pad voor uw deur.")
BIKES = told("fietsen", "Waar zet ik mijn fiets neer?", "In de fietsenstalling.", ("Bakfiets", "Vraag een eigen plek."))
SIGN = told("naambordje", "Hoe krijg ik een naambordje?", "Bestel het bordje bij de huismeester.")
ARTICLES = [SNOW, BIKES, SIGN]
TABLE = nothing_learned([f"{a.title} {a.answer}" for a in ARTICLES]).table


def look(found: Nearby, text: str, encoder: Encoder) -> list[nearby.Nearness]:
    (near,) = found.look(features_of([text], TABLE, encoder, with_model=found.with_model))
    return near


def by_words(articles: list[Article]) -> Nearby:
    return nearby_of(articles, TABLE, NoEncoder(), with_model=False)


def test_an_article_is_found_by_its_title_by_a_section_and_by_a_way() -> None:
    found = by_words([SNOW, BIKES, replace(SIGN, ways=("mijn naam staat niet bij de bel",))])
    asked = {"Wie maakt de stoep sneeuwvrij?": "sneeuw", "bakfiets": "fietsen", "naam bij de bel": "naambordje"}
    for text, slug in asked.items():
        assert look(found, text, NoEncoder())[0].slug == slug


def test_its_own_title_is_almost_certain_and_something_else_hardly_probable() -> None:
    found = by_words(ARTICLES)
    assert probability(look(found, "Wie maakt de stoep sneeuwvrij?", NoEncoder()), with_model=False) > 0.9
    assert probability(look(found, "recept voor appeltaart", NoEncoder()), with_model=False) < 0.2
    assert probability([], with_model=False) == 0


def test_a_topic_alone_is_no_surer_of_something_else_than_one_among_others() -> None:
    alone = look(by_words([SNOW]), "recept voor appeltaart", NoEncoder())
    assert probability(alone, with_model=False) < 0.1
    assert probability(look(by_words([SNOW]), SNOW.title, NoEncoder()), with_model=False) > 0.9


def test_a_topic_is_named_once_however_many_rows_it_has() -> None:
    found = by_words([replace(SNOW, ways=("sneeuw", "zout strooien", "gladde stoep")), BIKES])
    slugs = [one.slug for one in look(found, "gladde stoep en sneeuw", NoEncoder())]
    assert slugs[0] == "sneeuw"
    assert len(slugs) == len(set(slugs))


def test_of_very_many_articles_only_title_and_answer_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "MOST_ROWS", 3)
    found = by_words(ARTICLES)
    assert len(found.slugs) == len(ARTICLES)
    assert look(found, "waar kan mijn fiets staan", NoEncoder())[0].slug == "fietsen"


def test_among_hundreds_the_right_one_is_found() -> None:
    many = [told(f"onderwerp-{n}", f"Vraag {n} over nummer {n * 7919}?", f"Antwoord {n}.") for n in range(500)]
    found = by_words([*many, *ARTICLES])
    asked = ["Wie maakt de stoep sneeuwvrij?", "Hoe krijg ik een naambordje?", "Vraag 77 over nummer 609763?"]
    assert [look(found, one, NoEncoder())[0].slug for one in asked] == ["sneeuw", "naambordje", "onderwerp-77"]


def test_nothing_is_near_when_there_is_nothing() -> None:
    assert look(by_words([]), "fiets", NoEncoder()) == []


def test_a_new_text_or_a_new_way_is_a_change_and_another_owner_is_none() -> None:
    before = frozenset(map(key_of, ARTICLES))
    assert changed(ARTICLES, before) == []
    assert changed([replace(SNOW, owner="Team Groen")], before) == []
    assert changed([replace(SNOW, ways=("glad",)), BIKES], before) == [replace(SNOW, ways=("glad",))]
    assert len(changed([told("sneeuw", SNOW.title, "Wij strooien.")], before)) == 1


def test_what_was_read_before_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = by_words([SNOW, BIKES])
    read: list[str] = []
    features = features_of

    def counted(texts: Sequence[str], *told: Any, **more: Any) -> Features:
        read.extend(texts)
        return features(texts, *told, **more)

    monkeypatch.setattr(nearby, "features_of", counted)
    found = nearby_of([BIKES, SIGN], TABLE, NoEncoder(), with_model=False, before=before)
    assert read
    assert not [text for text in read if SNOW.title in text or BIKES.title in text]
    assert set(found.slugs) == {"fietsen", "naambordje"}
    monkeypatch.undo()
    fresh = by_words([BIKES, SIGN])
    for text in ("bakfiets", "Hoe krijg ik een naambordje?"):
        assert look(found, text, NoEncoder()) == look(fresh, text, NoEncoder())


def test_rows_of_another_table_are_not_taken_over() -> None:
    other = nothing_learned(["heel andere woorden"]).table
    before = nearby_of([SNOW], other, NoEncoder(), with_model=False)
    found = nearby_of([SNOW], TABLE, NoEncoder(), with_model=False, before=before)
    assert found.made != before.made
    assert not np.array_equal(found.fine, before.fine)


def test_many_rows_are_kept_in_a_file_and_a_broken_one_counts_as_none(tmp_path: Path) -> None:
    few, many = by_words(ARTICLES), by_words([told(f"o-{n}", f"Vraag {n}?", f"Antwoord {n}.") for n in range(600)])
    keep_nearby(few, tmp_path)
    assert not list(tmp_path.iterdir())
    keep_nearby(many, tmp_path)
    (file,) = tmp_path.iterdir()
    again = kept_nearby(tmp_path, with_model=False)
    assert (again.slugs, again.keys, again.made) == (many.slugs, many.keys, many.made)
    assert look(again, "Vraag 77?", NoEncoder())[0].slug == "o-77"
    file.write_bytes(b"kapot")
    assert kept_nearby(tmp_path, with_model=False).slugs == ()
    assert kept_nearby(tmp_path, with_model=True).slugs == ()


@pytest.mark.model
def test_the_language_model_finds_what_shares_no_words() -> None:
    encoder = SentenceEncoder()
    found = nearby_of(ARTICLES, TABLE, encoder, with_model=True)
    assert look(found, "it is slippery and white outside my door", encoder)[0].slug == "sneeuw"
    assert np.isfinite(found.rough).all()
