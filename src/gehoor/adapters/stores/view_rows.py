"""Views as rows, the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

import msgspec

from gehoor.core.conversation.model import Danger, Phase, PromiseKind, Reached
from gehoor.core.conversation.view import ConversationView

VIEW_COLUMNS: Final = tuple(field.name for field in fields(ConversationView))[1:]
"""The columns of a view, without the id."""

_TUPLE: Final = msgspec.json.Decoder(tuple[str, ...])
_LIST: Final = msgspec.json.Encoder()

_values: Final = attrgetter(*VIEW_COLUMNS)
_at: Final = {name: place for place, name in enumerate(VIEW_COLUMNS)}
_PHASE, _DANGER, _REACHED = _at["phase"], _at["danger"], _at["reached"]
_DECLINED, _PROMISE_KIND = _at["declined"], _at["promise_kind"]


def view_row(view: ConversationView) -> list[Any]:
    """The values of ``VIEW_COLUMNS``, as databases take them fastest: they look long at an enum."""
    row = list(_values(view))
    row[_PHASE] = view.phase._value_
    row[_DANGER] = view.danger._value_
    row[_REACHED] = view.reached._value_
    row[_DECLINED] = _LIST.encode(view.declined).decode() if view.declined else "[]"
    if view.promise_kind is not None:
        row[_PROMISE_KIND] = view.promise_kind._value_
    return row


def row_view(row: Sequence[Any]) -> ConversationView:
    """The view of a row: the id, then the values of ``VIEW_COLUMNS``."""
    values = dict(zip(VIEW_COLUMNS, row[1:], strict=True))
    values["phase"] = Phase(values["phase"])
    values["danger"] = Danger(values["danger"])
    values["reached"] = Reached(values["reached"])
    values["declined"] = _TUPLE.decode(values["declined"])
    values["promise_kind"] = None if values["promise_kind"] is None else PromiseKind(values["promise_kind"])
    for flag in ("ai_busy", "requested", "returned", "acknowledged"):
        values[flag] = bool(values[flag])
    return ConversationView(id=row[0], **values)
