import pytest

from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.judging import Opinion, agreement, quality, settled, wants, worst_of
from gehoor.core.knowledge.ladder import Verdict
from gehoor.core.knowledge.sample import Case, Giver, Sample

RIGHT, INCOMPLETE, WRONG, HARMFUL = Verdict


def said(*verdicts: Verdict) -> list[Opinion]:
    return [Opinion(f"p{number}", verdict) for number, verdict in enumerate(verdicts)]


@pytest.mark.parametrize(
    ("verdicts", "counts", "meanwhile"),
    [
        ((), None, None),
        ((RIGHT,), None, None),  # one person is no evidence
        ((RIGHT, RIGHT), RIGHT, RIGHT),
        ((RIGHT, WRONG), None, WRONG),  # until a third has judged, a doubt does not keep a topic up
        ((RIGHT, WRONG, RIGHT), RIGHT, RIGHT),
        ((RIGHT, HARMFUL, WRONG), WRONG, WRONG),  # all three differ: the middle one
        ((WRONG, RIGHT, INCOMPLETE), INCOMPLETE, INCOMPLETE),
        ((WRONG, INCOMPLETE, HARMFUL), WRONG, WRONG),  # whoever came last
    ],
)
def test_two_must_agree_or_a_third_decides(
    verdicts: tuple[Verdict, ...], counts: Verdict | None, meanwhile: Verdict | None
) -> None:
    assert settled(said(*verdicts)) is counts
    assert worst_of(said(*verdicts)) is meanwhile


def test_nobody_judges_twice_and_nobody_once_it_is_settled() -> None:
    assert wants([], "p0")
    assert not wants(said(RIGHT), "p0")
    assert wants(said(RIGHT), "p1")
    assert not wants(said(RIGHT, RIGHT), "p2")
    assert wants(said(RIGHT, WRONG), "p2")
    assert not wants(said(RIGHT, WRONG), "p1")


def test_kappa_is_that_of_the_textbook() -> None:
    # Two by two with 20, 5, 10, 15: agreed 0.7, by chance 0.5.
    pairs = [(RIGHT, RIGHT)] * 20 + [(RIGHT, WRONG)] * 5 + [(WRONG, RIGHT)] * 10 + [(WRONG, WRONG)] * 15
    found = agreement(pairs)
    assert (found.share.count, found.share.total) == (35, 50)
    assert found.kappa == pytest.approx(0.4)


def test_who_always_say_the_same_one_thing_agree_by_chance_as_far_as_anybody_knows() -> None:
    found = agreement([(RIGHT, RIGHT)] * 5)
    assert (found.share.share, found.kappa) == (1.0, None)
    assert agreement([]).kappa is None


def case(number: int, by: Giver = Giver.AI, *, followed: bool = False, language: str = "nl") -> Case:
    return Case(ConversationId(f"c{number}"), 4, "borg", "v1", language, by, followed)


def test_the_live_rate_is_of_what_chance_chose_and_the_rest_is_told_apart() -> None:
    chosen = (case(1), case(2, followed=True, language="tr"), case(3), case(4), case(5))
    sample = Sample("2026-W48", 90, chosen, (case(6, followed=True),), (case(7, Giver.SHADOW),))
    opinions = {
        chosen[0]: said(RIGHT, RIGHT),
        chosen[1]: said(WRONG, HARMFUL, WRONG),
        chosen[2]: said(RIGHT, WRONG),
        chosen[3]: said(RIGHT),
        sample.followed[0]: said(HARMFUL, HARMFUL),
        sample.compared[0]: said(INCOMPLETE, INCOMPLETE),
    }
    found = quality([sample], lambda one: opinions.get(one, []), lambda one: one is chosen[4])
    assert (found.answers, found.cases) == (90, 7)
    # One waits for a second person, one for a third; one was erased before anybody judged it.
    assert (found.waiting, found.third, found.erased) == (2, 1, 1)
    assert (found.live.right.count, found.live.wrong.count, found.live.wrong.total) == (1, 1, 2)
    assert (found.followed.wrong.count, found.followed.wrong.total) == (2, 2)
    assert found.compared["shadow"].verdicts.incomplete == 1
    assert found.by_language["tr"].wrong.count == 1
    assert found.by_topic["borg"].wrong.total == 2
    assert list(found.by_source) == ["borg v1"]
    assert (found.agreement.share.count, found.agreement.share.total) == (3, 5)
