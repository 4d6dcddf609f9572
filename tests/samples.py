"""Small files of the kinds that people upload, and files that pretend to be one."""

from __future__ import annotations

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 17 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 20 + b"\xff\xd9"
OOXML = (
    '<Types><Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}"/></Types>'
)
WORD, EXCEL = "wordprocessingml.document.main+xml", "spreadsheetml.sheet.main+xml"
ODF_TEXT = "application/vnd.oasis.opendocument.text"


def package(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP file with these parts in this order, as office programs write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(kind: str = WORD, **more: str | bytes) -> bytes:
    parts = {"[Content_Types].xml": OOXML.format(part="word/document.xml", kind=kind), "word/document.xml": "<w/>"}
    return package({**parts, **more})


def xlsx() -> bytes:
    return package({"[Content_Types].xml": OOXML.format(part="xl/workbook.xml", kind=EXCEL), "xl/workbook.xml": "<x/>"})


def odt(**more: str | bytes) -> bytes:
    return package({"mimetype": ODF_TEXT, "content.xml": "<o/>", **more})


def encrypted(content: bytes) -> bytes:
    """The same package with the mark of a password at its first part."""
    at = content.rindex(b"PK\x01\x02") if content.count(b"PK\x01\x02") == 1 else content.index(b"PK\x01\x02")
    return content[: at + 8] + bytes([content[at + 8] | 1]) + content[at + 9 :]


COAT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z" fill="#a00"/></svg>'
