"""Articles from files: what is good is read, and each broken thing is a fault that names its place."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gehoor.adapters.articles.markdown import imported, read_articles
from gehoor.core.errors import KnowledgeFault
from gehoor.core.knowledge.article import ArticlePolicy, Computation, Library
from gehoor.core.knowledge.costs import USUAL_COSTS
from gehoor.core.knowledge.ladder import Severity

GOOD = """---
slug: huur-opzeggen
language: nl
title: Hoe zeg ik mijn huur op?
owner: Team Verhuur
valid_from: 2026-01-01
review_by: 2027-03-01
policy: may_answer
ways:
- ik wil van mijn woning af
- "waarom: nou, ik ga weg"
---
U zegt de huur
schriftelijk op.

## Hoe doet u dat?
Met een brief:
- naam
- datum
  en plaats

Of [online](https://www.voorbeeldstad.example).
"""


def write(folder: Path, text: str | bytes, name: str = "nl/huur-opzeggen.md") -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def read(folder: Path) -> tuple[Library, tuple[KnowledgeFault, ...]]:
    return read_articles(folder)


def test_a_good_article_is_read_whole(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    library, faults = read(tmp_path)
    assert faults == ()
    (article,) = library.articles
    assert (article.slug, article.language, article.owner) == ("huur-opzeggen", "nl", "Team Verhuur")
    assert (article.valid_from, article.review_by) == (date(2026, 1, 1), date(2027, 3, 1))
    assert article.policy is ArticlePolicy.MAY_ANSWER
    assert article.ways == ("ik wil van mijn woning af", "waarom: nou, ik ga weg")
    assert article.answer == "U zegt de huur schriftelijk op."
    assert article.passages[1].heading == "Hoe doet u dat?"
    assert article.passages[1].text == (
        "Met een brief:\n- naam\n- datum en plaats\n\nOf [online](https://www.voorbeeldstad.example)."
    )


def test_line_ends_a_byte_order_mark_and_harmless_invisible_characters_change_nothing(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (first,) = read(tmp_path)[0].articles
    write(tmp_path, "\ufeff" + GOOD.replace("\n", "\r\n").replace("schriftelijk", "schrif\u00adte\u200blijk"))
    (second,) = read(tmp_path)[0].articles
    assert second == first


def test_the_fields_that_may_be_left_out_are_read(tmp_path: Path) -> None:
    more = (
        "valid_until: 2026-12-31\naudiences:\n- huurders\n- woningzoekenden\ntags:\n- huurtoeslag\n"
        f"source: https://www.voorbeeldstad.example/huur\nsource_digest: {'ab' * 32}\ncomputes: opening_hours\n"
    )
    write(tmp_path, GOOD)
    (first,) = read(tmp_path)[0].articles
    assert (first.valid_until, first.audiences, first.tags, first.source, first.source_digest) == (None, (), (), "", "")
    assert first.computes is None
    write(tmp_path, GOOD.replace("policy: may_answer\n", f"policy: fixed_text\n{more}"))
    library, faults = read(tmp_path)
    assert faults == ()
    (article,) = library.articles
    assert article.policy is ArticlePolicy.FIXED_TEXT
    assert article.valid_until == date(2026, 12, 31)
    assert (article.audiences, article.tags) == (("huurders", "woningzoekenden"), ("huurtoeslag",))
    assert article.computes is Computation.OPENING_HOURS
    assert (article.source, article.source_digest) == ("https://www.voorbeeldstad.example/huur", "ab" * 32)


# What is replaced in GOOD, by what, and what the fault must name.
BROKEN: list[tuple[str, str, str, dict[str, object]]] = [
    ("no front matter", GOOD[: GOOD.index("U zegt")], "U zegt", {"line": 1}),
    ("no end of the front matter", "---\nU zegt", "U zegt", {"line": 1}),
    ("YAML that cannot be read", "title: Hoe", "title: [Hoe", {"line": 5}),
    ("front matter that is a list", GOOD[4 : GOOD.index("---\nU")], "- a\n- b\n", {"line": 2}),
    ("an alias", "- ik wil van mijn woning af", "- &a ik\n- *a", {"line": 1}),
    ("a missing field", "owner: Team Verhuur\n", "", {"field": "owner"}),
    ("an empty field", "owner: Team Verhuur", "owner:", {"field": "owner"}),
    ("an unknown field", "owner:", "author: ik\nowner:", {"field": "author"}),
    ("a wrong policy", "may_answer", "always", {"field": "policy"}),
    ("a date that is none", "2027-03-01", "maart", {"field": "review_by"}),
    ("a date that does not exist", "2027-03-01", "2027-02-30", {"line": 1}),
    ("a time instead of a day", "2026-01-01", "2026-01-01 10:00:00", {"field": "valid_from"}),
    ("dates the wrong way round", "2027-03-01", "2025-03-01", {"field": "review_by"}),
    ("an end before the beginning", "policy:", "valid_until: 2025-12-31\npolicy:", {"field": "valid_until"}),
    ("an end that is no day", "policy:", "valid_until: straks\npolicy:", {"field": "valid_until"}),
    ("one audience that is no list", "policy:", "audiences: huurders\npolicy:", {"field": "audiences"}),
    ("a tag that is no text", "policy:", "tags:\n- 12\npolicy:", {"field": "tags"}),
    ("a tag without an end", "policy:", f"tags:\n- {'a' * 201}\npolicy:", {"field": "tags"}),
    ("a source of two lines", "policy:", "source: |\n  a\n  b\npolicy:", {"field": "source"}),
    ("a digest that is none", "policy:", "source_digest: onbekend\npolicy:", {"field": "source_digest"}),
    ("what nothing can work out", "policy:", "computes: weather\npolicy:", {"field": "computes"}),
    ("a slug with capitals", "slug: huur-opzeggen", "slug: Huur opzeggen", {"field": "slug"}),
    ("a slug that is not the file's name", "slug: huur-opzeggen", "slug: borg", {"field": "slug"}),
    ("another language than the folder", "language: nl", "language: en", {"field": "language"}),
    ("a title of two lines", "title: Hoe zeg ik mijn huur op?", "title: |\n  a\n  b", {"field": "title"}),
    ("a title that is a number", "title: Hoe zeg ik mijn huur op?", "title: 12", {"field": "title"}),
    ("ways that are no list", "ways:\n- ik wil van mijn woning af\n-", "ways:", {"field": "ways"}),
    ("a way that is no text", "- ik wil van mijn woning af", "- waarom: dit", {"field": "ways"}),
    ("no answer", "U zegt de huur\nschriftelijk op.\n", "", {"line": 13}),
    ("an answer that is a list", "U zegt de huur\n", "- U zegt de huur\n", {"line": 13}),
    ("an answer of two paragraphs", "schriftelijk op.", "schriftelijk op.\n\nOf niet.", {"line": 13}),
    ("a section without text", "## Hoe doet", "## Leeg\n\n## Hoe doet", {"line": 16}),
    ("a heading of another size", "## Hoe doet", "# Hoe doet", {"line": 16}),
    ("HTML", "schriftelijk", "<b>schriftelijk</b>", {"line": 14}),
    ("HTML in a way", "ik wil van", "ik <script>wil van", {"line": 10}),
    ("HTML behind a YAML escape", "- ik wil van mijn woning af", '- "\\x3cb>ik"', {"field": "ways"}),
    ("a link that runs code", "https://www.voorbeeldstad.example", "javascript:alert(1)", {"line": 22}),
    ("a bidi override", "schriftelijk", "schrif\u202etelijk", {"line": 14}),
    ("a bidi override behind a YAML escape", "- ik wil van mijn woning af", '- "ik\\u202e"', {"field": "ways"}),
    ("letters that nobody sees", "schriftelijk", "schrif\U000e0061telijk", {"line": 14}),
    ("a control character", "schriftelijk", "schrif\x07telijk", {"line": 14}),
]


@pytest.mark.parametrize(("old", "new", "named"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_article_is_a_fault_that_names_the_place_and_stops_nothing_else(
    tmp_path: Path, old: str, new: str, named: dict[str, object]
) -> None:
    assert old in GOOD
    write(tmp_path, GOOD.replace(old, new, 1))
    write(tmp_path, GOOD.replace("slug: huur-opzeggen", "slug: borg"), "nl/borg.md")
    library, faults = read(tmp_path)
    assert [article.slug for article in library.articles] == ["borg"]
    (fault,) = faults
    assert {"file": "nl/huur-opzeggen.md", **named}.items() <= fault.data.items()
    assert "nl/huur-opzeggen.md" in fault.sentence


def test_bytes_that_are_not_utf8_are_a_fault_with_the_line(tmp_path: Path) -> None:
    write(tmp_path, GOOD.encode().replace(b"schriftelijk", b"schrif\xfftelijk"))
    (fault,) = read(tmp_path)[1]
    assert fault.data == {"file": "nl/huur-opzeggen.md", "line": 14}


def test_the_same_article_twice_is_a_fault_and_the_first_stays(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("schriftelijk", "mondeling"), "nl/huur-opzeggen.nieuw.md")
    library, faults = read(tmp_path)
    assert [article.answer for article in library.articles] == ["U zegt de huur schriftelijk op."]
    assert [fault.data for fault in faults] == [{"file": "nl/huur-opzeggen.nieuw.md", "field": "slug"}]


def test_the_same_topic_in_another_language_is_no_duplicate(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("language: nl", "language: en"), "en/huur-opzeggen.md")
    library, faults = read(tmp_path)
    assert not faults
    assert len(library.articles) == 2


def test_a_file_that_is_too_large_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "x" * 300_000)
    assert read(tmp_path)[1][0].data == {"file": "nl/huur-opzeggen.md"}


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    library, faults = read(tmp_path / "weg")
    assert library.articles == ()
    assert len(faults) == 1


def test_a_draft_is_not_knowledge_until_a_person_made_it_so_and_can_be_read_by_itself(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert imported(tmp_path) == ((), ())
    (tmp_path / "drafts").mkdir()
    write(tmp_path, GOOD.replace("schriftelijk", "mondeling"), "drafts/nl/huur-opzeggen.md")
    write(tmp_path, "kapot", "drafts/nl/borg.md")
    library, faults = read(tmp_path)
    assert faults == ()
    assert [article.answer for article in library.articles] == ["U zegt de huur schriftelijk op."]
    drafts, broken = imported(tmp_path)
    assert [draft.answer for draft in drafts] == ["U zegt de huur mondeling op."]
    assert [fault.data["file"] for fault in broken] == ["drafts/nl/borg.md"]


def test_questions_without_an_article_are_read_line_by_line(tmp_path: Path) -> None:
    write(tmp_path, "# een opmerking\nhoe laat is het\n\n hoe laat is het \nhoi \u202e daar\n", "no-article.txt")
    library, faults = read(tmp_path)
    assert library.unanswerable == ("hoe laat is het",)
    assert [fault.data for fault in faults] == [{"file": "no-article.txt", "line": 5}]


def test_that_ten_thousand_questions_without_an_article_are_read_and_a_file_without_end_is_not(tmp_path: Path) -> None:
    many = [f"hoe laat vertrekt bus {number} vanaf het station naar de markt" for number in range(10_000)]
    write(tmp_path, "\n".join(many), "no-article.txt")
    library, faults = read(tmp_path)
    assert (list(library.unanswerable), faults) == (many, ())
    write(tmp_path, "hoe laat is het\n" * 700_000, "no-article.txt")
    library, faults = read(tmp_path)
    assert library.unanswerable == ()
    assert [fault.data["file"] for fault in faults] == ["no-article.txt"]


def test_the_demonstration_articles_have_no_fault() -> None:
    folder = Path(__file__).parents[2] / "src" / "gehoor" / "demo" / "voorbeeldstad" / "knowledge"
    library, faults = read(folder)
    assert [fault.sentence for fault in faults] == []
    assert len(library.slugs) >= 70
    assert len(library.unanswerable) >= 400


def test_a_question_set_and_costs_beside_the_articles_are_read(tmp_path: Path) -> None:
    lines = ['{"topic": "huur-opzeggen", "text": "ik ga weg"}', "", '{"topic": null, "text": "taart"}']
    write(tmp_path, GOOD)
    write(tmp_path, "\n".join(lines), "questions.jsonl")
    write(tmp_path, "wrong_answer: 40\nserious: [huur-opzeggen]", "costs.yaml")
    library, faults = read_articles(tmp_path)
    assert faults == ()
    assert [(one.text, one.topic) for one in library.known] == [("ik ga weg", "huur-opzeggen"), ("taart", None)]
    assert library.costs == replace(USUAL_COSTS, wrong_answer=40.0)
    assert library.severity("huur-opzeggen") is Severity.SERIOUS


def test_a_broken_line_of_the_question_set_is_named_and_the_others_count(tmp_path: Path) -> None:
    write(tmp_path, '{"topic": null, "text": "taart"}\nkapot\n{"topic": 3, "text": "x"}', "questions.jsonl")
    library, faults = read_articles(tmp_path)
    assert [one.text for one in library.known] == ["taart"]
    assert [fault.data["line"] for fault in faults] == [2, 3]


@pytest.mark.parametrize(
    "told", ["[", "wrong_answer: veel", "wrong_answer: -1", "price: 3", "- 3", "wrong_answer: .nan"]
)
def test_costs_that_cannot_be_used_are_named_and_the_usual_ones_count(tmp_path: Path, told: str) -> None:
    write(tmp_path, told, "costs.yaml")
    library, faults = read_articles(tmp_path)
    assert library.costs == USUAL_COSTS
    assert [fault.data["file"] for fault in faults] == ["costs.yaml"]
