"""Records as they were once written, one file for each type and version of a fact.

A file holds the record itself and what it is read as. ``python -m tests.adapters.golden_facts`` writes the files of
types and versions that have none; it never changes one that is there.
"""

from __future__ import annotations

import json
import types
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from gehoor.adapters.stores.codec import EVENTS, VERSIONS, decode, encode
from gehoor.core.conversation import events as e

FOLDER = Path(__file__).parent / "golden"


def plain(hint: Any) -> Any:
    """The type behind a NewType, and what may be None without the None."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if get_origin(hint) in (Union, types.UnionType):
        return plain(next(arm for arm in get_args(hint) if arm is not type(None)))
    return hint


def may_be_none(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)


def sample(hint: Any, name: str = "value") -> Any:
    """A value of the type in which everything says something; always the same one."""
    hint = plain(hint)
    if get_origin(hint) is tuple:
        arms = get_args(hint)
        return (sample(arms[0], name),) * 2 if arms[-1] is Ellipsis else tuple(sample(arm, name) for arm in arms)
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**{field: sample(kind, field) for field, kind in get_type_hints(hint).items()})
    if issubclass(hint, Enum):
        return list(hint)[-1]
    if hint is bool:
        return True
    return 1_795_424_400_000_000 + len(name) if hint is int else f"{name} é"


def sample_fact(name: str) -> e.Fact:
    """A fact of the type that is called so."""
    fields = {field: sample(kind, field) for field, kind in get_type_hints(e.Fact).items() if field != "event"}
    return e.Fact(**fields, event=sample(EVENTS[name]))


def golden(name: str, version: int) -> Path:
    """Where the file of a type and a version is."""
    return FOLDER / f"{name}.{version}.json"


def as_read(fact: e.Fact) -> Any:
    """Everything in a fact, as JSON that names the type of its event."""
    return {**json.loads(msgspec.json.encode(fact)), "type": type(fact.event).__name__}


def write_missing() -> None:
    """Writes the files that are not there yet."""
    FOLDER.mkdir(exist_ok=True)
    for name in EVENTS:
        path = golden(name, VERSIONS.get(name, 1))
        if not path.exists():
            record = encode(sample_fact(name))
            content = {"record": record.decode(), "reads": as_read(decode(record))}
            path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_missing()
