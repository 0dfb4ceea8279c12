"""What waiting customers were told of their places, so that none goes up without its reason."""

from __future__ import annotations

from collections.abc import Callable

from gehoor.core.ids import ConversationId
from gehoor.core.routing.places import Later, why_later
from gehoor.flows.line import Line


class Places:
    """The places as they were told last. One caller looks, after every change and not too often."""

    def __init__(self, line: Callable[[], Line]) -> None:
        self._line = line
        self._told: dict[ConversationId, int] = {}
        self._reasons: dict[ConversationId, Later] = {}

    def look(self) -> list[ConversationId]:
        """Everybody in the line, first one first; from now on what they are told holds the reason of every place that
        went up."""
        line = self._line()
        moves, told = line.take_moves(), dict[ConversationId, int]()
        for place, waiting in enumerate(line, 1):
            told[waiting.id] = place
            before = self._told.get(waiting.id, place)
            if place > before:
                # When the moves were lost (a new policy, too many at once), somebody came who asked earlier.
                self._reasons[waiting.id] = why_later(moves, waiting) or Later.EARLIER
            elif place < before:
                self._reasons.pop(waiting.id, None)
        for id in self._told.keys() - told.keys():
            self._reasons.pop(id, None)
        self._told = told
        return list(told)

    def reason(self, id: ConversationId, place: int) -> Later | None:
        """Why the place of somebody, which is ``place`` now, went up when it last changed; None when it did not."""
        told = self._told.setdefault(id, place)
        if place > told:
            self.look()
        return self._reasons.get(id) if place >= told else None
