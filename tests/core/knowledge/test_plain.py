"""What makes a sentence hard is found with what to do; plain sentences are left alone."""

import pytest

from gehoor.core.knowledge.plain import MOST_WORDS, Found, Hurdle, hurdles, reading_ease, syllables


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("U dient de huur tijdig te betalen.", Found(Hurdle.STIFF, "dient de huur tijdig te", "moet")),
        ("Dit geldt indien u huurt.", Found(Hurdle.HARD_WORD, "indien", "als")),
        ("Met betrekking tot uw vraag.", Found(Hurdle.HARD_WORD, "Met betrekking tot", "over")),
        ("Uw aanvraag wordt door ons behandeld.", Found(Hurdle.PASSIVE, "wordt … behandeld")),
        ("De kosten werden niet vergoed.", Found(Hurdle.PASSIVE, "werden … vergoed")),
        ("Dat staat in de energieprestatievergoeding.", Found(Hurdle.LONG_WORD, "energieprestatievergoeding")),
        ("Dit is een zin van tien woorden, en dat nog " + "eens " * 12 + "erbij.", Found(Hurdle.LONG, "23")),
    ],
)
def test_that_a_hurdle_is_found_with_its_words(sentence: str, found: Found) -> None:
    assert found in hurdles(sentence, "nl")


@pytest.mark.parametrize(
    "sentence",
    [
        "U betaalt de huur voor de eerste van de maand.",
        "Wij behandelen uw aanvraag binnen zes weken.",
        "Het wordt gevaarlijk als u het gas niet dichtdraait.",
        "U wordt huurder van een woning.",
        "De nieuwe eigenaar wordt dan uw verhuurder en uw rechten blijven gelden.",
        "Ga naar [de pagina over de energieprestatievergoeding van ons](https://www.voorbeeldstad.example/a-b-c-d-e-f-g-h).",
        " ".join(["woord"] * MOST_WORDS) + ".",
    ],
)
def test_that_a_plain_sentence_is_left_alone(sentence: str) -> None:
    assert [one for one in hurdles(sentence, "nl") if one.hurdle is not Hurdle.LONG_WORD] == []


def test_that_english_has_its_own_words_and_other_languages_none() -> None:
    assert Found(Hurdle.HARD_WORD, "prior to", "before") in hurdles("Call us prior to noon.", "en")
    assert Found(Hurdle.PASSIVE, "is … approved") in hurdles("It is approved by the board.", "en")
    assert hurdles("Bu cümle çok uzun " * 20, "tr") == ()


@pytest.mark.parametrize(
    ("word", "count"), [("huis", 1), ("woning", 2), ("opzegtermijn", 4), ("coördinatie", 5), ("reële", 3), ("hmm", 1)]
)
def test_that_syllables_are_counted_about_right(word: str, count: int) -> None:
    assert syllables(word) == count


def test_that_easy_text_has_a_higher_score_than_hard_text_and_little_text_has_none() -> None:
    easy = [
        "U belt ons als de lamp stuk is.",
        "Wij maken hem dan voor u.",
        "Dat kost u niets, ook niet als het duur is.",
    ] * 3
    hard = [
        "De huurovereenkomst betreffende bovengenoemde onroerende zaak eindigt overeenkomstig de daartoe strekkende "
        "wettelijke bepalingen, behoudens toepasselijkheid van contractueel overeengekomen uitzonderingsbepalingen."
    ] * 3
    assert (reading_ease(easy) or 0) > 80
    assert (reading_ease(hard) or 100) < 20
    assert reading_ease(easy[:1]) is None
