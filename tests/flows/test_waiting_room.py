"""What the room counts: a conversation in the chat is one, a call takes both hands."""

from dataclasses import replace

import pytest

from gehoor.adapters.scripted import FixedClock
from gehoor.core.conversation.model import Channel, Phase, PromiseKind, Record, State
from gehoor.core.conversation.view import view
from gehoor.core.ids import ConversationId, StaffId
from gehoor.flows.waiting_room import WaitingRoom
from tests.world import organisation

ANNA = StaffId("anna")
CHATS = organisation().policy.chats_per_agent


def load(*kinds: tuple[Channel, PromiseKind | None, Phase]) -> int:
    """What Anna has, by channel, promise and phase."""
    room = WaitingRoom(FixedClock(), lambda: organisation().policy)
    for number, (channel, promise, phase) in enumerate(kinds):
        plain = view(State(Record(ConversationId(str(number)))))
        held = {"agent": ANNA} if phase is Phase.HUMAN else {"offered_to": ANNA}
        room.keep(replace(plain, channel=channel.value, promise_kind=promise, phase=phase, **held))  # type: ignore[arg-type]
    assert room.load(ANNA) == len(kinds)
    return room.taken(ANNA)


# Each row: what an agent has, and how many of the places that takes.
LOADS = {
    "nothing": ((), 0),
    "two chats": (((Channel.WEB, None, Phase.HUMAN), (Channel.WEB, PromiseKind.CHAT, Phase.OFFERED)), 2),
    "a call": (((Channel.PHONE, None, Phase.HUMAN),), CHATS),
    "a call that is offered": (((Channel.PHONE, None, Phase.OFFERED),), CHATS),
    "a customer to call back": (((Channel.WEB, PromiseKind.CALLBACK, Phase.HUMAN),), CHATS),
    "a chat and a call": (((Channel.WEB, None, Phase.HUMAN), (Channel.PHONE, None, Phase.HUMAN)), CHATS + 1),
}


@pytest.mark.parametrize("name", LOADS)
def test_that_who_telephones_has_no_hand_free_for_another(name: str) -> None:
    kinds, places = LOADS[name]
    assert load(*kinds) == places
