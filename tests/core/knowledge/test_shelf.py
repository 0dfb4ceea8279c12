"""What lies on the shelf on a day, and how far the AI may go with it."""

from dataclasses import replace

import pytest

from gehoor.core.knowledge.article import EVERYTHING, ArticlePolicy, Library
from gehoor.core.knowledge.ladder import Rung, Severity
from gehoor.core.knowledge.life import Filed, Moved, Switched, after
from gehoor.core.knowledge.shelf import shelved
from gehoor.core.time import Instant
from tests.core.knowledge.examples import TODAY, article
from tests.core.knowledge.test_life import APPROVED, FILED, NEW, OLD, lived


def test_that_the_folder_counts_for_topics_that_nobody_touched_at_the_desk() -> None:
    base = Library((article("borg"), OLD), ("hoe laat is het",))
    library = shelved(base, [APPROVED], TODAY)
    assert {one.slug: one.answer for one in library.articles} == {"borg": "Bel ons.", "lekkage": NEW.answer}
    assert library.unanswerable == base.unanswerable


@pytest.mark.parametrize(
    ("rung", "policy"),
    [
        (Rung.OFF, ArticlePolicy.PEOPLE_ONLY),
        (Rung.SHADOW, ArticlePolicy.PEOPLE_ONLY),
        (Rung.HELPS_AGENTS, ArticlePolicy.PEOPLE_ONLY),
        (Rung.SUGGESTS, ArticlePolicy.MAY_SUGGEST),
        (Rung.ANSWERS, ArticlePolicy.MAY_ANSWER),
    ],
)
def test_that_the_rung_decides_how_far_the_ai_may_go(rung: Rung, policy: ArticlePolicy) -> None:
    moved = lived(Moved(rung, "s"), topic=FILED)
    library = shelved(Library(()), [moved], TODAY)
    assert library.policy("lekkage") is policy
    assert library.helps_agents("lekkage") is (rung not in (Rung.OFF, Rung.SHADOW))
    assert library.on_trial("lekkage") is (rung in (Rung.SHADOW, Rung.HELPS_AGENTS))
    trial = library.as_if_climbed().policy("lekkage")
    assert trial is (ArticlePolicy.MAY_ANSWER if library.on_trial("lekkage") else policy)


def test_that_the_article_itself_can_be_stricter_than_its_rung() -> None:
    strict = lived(Filed(replace(OLD, policy=ArticlePolicy.MAY_SUGGEST), TODAY))
    assert shelved(Library(()), [strict], TODAY).policy("lekkage") is ArticlePolicy.MAY_SUGGEST


def test_that_the_kill_switch_silences_a_topic_or_everything_also_on_trial() -> None:
    silenced = lived(Moved(Rung.SHADOW, "s"), Switched(silenced=True, by="s", why="Fout"), topic=FILED)
    library = shelved(Library(()), [silenced], TODAY)
    assert library.policy("lekkage") is ArticlePolicy.PEOPLE_ONLY
    assert not library.on_trial("lekkage")
    assert not library.helps_agents("lekkage")
    everything = after(None, Switched(silenced=True, by="s", why="Fout"), EVERYTHING, Instant(1), 1)
    both = shelved(Library((article("borg"),)), [everything], TODAY)
    assert both.policy("borg") is ArticlePolicy.PEOPLE_ONLY
    back = lived(Switched(silenced=False, by="s", why="Hersteld"), topic=everything)
    assert shelved(Library((article("borg"),)), [back], TODAY).policy("borg") is ArticlePolicy.MAY_ANSWER


def test_that_the_library_keeps_its_version_when_only_a_switch_or_a_rung_changes() -> None:
    silenced = lived(Switched(silenced=True, by="s", why="Fout"), Moved(Rung.SUGGESTS, "s"), topic=FILED)
    assert shelved(Library(()), [silenced], TODAY).version == shelved(Library(()), [FILED], TODAY).version


def test_that_what_is_known_of_a_topic_counts_over_the_folder() -> None:
    base = Library((article("borg"), OLD), severities={"lekkage": Severity.SERIOUS, "borg": Severity.SERIOUS})
    for severity in Severity:
        library = shelved(base, [replace(FILED, severity=severity)], TODAY)
        assert library.severity("lekkage") is severity
        assert library.severity("borg") is Severity.SERIOUS
