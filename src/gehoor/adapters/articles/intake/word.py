"""Word documents (.docx) to blocks of text, by way of the page that mammoth makes of one."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import replace
from typing import Final

import mammoth  # type: ignore[import-untyped]

from gehoor.adapters.articles.intake.blocks import CannotRead, Document
from gehoor.adapters.articles.intake.html import page

MOST_BYTES: Final = 30_000_000
"""Of the file, with its pictures."""
_MOST_XML: Final = 12_000_000
"""Of all the XML inside, unpacked: a thousand pages."""
_MOST_PARTS: Final = 5000
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0"  # a compound file: old Word, or a document with a password

# Word itself writes the English names; some programs write the Dutch ones.
_STYLES: Final = "\n".join(
    [
        "p[style-name='Title'] => x-title:fresh",
        "p[style-name='Titel'] => x-title:fresh",
        *(f"p[style-name='Kop {level}'] => h{level}:fresh" for level in range(1, 7)),
        *(f"p[style-name='kop {level}'] => h{level}:fresh" for level in range(1, 7)),
    ]
)


def read_word(raw: bytes) -> Document:
    """The document. Raises CannotRead."""
    if len(raw) > MOST_BYTES:
        raise CannotRead(f"it is larger than {MOST_BYTES} bytes")
    if raw.startswith(_OLD_WORD):
        raise CannotRead("it has a password, or was made by an old Word; save it again as .docx without one")
    _check(raw)
    made = mammoth.convert_to_html(
        io.BytesIO(raw),
        style_map=_STYLES,
        include_embedded_style_map=False,
        convert_image=mammoth.images.img_element(lambda _: {}),
        ignore_empty_paragraphs=True,
    )
    document = page(f"<html><body><main>{made.value}</main></body></html>")
    return replace(document, address="")


def _check(raw: bytes) -> None:
    """Refuses what would grow without bound when it is unpacked, before anything is."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS:
                raise CannotRead(f"it has more than {_MOST_PARTS} parts")
            if any(part.flag_bits & 1 for part in parts):
                raise CannotRead("it has a password")
            texts = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
            # What a part says of its own size is kept to by zipfile: it reads no further.
            if sum(part.file_size for part in texts) > _MOST_XML:
                raise CannotRead(f"its text is larger than {_MOST_XML} bytes when it is unpacked")
            if not any(part.filename == "[Content_Types].xml" for part in texts):
                raise CannotRead("it is no Word document")
            for part in texts:
                with packed.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(4096):
                        raise CannotRead("its XML declares a type of its own, which no Word document does")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise CannotRead("it is no Word document, or it is broken") from error
