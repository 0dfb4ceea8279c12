import pytest

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId
from gehoor.core.routing.queue import HEAD_START, Waiting, WaitingClass, in_order, place_key
from gehoor.core.time import MINUTE, Instant

NONE, DISCOMFORT, DAMAGE, LIFE = Danger


def customer(id: str, minute: int, danger: Danger = NONE, returned: bool = False, window: int | None = None) -> Waiting:
    opens = None if window is None else Instant(window * MINUTE)
    return Waiting(ConversationId(id), Instant(minute * MINUTE), danger, returned, not_before=opens)


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
        (customer("a", 500, window=510), customer("b", 0)),  # an open window, before who waits without one
        (customer("a", 500, window=510), customer("b", 0, DAMAGE)),
        (customer("a", 0, returned=True), customer("b", 0, window=0)),  # and behind who was sent back
        (customer("a", 500, LIFE), customer("b", 0, window=0)),
        (customer("a", 9, window=10), customer("b", 0, window=70)),  # the earlier of two windows
        (customer("b", 0, window=10), customer("a", 5, window=10)),  # within one, the longest waiting
        (customer("a", 0, DAMAGE), customer("b", 61, DAMAGE, window=0)),  # danger undoes the window
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
        (customer("a", 0, window=5), WaitingClass.WINDOW),
        (customer("a", 0, NONE, True, window=5), WaitingClass.RETURNED),
        (customer("a", 0, DAMAGE, window=5), WaitingClass.DAMAGE),
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


def test_that_a_window_lets_its_customer_into_the_line_when_it_opens() -> None:
    booked = customer("a", 0, window=10)
    assert not booked.in_line(Instant(10 * MINUTE - 1))
    assert booked.in_line(Instant(10 * MINUTE))
    assert customer("a", 0, DISCOMFORT, window=10).in_line(Instant(0)), "danger does not wait"
    assert customer("a", 0).in_line(Instant(0))
    assert not Waiting(ConversationId("a"), Instant(0), LIFE, probe=True).in_line(Instant(0))
