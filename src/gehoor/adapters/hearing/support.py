"""What is offered to somebody for whom the ordinary way is hard. The offer is kept, never why (VUL-1, VUL-5)."""

from __future__ import annotations

from typing import Final

_OFFERS: Final = {
    "literacy": ("simple_words", "call", "helper"),
    "language": ("other_language", "simple_words", "helper"),
    "sight": ("call", "helper"),
    "hearing": ("simple_words", "more_time"),
    "digital": ("call", "helper"),
    "grief": ("call", "more_time"),
    "debt": ("call", "more_time"),
    "overload": ("more_time", "call", "helper"),
    "age": ("call", "helper", "simple_words"),
}
ALL: Final = ("simple_words", "other_language", "call", "more_time", "helper")


def offers_for(*kinds: str | None) -> tuple[str, ...]:
    """The offers for what was heard, each once, in the order in which they are shown."""
    wanted = {offer for kind in kinds for offer in _OFFERS.get(kind or "", ("call", "helper"))}
    return tuple(offer for offer in ALL if offer in wanted)
