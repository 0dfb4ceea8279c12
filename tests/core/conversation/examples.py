"""One fact of every kind, made from its name alone (tests/promises/told.py)."""

from __future__ import annotations

from typing import Any, get_args

from gehoor.core.conversation import events as e
from tests.promises.told import facts_of

FACTS = facts_of([" | ".join(kind.__name__ for kind in get_args(e.Event))])
EXAMPLES: list[Any] = [fact.event for fact in FACTS]


def one(kind: type) -> Any:
    """The example of a kind."""
    return next(event for event in EXAMPLES if type(event) is kind)
