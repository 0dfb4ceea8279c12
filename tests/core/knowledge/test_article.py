from dataclasses import replace
from datetime import date

import pytest

from gehoor.core.knowledge.article import STAFF, ArticlePolicy, Computation, Library, Passage
from tests.core.knowledge.examples import LIBRARY, TODAY, article


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2025, 12, 31), False),  # not yet valid
        (date(2026, 1, 1), True),  # the first day counts
        (date(2027, 3, 1), True),  # the day of review counts
        (date(2027, 3, 2), False),  # a stale article is not answered from
    ],
)
def test_an_article_is_in_force_from_its_first_day_to_its_day_of_review(day: date, in_force: bool) -> None:
    assert article("a").in_force(day) is in_force


def test_the_version_is_twelve_hexadecimal_digits_and_the_same_for_the_same_content() -> None:
    assert article("a").version == article("a").version
    assert len(article("a").version) == 12
    int(article("a").version, 16)


def test_the_version_changes_with_everything_that_decides_what_a_customer_is_told() -> None:
    first = article("a")
    changed = [
        replace(first, slug="b"),
        replace(first, language="en"),
        replace(first, title="Anders"),
        replace(first, valid_from=date(2026, 1, 2)),
        replace(first, review_by=date(2027, 3, 2)),
        replace(first, policy=ArticlePolicy.MAY_SUGGEST),
        replace(first, passages=(Passage("", "Bel ons niet."),)),
        replace(first, passages=(Passage("", "Bel ons."), Passage("Me", "erMeer hierover."))),
    ]
    assert len({first.version, *(a.version for a in changed)}) == len(changed) + 1


def test_an_article_with_a_last_day_is_in_force_up_to_that_day_and_not_past_its_review() -> None:
    ends = replace(article("a"), valid_until=date(2026, 12, 31))
    assert ends.in_force(date(2026, 12, 31))
    assert not ends.in_force(date(2027, 1, 1))
    assert not replace(article("a"), valid_until=date(2028, 1, 1)).in_force(date(2027, 3, 2))


def test_a_version_that_exists_keeps_its_number_until_a_new_field_says_something() -> None:
    first = article("a")
    assert first.version == "91f5b88d80d4"
    assert replace(first, valid_until=date(2026, 12, 31)).version != first.version
    assert replace(first, audiences=("huurders",)).version != first.version
    assert replace(first, computes=Computation.OPENING_HOURS).version != first.version
    two = replace(first, audiences=("huurders", "kopers"))
    assert replace(first, audiences=("kopers", "huurders")).version == two.version


def test_where_a_text_came_from_and_its_tags_change_the_library_but_not_what_was_given() -> None:
    first = article("a")
    assert Library((first,)).version == "ea5f9a60eb7b"
    for other in (
        replace(first, tags=("huurtoeslag",)),
        replace(first, source="https://www.voorbeeldstad.example/huur"),
        replace(first, source_digest="0" * 64),
    ):
        assert other.version == first.version
        assert Library((other,)).version != Library((first,)).version


def test_what_only_staff_may_read_is_for_people_only_and_for_no_customer() -> None:
    internal = replace(article("a"), audiences=(STAFF,))
    assert not internal.for_customers
    assert Library((internal,)).policy("a") == ArticlePolicy.PEOPLE_ONLY
    for audiences in ((), ("huurders",), ("huurders", STAFF)):
        other = replace(internal, audiences=audiences)
        assert other.for_customers
        assert Library((other,)).policy("a") == ArticlePolicy.MAY_ANSWER


def test_a_fixed_text_is_answered_with_and_is_stricter_than_a_free_choice() -> None:
    answering = [policy for policy in ArticlePolicy if policy.answers]
    assert answering == [ArticlePolicy.MAY_ANSWER, ArticlePolicy.FIXED_TEXT]
    for other, strictest in [
        (ArticlePolicy.MAY_ANSWER, ArticlePolicy.FIXED_TEXT),
        (ArticlePolicy.MAY_SUGGEST, ArticlePolicy.MAY_SUGGEST),
    ]:
        library = Library((article("a", policy=ArticlePolicy.FIXED_TEXT), article("a", language="en", policy=other)))
        assert library.policy("a") == strictest


def test_owner_and_ways_do_not_change_the_version_of_an_article_but_do_change_the_library() -> None:
    first = article("a")
    for other in (replace(first, owner="Team Vastgoed"), replace(first, ways=("anders gevraagd",))):
        assert other.version == first.version
        assert Library((other,)).version != Library((first,)).version


def test_the_library_version_changes_with_the_unanswerable_questions_and_not_with_the_order() -> None:
    a, b = article("a"), article("b")
    assert Library((a, b)).version == Library((b, a)).version
    assert Library((a, b)).version != Library((a, b), ("hoe laat is het",)).version


def test_an_article_is_found_in_its_language_and_else_in_dutch() -> None:
    for language, expected in [("en", "en"), ("nl", "nl"), ("tr", "nl")]:
        found = LIBRARY.find("huur-opzeggen", language)
        assert found is not None
        assert found.language == expected
    assert LIBRARY.find("bestaat-niet", "nl") is None


def test_a_stale_translation_gives_way_to_dutch_that_is_in_force() -> None:
    library = Library((article("a"), article("a", language="en", review_by=date(2026, 2, 1))))
    found = library.find_in_force("a", "en", TODAY)
    assert found is not None
    assert found.language == "nl"
    assert LIBRARY.find_in_force("oud", "nl", TODAY) is None


def test_translations_share_the_strictest_policy_and_an_unknown_topic_is_for_people() -> None:
    library = Library((article("a"), article("a", language="en", policy=ArticlePolicy.PEOPLE_ONLY)))
    assert library.policy("a") == ArticlePolicy.PEOPLE_ONLY
    assert library.policy("onbekend") == ArticlePolicy.PEOPLE_ONLY


def test_every_topic_is_named_once() -> None:
    assert LIBRARY.slugs == ("huur-opzeggen", "huurachterstand", "klacht", "lekkage", "lift-storing", "oud")
