"""Every conversation that is with people or waits for them: a copy in memory of what the facts say.

It is filled from the stored views at the start and kept by every commit, so that no list and no place needs a scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from gehoor.core.conversation.model import Channel, Phase, PromiseKind
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.policy import Policy
from gehoor.flows.line import IN_QUEUE, Line, as_waiting, had_by
from gehoor.flows.owed import Owed
from gehoor.ports.world import Clock

_BUSY: Final = (Phase.OFFERED, Phase.HUMAN)


class WaitingRoom:
    """The open conversations by id, the line, and who has what.

    ``untold``: who waits without a date and was not told the number to call now.
    """

    def __init__(self, clock: Clock, policy: Callable[[], Policy]) -> None:
        self._clock = clock
        self._policy = policy
        self._by_policy = policy()
        self._had = had_by(self._by_policy)
        self._held: dict[StaffId, set[ConversationId]] = {}
        self._taken: dict[StaffId, int] = {}
        self.line = Line()
        self.owed = Owed()
        self.views: dict[ConversationId, ConversationView] = {}
        self.untold: dict[ConversationId, None] = {}

    def fill(self, views: Iterable[ConversationView]) -> None:
        """All conversations that are open, into a room in which nobody is yet."""
        for view in views:
            self.views[view.id] = view
            self._hold(view.id, None, holder(view))
            if _is_owed_word(view):
                self.untold[view.id] = None
        self.owed.fill(self.views.values())
        self._line_up()

    def _line_up(self) -> None:
        """A new line, by the policy that is followed now."""
        self.line = Line()
        waiting = (
            as_waiting(view, self._by_policy, self._had) for view in self.views.values() if view.phase in IN_QUEUE
        )
        self.line.fill(waiting, self._clock.now())

    def keep(self, view: ConversationView) -> None:
        """A conversation that is open, as it is now."""
        old = self.views.get(view.id)
        self.views[view.id] = view
        self.owed.keep(view)
        if old is not None and _goes_on(old, view):
            return
        self._hold(view.id, holder(old), holder(view))
        if view.phase in IN_QUEUE:
            self.line.put(as_waiting(view, self._by_policy, self._had), self._clock.now())
        else:
            self.line.take_out(view.id)
        if not _is_owed_word(view):
            self.untold.pop(view.id, None)
        elif old is None or not _is_owed_word(old):
            self.untold[view.id] = None

    def forget(self, id: ConversationId) -> None:
        """A conversation that is not open any more."""
        self._hold(id, holder(self.views.pop(id, None)), None)
        self.line.take_out(id)
        self.owed.forget(id)
        self.untold.pop(id, None)

    def _hold(self, id: ConversationId, old: StaffId | None, new: StaffId | None) -> None:
        if old is not None:
            self._held[old].discard(id)
            self._taken.pop(old, None)
        if new is not None:
            self._held.setdefault(new, set()).add(id)
            self._taken.pop(new, None)

    def held_by(self, staff: StaffId) -> list[ConversationId]:
        """The conversations and offers of a member of staff."""
        return sorted(self._held.get(staff, ()))

    def load(self, staff: StaffId) -> int:
        """How many conversations and offers a member of staff has."""
        return len(self._held.get(staff, ()))

    def taken(self, staff: StaffId) -> int:
        """How many places these take. Who telephones has no hand free for another: a call takes all of them."""
        taken = self._taken.get(staff)
        if taken is None:
            taken = self._taken[staff] = sum(self._takes(self.views[id]) for id in self._held.get(staff, ()))
        return taken

    def _takes(self, view: ConversationView) -> int:
        by_voice = view.channel == Channel.PHONE or view.promise_kind is PromiseKind.CALLBACK
        return self._by_policy.chats_per_agent if by_voice else 1

    def look_at_the_clock(self) -> bool:
        """Follows a new policy, and lets in whose window opened. Returns whether anything came about."""
        now, policy = self._clock.now(), self._policy()
        if policy is not self._by_policy:
            self._by_policy, self._had = policy, had_by(policy)
            self._taken.clear()
            self._line_up()
        return self.line.pass_moments(now)


def holder(view: ConversationView | None) -> StaffId | None:
    """Who has a conversation, or is being offered it."""
    if view is None or view.phase not in _BUSY:
        return None
    return view.agent if view.phase is Phase.HUMAN else view.offered_to


def _goes_on(old: ConversationView, new: ConversationView) -> bool:
    """Whether somebody who has the conversation has it still, and as many hands for it: of most commits that is all."""
    return (
        old.phase is Phase.HUMAN
        and new.phase is Phase.HUMAN
        and old.agent == new.agent
        and old.promise_kind is new.promise_kind
    )


def _is_owed_word(view: ConversationView) -> bool:
    # In danger a promise that was made before it does not count: the number to call and the night chain do.
    return view.phase is Phase.WAITING and (view.due_at is None or bool(view.danger))


def on_lists(view: ConversationView) -> tuple[object, ...]:
    """What the lists on a desk show of a conversation, beside its last words."""
    return (
        view.phase,
        view.agent,
        view.offered_to,
        view.danger,
        view.returned,
        view.reached,
        view.due_at,
        view.promise_kind,
        view.window_start,
    )
