"""What a file must be before anything opens it."""

from __future__ import annotations

import io
import zipfile
from typing import Literal

from exchange.imports.errors import BadFile, FileTooBig

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 200
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
# A small file may well be one long row of equal letters; only size makes a ratio dangerous.
RATIO_FROM = 1024 * 1024
# openpyxl builds an object for every style and every defined name; real files stay far below.
MAX_PART = {"xl/styles.xml": 2 * 1024 * 1024, "xl/workbook.xml": 2 * 1024 * 1024}
MAX_OTHER_PART = 2 * 1024 * 1024
BIG_XML = ("xl/worksheets/", "xl/sharedstrings.xml")
BIG_PARTS = (*BIG_XML, "xl/media/", "xl/drawings/", "xl/calcchain.xml", "xl/pivot")

Kind = Literal["xlsx", "csv", "json"]

_SAVE_AS = "Öffnen Sie die Datei in Ihrem Tabellenprogramm und speichern Sie sie als „Excel-Arbeitsmappe (*.xlsx)“."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "eine PDF-Datei"),
    (b"\x89PNG", "ein Bild"),
    (b"\xff\xd8\xff", "ein Bild"),
    (b"{\\rtf", "ein Text im RTF-Format"),
)


def kind_of(content: bytes, filename: str) -> Kind:
    """The format of a file that may be opened. Raises BadFile with a sentence that says what to do."""
    if not content.strip():
        raise BadFile("Die Datei ist leer. Wählen Sie die Datei mit Ihrer Liste.")
    if len(content) > MAX_BYTES:
        raise FileTooBig(
            "Die Datei ist größer als 10 MB. Entfernen Sie Bilder und leere Blätter oder teilen Sie die Liste."
        )
    suffix = filename.lower().rsplit(".", 1)[-1]
    if suffix in ("xlsm", "xltm", "xlam", "xlsb"):
        raise BadFile(f"Dateien mit Makros (.{suffix}) nehmen wir nicht an. {_SAVE_AS}")
    if content.startswith(_OLE):
        raise BadFile(_ole_message(content))
    if content.startswith(b"PK"):
        check_zip(content)
        return "xlsx"
    return _text_kind(content, suffix)


def _text_kind(content: bytes, suffix: str) -> Kind:
    for start, name in _FOREIGN:
        if content.startswith(start):
            raise BadFile(f"Das ist {name}, keine Liste. Möglich sind XLSX, CSV und JSON.")
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        raise BadFile(f"Das ist eine Internetseite oder XML, keine Liste. {_SAVE_AS}")
    if suffix in ("xlsx", "ods"):
        raise BadFile(f"Die Datei ist beschädigt oder keine Excel-Datei. {_SAVE_AS}")
    if suffix == "json" or (suffix not in ("csv", "txt", "tsv") and start[:1] in (b"[", b"{")):
        return "json"
    return "csv"


def _ole_message(content: bytes) -> str:
    # Encrypted and rights-managed workbooks keep their content in streams of these names.
    if any(name.encode("utf-16-le") in content for name in ("EncryptedPackage", "DataSpaces", "DRMEncrypted")):
        return (
            "Die Datei ist verschlüsselt oder durch eine Rechteverwaltung geschützt. Speichern Sie eine Kopie ohne "
            "Kennwort und ohne Schutz."
        )
    return f"Das ist das alte Excel-Format (.xls). {_SAVE_AS}"


def check_zip(content: bytes) -> None:
    """Sizes and names as the table of contents states them; reading can never exceed what is stated there."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    # The table of contents is untrusted bytes; zipfile raises errors of many kinds over it.
    except Exception as error:
        raise BadFile(f"Die Datei ist beschädigt und lässt sich nicht öffnen. {_SAVE_AS}") from error
    _check_sizes(entries, len(content))
    _check_names(entries)


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or too_dense:
        raise FileTooBig(
            "Die Datei ist entpackt ungewöhnlich groß. Kopieren Sie nur die Liste in eine neue Arbeitsmappe und "
            "speichern Sie diese."
        )
    for entry in entries:
        name = entry.filename.lower()
        if not name.startswith(BIG_PARTS) and entry.file_size > MAX_PART.get(name, MAX_OTHER_PART):
            raise FileTooBig(
                "Die Datei enthält ungewöhnlich viele Formate oder Namen. Kopieren Sie nur die Werte der Liste in eine "
                "neue Arbeitsmappe und speichern Sie diese."
            )


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise BadFile("Die Datei ist mit einem Kennwort geschützt. Speichern Sie eine Kopie ohne Kennwort.")
    if any(name.endswith(("vbaproject.bin", "workbook.bin")) or "macrosheets/" in name for name in names):
        raise BadFile(f"Dateien mit Makros nehmen wir nicht an. {_SAVE_AS}")
    if "content.xml" in names and "mimetype" in names:
        raise BadFile(f"Das ist eine OpenDocument-Datei. {_SAVE_AS}")
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise BadFile("Das ist keine Excel-Datei. Möglich sind XLSX, CSV und JSON.")
