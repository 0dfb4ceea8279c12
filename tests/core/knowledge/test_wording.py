import pytest

from gehoor.core.knowledge.wording import plain_wording


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Hallo\n  daar ", "hallo daar"),
        ("HEEEEEL erg", "heel erg"),  # drawn-out letters
        ("1000 euro", "1000 euro"),  # digits are no drawn-out letters
        ("ﬁets ①", "fiets 1"),  # compatibility forms
        ("hu\u200bur\u202e", "huur"),  # invisible characters
        ("a\x00b", "a b"),
        ("\ud800half", "half"),  # half a character
        ("", ""),
    ],
)
def test_plain_wording_keeps_what_is_said_and_drops_how_it_looks(text: str, plain: str) -> None:
    assert plain_wording(text) == plain
