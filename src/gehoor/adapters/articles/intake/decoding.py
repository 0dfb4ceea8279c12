"""Bytes of unknown origin to text: what the file says of itself, else UTF-8, else what Windows writes."""

from __future__ import annotations

import codecs
import re
from typing import Final

from gehoor.adapters.articles.intake.blocks import CannotRead

# The longer mark first: that of UTF-32 begins as that of UTF-16 does.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_LOOKED_AT: Final = 2048
# What is said and what is meant are not the same: browsers read all of these so (WHATWG Encoding, 4.2).
_WESTERN: Final = frozenset({"iso8859-1", "ascii", "cp1252", "latin-1"})
_TAKEN: Final = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso8859-15", "iso8859-9", "cp1254"})

GUESSED = "the file is not UTF-8 and does not say what it is; read as Windows-1252: look at the accents"
DOUBLED = "letters look wrong (such as Ã©): it was probably saved with another encoding"
_DOUBLED: Final = re.compile("[ÃÂ][\u0080-\u00bf]|â€[\u0098-\u009d™œ\u009d“”]|\ufffd")


def decoded(raw: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """The text, with what a person should look at. ``declared`` is what came beside the file, such as a header.

    Raises CannotRead when it is no text.
    """
    if not raw.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise CannotRead("it is empty")
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _checked(_strict(raw, name).removeprefix("\ufeff"), ())
    said = _known(declared) or _said(raw)
    if said and said not in _WESTERN and said != "utf-8":
        return _checked(_strict(raw, said), ())
    try:
        return _checked(raw.decode("utf-8"), ())
    except UnicodeDecodeError:
        notes = () if said in _WESTERN else (GUESSED,)
        return _checked(_strict(raw, "cp1252"), notes)


def _strict(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except (UnicodeDecodeError, UnicodeError) as error:
        start = getattr(error, "start", 0)
        raise CannotRead(f"it is not text in {name}", f"line {raw[:start].count(10) + 1}") from error


def _said(raw: bytes) -> str:
    found = _DECLARED.search(raw[:_LOOKED_AT])
    return _known(found[1].decode("ascii")) if found else ""


def _known(name: str) -> str:
    """Python's own name of an encoding that is read here, or ""."""
    try:
        proper = codecs.lookup(name).name if name else ""
    except LookupError:
        return ""
    return proper if proper in _TAKEN | _WESTERN else ""


def _checked(text: str, notes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    null = text.find("\x00")
    if null >= 0:
        raise CannotRead("it is no text", f"line {text.count(chr(10), 0, null) + 1}")
    return text, (*notes, DOUBLED) if _DOUBLED.search(text) else notes
