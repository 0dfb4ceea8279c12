from dataclasses import replace
from typing import Any

import pytest

from gehoor.core.errors import PolicyFault
from gehoor.core.hours import OpeningHours
from gehoor.core.policy import Policy, PromiseTerms, Wording, check
from tests.core.situations import POLICY
from tests.promises.told import MONDAY_MORNING

WORDING = Wording(
    "7", {"nl": {"hallo": "Dag {name}", "bel": "Bel {phone}.", "kaal": "{x}"}, "en": {"bel": "Call {phone}."}}
)


def test_that_a_sentence_is_said_in_the_language_or_in_the_default_one() -> None:
    assert WORDING.say("bel", "en", phone="1").text == "Call 1."
    assert WORDING.say("hallo", "en", name="Anna").text == "Dag Anna"
    assert WORDING.say("hallo", "fy", name="Anna").template.language == "nl"


def test_that_the_record_of_a_sentence_never_has_a_name() -> None:
    said = WORDING.say("hallo", "nl", name="Anna")
    assert said.template.params == ()
    assert WORDING.say("bel", "nl", phone="1").template.params == (("phone", "1"),)


def test_that_a_sentence_without_parameters_is_said_as_it_stands() -> None:
    assert WORDING.say("kaal", "nl").text == "{x}"


def test_that_a_sentence_that_is_nowhere_is_a_fault_of_the_policy() -> None:
    assert WORDING.has("bel")
    assert not WORDING.has("weg")
    with pytest.raises(PolicyFault) as refused:
        WORDING.say("weg", "nl")
    assert refused.value.data["field"] == "texts.weg"


@pytest.mark.parametrize(
    ("wanted", "given"), [("nl", "nl"), ("en-GB", "en"), ("EN", "en"), ("de", "nl"), ("", "nl"), (None, "nl")]
)
def test_that_a_language_that_is_not_spoken_becomes_the_first(wanted: str | None, given: str) -> None:
    assert POLICY.language(wanted) == given


def test_that_a_policy_that_reaches_people_is_taken() -> None:
    check(POLICY, MONDAY_MORNING)


def contact(**changes: Any) -> Policy:
    return replace(POLICY, contact=replace(POLICY.contact, **changes))


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (contact(phone=" "), "phone"),  # each way to a person when all else fails
        (contact(emergency_phone=""), "emergency_phone"),
        (contact(email=""), "email"),
        (contact(address=""), "address"),
        (replace(POLICY, hours=OpeningHours(((),) * 7, frozenset())), "hours"),  # nobody is ever there
        (replace(POLICY, promises=PromiseTerms(answer_days=2)), "promises"),  # over the ceiling
        (replace(POLICY, promises=PromiseTerms(callback_days=2)), "promises"),
        (replace(POLICY, chats_per_agent=0), "chats_per_agent"),
    ],
)
def test_that_a_policy_that_keeps_customers_from_people_is_refused(policy: Policy, field: str) -> None:
    with pytest.raises(PolicyFault) as refused:
        check(policy, MONDAY_MORNING)
    assert refused.value.data["field"] == field
