"""A page that a browser saved as one file (.mhtml, RFC 2557): the page among the pictures that came with it."""

from __future__ import annotations

from email import policy
from email.errors import MessageError
from email.parser import BytesParser
from typing import Final

from gehoor.adapters.articles.intake.blocks import CannotRead, Document
from gehoor.adapters.articles.intake.html import read_html

MOST_BYTES: Final = 30_000_000
"""Of one file: most of it is pictures."""
_MOST_PARTS: Final = 2000


def read_mhtml(raw: bytes) -> Document:
    """The page of the file. Raises CannotRead."""
    if len(raw) > MOST_BYTES:
        raise CannotRead(f"it is larger than {MOST_BYTES} bytes")
    try:
        whole = BytesParser(policy=policy.default).parsebytes(raw)
        for number, part in enumerate(whole.walk()):
            if number > _MOST_PARTS:
                break
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                address = str(whole.get("Snapshot-Content-Location") or part.get("Content-Location") or "").strip()
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    kept = address if address.startswith(("https://", "http://")) else ""
                    return read_html(content, part.get_content_charset() or "", kept)
    except (MessageError, LookupError, ValueError) as error:
        raise CannotRead("it is no saved page") from error
    raise CannotRead("there is no page in it")
