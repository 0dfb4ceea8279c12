"""What waits and conversations really took, kept in memory: for the estimate of a wait, and for its measured error.

A restart forgets it: until some conversations ended again the wait is not known, and that is said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Policy
from gehoor.core.routing.wait import RECENT, Guess, HourError, errors, mean_span, told
from gehoor.core.time import Instant, local
from gehoor.ports.feed import News
from gehoor.ports.world import Clock

_MOST_GUESSES: Final = 5_000
_ENDS: Final = (e.HumanLeft, e.HandedBack, e.Parked, e.Resolved)


class Waits:
    """Measures."""

    def __init__(self, clock: Clock, policy: Callable[[], Policy]) -> None:
        self._clock = clock
        self._policy = policy
        self._ended: deque[int] = deque(maxlen=RECENT)
        self._joined: dict[ConversationId, Instant] = {}
        self._open: dict[ConversationId, tuple[Instant, int | None]] = {}
        self._guesses: deque[Guess] = deque(maxlen=_MOST_GUESSES)

    def start(self, running: Iterable[ConversationId]) -> None:
        """The conversations that people have when the process begins; how long already is not known."""
        self._joined = dict.fromkeys(running, self._clock.now())

    def on_news(self, news: News, estimate: Callable[[], int | None]) -> None:
        """Measures what a commit did.

        Args:
            estimate: the wait of this customer by what is known now, in microseconds; None when it is not known.
        """
        id = news.conversation
        for fact in news.facts:
            if isinstance(fact.event, e.HumanRequested) and news.view.phase is Phase.WAITING:
                wait = estimate()
                self._open[id] = fact.at, None if wait is None else told(wait)
            elif isinstance(fact.event, e.HumanJoined):
                self._joined[id] = fact.at
                self._met(id, fact.at)
            elif isinstance(fact.event, _ENDS) and id in self._joined:
                self._ended.append(max(fact.at - self._joined.pop(id), 0))
        # Who withdrew, or took an appointment for later, waits no more: nothing can be learned from it.
        if news.view.phase not in (Phase.WAITING, Phase.OFFERED) or news.view.window_start is not None:
            self._open.pop(id, None)

    def _met(self, id: ConversationId, at: Instant) -> None:
        guessed = self._open.pop(id, None)
        if guessed is not None:
            asked_at, wait = guessed
            hour = local(asked_at, self._policy().hours.zone).hour
            self._guesses.append(Guess(hour, wait, max(at - asked_at, 0)))

    def mean_span(self) -> int | None:
        """The mean length of a conversation lately, in microseconds; None when too little was seen."""
        now = self._clock.now()
        return mean_span(self._ended, [max(now - joined, 0) for joined in self._joined.values()])

    def errors(self) -> tuple[HourError, ...]:
        """How good the estimates were, by hour of the day."""
        return errors(self._guesses)
