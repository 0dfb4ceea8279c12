"""Markdown, with or without front matter, and plain text to blocks of text."""

from __future__ import annotations

import re
from typing import Final

import yaml
from markdown_it import MarkdownIt

from gehoor.adapters.articles.intake.blocks import CannotRead, Document, one_line
from gehoor.adapters.articles.intake.decoding import decoded
from gehoor.adapters.articles.intake.html import page

MOST_BYTES: Final = 1_000_000
_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True}).enable("table")

# What other programs call it.
_NAMES: Final = {
    "lang": "language",
    "taal": "language",
    "titel": "title",
    "url": "source",
    "permalink": "source",
    "canonical": "source",
    "canonical_url": "source",
    "author": "owner",
    "eigenaar": "owner",
    "aliases": "ways",
    "keywords": "tags",
    "categories": "tags",
    "expiry_date": "valid_until",
    "expirydate": "valid_until",
    "publishdate": "valid_from",
}
_KEPT: Final = ("slug", "owner", "ways", "tags", "audiences", "valid_from", "valid_until", "review_by", "policy")


def read_prose(raw: bytes) -> Document:
    """The document. Raises CannotRead."""
    if len(raw) > MOST_BYTES:
        raise CannotRead(f"it is larger than {MOST_BYTES} bytes")
    text, notes = decoded(raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    front: dict[str, str | list[str]] = {}
    found = _FRONT.match(text)
    if found:
        front, more = _front(found[1] or "")
        notes = (*notes, *more)
        text = text[found.end() :]
    rendered = _MARKDOWN.render(text)
    try:
        document = page(f"<html><body><main>{rendered}</main></body></html>", notes=notes)
    except CannotRead as fault:
        raise CannotRead("there is no text in it") from fault
    source = front.get("source", "")
    return Document(
        title=str(front.get("title", "")) or document.title,
        blocks=document.blocks,
        language=str(front.get("language", ""))[:2].lower(),
        address=source if isinstance(source, str) and source.startswith(("https://", "http://")) else "",
        fields={name: front[name] for name in _KEPT if name in front},
        notes=document.notes,
        whole="slug" in front,
    )


def _front(source: str) -> tuple[dict[str, str | list[str]], tuple[str, ...]]:
    """The fields as text and lists of text, and what could not be used of them."""
    try:
        # Aliases have no use here and can blow a small file up to gigabytes.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source, Loader=_Loader)):
            return {}, ("its front matter holds YAML aliases, and was left out",)
        said = yaml.load(source, Loader=_Loader) or {}  # noqa: S506  a safe loader, see above
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, ("its front matter cannot be read, and was left out",)
    if not isinstance(said, dict):
        return {}, ("its front matter has no fields, and was left out",)
    fields: dict[str, str | list[str]] = {}
    for key, value in said.items():
        name = _NAMES.get(str(key).lower(), str(key).lower())
        if isinstance(value, list):
            fields.setdefault(name, [one_line(str(one)) for one in value if str(one).strip()])
        elif value is not None and not isinstance(value, dict):
            fields.setdefault(name, one_line(str(value)))
    return fields, ()
