"""A file is what its content says; whatever is dangerous, damaged or something else is refused with a sentence."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from odfdo import Document
from openpyxl import Workbook

from register.rules.file_types import DOCX, JPEG, ODT, PDF, PNG, XLSX, BadFile, FileType, check, clean_name
from tests import samples

RLO = chr(0x202E)


@pytest.mark.parametrize(("content", "name", "kind"), [
    (samples.PDF, "vertrag.pdf", PDF),
    (samples.PDF, "VERTRAG.PDF", PDF),
    (samples.PNG, "bild.png", PNG),
    (samples.JPEG, "bild.jpg", JPEG),
    (samples.JPEG, "bild.jpeg", JPEG),
    (samples.odt(), "stellungnahme.odt", ODT),
    (samples.docx(), "stellungnahme.docx", DOCX),
    (samples.xlsx(), "liste.xlsx", XLSX),
])  # fmt: skip
def test_a_file_of_each_kind_is_taken(content: bytes, name: str, kind: FileType) -> None:
    assert check(io.BytesIO(content), name) is kind


def test_a_workbook_as_a_program_writes_it_is_taken() -> None:
    out = io.BytesIO()
    Workbook().save(out)
    assert check(out, "liste.xlsx") is XLSX


def test_a_text_as_a_program_writes_it_is_taken() -> None:
    out = io.BytesIO()
    Document("text").save(out)
    assert check(out, "text.odt") is ODT


BOMB = samples.docx(**{"word/media.xml": b"a" * 30_000_000})
REFUSED = {
    "nothing in it": (b"", "leer.pdf", "ist leer"),
    "another kind": (b"MZ\x90\x00", "programm.exe", "nehmen wir nicht an"),
    "no suffix": (samples.PDF, "vertrag", "nehmen wir nicht an"),
    "svg": (b"<svg onload='x'/>", "bild.svg", "nehmen wir nicht an"),
    "a page as pdf": (b"<html><script>1</script>", "vertrag.pdf", "keine PDF-Datei"),
    "a program as pdf": (b"MZ\x90\x00%PDF-1.7 %%EOF", "vertrag.pdf", "keine PDF-Datei"),
    "a picture as pdf": (samples.PNG, "vertrag.pdf", "Es ist eine PNG-Datei"),
    "a pdf as picture": (samples.PDF, "bild.png", "keine PNG-Datei"),
    "a workbook as text": (samples.xlsx(), "text.docx", "Es ist eine XLSX-Datei"),
    "a plain zip as text": (samples.package({"a.txt": "a"}), "text.docx", "keine DOCX-Datei"),
    "a template": (samples.docx("wordprocessingml.template.main+xml"), "text.docx", "keine DOCX-Datei"),
    "a spreadsheet of odf": (samples.package({"mimetype": samples.ODF_TEXT.replace("text", "spreadsheet"),
                                              "content.xml": "<o/>"}), "text.odt", "keine ODT-Datei"),
    "a pdf cut off": (samples.PDF[:20], "vertrag.pdf", "beschädigt"),
    "a picture cut off": (samples.PNG[:30], "bild.png", "beschädigt"),
    "a zip cut off": (samples.docx()[:60], "text.docx", "beschädigt"),
    "pdf and zip at once": (samples.PDF + samples.docx(), "vertrag.pdf", "zweierlei"),
    "picture and zip at once": (samples.PNG + samples.docx(), "bild.png", "zweierlei"),
    "picture and pdf at once": (samples.JPEG[:4] + samples.PDF + samples.JPEG, "bild.jpg", "zweierlei"),
    "zip and pdf at once": (samples.package({"%PDF-1.7": "x"}), "text.docx", "zweierlei"),
    "a zip bomb": (BOMB, "text.docx", "ungewöhnlich groß"),
    "thousands of parts": (samples.docx(**{f"word/{n}.xml": "" for n in range(2001)}), "text.docx", "ungewöhnlich groß"),
    "a password": (samples.encrypted(samples.docx()), "text.docx", "Kennwort"),
    "an old or locked format": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "text.docx", "altes Office-Format"),
    "a way out": (samples.docx(**{"../../etc/passwd": "x"}), "text.docx", "beschädigt"),
    "a way out of windows": (samples.docx(**{"..\\evil": "x"}), "text.docx", "beschädigt"),
    "macros by suffix": (samples.docx(), "text.docm", "Makros"),
    "macros inside": (samples.docx(**{"word/vbaProject.bin": "x"}), "text.docx", "Makros"),
    "macros declared": (samples.docx("ms-word.document.macroEnabled.main+xml"), "text.docx", "Makros"),
    "macros of old excel": (samples.docx(**{"xl/macrosheets/s1.xml": "x"}), "text.docx", "Makros"),
    "controls": (samples.docx(**{"word/activeX/activeX1.bin": "x"}), "text.docx", "Makros"),
    "macros of odf": (samples.odt(**{"Basic/Standard/Module1.xml": "x"}), "text.odt", "Makros"),
    "scripts of odf": (samples.odt(**{"Scripts/python/m.py": "x"}), "text.odt", "Makros"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_taken_is_refused_with_a_sentence(case: str) -> None:
    content, name, says = REFUSED[case]
    with pytest.raises(BadFile, match=says):
        check(io.BytesIO(content), name)


MEASURE = """
import io, resource, sys
from register.rules.file_types import BadFile, check
from tests.register.test_file_types import BOMB
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    check(io.BytesIO(BOMB), "text.docx")
except BadFile:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_zip_bomb_is_never_unpacked() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=root, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 5_000


@pytest.mark.parametrize(("given", "kept"), [
    ("Vertrag 2026.PDF", "Vertrag 2026.pdf"),
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("C:\\Users\\ute\\Vertrag.pdf", "Vertrag.pdf"),
    ("Vertrag\r\nSet-Cookie: a=b.pdf", "VertragSet-Cookie: a=b.pdf"),
    (f"Vertrag{RLO}fdp.exe.pdf", "Vertragfdp.exe.pdf"),
    (".pdf", "nachweis.pdf"),
    ("...pdf", "nachweis.pdf"),
    ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
    ("Gebührenübersicht.pdf", "Gebührenübersicht.pdf"),
])  # fmt: skip
def test_the_name_of_a_file_keeps_no_folder_and_no_invisible_sign(given: str, kept: str) -> None:
    assert clean_name(given, PDF) == kept
