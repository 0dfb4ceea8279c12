from dataclasses import fields, is_dataclass
from typing import get_args

from gehoor.core.conversation import events as e

EVENTS = get_args(e.Event)


def test_that_the_union_of_facts_is_closed_and_frozen() -> None:
    assert len(EVENTS) == len(set(EVENTS)) == 50
    assert all(getattr(kind, "__dataclass_params__").frozen for kind in EVENTS)  # noqa: B009
    declared = {kind for kind in vars(e).values() if is_dataclass(kind) and kind.__module__ == e.__name__}
    assert declared - {e.Fact} == set(EVENTS)


def test_that_no_fact_has_room_for_words() -> None:
    forbidden = {"text", "masked", "words", "phone", "email", "name", "address"}
    for kind in EVENTS:
        assert not forbidden & {one.name for one in fields(kind)}, kind
