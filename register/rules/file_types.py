"""What an uploaded file really is. Its content decides and its name must agree; no part of it is unpacked as a whole."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

HEAD, TAIL = 1024, 66_000
MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
# A small file may well be one long row of equal letters; only size makes a ratio dangerous.
RATIO_FROM = 1024 * 1024
MAX_READ = 1024 * 1024
MAX_NAME = 120


class BadFile(Exception):
    """Why a file is refused, in a sentence for the person who chose it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class FileType:
    label: str
    media_type: str
    suffixes: tuple[str, ...]


PDF = FileType("PDF", "application/pdf", ("pdf",))
PNG = FileType("PNG", "image/png", ("png",))
JPEG = FileType("JPEG", "image/jpeg", ("jpg", "jpeg"))
ODT = FileType("ODT", "application/vnd.oasis.opendocument.text", ("odt",))
DOCX = FileType("DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = FileType("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
TYPES = (PDF, PNG, JPEG, ODT, DOCX, XLSX)
MEDIA_TYPES = {kind.media_type: kind for kind in TYPES}
SUFFIXES = {suffix: kind for kind in TYPES for suffix in kind.suffixes}
# The main part of an OOXML package, as its table of contents declares it.
_MAIN_PARTS = {b"wordprocessingml.document.main+xml": DOCX, b"spreadsheetml.sheet.main+xml": XLSX}
_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_ENDS = {PDF: b"%%EOF", PNG: b"IEND\xaeB`\x82", JPEG: b"\xff\xd9"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP, _END_OF_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_MACRO_SUFFIXES = ("docm", "dotm", "xlsm", "xltm", "xlam", "xlsb")

_POSSIBLE = "Möglich sind PDF, PNG, JPEG, ODT, DOCX und XLSX."
_DAMAGED = "Die Datei ist beschädigt. Öffnen Sie sie in Ihrem Programm und speichern Sie sie neu, am besten als PDF."
_MACROS = "Dateien mit Makros nehmen wir nicht an. Speichern Sie eine Kopie ohne Makros, am besten als PDF."
_TWO_IN_ONE = "Die Datei ist zweierlei zugleich und kann gefährlich sein. Speichern Sie sie neu, am besten als PDF."


def check(file: BinaryIO, name: str) -> FileType:
    """The type of a file that may be kept. Raises BadFile otherwise."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix in _MACRO_SUFFIXES:
        raise BadFile(_MACROS)
    head, tail = _head_and_tail(file)
    if not head:
        raise BadFile("Die Datei ist leer. Wählen Sie eine andere.")
    named = SUFFIXES.get(suffix)
    if named is None:
        raise BadFile(f"Diese Art von Datei nehmen wir nicht an. {_POSSIBLE}")
    found = _office(file, head) if head.startswith(_ZIP) else _plain(head, tail)
    if found is not named:
        really = f"Es ist eine {found.label}-Datei." if found else _POSSIBLE
        raise BadFile(f"Der Inhalt passt nicht zum Namen: Das ist keine {named.label}-Datei. {really}")
    return found


def _head_and_tail(file: BinaryIO) -> tuple[bytes, bytes]:
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    file.seek(0)
    return file.read(HEAD), tail


def _plain(head: bytes, tail: bytes) -> FileType | None:
    if head.startswith(_OLE):
        raise BadFile(
            "Die Datei hat ein altes Office-Format oder ein Kennwort. Speichern Sie sie ohne Kennwort als PDF, DOCX oder "
            "XLSX."
        )
    found = next((kind for start, kind in _STARTS if head.startswith(start)), None)
    if found is None:
        return None
    if _END_OF_ZIP in tail or (found is not PDF and b"%PDF-" in head):
        raise BadFile(_TWO_IN_ONE)
    if _ENDS[found] not in tail:
        raise BadFile(_DAMAGED)
    return found


def _office(file: BinaryIO, head: bytes) -> FileType | None:
    """By the structure of the package. Only two small parts are read, each up to a limit."""
    if b"%PDF-" in head:
        raise BadFile(_TWO_IN_ONE)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(entries, packed=sum(entry.compress_size for entry in entries))
            return _type_of(archive, entries)
    except BadFile:
        raise
    # The table of contents is untrusted bytes; zipfile raises errors of many kinds over it.
    except Exception as error:
        raise BadFile(_DAMAGED) from error


def _check_entries(entries: list[zipfile.ZipInfo], *, packed: int) -> None:
    names = [entry.filename for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or too_dense:
        raise BadFile("Die Datei ist entpackt ungewöhnlich groß. Speichern Sie sie als PDF.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise BadFile("Die Datei ist mit einem Kennwort geschützt. Speichern Sie eine Kopie ohne Kennwort.")
    if len(set(names)) != len(names) or any(_leads_out(name) for name in names):
        raise BadFile(_DAMAGED)
    if any(_is_macro(name.lower()) for name in names):
        raise BadFile(_MACROS)


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _is_macro(name: str) -> bool:
    in_odf = name.startswith(("basic/", "scripts/")) and not name.endswith("/")
    return in_odf or name.endswith(("vbaproject.bin", "vbadata.xml")) or "macrosheets/" in name or "activex/" in name


def _type_of(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> FileType | None:
    names = {entry.filename for entry in entries}
    if entries[0].filename == "mimetype" and "content.xml" in names:
        return ODT if _part(archive, "mimetype").strip() == ODT.media_type.encode() else None
    if "[Content_Types].xml" not in names:
        return None
    declared = _part(archive, "[Content_Types].xml")
    if b"macroenabled" in declared.lower():
        raise BadFile(_MACROS)
    return next((kind for part, kind in _MAIN_PARTS.items() if part in declared), None)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(MAX_READ)


def clean_name(name: str, kind: FileType) -> str:
    """What a person calls the file, without folders and invisible signs, always with the suffix of its type."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    visible = "".join(sign for sign in plain if unicodedata.category(sign)[0] != "C")
    stem, _, suffix = visible.rpartition(".")
    suffix = suffix.lower() if suffix.lower() in kind.suffixes else kind.suffixes[0]
    return f"{' '.join(stem.split()).strip('. ')[:MAX_NAME] or 'nachweis'}.{suffix}"
