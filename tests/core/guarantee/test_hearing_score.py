"""Figures of the hearing: shares of labelled lines, with their intervals, for each part."""

from gehoor.core.conversation.model import Signal
from gehoor.core.guarantee.hearing_score import Asked, Row, rows_of

YES, MAYBE, NO = Signal.YES, Signal.MAYBE, Signal.NO


def asked(
    heard: Signal, *, meant: bool = True, kind: str = "gas", as_kind: str | None = "gas", language: str = "nl"
) -> Asked:
    return Asked("urgent", meant, language, kind, heard, as_kind, language)


def row(rows: list[Row], part: str, *, meant: bool = True) -> Row:
    return next(one for one in rows if one.signal == "urgent" and one.part == part and one.is_meant is meant)


def test_that_yes_is_counted_as_yes_and_both_as_heard() -> None:
    rows = rows_of([asked(YES), asked(MAYBE), asked(NO), asked(NO)])
    assert (row(rows, "all").yes.count, row(rows, "all").maybe.count, row(rows, "all").yes.total) == (1, 2, 4)


def test_that_false_alarms_are_counted_apart_and_have_no_kind() -> None:
    rows = rows_of([asked(YES), asked(MAYBE, meant=False)])
    assert (row(rows, "all", meant=False).yes.count, row(rows, "all", meant=False).maybe.count) == (0, 1)
    assert row(rows, "all", meant=False).right_kind is None


def test_that_the_right_kind_is_a_share_of_what_was_heard() -> None:
    rows = rows_of([asked(YES), asked(YES, as_kind="brand"), asked(NO, as_kind=None)])
    right = row(rows, "all").right_kind
    assert right is not None
    assert (right.count, right.total) == (1, 2)


def test_that_each_language_and_kind_has_its_own_figures() -> None:
    rows = rows_of([asked(YES), asked(NO, kind="brand", language="en")])
    assert row(rows, "nl").yes.share == row(rows, "gas").yes.share == 1.0
    assert row(rows, "en").yes.share == row(rows, "brand").yes.share == 0.0


def test_that_the_language_heard_is_a_figure_too() -> None:
    lines = [asked(YES), Asked("urgent", True, "de", "gas", YES, "gas", "nl")]
    assert next(one for one in rows_of(lines) if one.signal == "language").yes.share == 0.5


def test_that_nothing_asked_is_nothing_told() -> None:
    assert rows_of([]) == []
