"""Small files of every kind, made by hand, so that each byte of them is known."""

import io
import quopri
import struct
import zipfile
import zlib

from pypdf import PdfReader, PdfWriter

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_STYLES = (
    '<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Kop2"><w:name w:val="heading 2"/></w:style></w:styles>'
)


def word(*paragraphs: tuple[str, str], prolog: str = "", more: bytes = b"") -> bytes:
    """A Word document of paragraphs (style, text); ``more`` is a part that is not needed."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document '
        f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
        "word/styles.xml": _STYLES,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
        if more:
            packed.writestr("word/more.xml", more)
    return made.getvalue()


def zip_bomb() -> bytes:
    """A Word document of 100 kB whose text is 100 MB."""
    return word(("", "x" * 100_000_000))


def lying_zip_bomb() -> bytes:
    """The same, that says of its text that it is 1000 bytes."""
    raw = zip_bomb()
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        size = packed.getinfo("word/document.xml").file_size
    return raw.replace(struct.pack("<I", size), struct.pack("<I", 1000))


def pdf(*pages: list[tuple[int, str]], title: str = "") -> bytes:
    """A PDF of pages with lines (size of the letters, text); an empty text is an empty line."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        y, drawn = 780, []
        for size, text in lines:
            plain = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            if text:
                drawn.append(f"BT /F1 {size} Tf 1 0 0 1 60 {y} Tm ({plain}) Tj ET")
            y -= round(size * 1.3)
        stream = zlib.compress("\n".join(drawn).encode("cp1252"))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream")
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % content
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    objects.append(b"<< /Title (%s) >>" % title.encode("cp1252"))
    made = io.BytesIO(b"")
    made.write(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(made.tell())
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = made.tell()
    made.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        made.write(b"%010d 00000 n \n" % place)
    made.write(b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects)))
    made.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return made.getvalue()


def with_password(raw: bytes, password: str) -> bytes:
    """The same PDF, readable with the password only ("" for nobody to need one)."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(raw)))
    writer.encrypt(user_password=password, owner_password="eigenaar", algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def page(body: str, *, lang: str = "nl", head: str = "") -> bytes:
    """A page of a website with this body."""
    above = f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">{head}</head>'
    return f"{above}<body>{body}</body></html>".encode()


def mhtml(html: bytes, address: str) -> bytes:
    """A page as a browser saves it in one file, with a picture beside it."""
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: " + address.encode() + b"\r\nSubject: Huur\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----grens"\r\n\r\n'
        b"------grens\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"Content-Location: " + address.encode() + b"\r\n\r\n" + quopri.encodestring(html) + b"\r\n"
        b"------grens\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n"
        b"------grens--\r\n"
    )
