"""How often one caller may do one thing: counted by the library ``limits``, in bounded memory and on the house's clock.

The library's own counts in memory start a thread that walks over every caller, and have no bound; a flood from many
addresses would be answered by growing. So it counts in the ``Windows`` below (docs/decisions/0015.md).
"""

from __future__ import annotations

from collections import OrderedDict
from math import ceil
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport
from limits.strategies import SlidingWindowCounterRateLimiter

from gehoor.core.errors import TooOften
from gehoor.core.time import SECOND
from gehoor.ports.world import Clock

MOST_COUNTED: Final = 50_000
"""Counts that are kept; beyond it the one that was touched longest ago is forgotten."""


class Windows(Storage, SlidingWindowCounterSupport):
    """For each caller and rate the number of the current window of time, the count of the one before, and its own."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Clock, most: int = MOST_COUNTED) -> None:
        super().__init__()
        self._clock = clock
        self._most = most
        self._counts: OrderedDict[str, tuple[int, int, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Counts one more, unless that would be too many; the window before counts for what is left of it."""
        window, left_s, before, now = self._look(key, expiry)
        if before * left_s / expiry + now + amount > limit:
            return False
        self._counts[key] = (window, before, now + amount)
        self._counts.move_to_end(key)
        if len(self._counts) > self._most:
            self._counts.popitem(last=False)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The count before, the seconds for which it still matters, the count now, and the same of that."""
        _, left_s, before, now = self._look(key, expiry)
        return before, left_s, now, left_s + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:  # noqa: ARG002  (the library's own methods, as below)
        """Forgets one caller."""
        self.clear(key)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Only the sliding window is counted here."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """The count of the current window, as it was left."""
        return self._counts.get(key, _NOTHING)[2]

    def get_expiry(self, key: str) -> float:  # noqa: ARG002
        """Counts carry their window, and need not end by themselves."""
        return self._clock.now() / SECOND

    def clear(self, key: str) -> None:
        """Forgets one caller."""
        self._counts.pop(key, None)

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forgets everybody."""
        forgotten = len(self._counts)
        self._counts.clear()
        return forgotten

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong."""
        return ValueError

    def _look(self, key: str, expiry: int) -> tuple[int, float, int, int]:
        at = self._clock.now() / SECOND
        current, left_s = int(at // expiry), expiry - at % expiry
        window, before, now = self._counts.get(key, _NOTHING)
        if window == current:
            return current, left_s, before, now
        return current, left_s, now if window == current - 1 else 0, 0


_NOTHING: Final = (0, 0, 0)


class Rates:
    """Counts, and refuses who does something too often."""

    def __init__(self, clock: Clock, most: int = MOST_COUNTED) -> None:
        self.windows = Windows(clock, most)
        self._limiter = SlidingWindowCounterRateLimiter(self.windows)

    def take(self, rate: RateLimitItem, who: str, sentence: str = "") -> None:
        """Counts one more of what ``who`` does.

        Args:
            sentence: what a refusal says, or the id of its text.

        Raises:
            TooOften: it would be too many; says when to come back.
        """
        if not self._limiter.hit(rate, who):
            raise TooOften(sentence, retry_after_s=self._wait_s(rate, who))

    def check(self, rate: RateLimitItem, who: str, sentence: str = "") -> None:
        """Refuses who did it too often, and counts nothing.

        Raises:
            TooOften: says when to come back.
        """
        if not self._limiter.test(rate, who):
            raise TooOften(sentence, retry_after_s=self._wait_s(rate, who))

    def count(self, rate: RateLimitItem, who: str) -> bool:
        """Counts one more; whether that was within the rate."""
        return self._limiter.hit(rate, who)

    def _wait_s(self, rate: RateLimitItem, who: str) -> int:
        """In how many seconds there is room for one more."""
        expiry, room = rate.get_expiry(), rate.amount - 1
        before, left_s, now, _ = self.windows.get_sliding_window(rate.key_for(who), expiry)
        if now > room:
            return ceil(left_s + expiry * (1 - room / now))
        return max(1, ceil(left_s - expiry * (room - now) / before)) if before else 1


def rate(told: str) -> RateLimitItem:
    """A rate as it is written in a setting: ``60 per minute``, ``300 per 10 minutes``.

    Raises:
        ValueError: it cannot be read.
    """
    return parse(told)
