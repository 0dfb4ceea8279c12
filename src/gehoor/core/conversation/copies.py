"""A changed copy of a frozen dataclass, four times as fast as the standard library's.

Folding makes two such copies for every fact, and ``dataclasses.replace`` took a third of the writer's time (measured:
7 us for a Record of 22 fields, of which this leaves 1.5). It runs no ``__init__``, so it is for plain dataclasses
without slots and without checks of their own: Control and Record. The type checker sees the standard one, and so
refuses a field that does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace
else:
    _T = TypeVar("_T")

    def replace(one: _T, **changes: object) -> _T:
        """``one`` with these fields changed."""
        copy = object.__new__(type(one))
        fields = copy.__dict__
        fields.update(one.__dict__)
        fields.update(changes)
        return copy


__all__ = ["replace"]
