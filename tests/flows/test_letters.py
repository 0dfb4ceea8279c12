"""What the house writes: the right words for each letter, the same in plain text and in HTML, for every reader."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from gehoor.core.errors import Invalid, PolicyFault
from gehoor.core.policy import Wording
from gehoor.flows.letter_page import STYLE, Link, as_html
from gehoor.flows.letters import HOWS, NEEDS, Composed, Kind, compose
from gehoor.prove.model import office

POLICY = replace(office(), contact=replace(office().contact, hours={"nl": "op werkdagen", "en": "on working days"}))
GIVEN = {
    "how": "callback",
    "due": "dinsdag 24 november 17.00 uur",
    "reference": "572-118-404",
    "chat_url": "https://chat.voorbeeldstad.example/chat",
    "tries": "3",
    "name": "Noor",
    "answer": "U kunt de sleutel ophalen.\n\nNeem uw <legitimatie> mee & de brief:\n- nummer 1\n- nummer 2",
    "correction": "Wij maakten een fout.\nWat er fout was: u hebt <3> weken.\nWat wel klopt: u hebt 6 weken.",
    "code": "481516",
    "minutes": "15",
    "what": "niemand op de avonddienst",
    "since": "dinsdag 24 november 23.10 uur",
    "action": "Bel de reservedienst.",
    "desk_url": "https://chat.voorbeeldstad.example/desk",
    "danger": "gas",
    "url": "https://chat.voorbeeldstad.example/duty/x?a=1&b=2",
    "seconds": "60",
}
TO_CUSTOMERS = [kind for kind in Kind if kind not in (Kind.ALARM, Kind.DUTY)]
EVERY = [(kind, language) for kind in Kind for language in ("nl", "en")]


def letter(kind: Kind, language: str = "nl", **changed: str) -> Composed:
    return compose(kind, POLICY, language, {name: (GIVEN | changed)[name] for name in NEEDS[kind]})


class Reader(HTMLParser):
    """What somebody reads of a page: its blocks; a link as its words and where it goes. And how it is built."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.title = ""
        self.href = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.blocks[-1] += "\n"
        elif tag != "meta":
            self.open.append(tag)
        if tag in ("p", "h1", "h2"):
            self.blocks.append("")
        self.href = dict(attrs).get("href") or self.href

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "a":
            self.blocks[-1] += f": {self.href}"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title":
            self.title += data
        elif self.open and self.open[-1] in ("p", "h1", "h2", "a", "strong"):
            self.blocks[-1] += data

    def names(self) -> list[str]:
        return [tag for tag, _ in self.tags]


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_that_plain_text_and_html_say_the_same(kind: Kind, language: str) -> None:
    written = letter(kind, language)
    assert "\n\n".join(Reader(written.html).blocks) + "\n" == written.text


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_that_the_page_is_built_for_every_reader(kind: Kind, language: str) -> None:
    written = letter(kind, language)
    page = Reader(written.html)
    assert page.open == []
    assert page.title == written.subject
    assert ("html", {"lang": language}) in page.tags
    headings = [tag for tag in page.names() if tag in ("h1", "h2")]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "br", "a", "strong"}
    assert set(page.names()) <= allowed  # no picture, no table, nothing that is fetched
    assert [attrs for tag, attrs in page.tags if tag == "style" and attrs] == []
    assert all(attrs["href"] in GIVEN.values() for tag, attrs in page.tags if tag == "a")
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast of two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_text_and_links_stand_out_on_light_and_on_dark(scheme: str) -> None:
    light, _, dark = STYLE.partition("@media (prefers-color-scheme: dark)")
    rules = dark if scheme == "dark" else light
    background, text = re.findall(r"background: (#\w{6});\s+color: (#\w{6})", rules)[0]
    link = re.findall(r"\ba \{ color: (#\w{6})", rules)[0]
    assert min(contrast(text, background), contrast(link, background)) >= 4.5
    assert "16px" in light


def test_that_nothing_that_is_filled_in_becomes_markup() -> None:
    evil = '<script>alert(1)</script>"&<b>'
    for kind in Kind:
        changed = {name: evil for name in NEEDS[kind] if name != "how" and not name.endswith("url")}
        written = letter(kind, **changed)
        assert "<script" not in written.html
        assert "<b>" not in written.html
        assert "\n\n".join(Reader(written.html).blocks) + "\n" == written.text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "/chat", "", 'https://x.example/" onclick="']
)
def test_that_a_link_goes_to_a_web_address_only(url: str) -> None:
    with pytest.raises(Invalid):
        letter(Kind.PROMISE, chat_url=url)
    with pytest.raises(Invalid):
        as_html("x", "nl", [Link("x", url)])


# -- what each letter says -------------------------------------------------------------------------------------------


