"""The promises that run: in order, counted, and never looked for one by one."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gehoor.core.conversation.evolve import begin
from gehoor.core.conversation.model import Channel, PromiseKind, Window
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant
from gehoor.flows.owed import Owed, is_owed

_VIEWS = st.builds(
    lambda due, start, kind, channel: {
        "due_at": due,
        "window_start": start,
        "promise_kind": kind,
        "channel": channel.value,
    },
    st.one_of(st.none(), st.integers(5, 9)),
    st.one_of(st.none(), st.integers(1, 4)),
    st.sampled_from(PromiseKind),
    st.sampled_from([Channel.WEB, Channel.WEB, Channel.PROBE]),
)
_STEPS = st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), _VIEWS)), max_size=30)


def seen(id: str, **more: Any) -> ConversationView:
    return replace(view(begin(ConversationId(id))), **more)


@given(_STEPS)
def test_that_what_is_owed_is_what_a_look_at_every_conversation_finds(steps: list[tuple[str, Any]]) -> None:
    owed, views = Owed(), dict[str, ConversationView]()
    for id, more in steps:
        if more is None:
            views.pop(id, None)
            owed.forget(ConversationId(id))
        else:
            views[id] = seen(id, **more)
            owed.keep(views[id])
        filled = Owed()
        filled.fill(views.values())
        for one in (owed, filled):
            check(one, [view for view in views.values() if is_owed(view)])


def check(owed: Owed, found: list[ConversationView]) -> None:
    found.sort(key=lambda view: (view.due_at or 0, view.id))
    assert len(owed) == len(found)
    assert list(owed.first(3)) == [view.id for view in found[:3]]
    assert owed.due() == [view.due_at for view in found if view.window_start is None]
    windows = {Window(view.window_start, Instant(view.due_at or 0)) for view in found if view.window_start is not None}
    assert set(owed.windows()) == windows
    calls = [view for view in found if view.promise_kind is PromiseKind.CALLBACK and view.window_start is not None]
    assert owed.booked() == {view.id: view.window_start for view in calls}
