"""What waiting customers were told of their places, so that none goes up without its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gehoor.core.ids import ConversationId
from gehoor.core.routing.places import Later, why_later
from gehoor.flows.line import Line

_MOST_GONE: Final = 1000
"""Of so many who do not listen any more it is remembered what they were told: of those who asked last."""


class Places:
    """The places as they were told last, of those who were told one: a look costs by their number, and nothing by the
    length of the line. One caller looks, after every change and not too often.

    Args:
        listens: whether somebody has an open stream here, and hears of every change.
    """

    def __init__(self, line: Callable[[], Line], listens: Callable[[ConversationId], bool] = lambda _: False) -> None:
        self._line = line
        self._listens = listens
        # By who asked last, the newest at the end.
        self._told: dict[ConversationId, int] = {}
        self._reasons: dict[ConversationId, Later] = {}

    def look(self) -> list[ConversationId]:
        """Who listens and may be told another place now; from now on what everybody is told holds the reason of every
        place that went up."""
        line = self._line()
        moves, told = line.take_moves(), dict[ConversationId, int]()
        listening: list[ConversationId] = []
        gone: list[ConversationId] = []
        for id, before in self._told.items():
            waiting, place = line.get(id), line.position(id)
            if waiting is None or place is None:
                self._reasons.pop(id, None)
                continue
            told[id] = place
            if place > before:
                # When the moves were lost (a new policy, too many at once), somebody came who asked earlier.
                self._reasons[id] = why_later(moves, waiting) or Later.EARLIER
            elif place < before:
                self._reasons.pop(id, None)
            (listening if self._listens(id) else gone).append(id)
        for id in gone[:-_MOST_GONE]:
            del told[id]
            self._reasons.pop(id, None)
        self._told = told
        return listening

    def reason(self, id: ConversationId, place: int) -> Later | None:
        """Why the place of somebody, which is ``place`` now, went up when it last changed; None when it did not."""
        told = self._told.pop(id, place)
        self._told[id] = told
        if place > told:
            self.look()
        return self._reasons.get(id) if place >= told else None
