"""Tables of phrases: what each sign of their language means, and what a wrong line is answered with."""

import pytest

from gehoor.adapters.hearing.forms import forms
from gehoor.adapters.hearing.phrases import Phrasebook
from gehoor.core.conversation.model import Signal
from gehoor.core.errors import Invalid

YES, MAYBE, NO = Signal.YES, Signal.MAYBE, Signal.NO


def hears(table: str, text: str, signal: str = "urgent") -> tuple[Signal, dict[str, Signal]]:
    book = Phrasebook()
    book.add(signal, table.splitlines(), "own.txt")
    book.ready(["ik", "wil", "een"])
    found = book.hear(forms(text)).get(signal)
    return (found.signal, dict(found.kinds)) if found else (NO, {})


@pytest.mark.parametrize(
    ("phrase", "text", "heard"),
    [
        ("ruik gas", "Ik ruik gas!", YES),
        ("ruik gas", "ik ruik geen gas", NO),
        ("ruik gas", "ik ruik. gas is duur", NO),
        ("ruik .. gas", "ik ruik al de hele dag gas", NO),
        ("ruik ... gas", "ik ruik al de hele dag gas", YES),
        ("ruik ... gas", "ik ruik hier echt niet gas", NO),
        ("ruik|stinkt naar? gas", "het stinkt naar gas", YES),
        ("ruik|stinkt naar? gas", "ik ruik gas", YES),
        ("gaslek*", "een gaslekkage in de straat", YES),
        ("*lucht", "wat een gaslucht hier", YES),
        ("*\u7164\u6c14*", "\u53a8\u623f\u6709\u7164\u6c14\u5473", YES),
        ("^ help $", "Help!", YES),
        ("^ help $", "help mij", NO),
        ("brandweer~", "bel de brandwer", YES),
        ("brandweer~", "bel de barndweer", YES),
        ("brandweer~", "bel de brwer", NO),
        ("brandweer", "bel de brandwer", NO),
        ("van_vlees_en_bloed", "iemand van vlees en bloed", YES),
        ("van_vlees_en_bloed", "iemand van vlees", NO),
    ],
)
def test_what_a_phrase_hears(phrase: str, text: str, heard: Signal) -> None:
    assert hears(f"[yes nl gas]\n{phrase}", text)[0] is heard


def test_that_a_class_of_words_stands_for_each_of_them_and_can_be_made_longer() -> None:
    table = "= smell: ruik | stinkt\n= smell: meur\n[yes nl gas]\n<smell> .. gas"
    assert hears(table, "het meur hier naar gas")[0] is YES


def test_that_the_kind_is_heard_and_the_surest_counts() -> None:
    table = "[maybe nl gas]\nlucht\n[yes nl brand]\nvlammen"
    assert hears(table, "rare lucht, en vlammen") == (YES, {"gas": MAYBE, "brand": YES})


def test_that_not_takes_away_its_own_clause_and_no_other() -> None:
    table = "[yes nl gas]\ngas\n[not nl]\nrekening"
    assert hears(table, "de rekening van gas")[0] is NO
    assert hears(table, "de rekening klopt. maar ik ruik gas")[0] is YES


def test_that_calm_takes_away_one_kind_and_after_makes_less_of_all() -> None:
    table = "[yes nl gas]\ngas\n[yes nl brand]\nbrand\n[calm nl gas]\nrekening\n[after]\ngisteren"
    assert hears(table, "rekening gas brand") == (YES, {"brand": YES})
    assert hears(table, "gisteren brand") == (MAYBE, {"brand": MAYBE})


def test_that_what_is_denied_in_so_many_words_is_told() -> None:
    book = Phrasebook()
    book.add("wants_human", ["[yes nl]", "medewerker", "[not nl]", "hoef geen"], "own.txt")
    book.ready([])
    assert book.hear(forms("ik hoef geen medewerker"))["wants_human"].denied
    assert not book.hear(forms("ik wil een medewerker"))["wants_human"].denied


def test_that_a_phrase_with_a_plus_is_looked_for_over_the_whole_text() -> None:
    assert hears("[yes nl gas]\nruik .. gas", "ik ruik het. gas!")[0] is NO
    assert hears("[yes+ nl gas]\nruik .. gas", "ik ruik het. gas!")[0] is YES


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("gas", "line 1: put a heading such as [yes nl] above"),
        ("[perhaps nl]", "line 1: a heading is [yes nl]"),
        ("= smell ruik", "line 1: write a class as"),
        ("[yes nl]\n<smell> gas", "line 2: there is no class <smell>"),
        ("[yes nl]\ngas?", "line 2: a phrase needs a word that must be there"),
    ],
)
def test_that_a_wrong_line_is_named_with_what_to_do(table: str, told: str) -> None:
    with pytest.raises(Invalid) as wrong:
        hears(table, "gas")
    assert told in str(wrong.value)
    assert "own.txt" in str(wrong.value)
