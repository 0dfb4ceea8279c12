"""The sentences that customers read: complete in both languages, short, and safe to follow."""

import re
import string
import time
from collections import Counter
from collections.abc import Set

import pytest
import yaml

from gehoor.core.conversation.model import SUPPORT
from gehoor.core.guarantee.receipts import TOPICS
from gehoor.core.knowledge.saying import PHRASES, QUESTIONS
from gehoor.core.knowledge.warnings import Code
from gehoor.texts import read
from gehoor.texts.read import LANGUAGES, sentences, version

SPOKEN = {language: texts for language, texts in sentences().items() if language in LANGUAGES}
EVERY = [(language, id) for language in SPOKEN for id in SPOKEN[language]]
SAFETY = sorted(id for id in SPOKEN["nl"] if id.startswith("safety_"))

# What the letters ask for, with what is filled in.
LETTERS: dict[str, Set[str]] = {
    **{
        f"mail_{kind}_subject": {"reference"}
        for kind in ("promise", "moved", "broken", "not_reached", "answer", "correction", "duty")
    },
    **dict.fromkeys(["mail_alarm_subject", "mail_alarm_title"], frozenset({"what"})),
    **{
        f"mail_{id}": {"organisation"}
        for id in ("automatic", "correction_automatic", "staff_automatic", "code", "code_subject")
    },
    **{f"mail_how_{how}": {"due"} for how in ("callback", "window", "email", "chat")},
    "mail_by_person": {"name", "organisation"},
    "mail_contact": {"phone"},
    "mail_hours": {"hours"},
    "mail_danger": {"phone"},
    "mail_not_reached": {"tries"},
    "mail_code_valid": {"minutes"},
    "mail_alarm_since": {"since"},
    "mail_duty": {"danger", "since"},
    "mail_duty_next": {"seconds"},
    **dict.fromkeys(
        [
            *(
                f"mail_{kind}_title"
                for kind in ("promise", "moved", "broken", "not_reached", "answer", "correction", "code", "duty")
            ),
            *("mail_greeting", "mail_regards", "mail_reference", "mail_keep_number", "mail_chat"),
            *("mail_change_title", "mail_change", "mail_promise", "mail_moved", "mail_broken", "mail_broken_new_title"),
            *("mail_not_reached_next_title", "mail_not_reached_next", "mail_answer_reply_title", "mail_answer_reply"),
            *("mail_correction_reply_title", "mail_correction_reply"),
            *("mail_code_label", "mail_code_secret", "mail_code_not_you", "mail_alarm_do_title", "mail_alarm_desk"),
            *("mail_duty_reference", "mail_duty_do", "mail_duty_link"),
        ],
        frozenset[str](),
    ),
}

DANGERS = (
    *("gas", "koolmonoxide", "brand", "waterlekkage_ernstig", "stroom_uitval", "lift_opgesloten"),
    *("buitengesloten", "geen_verwarming_vorst", "inbraak_deur", "instorting", "geweld_huiselijk"),
    *("zelfbeschadiging", "medisch", "bedreiging", "overig"),
)

# What is told to supervisors and to who is called out at night, with what is filled in.
ALARMS: dict[str, Set[str]] = {
    "alarm_empty_shift": {"team", "start"},
    "alarm_partner_silent": {"code"},
    "alarm_promise_broken": {"reference"},
    "alarm_short_of_people": {"people", "start"},
    "alarm_short_of_people_do": {"promises", "end"},
    "alarm_probe_failed": {"step", "what"},
    "alarm_mail_failing": {"code"},
    "alarm_policy_refused": {"field"},
    "alarm_policy_gap": {"field", "moment"},
    "alarm_unknown_job": {"job"},
    **dict.fromkeys(
        [
            *("alarm_empty_shift_do", "alarm_partner_silent_do", "alarm_promise_broken_do", "alarm_probe_failed_do"),
            *(
                "alarm_policy_reduced",
                "alarm_policy_reduced_do",
                "alarm_policy_refused_do",
                "alarm_policy_gap_do",
                "alarm_mail_failing_do",
                "alarm_unknown_job_do",
            ),
            *(f"danger_{kind}" for kind in DANGERS),
        ],
        frozenset[str](),
    ),
}

