"""The promises that run, by when they are due: a copy in memory of what the facts say, kept by every commit."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from itertools import islice

from gehoor.core.conversation.model import Channel, PromiseKind, Window
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant

Key = tuple[Instant, ConversationId]


class Owed:
    """What is promised to customers. What is promised to a probe of the house is left out."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._due: dict[ConversationId, Instant] = {}
        self._starts: dict[ConversationId, Instant] = {}
        self._booked: dict[ConversationId, Instant] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def fill(self, views: Iterable[ConversationView]) -> None:
        """All conversations that are open, where none is yet: with one sort."""
        for view in views:
            if view.due_at is not None and is_owed(view):
                self._due[view.id] = view.due_at
                self._note_window(view)
        self._keys = sorted((due, id) for id, due in self._due.items())

    def keep(self, view: ConversationView) -> None:
        """A conversation that is open, as it is now."""
        due = view.due_at if is_owed(view) else None
        if due is None:
            self.forget(view.id)
            return
        old = self._due.get(view.id)
        if old != due:
            if old is not None:
                self._leave(old, view.id)
            insort(self._keys, (due, view.id))
            self._due[view.id] = due
        self._note_window(view)

    def forget(self, id: ConversationId) -> None:
        """Nothing is promised any more."""
        due = self._due.pop(id, None)
        if due is not None:
            self._leave(due, id)
            self._starts.pop(id, None)
            self._booked.pop(id, None)

    def _leave(self, due: Instant, id: ConversationId) -> None:
        del self._keys[bisect_left(self._keys, (due, id))]

    def _note_window(self, view: ConversationView) -> None:
        for known, start in ((self._starts, view.window_start), (self._booked, booked_from(view))):
            if start is None:
                known.pop(view.id, None)
            else:
                known[view.id] = start

    def first(self, most: int) -> Iterator[ConversationId]:
        """Whose promise is due first, and who follows."""
        return (id for _, id in islice(self._keys, most))

    def due(self) -> list[Instant]:
        """When the promises without a window are due, the first one first."""
        return [due for due, id in self._keys if id not in self._starts]

    def windows(self) -> list[Window]:
        """The windows of the promises that have one."""
        return [Window(start, self._due[id]) for id, start in self._starts.items()]

    def booked(self) -> dict[ConversationId, Instant]:
        """When the window begins in which a customer is promised a call, for each who has one."""
        return self._booked


def is_owed(view: ConversationView) -> bool:
    """Whether a promise runs, to a customer and not to a probe of the house."""
    return view.due_at is not None and view.channel != Channel.PROBE


def booked_from(view: ConversationView) -> Instant | None:
    """When the window begins in which a customer is promised a call."""
    return view.window_start if view.due_at is not None and view.promise_kind is PromiseKind.CALLBACK else None
