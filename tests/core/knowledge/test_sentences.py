"""A passage becomes sentences: where they end, and which may not be said without their neighbour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.core.knowledge.sentences import closed, sentence_id, sentences, split
from tests.core.knowledge.examples import article


def words(text: str, language: str = "nl") -> list[str]:
    return [one.text for one in split(text, 0, language)]


ENDS = [
    ("Bel ons. Wij helpen u.", ["Bel ons.", "Wij helpen u."]),
    ("Wij bellen u. Daarna komt iemand.", ["Wij bellen u.", "Daarna komt iemand."]),  # a lone small letter is a word
    ("Vraag het aan dhr. De Wit of mevr. Jansen. Bel ons.", ["Vraag het aan dhr. De Wit of mevr. Jansen.", "Bel ons."]),
    ("Dit staat in art. 7:246 BW. Lees het na.", ["Dit staat in art. 7:246 BW.", "Lees het na."]),
    ("Neem mee: pas, bril enz. Tot dan.", ["Neem mee: pas, bril enz. Tot dan."]),  # in doubt they stay one
    ("U betaalt € 1.250,50. Dat is per maand.", ["U betaalt € 1.250,50.", "Dat is per maand."]),
    ("Open van 8.00 tot 17.00 uur. Bel gerust.", ["Open van 8.00 tot 17.00 uur.", "Bel gerust."]),
    ("Kijk op www.huren.example/a.b. Daar staat het.", ["Kijk op www.huren.example/a.b.", "Daar staat het."]),
    (
        "Zie [ons loket](https://x.example/a?b=1.2). Bel anders.",
        ["Zie [ons loket](https://x.example/a?b=1.2).", "Bel anders."],
    ),
    ('Kies "Wachtwoord vergeten." Daarna logt u in.', ['Kies "Wachtwoord vergeten."', "Daarna logt u in."]),
    ("Lukt het niet? Bel ons!", ["Lukt het niet?", "Bel ons!"]),
    ("Vraag een wmo-pas aan bij J.P. Bakker. Gratis.", ["Vraag een wmo-pas aan bij J.P. Bakker.", "Gratis."]),
    ("Geldig t.a.v. De heer Bos. Klaar.", ["Geldig t.a.v. De heer Bos.", "Klaar."]),
    (
        "Neem mee:\n- Uw pas. Ook die van uw partner.\n- Geld.",
        ["Neem mee:", "- Uw pas. Ook die van uw partner.", "- Geld."],
    ),
    ("Een regel\nnog een regel", ["Een regel", "nog een regel"]),
    ("  \n\n ", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), ENDS)
def test_that_a_sentence_ends_where_a_reader_says_so(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_that_no_in_english_is_an_answer_and_a_number() -> None:
    assert words("No. You may not.", "en") == ["No.", "You may not."]
    assert words("Ring at No. 12. Wait.", "en") == ["Ring at No. 12.", "Wait."]


LEANS = [
    ("Stuur een brief. Dat kan ook per mail.", False),
    ("U krijgt bericht. Daarna maken wij een afspraak.", False),
    ("Betaal op tijd. Zo niet, dan bellen wij.", True),
    ("U hebt een code nodig. Daarvoor belt u ons.", False),
    ("De huurder tekent. Hij krijgt een kopie.", False),
    ("Hebt u een formulier? Stuur het op.", True),  # the question is a condition: neither is said alone
    ("Neem dit mee: een pas.\nBreng geld mee.", False),
    ("U hebt nodig:\n- Een pas.", True),
    ("U mag klussen. Aan gas mag u niets doen.", None),  # a limit, that does not lean but belongs to what it limits
    ("U mag verhuizen. Dat mag niet zonder ons.", True),
]


@pytest.mark.parametrize(("text", "holds"), LEANS)
def test_that_what_leans_is_known_and_what_may_not_be_said_without_its_limit(text: str, holds: bool | None) -> None:
    first, second = split(text)
    assert not first.leans
    if holds is None:
        assert (second.leans, first.holds) == (False, True)
    elif "\nBreng" in text:
        assert not second.leans
    else:
        assert (second.leans, first.holds) == (True, holds)


def test_that_in_a_language_without_known_words_everything_leans() -> None:
    first, second = split("Bizi arayın. Pazartesi açığız.", 0, "tr")
    assert (first.holds, second.leans) == (True, True)


def test_that_a_choice_is_completed_on_both_sides() -> None:
    of = split("Huurt u samen? Dan tekent de ander ook. Bel ons. Dat is gratis. Kom langs.")
    assert closed(of, [1]) == {0, 1}
    assert closed(of, [0]) == {0, 1}
    assert closed(of, [3]) == {2, 3}
    assert closed(of, [2, 99, -1]) == {2}
    assert closed((), [0]) == frozenset()


def test_that_the_name_of_a_sentence_tells_article_version_passage_and_number() -> None:
    one = article("borg", answer="Een. Twee.")
    assert [x.place for x in sentences(one)[0]] == [(0, 0), (0, 1)]
    assert sentence_id(one, (0, 1)) == f"borg@{one.version}:0.1"
    changed = article("borg", answer="Een. Drie.")
    assert sentence_id(changed, (0, 1)) != sentence_id(one, (0, 1))


@given(st.text(alphabet="aAdDtT .?!\n-:1€()[]\u2026\u00e9", max_size=80), st.sampled_from(["nl", "en", "tr"]))
def test_that_nothing_is_lost_or_made_up_between_sentences(text: str, language: str) -> None:
    of = split(text, 3, language)
    end = 0
    for number, one in enumerate(of):
        assert (one.passage, one.number) == (3, number)
        assert one.text == text[one.start : one.end] == one.text.strip()
        assert text[end : one.start].strip() == ""
        end = one.end
    assert text[end:].strip() == ""
    assert not of or not (of[0].leans or of[-1].holds)