# What a writer should look at in an article, with what is filled in.
WARNINGS: dict[str, Set[str]] = {
    **{f"warn_{code}": {"day"} for code in ("stale", "stale_soon", "ended", "ends_soon")},
    **{
        f"warn_{code}": {"words"}
        for code in ("date_passed", "year_passed", "amount_old", "instruction", "long", "long_word", "passive")
    },
    **{f"warn_{code}": {"words", "instead"} for code in ("hard_word", "stiff")},
    **{f"warn_source_{what}": {"source"} for what in ("changed", "gone", "unreadable")},
    "warn_contradiction": {"here", "other", "there"},
    "warn_overlap": {"other"},
    "warn_translation_differs": {"missing", "here", "there"},
    "warn_no_translation": {"missing"},
    "warn_dead_link": {"target"},
    "warn_hard_text": {"score", "least"},
}

# What the rules and the doors ask for, with what is filled in.
ASKED: dict[str, Set[str]] = {
    "disclosure": {"organisation"},
    "identity": {"organisation"},
    "author_ai": {"organisation"},
    "author_notice": {"organisation"},
    "author_human": {"name"},
    "joined": {"name"},
    "joined_no_ai": {"name"},
    "reduced": {"phone"},
    "ask_danger": {"phone"},
    "support_offered": {"offers"},
    **{f"receipt_{topic}": {"reference", "due"} for topic in TOPICS},
    **{f"support_{offer}": {"phone"} if offer == "call" else frozenset[str]() for offer in SUPPORT},
    **{f"chosen_{offer}": {"phone"} if offer == "call" else frozenset[str]() for offer in SUPPORT},
    **{f"offer_{offer}": frozenset[str]() for offer in SUPPORT},
    "without_contact": {"phone"},
    "phone_ends_in": {"ending"},
    **dict.fromkeys(
        [
            *("phone_not_a_number", "phone_costs", "phone_not_a_person", "email_not_an_address", "window_gone"),
            *(
                "no_request",
                "danger_no_date",
                "contact_needed",
                "code_unknown",
                "code_too_often",
                "words_need_proof",
                "proof_no_address",
            ),
            *("proof_not_sent", "proof_too_often", "proof_wrong", "proof_ended"),
        ],
        frozenset[str](),
    ),
    "route_live": {"name"},
    "route_queue": {"position"},
    **{f"place_later_{reason}": {"position"} for reason in ("danger", "returned", "window", "earlier", "moved")},
    "wait_minutes": {"minutes"},
    **dict.fromkeys(["wait_soon", "wait_long", "wait_unknown"], frozenset[str]()),
    "disclosure_no_ai": {"organisation"},
    "promise_window": {"window", "reference"},
    "partner_asked": {"partner", "phone"},
    **dict.fromkeys(["partner_acknowledged", "partner_reached"], frozenset({"partner"})),
    **dict.fromkeys(
        ["promise_chat", "promise_callback", "promise_email", "route_promise"], frozenset({"due", "reference"})
    ),
    **dict.fromkeys(
        ["call_now", "not_reached", "mail_failed", "correction_mail_failed", "correction_next"], frozenset({"phone"})
    ),
    **{
        f"error_{code}": {"phone"}
        for code in (
            *("invalid", "unknown", "not_allowed", "not_yours", "not_now", "conflict", "busy", "policy_fault"),
            *("store_away", "store_fault", "error"),
        )
    },
    "open_now": {"end"},
    "open_now_more": {"end", "times"},
    "closed_now": {"day", "time", "phone"},
    "closed_now_today": {"time", "phone"},
    "closed_always": {"phone"},
    "open_day": {"day", "times"},
    "open_day_whole": {"day"},
    "closed_day": {"day", "next", "time"},
    "open_always": frozenset[str](),
    "correction": {"day", "title"},
    "correction_wrong": {"wrong"},
    "correction_right": {"right"},
    "error_too_often": {"phone", "email"},
    **LETTERS,
    **ALARMS,
    **WARNINGS,
    **{f"safety_{kind}": {"phone"} for kind in DANGERS},
    **dict.fromkeys(
        [
            *(
                f"requested_{how}"
                for how in ("button", "words", "danger", "topic", "support", "fault", "no_ai", "recall")
            ),
            *(f"requested_{how}_no_ai" for how in ("button", "words", "topic", "support", "recall")),
            *("danger_yes", "language_name"),
            "withdrawn_no_ai",
            *(f"left_{reason}" for reason in ("lost", "silent", "transferred")),
            *("withdrawn", "back_in_queue", "reopened", "offer_person", "suggest", "people_only"),
            *(*QUESTIONS, *PHRASES),
            *("abstain_1", "abstain_2", "abstain_3", "abstain_given", "can_1", "can_2", "can_3", "human_route"),
            *("promise_kept", "promise_broken", "handed_back", "resolved", "idle", "ai_busy", "author_customer"),
        ],
        frozenset[str](),
    ),
}
FILLED = {
    "email": "info@voorbeeldstad.example",
    "organisation": "Woonstichting Voorbeeldstad",
    "name": "Noor",
    "position": "2",
    "due": "woensdag 30 december 17.00 uur",
    "reference": "481-234-567",
    "phone": "088 000 01 12",
    "ending": "78",
    "window": "woensdag 30 december tussen 10.00 en 11.00 uur",
    "hours": "maandag t/m vrijdag 8.00-17.00 uur",
    "tries": "3",
    "minutes": "15",
    "seconds": "60",
    "what": "Niemand op de dienst",
    "title": "Huur opzeggen",
    "wrong": "U hebt drie weken.",
    "right": "U hebt zes weken.",
    "field": "hours.zone",
    "moment": "maandag 14 december 8.00 uur",
    "since": "dinsdag 24 november 23.10 uur",
    "danger": "gas",
    "partner": "de nachtdienst van Voorbeeldstad",
    "team": "Klantcontact",
    "start": "woensdag 30 december 8.00 uur",
    "times": "van 8.00 tot 12.00 uur en van 13.00 tot 17.00 uur",
    "time": "8.00 uur",
    "next": "maandag 30 november",
    "end": "woensdag 30 december 17.00 uur",
    "code": "5.7.1",
    "people": "2",
    "promises": "7",
    "step": "human",
    "job": "sms",
    "offers": "Wij kunnen u bellen.",
    "day": "1-3-2027",
    "words": "per 1 juli 2024",
    "instead": "moet",
    "source": "../bronnen/huur.docx",
    "other": "huur-opzeggen",
    "here": "één maand",
    "there": "drie maanden",
    "missing": "en",
    "target": "/kennis/borg",
    "score": "43",
    "least": "50",
}


