"""From a question to a verdict: what lies near joins what was learned, short questions lean, two questions part."""

from dataclasses import replace
from pathlib import Path

import pytest

from gehoor.adapters.brains import retrieval
from gehoor.adapters.brains.embedding import NoEncoder
from gehoor.adapters.brains.finding import Decided, Finding, Wanted, leans
from gehoor.adapters.brains.retrieval import finding_of
from gehoor.core.knowledge.answer import Abstaining, Answering, Reason, Situation, Suggesting, ranked
from gehoor.core.knowledge.article import Library, Passage
from gehoor.core.knowledge.costs import Costs
from tests.core.knowledge.examples import TODAY, article

EAGER = Costs(wrong_answer=1.2, idle_suggestion=0.1, chosen_suggestion=0.1)
"""So few lines make nobody sure: whoever fears little answers all the same."""
KEYS = ("sleutel kwijt", "ik ben mijn sleutel kwijt", "mijn sleutel is weg", "sleutel verloren", "nieuwe sleutel")
RENT = ("huur opzeggen", "ik wil de huur opzeggen", "mijn huur stoppen", "huur eindigen", "opzeggen van de huur")
NOTHING = ("wie wint het songfestival", "hoe laat gaat de trein", "recept voor taart", "wat is liefde", "mop vertellen")
LEARNED = Library((article("sleutel", ways=KEYS), article("huur", ways=RENT)), NOTHING, costs=EAGER)
NEW = replace(
    article("vuurwerk"), title="Mag ik vuurwerk afsteken?", passages=(Passage("", "Vuurwerk mag niet in het gebouw."),)
)


def decide(finding: Finding, text: str, *turns: str) -> Decided:
    (found,) = finding.decide([Wanted(text, Situation(finding.library, TODAY), turns)])
    return found


def test_what_was_learned_is_answered_and_what_no_article_answers_is_not() -> None:
    finding = finding_of(LEARNED, NoEncoder())
    assert decide(finding, "mijn sleutel kwijt")[1] == Answering("sleutel")
    assert decide(finding, "recept voor een taart")[1] == Abstaining(Reason.NO_ARTICLE)


def test_an_article_without_ways_is_found_beside_those_that_were_learned() -> None:
    finding = finding_of(replace(LEARNED, articles=(*LEARNED.articles, NEW)), NoEncoder())
    ranking, verdict = decide(finding, "Mag ik vuurwerk afsteken?")
    assert ranked(ranking.candidates)[0].slug == "vuurwerk"
    assert verdict == Answering("vuurwerk")
    assert decide(finding, "mijn sleutel kwijt")[1] == Answering("sleutel")


def test_probabilities_of_all_topics_and_of_no_article_are_together_one() -> None:
    finding = finding_of(replace(LEARNED, articles=(*LEARNED.articles, NEW)), NoEncoder())
    for text in ("vuurwerk", "Mag ik vuurwerk afsteken?", "huur", "taart", ""):
        ranking, _ = decide(finding, text)
        total = sum(one.score for one in ranking.candidates) + ranking.no_article
        assert abs(total - 1) < 1e-6
        assert all(0 <= one.score <= 1 for one in ranking.candidates)


def test_whoever_fears_wrong_answers_more_gets_fewer_from_the_same_index() -> None:
    careful = finding_of(replace(LEARNED, costs=Costs(1000, 0.1, 0.1)), NoEncoder())
    assert not isinstance(decide(careful, "mijn sleutel kwijt")[1], Answering)


def test_a_short_question_leans_on_the_one_before_and_is_never_answered_by_that() -> None:
    finding = finding_of(LEARNED, NoEncoder())
    alone, after = decide(finding, "en in de zomer"), decide(finding, "en in de zomer", "ik wil de huur opzeggen")
    assert isinstance(alone[1], Abstaining)
    assert isinstance(after[1], Suggesting)
    assert after[1].slugs[0] == "huur"
    assert not leans("en in de zomer", (), alone[1])
    titles = Suggesting(("sleutel",))
    assert leans("en wie betaalt dat", ("huur",), titles)
    assert not leans("sleutel kapot", ("huur",), titles)
    assert not leans("en wie betaalt dat", ("huur",), Answering("sleutel"))
    assert not leans("een hele lange vraag van meer dan zes woorden", ("huur",), alone[1])


def test_of_two_questions_with_an_answer_each_both_are_offered() -> None:
    finding = finding_of(LEARNED, NoEncoder())
    _, verdict = decide(finding, "Hoe kan ik de huur opzeggen? Waar is mijn nieuwe sleutel?")
    assert verdict == Suggesting(("huur", "sleutel"))
    assert decide(finding, "Hoe kan ik de huur opzeggen? Hoe eindig ik de huur?")[1] == Answering("huur")


def test_where_learning_takes_minutes_what_changed_is_found_by_its_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = finding_of(LEARNED, NoEncoder(), tmp_path)
    monkeypatch.setattr(retrieval, "FEW_LINES", 0)
    grown = replace(LEARNED, articles=(*LEARNED.articles, replace(NEW, ways=("vuurpijl", "knalvuurwerk"))))
    after = finding_of(grown, NoEncoder(), tmp_path)
    assert after.index.version == before.index.version
    assert decide(after, "knalvuurwerk")[1] == Answering("vuurwerk")
    assert decide(after, "mijn sleutel kwijt")[1] == Answering("sleutel")


def test_what_was_learned_of_another_library_is_not_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Library((article("fiets", ways=tuple(f"{way} fiets" for way in KEYS)),), NOTHING)
    before = finding_of(other, NoEncoder(), tmp_path)
    monkeypatch.setattr(retrieval, "FEW_LINES", 0)
    assert finding_of(LEARNED, NoEncoder(), tmp_path).index.version != before.index.version
