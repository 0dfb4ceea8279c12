"""The classifier beside the tables: it raises a signal, never lowers one, and without it the tables hear on."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from gehoor.adapters.brains.embedding import NoEncoder, SentenceEncoder
from gehoor.adapters.hearing.language import get_ready
from gehoor.adapters.hearing.listening import FullHearing
from gehoor.adapters.hearing.misspelling import Misspelling
from gehoor.adapters.hearing.support import ALL
from gehoor.core.conversation.model import Danger, Heard, Signal
from gehoor.ports.hearing import Earlier

YES, MAYBE, NO = Signal.YES, Signal.MAYBE, Signal.NO
get_ready()


@pytest.fixture(scope="module")
def hearing() -> FullHearing:
    return FullHearing(SentenceEncoder())


def whole(hearing: FullHearing, text: str, earlier: Sequence[Earlier] = ()) -> Heard:
    return hearing.deepen(text, hearing.listen(text, "nl"), earlier)


LINES = (
    "Ik wil mijn huur opzeggen per 1 maart",
    "dit schiet niet op zo",
    "ik hoef niemand te spreken",
    "mijn moeder kan de brief niet lezen",
    "het stinkt hier naar rotte eieren in de keuken",
    "jullie monteur is drie keer niet gekomen",
)


@pytest.mark.parametrize("text", LINES)
def test_that_no_signal_is_lower_with_the_classifier_than_without(hearing: FullHearing, text: str) -> None:
    before = hearing.listen(text, "nl")
    after = hearing.deepen(text, before)
    for one in fields(Heard):
        if isinstance(getattr(before, one.name), Signal):
            assert getattr(after, one.name) >= getattr(before, one.name), one.name


@pytest.mark.parametrize("text", LINES)
def test_that_without_the_language_model_the_tables_hear_alone(text: str) -> None:
    alone = FullHearing(NoEncoder())
    heard = alone.listen(text, "nl")
    assert alone.deepen(text, heard) == heard


@pytest.mark.parametrize("broken", [b"", b"no classifier", None])
def test_that_a_broken_or_missing_file_leaves_the_tables(tmp_path: Path, broken: bytes | None) -> None:
    file = tmp_path / "meaning.npz"
    if broken is not None:
        file.write_bytes(broken)
    alone = FullHearing(SentenceEncoder(), learned=file)
    heard = alone.listen(LINES[1], "nl")
    assert alone.deepen(LINES[1], heard) == heard


def test_that_what_tables_cannot_hear_is_raised_by_meaning(hearing: FullHearing) -> None:
    text = "ik leg het liever mondeling uit aan de persoon die hierover gaat, zo met typen kom ik er niet uit"
    tables = hearing.listen(text, "nl")
    assert hearing.deepen(text, tables).wants_human is YES


def test_that_what_is_denied_in_so_many_words_is_never_raised_to_yes(hearing: FullHearing) -> None:
    text = "ik hoef geen medewerker te spreken"
    assert "wants_human" in hearing.denied(text, "nl")
    assert whole(hearing, text).wants_human is not YES


def test_that_danger_raised_by_meaning_has_a_kind_and_how_bad_it_is(hearing: FullHearing) -> None:
    found = hearing.deepen("het stinkt hier naar rotte eieren bij het fornuis", Heard())
    assert found.urgent is not NO
    assert found.urgent_kind == "gas"
    assert found.danger is Danger.LIFE


def test_that_support_is_told_as_offers(hearing: FullHearing) -> None:
    found = whole(hearing, "die brieven van jullie kan ik niet lezen, mijn dochter leest ze mij altijd voor")
    assert found.needs_support is not NO
    assert found.support
    assert set(found.support) <= set(ALL)


@pytest.mark.parametrize("text", ["", " ", "\U0001f600", "\u200b", "?"])
def test_that_a_text_without_a_word_means_nothing(hearing: FullHearing, text: str) -> None:
    found = whole(hearing, text)
    assert {getattr(found, one.name) for one in fields(Heard) if isinstance(getattr(found, one.name), Signal)} == {NO}


STUCK = (
    Earlier("customer", "Hoe laat komt de glazenwasser?"),
    Earlier("ai", "Afval brengt u naar de container in uw straat.", "afval-grofvuil"),
    Earlier("customer", "nee, ik vroeg naar de glazenwasser"),
    Earlier("ai", "Afval brengt u naar de container in uw straat.", "afval-grofvuil"),
)
HAPPY = (
    Earlier("customer", "Waar breng ik grofvuil heen?"),
    Earlier("ai", "Grofvuil brengt u naar de milieustraat.", "afval-grofvuil"),
)


def test_that_who_got_the_same_wrong_answer_twice_is_stuck(hearing: FullHearing) -> None:
    assert whole(hearing, "dat bedoel ik weer niet!! de GLAZENWASSER", STUCK).stuck is YES


@pytest.mark.parametrize("text", ["top, dank u wel", "en wat kost dat?", "ok dan ga ik daar zaterdag heen"])
def test_that_who_was_helped_is_not_disturbed(hearing: FullHearing, text: str) -> None:
    assert whole(hearing, text, HAPPY).stuck is NO


def test_that_many_threads_at_once_hear_what_each_would_hear_alone(hearing: FullHearing) -> None:
    alone = [whole(hearing, text) for text in LINES]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda text: whole(hearing, text), LINES * 5))
    assert together == alone * 5


def test_that_a_fault_in_one_text_reaches_only_whoever_asked_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hearing = FullHearing(NoEncoder())
    plain = hearing.deepen_all

    def fails(texts: Sequence[str], heard: Sequence[Heard], earlier: Sequence[Sequence[Earlier]]) -> list[Heard]:
        if "broken" in texts:
            raise ValueError("broken")
        return plain(texts, heard, earlier)

    monkeypatch.setattr(hearing, "deepen_all", fails)
    assert hearing.deepen("hallo", Heard()) == Heard()
    with pytest.raises(ValueError, match="broken"):
        hearing.deepen("broken", Heard())


def test_that_what_was_read_a_moment_ago_is_not_read_again() -> None:
    asked: list[int] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        asked.append(len(texts))
        return np.ones((len(texts), 512), dtype=np.float32)

    encoder = SentenceEncoder(lambda: (encode, "counted"))
    encoder.encode(["een", "twee", "een"])
    encoder.encode(["twee"])
    assert asked == [1, 2]  # the first is the look whether it works


def test_that_a_text_is_misspelt_as_people_do_and_always_in_the_same_way() -> None:
    spoil = Misspelling({"medewerker": "medwerker"})
    assert spoil.text("een Medewerker graag") == "een medwerker graag"
    assert spoil.text("een gesprek graag") == spoil.text("een gesprek graag") != "een gesprek graag"
    assert spoil.text("ja ok") == "ja ok"