def test_that_every_warning_has_its_sentence() -> None:
    assert set(WARNINGS) == {f"warn_{code}" for code in Code}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_every_language_has_exactly_the_sentences_that_are_asked_for(language: str) -> None:
    assert set(SPOKEN[language]) == set(ASKED)


@pytest.mark.parametrize(("language", "id"), EVERY)
def test_that_a_sentence_has_exactly_its_placeholders(language: str, id: str) -> None:
    assert placeholders(SPOKEN[language][id]) == ASKED[id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_no_id_stands_twice_in_a_file(language: str) -> None:
    node = yaml.compose((read._FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    assert isinstance(node, yaml.MappingNode)
    assert [id for id, count in Counter(key.value for key, _ in node.value).items() if count > 1] == []


@pytest.mark.parametrize(("language", "id"), EVERY)
def test_that_no_sentence_is_over_twenty_two_words(language: str, id: str) -> None:
    filled = SPOKEN[language][id].format(**FILLED)
    longest = max(re.split(r"[.!?:](?:\s|$)", filled), key=lambda one: len(one.split()))
    assert len(longest.split()) <= 22, longest


@pytest.mark.parametrize(("language", "id"), EVERY)
def test_that_a_sentence_is_one_line_without_emoji_or_hedging(language: str, id: str) -> None:
    text = SPOKEN[language][id]
    assert text == " ".join(text.split())
    assert all(ord(character) < 0x2030 for character in text)
    assert not re.search(r"\b(?:ik denk|volgens mij|misschien|i think|maybe|helaas|unfortunately)\b", text.lower())


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("nl", ["AI-assistent", "niet met een mens", "goedgekeurde informatie", "dag en nacht", "op elk moment",
                '"Praat met een medewerker"', "per telefoon", "{organisation}"]),
        ("en", ["AI assistant", "not to a person", "approved information", "day and night", "at any moment",
                '"Talk to a person"', "by phone", "{organisation}"]),
    ],
)  # fmt: skip
def test_that_the_disclosure_says_what_it_is_what_it_can_and_how_to_reach_a_person(
    language: str, parts: list[str]
) -> None:
    assert [part for part in parts if part not in SPOKEN[language]["disclosure"]] == []


@pytest.mark.parametrize(("language", "answer"), [("nl", "Nee, ik ben geen mens."), ("en", "No, I am not a person.")])
def test_that_asked_whether_it_is_a_person_the_ai_says_no_at_once(language: str, answer: str) -> None:
    assert SPOKEN[language]["identity"].startswith(answer)


NUMBERS = {
    "gas": ["0800-9009", "112", "{phone}"],
    "koolmonoxide": ["112", "{phone}"],
    "brand": ["112", "{phone}"],
    "waterlekkage_ernstig": ["{phone}", "112"],
    "stroom_uitval": ["{phone}", "0800-9009", "112"],
    "lift_opgesloten": ["{phone}", "112"],
    "buitengesloten": ["{phone}", "112"],
    "geen_verwarming_vorst": ["{phone}", "112"],
    "inbraak_deur": ["112", "0900-8844", "{phone}"],
    "instorting": ["112", "{phone}"],
    "geweld_huiselijk": ["112", "0800-2000", "{phone}"],
    "zelfbeschadiging": ["113", "0800-0113", "112", "{phone}"],
    "medisch": ["112", "{phone}"],
    "bedreiging": ["112", "0900-8844", "{phone}"],
    "overig": ["112", "{phone}"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", SAFETY)
def test_that_a_safety_text_names_the_right_numbers_in_the_right_order(id: str, language: str) -> None:
    text = SPOKEN[language][id]
    found = re.findall(r"\{phone\}|0[89]00-\d{4}|\b11[23]\b(?!\.nl)", text)
    assert list(dict.fromkeys(found)) == NUMBERS[id.removeprefix("safety_")]


@pytest.mark.parametrize(
    ("id", "language", "parts"),
    [
        ("safety_gas", "nl", ["naar buiten", "geen vuur", "schakelaar"]),
        ("safety_gas", "en", ["Go outside", "no fire", "switch"]),
        ("safety_brand", "nl", ["naar buiten", "Neem niet de lift"]),
        ("safety_brand", "en", ["Go outside", "Do not take the lift"]),
        ("safety_koolmonoxide", "nl", ["naar buiten", "Ga niet terug"]),
        ("safety_koolmonoxide", "en", ["Go outside", "Do not go back in"]),
        ("safety_lift_opgesloten", "nl", ["alarmknop", "Blijf in de lift"]),
        ("safety_lift_opgesloten", "en", ["alarm button", "Stay in the lift"]),
        ("safety_waterlekkage_ernstig", "nl", ["hoofdkraan", "stopcontacten"]),
        ("safety_waterlekkage_ernstig", "en", ["main tap", "sockets"]),
    ],
)
def test_that_a_safety_text_names_the_most_important_action(id: str, language: str, parts: list[str]) -> None:
    assert [part for part in parts if part not in SPOKEN[language][id]] == []


def test_that_the_version_changes_with_a_sentence_and_with_nothing_else() -> None:
    known = version(SPOKEN)
    assert re.fullmatch(r"[0-9a-f]{12}", known)
    assert version({language: dict(reversed(texts.items())) for language, texts in SPOKEN.items()}) == known
    assert version({**SPOKEN, "nl": {**SPOKEN["nl"], "idle": "Anders."}}) != known
    assert version({**SPOKEN, "de": {}}) == known
    assert version(dict(reversed(SPOKEN.items()))) == known
    assert version({"nl": SPOKEN["nl"]}) != known
    assert version({"nl": {"a": "bc"}}) != version({"nl": {"ab": "c"}})
    assert version({"nl": {"a": "b", "c": "d"}}) != version({"nl": {"a": "bc", "": "d"}})


@pytest.mark.bench
def test_that_reading_takes_less_than_fifteen_milliseconds() -> None:
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        sentences()
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.015
