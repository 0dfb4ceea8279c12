"""Views as rows, the same for every engine."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

import msgspec
import structlog

from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import Danger, Phase, PromiseKind, Reached
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.errors import StoreFault
from gehoor.core.ids import ConversationId
from gehoor.ports.store import Loaded

_LOG = structlog.get_logger()

VIEW_COLUMNS: Final = tuple(field.name for field in fields(ConversationView))[1:]
"""The columns of a view, without the id."""

_TUPLE: Final = msgspec.json.Decoder(tuple[str, ...])
_LIST: Final = msgspec.json.Encoder()

_values: Final = attrgetter(*VIEW_COLUMNS)
_at: Final = {name: place for place, name in enumerate(VIEW_COLUMNS)}
_PHASE, _DANGER, _REACHED = _at["phase"], _at["danger"], _at["reached"]
_DECLINED, _PROMISE_KIND = _at["declined"], _at["promise_kind"]


def view_row(of: ConversationView) -> list[Any]:
    """The values of ``VIEW_COLUMNS``, as databases take them fastest: they look long at an enum."""
    row = list(_values(of))
    row[_PHASE] = of.phase._value_
    row[_DANGER] = of.danger._value_
    row[_REACHED] = of.reached._value_
    row[_DECLINED] = _LIST.encode(of.declined).decode() if of.declined else "[]"
    if of.promise_kind is not None:
        row[_PROMISE_KIND] = of.promise_kind._value_
    return row


def row_view(row: Sequence[Any]) -> ConversationView:
    """The view of a row: the id, then the values of ``VIEW_COLUMNS``.

    Raises:
        StoreFault: something stands in it that nobody wrote.
    """
    try:
        return _row_view(row)
    except (ValueError, TypeError) as fault:
        raise StoreFault("The stored view of a conversation is damaged.", conversation=row[0]) from fault


async def row_views(
    rows: Sequence[Sequence[Any]], load: Callable[[ConversationId], Awaitable[Loaded | None]]
) -> list[ConversationView]:
    """The views of rows. One that is damaged is made again from the facts: it may neither hide who waits, nor keep the
    house from starting. Where they too are damaged it is left out, and told."""
    views = []
    for row in rows:
        try:
            views.append(row_view(row))
        except StoreFault as fault:
            _LOG.error("what is stored of a conversation is damaged. Run: gehoor db check", reason=fault.sentence)
            with contextlib.suppress(StoreFault):
                loaded = await load(row[0])
                if loaded is not None:
                    views.append(view(fold(begin(row[0]), loaded.facts)))
    return views


def _row_view(row: Sequence[Any]) -> ConversationView:
    values = dict(zip(VIEW_COLUMNS, row[1:], strict=True))
    values["phase"] = Phase(values["phase"])
    values["danger"] = Danger(values["danger"])
    values["reached"] = Reached(values["reached"])
    values["declined"] = _TUPLE.decode(values["declined"])
    values["promise_kind"] = None if values["promise_kind"] is None else PromiseKind(values["promise_kind"])
    for flag in ("ai_busy", "requested", "returned", "acknowledged"):
        values[flag] = bool(values[flag])
    return ConversationView(id=row[0], **values)
