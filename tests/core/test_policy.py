import pytest

from gehoor.core.errors import PolicyFault
from gehoor.core.policy import Wording
from tests.core.situations import POLICY

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
