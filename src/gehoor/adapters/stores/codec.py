"""Facts as JSON and back, with versions. The chain hashes exactly these bytes.

A record names its type and version: ``{"type":"Delivered","v":1,"seq":7,"at":...,"actor":"ai","cause":...,
"policy":1,"event":{"upto":6}}``. The order of the keys is the order in the code, so equal facts have equal bytes.
Stored records live for ever. Who changes the fields of a fact gives it a new version in ``VERSIONS`` and an upcast
from the old one in ``UPCASTS``; the golden files in tests/adapters/golden stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, get_args

import msgspec

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, ActorKind, Heard
from gehoor.core.errors import Invalid, StoreFault
from gehoor.core.ids import CommandId
from gehoor.core.time import Instant

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""The fields of an event in one version, made into those of the next version."""

EVENTS: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(e.Event)}
VERSIONS: Final[dict[str, int]] = {
    **{"HumanRequested": 2, "PromiseMade": 2, "AgentWrote": 4, "SafetyShown": 2},
    **{"MessageReceived": 2, "IdentityTold": 2, "BotReplied": 3, "BotSuggested": 2, "BotAbstained": 2},
}
"""The version in which an event is written today, where it is not 1."""

UPCASTS: Final[dict[tuple[str, int], Upcast]] = {
    # Each has a field more, whose default says what was the case before it was there.
    ("HumanRequested", 1): lambda values: values,
    ("PromiseMade", 1): lambda values: values,
    ("AgentWrote", 1): lambda values: values,
    ("AgentWrote", 2): lambda values: values,
    ("AgentWrote", 3): lambda values: values,
    ("SafetyShown", 1): lambda values: values,
    ("MessageReceived", 1): lambda values: values,
    ("IdentityTold", 1): lambda values: values,
    ("BotReplied", 1): lambda values: values,
    ("BotReplied", 2): lambda values: values,
    ("BotSuggested", 1): lambda values: values,
    ("BotAbstained", 1): lambda values: values,
}
"""How an event of an old version becomes one of the next."""

_MOST_REMEMBERED: Final = 4096


class _Record(msgspec.Struct, omit_defaults=True):
    """One fact as it is stored. What is left out has the value given here."""

    type: str
    v: int
    seq: int
    at: int
    actor: ActorKind
    cause: str
    policy: int
    event: msgspec.Raw
    who: str = ""
    stepped: bool = False
    digest: str = ""


class _Message(msgspec.Struct):
    client_id: str
    heard: msgspec.Raw
    answer_by: int | None


class _Entry(msgspec.Struct):
    number: int
    at: int
    kind: str
    body: str


_ENCODE: Final = msgspec.json.Encoder().encode
_RECORD: Final = msgspec.json.Decoder(_Record)
_HEARD_NAMES: Final = tuple(field.name for field in fields(Heard))
_heard_values: Final = attrgetter(*_HEARD_NAMES)
_HEARD_DEFAULTS: Final = tuple(_heard_values(Heard()))
_CANNOT_WRITE: Final = (msgspec.MsgspecError, UnicodeEncodeError, OverflowError, TypeError)


class Codec:
    """Writes facts in today's version and reads every version.

    Args:
        versions: today's version by name of the event, where it is not 1.
        upcasts: by name and version, how the fields become those of the next version.
    """

    def __init__(
        self, versions: Mapping[str, int] = VERSIONS, upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS
    ) -> None:
        self._today = {name: versions.get(name, 1) for name in EVENTS}
        self._upcasts = dict(upcasts)
        self._named = {kind: (name, self._today[name]) for name, kind in EVENTS.items()}
        self._readers: dict[tuple[str, int], Callable[[msgspec.Raw], Any]] = {
            (name, self._today[name]): msgspec.json.Decoder(kind).decode for name, kind in EVENTS.items()
        }
        self._heard: dict[tuple[object, ...], msgspec.Raw] = {}

    def encode(self, fact: e.Fact) -> bytes:
        """The record of a fact.

        Raises:
            Invalid: a value cannot be written, such as half a character.
        """
        event, actor = fact.event, fact.actor
        name, version = self._named[type(event)]
        try:
            written: object = event
            if type(event) is e.MessageReceived:
                written = _Message(event.client_id, self._lean(event.heard), event.answer_by)
            body = msgspec.Raw(_ENCODE(written))
            # An empty text is left out only when it is this very object.
            who, digest = actor.id or "", fact.digest or ""
            record = _Record(
                name, version, fact.seq, fact.at, actor.kind, fact.cause, fact.policy, body, who, fact.stepped, digest
            )
            return _ENCODE(record)
        except _CANNOT_WRITE as fault:
            raise Invalid("A fact holds a value that cannot be written.", field=name) from fault

    def decode(self, record: bytes) -> e.Fact:
        """The fact of a record, of whatever version.

        Raises:
            StoreFault: names the type and the version that this code cannot read.
        """
        try:
            read = _RECORD.decode(record)
        except msgspec.MsgspecError as fault:
            raise StoreFault("A stored fact is damaged.", cause=str(fault)) from fault
        name, version = read.type, read.v
        reader = self._readers.get((name, version))
        try:
            event = reader(read.event) if reader is not None else self._lifted(name, version, read.event)
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as fault:
            raise StoreFault(
                f"A stored fact {name}, version {version}, has another form than it should.",
                type=name,
                version=version,
                cause=str(fault),
            ) from fault
        return e.Fact(
            read.seq,
            Instant(read.at),
            read.stepped,
            Actor(read.actor, read.who),
            CommandId(read.cause),
            read.policy,
            read.digest,
            event,
        )

    def _lifted(self, name: str, version: int, event: msgspec.Raw) -> Any:
        values: dict[str, Any] | None = None
        for old in range(version, self._today.get(name, 0)):
            upcast = self._upcasts.get((name, old))
            if upcast is None:
                break
            values = upcast(msgspec.json.decode(event, type=dict[str, Any]) if values is None else values)
        else:
            if values is not None:
                return msgspec.convert(values, EVENTS[name])
        raise StoreFault(
            f"A stored fact {name}, version {version}, is unknown here. Was it written by a newer Gehoor?",
            type=name,
            version=version,
        )

    def _lean(self, heard: Heard) -> msgspec.Raw:
        """What was heard, without what was not heard. Few kinds of Heard exist, so each is written once."""
        values = _heard_values(heard)
        known = self._heard.get(values)
        if known is None:
            pairs = zip(_HEARD_NAMES, values, _HEARD_DEFAULTS, strict=True)
            known = msgspec.Raw(_ENCODE({name: value for name, value, default in pairs if value != default}))
            if len(self._heard) >= _MOST_REMEMBERED:
                self._heard.clear()
            self._heard[values] = known
        return known


_CODEC: Final = Codec()
encode: Final = _CODEC.encode
decode: Final = _CODEC.decode


def encode_entry(number: int, at: Instant, kind: str, body: str) -> bytes:
    """The record of one line of the house ledger: what its chain hashes.

    Raises:
        Invalid: a value cannot be written, such as half a character.
    """
    try:
        return _ENCODE(_Entry(number, at, kind, body))
    except _CANNOT_WRITE as fault:
        raise Invalid("A line of the ledger holds a value that cannot be written.", field="body") from fault
