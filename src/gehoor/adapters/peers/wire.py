"""What processes tell each other, as short lines of JSON: ids and numbers, never a customer's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from gehoor.core.ids import ConversationId
from gehoor.ports.feed import Passing
from gehoor.ports.peers import Heeded, HouseChanged, Missed, Rung, Said, StaffChanged, Word

LONGEST: Final = 7_500
"""PostgreSQL takes a little less than 8,000 bytes in one notice."""
_MOST_IDS: Final = 200


def payloads(process: str, words: Iterable[Word]) -> list[str]:
    """The words in as few payloads as they fit in; each begins with who says it."""
    found: list[bytes] = []
    kept, size = [msgspec.json.encode(process)], 0
    for line in _lines(words):
        if size + len(line) > LONGEST and len(kept) > 1:
            found.append(b",".join(kept))
            kept, size = kept[:1], 0
        kept.append(line)
        size += len(line) + 1
    if len(kept) > 1:
        found.append(b",".join(kept))
    return [f"[{one.decode()}]" for one in found]


def words_of(payload: str, process: str) -> list[Word]:
    """What a payload says; nothing when ``process`` said it itself, ``Missed`` for what another version may mean."""
    try:
        sender, *lines = msgspec.json.decode(payload)
        return [] if sender == process else [_word(sender, *line) for line in lines]
    except (msgspec.DecodeError, ValueError, TypeError):
        return [Missed()]


def _lines(words: Iterable[Word]) -> Iterator[bytes]:
    for word in words:
        for line in _forms(word):
            yield msgspec.json.encode(line)


def _forms(word: Word) -> Iterator[tuple[object, ...]]:
    if isinstance(word, Rung):
        yield "r", word.conversation, word.first, word.last, int(word.open)
    elif isinstance(word, Said):
        yield "s", word.topic, word.item.kind, word.item.data.decode("latin-1")
    elif isinstance(word, Heeded):
        ids = word.conversations
        yield "h", 0, *ids[:_MOST_IDS]
        for start in range(_MOST_IDS, len(ids), _MOST_IDS):
            yield "h", 1, *ids[start : start + _MOST_IDS]
    elif isinstance(word, HouseChanged):
        yield ("house",)
    elif isinstance(word, StaffChanged):
        yield ("staff",)
    elif isinstance(word, Missed):
        yield ("*",)


def _word(sender: str, kind: str, *rest: Any) -> Word:
    if kind == "r":
        id, first, last, is_open = rest
        return Rung(ConversationId(id), int(first), int(last), bool(is_open))
    if kind == "s":
        topic, name, data = rest
        return Said(topic, Passing(name, data.encode("latin-1")))
    if kind == "h":
        more, *ids = rest
        return Heeded(sender, tuple(map(ConversationId, ids)), more=bool(more))
    if kind == "house":
        return HouseChanged()
    return StaffChanged() if kind == "staff" else Missed()
