"""A changed copy of a frozen dataclass, four times as fast as the standard library's.

Folding makes two such copies for every fact, and ``dataclasses.replace`` took a third of the writer's time (measured:
7 us for a Record of 22 fields, of which this leaves 1). It runs no ``__init__``, so it is for plain dataclasses without
slots and without checks of their own: Control and Record. The type checker sees the standard one, and so refuses a
field that does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

_T = TypeVar("_T")

if TYPE_CHECKING:
    from dataclasses import replace
else:
    _new, _set = object.__new__, object.__setattr__

    def replace(one: _T, **changes: object) -> _T:
        """``one`` with these fields changed."""
        copy = _new(type(one))
        _set(copy, "__dict__", one.__dict__ | changes)
        return copy


def changed(one: _T, before: _T, **changes: object) -> _T:
    """As ``replace``; a copy of ``before`` that was made just now, and that nobody else has, is changed itself."""
    if one is before:
        copy: _T = replace(one, **changes)  # type: ignore[type-var]  # a dataclass, as the docstring above says
        return copy
    one.__dict__.update(changes)
    return one


__all__ = ["changed", "replace"]
