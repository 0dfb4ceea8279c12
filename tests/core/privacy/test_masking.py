import pytest

from gehoor.core.privacy.masking import Label, Span, mask

TEXT = "Ik ben Jan, 06-12345678"
NAME, PHONE = Span(7, 10, Label.PERSON), Span(12, 23, Label.PHONE)


@pytest.mark.parametrize(
    ("spans", "masked"),
    [
        ([], TEXT),
        ([NAME], "Ik ben [PERSON], 06-12345678"),
        ([PHONE, NAME], "Ik ben [PERSON], [PHONE]"),  # in whatever order they were found
        ([NAME, Span(8, 23, Label.ADDRESS)], "Ik ben [PERSON], 06-12345678"),  # of two that overlap the first wins
        ([Span(7, 9, Label.EMAIL), NAME], "Ik ben [PERSON], 06-12345678"),  # of two from one place the longer
        ([Span(0, 23, Label.ADDRESS), NAME], "[ADDRESS]"),  # one inside another
        ([Span(0, 2, Label.PERSON), Span(2, 6, Label.BSN)], "[PERSON][BSN] Jan, 06-12345678"),  # side by side
    ],
)
def test_that_what_was_found_is_replaced_by_its_kind(spans: list[Span], masked: str) -> None:
    assert mask(TEXT, spans) == masked


def test_that_nothing_of_a_span_is_left() -> None:
    for span in (NAME, PHONE):
        assert TEXT[span.start : span.end] not in mask(TEXT, [NAME, PHONE])


def test_that_places_are_characters_and_not_bytes() -> None:
    assert mask("é👍 Jan", [Span(3, 6, Label.PERSON)]) == "é👍 [PERSON]"
