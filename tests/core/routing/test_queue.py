import pytest

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId
from gehoor.core.routing.queue import HEAD_START, Waiting, WaitingClass, in_order, place_key
from gehoor.core.time import MINUTE, Instant

NONE, DISCOMFORT, DAMAGE, LIFE = Danger


def customer(id: str, minute: int, danger: Danger = NONE, returned: bool = False) -> Waiting:
    return Waiting(ConversationId(id), Instant(minute * MINUTE), danger, returned)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (customer("b", 0), customer("a", 1)),  # the longest waiting
        (customer("a", 5), customer("b", 5)),  # the same moment: by id, the same every time
        (customer("a", 500, LIFE), customer("b", 0)),  # danger to life, whenever it was asked
        (customer("a", 500, LIFE), customer("b", 0, DAMAGE, True)),  # also before who returns in less danger
        (customer("a", 1, LIFE), customer("b", 2, LIFE)),
        (customer("a", 1, LIFE), customer("b", 2, LIFE, True)),
        (customer("a", 500, NONE, True), customer("b", 0)),  # who lost an agent, before who waits
        (customer("a", 500, NONE, True), customer("b", 0, DAMAGE)),
        (customer("a", 500, DAMAGE, True), customer("b", 0, DISCOMFORT, True)),  # the greater danger of two who return
        (customer("a", 500, DISCOMFORT, True), customer("b", 0, NONE, True)),
        (customer("a", 59, DAMAGE), customer("b", 0)),  # within the head start
        (customer("a", 0), customer("b", 61, DAMAGE)),  # and not beyond it
        (customer("a", 29, DISCOMFORT), customer("b", 0)),
        (customer("a", 0), customer("b", 31, DISCOMFORT)),
        (customer("a", 29, DAMAGE), customer("b", 0, DISCOMFORT)),  # the difference of two head starts
        (customer("a", 0, DISCOMFORT), customer("b", 31, DAMAGE)),
    ],
)
def test_that_the_first_goes_before_the_second(first: Waiting, second: Waiting) -> None:
    assert in_order([second, first]) == [first, second]
    assert place_key(first) < place_key(second)


@pytest.mark.parametrize(
    ("waiting", "kind"),
    [
        (customer("a", 0), WaitingClass.NORMAL),
        (customer("a", 0, DISCOMFORT), WaitingClass.DISCOMFORT),
        (customer("a", 0, DAMAGE), WaitingClass.DAMAGE),
        (customer("a", 0, LIFE), WaitingClass.LIFE),
        (customer("a", 0, NONE, True), WaitingClass.RETURNED),
        (customer("a", 0, DAMAGE, True), WaitingClass.RETURNED),
        (customer("a", 0, LIFE, True), WaitingClass.LIFE),  # returned or not, life is life
    ],
)
def test_that_the_class_decides_the_place(waiting: Waiting, kind: WaitingClass) -> None:
    assert waiting.waiting_class is kind


def test_that_the_bound_on_overtaking_is_an_hour() -> None:
    assert max(HEAD_START.values()) == 60 * MINUTE
    assert HEAD_START[WaitingClass.NORMAL] == 0


def test_that_an_empty_queue_has_nobody_first() -> None:
    assert in_order([]) == []
