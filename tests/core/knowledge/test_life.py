"""The life of an article: who may do what, and what is in force on a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gehoor.core.errors import GehoorError, Invalid, NotAllowed, NotNow
from gehoor.core.knowledge.article import ArticlePolicy, Library
from gehoor.core.knowledge.ladder import Figures, Rung, Severity
from gehoor.core.knowledge.life import (
    HOUSE,
    Approved,
    Drafted,
    Filed,
    Moved,
    SentBack,
    Standing,
    Step,
    Submitted,
    Switched,
    Topic,
    Weighed,
    Withdrawn,
    after,
    move_up,
    refuse,
)
from gehoor.core.knowledge.shelf import shelved
from gehoor.core.time import Instant
from tests.core.knowledge.examples import TODAY, article

OLD = article("lekkage")
NEW = article("lekkage", answer="Draai de kraan dicht en bel ons.")
WRITER, SUPERVISOR, AGENT = "writer", "supervisor", "agent"


def lived(*steps: Step, topic: Topic | None = None) -> Topic:
    """What became of a topic after these steps, whoever took them."""
    for number, step in enumerate(steps, 1):
        topic = after(topic, step, "lekkage", Instant(number), number)
    assert topic is not None
    return topic


FILED = lived(Filed(OLD, TODAY))
DRAFT = lived(Drafted(NEW, "w1"), topic=FILED)
REVIEW = lived(Submitted("nl", "w1"), topic=DRAFT)
APPROVAL = Approved("nl", "w2", TODAY)
APPROVED = lived(APPROVAL, topic=REVIEW)
WITHDRAWAL = Withdrawn("nl", 2, "w1", TODAY, "Het telefoonnummer was fout", wrong=True, harm=Severity.SERIOUS)


def said(topic: Topic, on: date = TODAY) -> str | None:
    """What the AI may say of leaks on a day."""
    found = shelved(Library(()), [topic], on).find_in_force("lekkage", "nl", on)
    return found.answer if found else None


def test_that_a_draft_and_a_text_under_review_are_not_told_and_what_was_in_force_goes_on() -> None:
    assert said(DRAFT) == said(REVIEW) == OLD.answer
    assert said(APPROVED) == NEW.answer


def test_that_each_edition_has_a_number_and_a_standing() -> None:
    told = [(one.number, APPROVED.standing(one, TODAY)) for one in APPROVED.editions]
    assert told == [(1, Standing.REPLACED), (2, Standing.IN_FORCE)]


@pytest.mark.parametrize(
    ("topic", "step", "role"),
    [
        (FILED, Drafted(NEW, "a"), AGENT),
        (REVIEW, APPROVAL, AGENT),
        (APPROVED, WITHDRAWAL, AGENT),
        (FILED, Switched(silenced=True, by="w1", why="Fout"), WRITER),  # the kill switch is for who supervises
        (FILED, Weighed(Severity.GRAVE, "w1"), WRITER),
        (lived(Moved(Rung.OFF, "x"), topic=FILED), Moved(Rung.SHADOW, "w1"), WRITER),  # up is for who supervises
        (REVIEW, Approved("nl", "w1", TODAY), WRITER),  # who wrote it may not approve it
        (lived(Drafted(NEW, "w2"), Submitted("nl", "w2"), topic=DRAFT), Approved("nl", "w1", TODAY), SUPERVISOR),
    ],
)
def test_that_a_step_is_refused_to_who_may_not_take_it(topic: Topic, step: Step, role: str) -> None:
    with pytest.raises(NotAllowed):
        refuse(topic, step, role)


@pytest.mark.parametrize(
    ("topic", "step", "fault"),
    [
        (DRAFT, APPROVAL, NotNow),  # nobody offered it for review
        (FILED, Submitted("nl", "w1"), NotNow),
        (REVIEW, Submitted("nl", "w1"), NotNow),
        (DRAFT, Submitted("en", "w1"), NotNow),
        (REVIEW, Drafted(OLD, "w1"), NotNow),  # what is read by another does not change under their eyes
        (REVIEW, SentBack("nl", "w2", " "), Invalid),
        (FILED, Drafted(replace(NEW, passages=()), "w1"), Invalid),
        (FILED, Drafted(article("borg"), "w1"), Invalid),
        (REVIEW, replace(APPROVAL, worse=True), Invalid),  # worse, and nobody says why
        (REVIEW, WITHDRAWAL, NotNow),  # never approved
        (lived(WITHDRAWAL, topic=APPROVED), WITHDRAWAL, NotNow),
        (APPROVED, replace(WITHDRAWAL, why=""), Invalid),
        (APPROVED, replace(WITHDRAWAL, harm=None), Invalid),
        (FILED, Switched(silenced=False, by="s", why="Klaar"), NotNow),
        (FILED, Switched(silenced=True, by="s", why=""), Invalid),
        (FILED, Moved(Rung.ANSWERS, "s"), NotNow),
        (FILED, Switched(silenced=True, by="s", why="x" * 1001), Invalid),
    ],
)
def test_that_a_step_that_does_not_fit_is_refused(topic: Topic, step: Step, fault: type[GehoorError]) -> None:
    with pytest.raises(fault):
        refuse(topic, step, SUPERVISOR)


@pytest.mark.parametrize(
    ("topic", "step", "role"),
    [
        (FILED, Drafted(NEW, "w1"), WRITER),
        (DRAFT, Drafted(OLD, "w2"), WRITER),
        (DRAFT, Submitted("nl", "w1"), WRITER),
        (REVIEW, APPROVAL, WRITER),
        (REVIEW, replace(APPROVAL, worse=True, why="Het oude antwoord is verboden"), SUPERVISOR),
        (REVIEW, SentBack("nl", "w2", "Te lang"), WRITER),
        (APPROVED, WITHDRAWAL, WRITER),
        (FILED, Moved(Rung.SUGGESTS, "w1"), WRITER),  # down is open to all who write
        (FILED, Moved(Rung.SUGGESTS, "house"), HOUSE),  # and to the house itself
        (FILED, Switched(silenced=True, by="s", why="Fout"), SUPERVISOR),
    ],
)
def test_that_a_step_is_open_to_who_may_take_it(topic: Topic, step: Step, role: str) -> None:
    refuse(topic, step, role)


def test_that_the_house_itself_only_steps_down() -> None:
    with pytest.raises(NotAllowed):
        refuse(lived(Moved(Rung.OFF, "x"), topic=FILED), Approved("nl", "house", TODAY), HOUSE)


def test_that_a_withdrawn_text_leaves_nothing_to_say_and_the_one_before_it_does_not_come_back() -> None:
    gone = lived(WITHDRAWAL, topic=APPROVED)
    assert said(gone) is None
    edition = gone.editions[-1]
    assert (edition.wrong, edition.harm, edition.why) == (True, Severity.SERIOUS, WITHDRAWAL.why)
    library = shelved(Library(()), [gone], TODAY)
    assert library.find("lekkage", "nl") is None
    assert library.slugs == ("lekkage",), "a question about it is still known for what it is"


def test_that_a_text_that_was_withdrawn_as_wrong_cannot_come_back_word_for_word() -> None:
    again = lived(WITHDRAWAL, Drafted(NEW, "w1"), Submitted("nl", "w1"), topic=APPROVED)
    with pytest.raises(NotNow):
        refuse(again, APPROVAL, WRITER)


def test_that_a_new_text_after_a_withdrawal_is_told() -> None:
    better = article("lekkage", answer="Bel 0123.")
    again = lived(WITHDRAWAL, Drafted(better, "w1"), Submitted("nl", "w1"), APPROVAL, topic=APPROVED)
    assert said(again) == "Bel 0123."


def test_that_a_translation_is_not_told_when_the_dutch_text_was_withdrawn() -> None:
    english = article("lekkage", language="en", answer="Call us.")
    both = lived(Filed(english, TODAY), topic=FILED)
    gone = lived(replace(WITHDRAWAL, number=1), topic=both)
    library = shelved(Library(()), [gone], TODAY)
    assert library.find_in_force("lekkage", "en", TODAY) is None
    assert shelved(Library(()), [both], TODAY).find_in_force("lekkage", "en", TODAY) == english


def test_that_a_text_begins_on_its_first_day_and_until_then_the_one_before_it_counts() -> None:
    later = replace(NEW, valid_from=TODAY + timedelta(days=10))
    waiting = lived(Drafted(later, "w1"), Submitted("nl", "w1"), APPROVAL, topic=FILED)
    assert waiting.standing(waiting.editions[-1], TODAY) is Standing.WAITING
    assert said(waiting) == OLD.answer
    assert said(waiting, TODAY + timedelta(days=10)) == NEW.answer


def test_that_a_text_withdrawn_before_its_first_day_leaves_the_one_in_force_alone() -> None:
    later = replace(NEW, valid_from=TODAY + timedelta(days=10))
    waiting = lived(Drafted(later, "w1"), Submitted("nl", "w1"), APPROVAL, WITHDRAWAL, topic=FILED)
    assert said(waiting) == said(waiting, TODAY + timedelta(days=20)) == OLD.answer


def test_that_what_was_planned_for_later_counts_from_then_over_a_text_approved_meanwhile() -> None:
    later = replace(NEW, valid_from=TODAY + timedelta(days=10))
    meanwhile = article("lekkage", answer="Bel morgen.")
    topic = lived(
        *(Drafted(later, "w1"), Submitted("nl", "w1"), APPROVAL),
        *(Drafted(meanwhile, "w1"), Submitted("nl", "w1"), replace(APPROVAL, on=TODAY + timedelta(days=1))),
        topic=FILED,
    )
    assert said(topic, TODAY + timedelta(days=2)) == "Bel morgen."
    assert said(topic, TODAY + timedelta(days=10)) == NEW.answer


def test_that_a_text_past_its_review_date_is_stale_and_not_told() -> None:
    after_review = OLD.review_by + timedelta(days=1)
    assert FILED.standing(FILED.editions[0], after_review) is Standing.STALE
    assert said(FILED, after_review) is None


def test_that_a_newer_text_in_the_folder_counts_over_the_desk() -> None:
    filed = lived(Filed(article("lekkage", answer="Uit de map."), TODAY), topic=APPROVED)
    assert said(filed) == "Uit de map."


def test_that_a_topic_of_the_folder_answers_and_one_of_the_desk_begins_at_the_bottom() -> None:
    assert FILED.rung is Rung.ANSWERS
    desk = lived(Drafted(NEW, "w1"), Submitted("nl", "w1"), APPROVAL)
    assert desk.rung is Rung.OFF
    assert shelved(Library(()), [desk], TODAY).policy("lekkage") is ArticlePolicy.PEOPLE_ONLY


def test_that_a_draft_that_the_organisation_puts_in_its_folder_itself_answers_unless_somebody_moved_it() -> None:
    waiting = lived(Drafted(OLD, "import"))
    assert lived(Filed(OLD, TODAY), topic=waiting).rung is Rung.ANSWERS
    held = lived(Moved(Rung.SHADOW, "s"), topic=waiting)
    assert lived(Filed(OLD, TODAY), topic=held).rung is Rung.SHADOW
    desk = lived(Submitted("nl", "w1"), APPROVAL, topic=waiting)
    assert lived(Filed(NEW, TODAY), topic=desk).rung is Rung.OFF, "the desk has it, and it climbs"


def test_that_a_topic_moves_up_on_figures_and_they_stay_on_record() -> None:
    shadow = lived(Moved(Rung.SHADOW, "s"), topic=FILED)
    shown = Figures(right=60)
    assert move_up(shadow, "s", shown) == Moved(Rung.HELPS_AGENTS, "s", "", shown)
    with pytest.raises(NotNow):
        move_up(shadow, "s", Figures(right=10))


def test_that_severity_is_kept_with_the_topic() -> None:
    assert lived(Weighed(Severity.GRAVE, "s"), topic=FILED).severity is Severity.GRAVE
