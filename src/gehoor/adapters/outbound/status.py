"""What a message that came back says of the letter it is about (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import Enum
from typing import Final

_REPORTS: Final = ("message/delivery-status", "message/global-delivery-status")
_STATUS: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")


class Returned(Enum):
    """What it is: the letter came back for good; it is only told how it goes (late, delivered); a machine answered for
    somebody who is away; or none of these."""

    BOUNCED = "bounced"
    UNDER_WAY = "under way"
    AWAY = "away"
    UNREADABLE = "unreadable"


def returned(content: bytes) -> tuple[Returned, str]:
    """What a message says, and the status (such as "5.1.1") when the letter came back.

    Whether it came back is what ``Action`` says: a letter that a server gave up after days has "failed" with a 4.x.x
    status. Only when there is no action does the status decide.
    """
    try:
        message = message_from_bytes(content)
        blocks = [block for part in message.walk() if part.get_content_type() in _REPORTS for block in _blocks(part)]
        is_answer = str(message.get("Auto-Submitted", "")).lower().startswith("auto-replied")
    # Whatever the parser makes of bytes from outside, it must not stop the receiver: not even too deep a nesting.
    except Exception:
        return Returned.UNREADABLE, ""
    for block in blocks:
        status, action = _status(block), block.get("action", "").split("(")[0].strip().lower()
        if action == "failed" or (not action and status.startswith("5")):
            return Returned.BOUNCED, status or "5.0.0"
    if any("action" in block or "status" in block for block in blocks):
        return Returned.UNDER_WAY, ""
    return (Returned.AWAY if is_answer else Returned.UNREADABLE), ""


def _status(block: Mapping[str, str]) -> str:
    match = _STATUS.match(block.get("status", ""))
    return match[1] if match else ""


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    """The fields of each block of a report: one about the message, then one for each recipient."""
    payload = part.get_payload()
    inner = payload if isinstance(payload, list) else [payload]
    text = "\n\n".join(one.as_string() if isinstance(one, Message) else str(one) for one in inner)
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        yield {name.lower(): str(value) for name, value in message_from_string(block.lstrip("\n")).items()}
