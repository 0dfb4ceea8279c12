"""Whether text is fit to be knowledge: UTF-8, nothing invisible that changes what is read, no HTML."""

from __future__ import annotations

import re
import unicodedata

from gehoor.core.errors import KnowledgeFault

# Characters that reorder what is shown: a reader who approves the text would see other words than the customer.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Copies of letters that nobody sees and a language model reads.
_TAGS = range(0xE0000, 0xE0080)
# Control characters, line and paragraph separators, tags, private use and unassigned-by-Unicode planes, and the above.
_SUSPICIOUS = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
# Without meaning and without harm: they come along from word processors and are dropped.
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_HTML = re.compile(r"<(?:[a-zA-Z/!?][^<>]*>|!--|script|iframe)", re.IGNORECASE)
_LINK = re.compile(r"\]\(\s*(?P<target>[^)\s]*)")
_LINK_KINDS = ("https://", "mailto:", "tel:", "/")


def decode(raw: bytes, name: str) -> str:
    """Bytes to text: UTF-8, NFC, line ends as a newline, without harmless invisible characters."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise KnowledgeFault(f"{name}, line {line}: this is not UTF-8.", file=name, line=line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)
    return unicodedata.normalize("NFC", text)


def check_text(text: str, name: str) -> None:
    """Raise KnowledgeFault at the first line that may not be in an article."""
    for number, line in enumerate(text.split("\n"), 1):
        wrong = fault_of_line(line)
        if wrong:
            raise KnowledgeFault(f"{name}, line {number}: {wrong}", file=name, line=number)


def checked_lines(text: str, name: str) -> tuple[tuple[str, ...], list[KnowledgeFault]]:
    """The lines that may be used, and a fault for each that may not. Comments (#) and empty lines are left out."""
    good: dict[str, None] = {}
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        wrong = fault_of_line(line)
        if wrong:
            faults.append(KnowledgeFault(f"{name}, line {number}: {wrong}", file=name, line=number))
        elif line.strip() and not line.startswith("#"):
            good[line.strip()] = None
    return tuple(good), faults


def fault_of_line(line: str) -> str:
    """What is wrong with a line, as a sentence, or ""."""
    # One search for what is suspicious at all: most lines are clean, and there are thousands of them at every start.
    for found in _SUSPICIOUS.finditer(line):
        character = found[0]
        if character in _BIDI_CONTROLS:
            return f"the character U+{ord(character):04X} changes the order of reading."
        if ord(character) in _TAGS:
            return f"the character U+{ord(character):04X} cannot be seen."
        if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Co") and character != "\t":
            return f"the control character U+{ord(character):04X} may not be here."
    if _HTML.search(line):
        return "HTML is not allowed."
    for link in _LINK.finditer(line):
        if not link["target"].startswith(_LINK_KINDS):
            return "a link must begin with https://, mailto:, tel: or /."
    return ""