def test_that_a_promise_says_what_when_under_which_number_and_how_to_change_it() -> None:
    for how, words in zip(
        HOWS,
        (
            "Een medewerker belt u, uiterlijk dinsdag 24 november 17.00 uur.",
            "Een medewerker belt u dinsdag 24 november tussen 10.00 en 12.00 uur.",
            "Een medewerker antwoordt u per e-mail, uiterlijk dinsdag 24 november 17.00 uur.",
            "Een medewerker antwoordt u in uw gesprek op onze website, uiterlijk dinsdag 24 november 17.00 uur.",
        ),
        strict=True,
    ):
        due = "dinsdag 24 november tussen 10.00 en 12.00 uur" if how == "window" else GIVEN["due"]
        text = letter(Kind.PROMISE, how=how, due=due).text
        assert words in text
        assert "Uw nummer: 572-118-404" in text
        assert "vul uw code in" in text
        assert "verzetten of afzeggen" in text
        assert f"Naar uw gesprek: {GIVEN['chat_url']}" in text


def test_that_a_broken_promise_brings_an_apology_and_a_new_time() -> None:
    text = letter(Kind.BROKEN).text
    assert text.index("Dat spijt ons") < text.index("Onze nieuwe afspraak") < text.index(GIVEN["due"])


def test_that_who_was_not_reached_is_told_so_and_how_to_get_help_still() -> None:
    text = letter(Kind.NOT_REACHED).text
    assert "3 keer geprobeerd" in text
    assert "Uw vraag is bewaard. Beantwoord deze e-mail, bel ons, of ga naar uw gesprek" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Dit antwoord is geschreven door Noor, medewerker van Voorbeeld. Het komt niet van een AI-assistent."),
        (
            "en",
            "This answer was written by Noor, a member of staff of Voorbeeld. It does not come from an AI assistant.",
        ),
    ],
)
def test_that_an_answer_is_the_persons_own_words_and_says_whose(language: str, words: str) -> None:
    written = letter(Kind.ANSWER, language)
    assert words in written.text
    assert GIVEN["answer"] in written.text
    assert not written.automatic


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ANSWER])
def test_that_every_other_letter_says_that_no_person_wrote_it(kind: Kind) -> None:
    assert "Dit bericht is automatisch verstuurd" in letter(kind).text
    assert "sent automatically" in letter(kind, "en").text
    assert letter(kind).automatic


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_that_every_letter_to_a_customer_says_how_to_call_and_what_to_do_in_danger(kind: Kind) -> None:
    for language in ("nl", "en"):
        text = letter(kind, language).text
        assert all(part in text for part in ("0800-0001", "112", "0800-0002", POLICY.contact.hours[language]))


def test_that_the_code_stands_in_the_letter_and_nowhere_that_is_seen_before_it_is_opened() -> None:
    written = letter(Kind.CODE)
    assert "Code: 481516" in written.text
    assert "15 minuten" in written.text
    assert "481516" not in written.subject
    assert "481516" not in str(written.template)


def test_that_an_alarm_says_what_since_when_and_what_to_do() -> None:
    written = letter(Kind.ALARM)
    parts = [GIVEN[name] for name in ("what", "since", "action", "desk_url")]
    assert [part for part in parts if part not in written.text] == []
    assert written.subject == "Alarm: niemand op de avonddienst"


def test_that_who_is_on_duty_is_told_the_danger_the_link_and_that_the_link_alone_is_not_enough() -> None:
    written = letter(Kind.DUTY)
    assert "Een klant meldt gevaar: gas." in written.text
    assert f"Naar de melding: {GIVEN['url']}" in written.text
    assert "De pagina alleen openen is niet genoeg." in written.text
    assert "binnen 60 seconden" in written.text


# -- what is composed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_that_the_record_of_a_letter_holds_nothing_personal_and_no_secret(kind: Kind) -> None:
    template = letter(kind).template
    assert (template.id, template.version, template.language) == (f"mail_{kind.value}", "1", "nl")
    assert set(dict(template.params)) <= {"how", "due", "reference", "tries", "minutes", "since", "danger", "seconds"}


@pytest.mark.parametrize("kind", list(Kind))
def test_that_a_letter_takes_exactly_what_it_needs(kind: Kind) -> None:
    given = {name: GIVEN[name] for name in NEEDS[kind]}
    for wrong in ({**given, "more": "x"}, dict(list(given.items())[1:])):
        with pytest.raises(Invalid):
            compose(kind, POLICY, "nl", wrong)


def test_that_a_promise_is_kept_in_a_known_way() -> None:
    with pytest.raises(Invalid) as refused:
        letter(Kind.PROMISE, how="pigeon")
    assert refused.value.data["field"] == "how"


def test_that_a_language_that_is_not_spoken_becomes_the_first() -> None:
    written = letter(Kind.PROMISE, "de")
    assert written.template.language == "nl"
    assert '<html lang="nl">' in written.html


def test_that_a_wording_without_letters_is_a_fault_of_the_policy() -> None:
    with pytest.raises(PolicyFault):
        compose(Kind.CODE, replace(POLICY, wording=Wording("1", {"nl": {}})), "nl", {"code": "1", "minutes": "5"})


def test_that_an_organisation_without_hours_in_this_language_leaves_them_out() -> None:
    written = compose(Kind.CODE, office(), "nl", {"code": "1", "minutes": "5"})
    assert "Wij zijn er" not in written.text
