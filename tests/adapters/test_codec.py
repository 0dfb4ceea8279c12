"""Facts become records and come back, in every version that was ever written."""

import json
import timeit
from dataclasses import replace
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.adapters.stores.codec import EVENTS, UPCASTS, VERSIONS, Codec, decode, encode, encode_entry
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Heard, Signal
from gehoor.core.errors import Invalid, StoreFault
from gehoor.core.ids import ClientId
from gehoor.core.time import Instant
from tests.adapters.golden_facts import FOLDER, as_read, golden, may_be_none, plain, sample_fact

NAMES = sorted(EVENTS)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Every value of a type that a fact may hold."""
    if may_be_none(hint):
        return st.none() | values(plain(hint))
    hint = plain(hint)
    if get_origin(hint) is tuple:
        arms = get_args(hint)
        if arms[-1] is Ellipsis:
            return st.lists(values(arms[0]), max_size=3).map(tuple)
        return st.tuples(*(values(arm) for arm in arms))
    if hint in EVENTS.values() or (hint.__module__.startswith("gehoor") and not issubclass(hint, Enum)):
        return st.builds(hint, **{name: values(kind) for name, kind in get_type_hints(hint).items()})
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if hint is bool:
        return st.booleans()
    return st.integers(-(2**63), 2**63 - 1) if hint is int else st.text(max_size=20)


def facts(name: str) -> st.SearchStrategy[e.Fact]:
    fields = {field: values(kind) for field, kind in get_type_hints(e.Fact).items() if field != "event"}
    return st.builds(e.Fact, **fields, event=values(EVENTS[name]))


def test_that_every_event_of_the_union_is_known_to_the_codec() -> None:
    assert set(EVENTS.values()) == set(get_args(e.Event))
    assert len(EVENTS) == len(get_args(e.Event))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_that_every_kind_of_fact_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    fact = data.draw(facts(name))
    record = encode(fact)
    assert decode(record) == fact
    assert encode(decode(record)) == record


@pytest.mark.parametrize("name", NAMES)
def test_that_today_s_version_of_every_fact_has_a_golden_file(name: str) -> None:
    assert golden(name, VERSIONS.get(name, 1)).exists(), "run: python -m tests.adapters.golden_facts"


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.json")))
def test_that_an_old_record_is_read_as_it_was_read_then(file: str) -> None:
    content = json.loads((FOLDER / file).read_text(encoding="utf-8"))
    name, version, _ = file.split(".")
    record = content["record"].encode()
    read, then = as_read(decode(record)), content["reads"]
    assert {**read, "event": as_far_as(then["event"], read["event"])} == then
    assert set(read["event"]) == set(then["event"]) or int(version) < VERSIONS.get(name, 1)
    if int(version) == VERSIONS.get(name, 1):
        assert encode(decode(record)) == record, "a fact is written differently: give it a new version and an upcast"


def as_far_as(then: Any, read: Any) -> Any:
    """What is read, without the fields that there were not then."""
    if isinstance(then, list):
        return [as_far_as(*pair) for pair in zip(then, read, strict=True)]
    if not isinstance(then, dict):
        return read
    return {field: as_far_as(value, read[field]) for field, value in then.items()}


def test_that_every_old_version_has_its_golden_file_and_its_upcast() -> None:
    old = {(name, version) for name, today in VERSIONS.items() for version in range(1, today)}
    assert set(UPCASTS) == old
    assert all(golden(*one).exists() for one in old)


def test_that_a_record_names_its_type_and_version_and_keeps_its_order() -> None:
    heard = Heard(wants_human=Signal.YES, version="t1")
    fact = replace(sample_fact("MessageReceived"), event=e.MessageReceived(ClientId("c"), heard, Instant(5)))
    fact = replace(fact, stepped=False, digest="", seq=7, at=Instant(1), policy=2)
    assert encode(fact).decode() == (
        '{"type":"MessageReceived","v":2,"seq":7,"at":1,"actor":"house","cause":"cause é","policy":2,'
        '"event":{"client_id":"c","heard":{"wants_human":2,"version":"t1"},"answer_by":5},"who":"id é"}'
    )


def test_that_equal_facts_have_equal_bytes_whatever_objects_they_are_made_of() -> None:
    fact = sample_fact("MessageReceived")
    for language in ("nl", "en", ""):
        event = e.MessageReceived(ClientId("c"), Heard(language=language))
        copied = e.MessageReceived(ClientId("c"), Heard(language="".join(list(language))))
        one = replace(fact, event=event, digest="", actor=replace(fact.actor, id=""))
        two = replace(fact, event=copied, digest="".join([]), actor=replace(fact.actor, id="x"[1:]))
        assert encode(one) == encode(two)


# -- versions --------------------------------------------------------------------------------------------------------


def old_delivered(version: int) -> bytes:
    return encode(sample_fact("Delivered")).replace(b'"v":1', b'"v":%d' % version).replace(b'"upto"', b'"until"')


def test_that_a_planted_old_version_is_lifted_step_by_step() -> None:
    steps = {
        ("Delivered", 1): lambda event: {"till": event["until"]},
        ("Delivered", 2): lambda event: {"upto": event["till"] + 1},
    }
    codec = Codec(versions={"Delivered": 3}, upcasts=steps)
    fact = sample_fact("Delivered")
    assert isinstance(fact.event, e.Delivered)
    assert codec.decode(old_delivered(1)) == replace(fact, event=e.Delivered(fact.event.upto + 1))
    assert b'"v":3' in codec.encode(fact)
    assert codec.decode(codec.encode(fact)) == fact


def test_that_a_version_whose_upcast_is_missing_names_type_and_version() -> None:
    codec = Codec(versions={"Delivered": 3}, upcasts={("Delivered", 1): lambda event: event})
    with pytest.raises(StoreFault) as told:
        codec.decode(old_delivered(1))
    assert told.value.data["type"] == "Delivered"


@pytest.mark.parametrize(
    ("found", "planted", "name", "version"),
    [
        (b'"v":1', b'"v":2', "Delivered", 2),
        (b'"v":1', b'"v":0', "Delivered", 0),
        (b'"Delivered"', b'"Vanished"', "Vanished", 1),
        (b'"upto"', b'"other"', "Delivered", 1),
    ],
)
def test_that_a_record_that_is_unknown_names_type_and_version(
    found: bytes, planted: bytes, name: str, version: int
) -> None:
    with pytest.raises(StoreFault) as told:
        decode(encode(sample_fact("Delivered")).replace(found, planted))
    assert (told.value.data["type"], told.value.data["version"]) == (name, version)
    assert name in told.value.sentence
    assert str(version) in told.value.sentence


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b'{"type":"Delivered"}', b"\xff"])
def test_that_a_damaged_record_is_a_fault_of_the_store(record: bytes) -> None:
    with pytest.raises(StoreFault):
        decode(record)


def test_that_half_a_character_is_refused_before_anything_is_written() -> None:
    fact = sample_fact("Delivered")
    with pytest.raises(Invalid):
        encode(replace(fact, digest="\ud800"))
    with pytest.raises(Invalid):
        encode_entry(1, Instant(1), "policy", "\udfff")


@pytest.mark.bench
def test_that_a_message_is_written_in_microseconds() -> None:
    event = e.MessageReceived(ClientId("5f0c7a3e-1111-4222-8333-123456789abc"), Heard(version="t1"))
    fact = replace(sample_fact("MessageReceived"), event=event)
    best = min(timeit.repeat(lambda: encode(fact), number=2000, repeat=5)) / 2000
    assert best < 60e-6, "ten times what it may take on a machine at rest"
