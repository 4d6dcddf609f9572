"""Files that are broken, hostile or merely untidy: a clear sentence, never anything else."""

from __future__ import annotations

import contextlib
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import openpyxl.xml
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core.cells import protected, unprotected
from exchange.imports import feedback, ground, guards, mapping, plan, reading
from exchange.imports.errors import BadFile
from exchange.imports.fields import KINDS
from exchange.imports.muster.build import TARGET
from exchange.imports.planned import Choices, Plan
from exchange.imports.tables import MAX_COLUMNS, MAX_ROWS, Fault

SAMPLE = TARGET.read_bytes()
HEADINGS = ["Bezeichnung", "Fachbereich", "Zweck", "Status"]
SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<?xml version="1.0"?>'
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(*rows: Iterable[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content: bytes, **parts: bytes | None) -> bytes:
    """The same archive with some parts replaced (None: left out) or added."""
    wanted = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data for name, data in parts.items()
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in wanted if name not in old.namelist())]:
            data = wanted[name] if name in wanted else old.read(name)
            if data is not None:
                new.writestr(name, data)
    return stream.getvalue()


def with_sheet(body: str, head: str = _HEAD) -> bytes:
    text = f"{head}<worksheet {_NS}><sheetData>{body}</sheetData></worksheet>"
    return repacked(workbook(HEADINGS), xl__worksheets__sheet1_xml=text.encode())


def cells_of(content: bytes, name: str = "liste.xlsx") -> list[tuple[Any, ...]]:
    return [cells for _, cells in reading.read(content, name).sheets[0].rows]


def refusal(content: bytes, name: str = "liste.xlsx") -> BadFile:
    with pytest.raises(BadFile) as caught:
        reading.read(content, name)
    return caught.value


def bomb() -> bytes:
    return repacked(workbook(HEADINGS), xl__worksheets__sheet1_xml=b"<a/>" * 15_000_000)


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TEXT_CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'

HOSTILE: dict[str, tuple[Callable[[], bytes], str, int, str]] = {
    "empty": (lambda: b"", "liste.xlsx", 422, "leer"),
    "blanks": (lambda: b" \n \n", "liste.csv", 422, "leer"),
    "eleven megabytes": (lambda: b"a;b\n" * 3_000_000, "liste.csv", 413, "10 MB"),
    "zip bomb": (bomb, "liste.xlsx", 413, "ungewöhnlich groß"),
    "too many parts": (
        lambda: repacked(workbook(HEADINGS), **{f"teil{i}_xml": b"x" for i in range(250)}),
        "liste.xlsx", 413, "ungewöhnlich groß",
    ),
    "huge styles": (
        lambda: repacked(workbook(HEADINGS), xl__styles_xml=random.Random(1).randbytes(3_000_000)),
        "liste.xlsx", 413, "Formate",
    ),
    "entity bomb": (lambda: with_sheet(TEXT_CELL.format("&c;"), ENTITIES), "liste.xlsx", 422, "beschädigt"),
    "external entity": (lambda: with_sheet(TEXT_CELL.format("&a;"), OUTSIDE), "liste.xlsx", 422, "beschädigt"),
    "macros by name": (lambda: workbook(HEADINGS), "liste.xlsm", 422, "Makros"),
    "macros inside": (lambda: repacked(workbook(HEADINGS), xl__vbaProject_bin=b"x"), "liste.xlsx", 422, "Makros"),
    "encrypted": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
        "liste.xlsx", 422, "verschlüsselt",
    ),
    "rights management": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "DRMEncryptedDataSpace".encode("utf-16-le"),
        "liste.xlsx", 422, "Rechteverwaltung",
    ),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "liste.xls", 422, "alte Excel-Format"),
    "a document": (lambda: repacked(workbook(HEADINGS), xl__workbook_xml=None), "liste.docx", 422, "keine Excel-Datei"),
    "a PDF": (lambda: b"%PDF-1.7 ...", "liste.pdf", 422, "PDF"),
    "a web page": (lambda: b"<html><table></table></html>", "liste.xls", 422, "Internetseite"),
    "torn": (lambda: SAMPLE[: len(SAMPLE) // 2], "liste.xlsx", 422, "beschädigt"),
    "a million columns": (lambda: ";".join(["x"] * 1_000_000).encode(), "liste.csv", 413, "Spalten"),
    "too many columns": (lambda: workbook(["x"] * (MAX_COLUMNS + 1)), "liste.xlsx", 413, "Spalten"),
    "too many rows": (lambda: b"a;b\n" * (MAX_ROWS + 100), "liste.csv", 413, "Zeilen"),
    "too many entries": (lambda: json.dumps([{"name": "x"}] * (MAX_ROWS + 1)).encode(), "liste.json", 413, "Einträge"),
    "NUL in CSV": (lambda: b"a;b\nx\0y;z\n", "liste.csv", 422, "NUL"),
    "no charset": (lambda: b"a;b\n\x81\x8d;\xff\n", "liste.csv", 422, "Zeichensatz"),
    "an endless cell": (lambda: b'a;b\n"' + b"x" * 200_000, "liste.csv", 422, "Anführungszeichen"),
    "deep JSON": (lambda: b"[" * 200_000, "liste.json", 422, "verschachtelt"),
    "half JSON": (lambda: b'[{"name": ', "liste.json", 422, "nicht lesbar"),
    "JSON of another shape": (lambda: b'{"name": "x"}', "liste.json", 422, "Aufbau"),
    "JSON of numbers": (lambda: b"[1, 2]", "liste.json", 422, "Aufbau"),
    "NaN": (lambda: b'[{"name": NaN}]', "liste.json", 422, "NaN"),
    "a number of 5000 digits": (lambda: b'[{"name": ' + b"9" * 5000 + b"}]", "liste.json", 422, "Zahl"),
    "rows beyond Excel": (lambda: with_sheet('<row r="99999999"><c r="A99999999"><v>1</v></c></row>'), "l.xlsx", 413, "reicht viel weiter"),
    "endless formatting": (
        lambda: with_sheet("".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(1, 2000))),
        "l.xlsx", 413, "reicht viel weiter",
    ),
    "millions of empty rows": (
        lambda: repacked(with_sheet("<row/>" * 700_000), noise_bin=random.Random(1).randbytes(100_000)),
        "l.xlsx", 413, "reicht viel weiter",
    ),
    "a row that is no number": (lambda: with_sheet('<row r="x"><c r="A1"><v>1</v></c></row>'), "l.xlsx", 422, "beschädigt"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(case: str) -> None:
    make, name, status, word = HOSTILE[case]
    refused = refusal(make(), name)
    assert (refused.status, word in refused.message, refused.message.endswith(".")) == (status, True, True)


def test_openpyxl_reads_with_defusedxml() -> None:
    assert openpyxl.xml.DEFUSEDXML


def test_a_cell_in_the_last_corner_does_not_make_a_million_rows() -> None:
    refused = refusal(with_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert "Spalten" in refused.message


def test_a_single_cell_in_the_last_row_is_one_row() -> None:
    assert cells_of(with_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')) == [(1,)]


def test_a_formula_without_a_result_names_its_cell() -> None:
    cell = cells_of(workbook(HEADINGS, ["Chatbot", "=1+1"]))[1][1]
    assert isinstance(cell, Fault)
    assert cell.message.startswith("Zelle B2 enthält eine Formel ohne Ergebnis")


def test_a_formula_with_a_result_counts_as_its_result() -> None:
    row = '<row r="1"><c r="A1" t="str"><f>A2&amp;"x"</f><v>Chatbot</v></c></row>'
    assert cells_of(with_sheet(row)) == [("Chatbot",)]


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-x", "@SUM(A1)", "'=x", "'", "''", "O'Neill", "\t=1", "'tis"])
def test_protected_text_comes_back_as_it_was(text: str) -> None:
    assert unprotected(protected(text)) == text
    assert not protected(text).startswith(("=", "+", "-", "@", "\t"))


def test_a_protected_cell_of_our_own_export_is_read_as_it_was() -> None:
    assert cells_of(workbook(HEADINGS, ["'=cmd", "'-x"]))[1] == ("=cmd", "-x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_csv_is_read_in_every_customary_form(encoding: str, sign: str) -> None:
    text = f"Bezeichnung{sign}Fachbereich\r\nÖl{sign}Bürgerbüro\r\n"
    assert cells_of(text.encode(encoding), "l.csv")[1] == ("Öl", "Bürgerbüro")


def test_a_semicolon_list_with_commas_in_it_stays_one() -> None:
    text = "Bezeichnung;Zweck\nChatbot;Auskunft, Termine, Wege\nFilter;Schutz, Ruhe\n"
    assert cells_of(text.encode(), "l.csv")[1] == ("Chatbot", "Auskunft, Termine, Wege")


@pytest.mark.parametrize("value", ["a\\u0000b", "\\ud800"])
def test_characters_that_cannot_be_stored_are_a_fault_of_their_cell(value: str) -> None:
    cell = cells_of(f'[{{"name": "{value}"}}]'.encode(), "l.json")[1][0]
    assert isinstance(cell, Fault)


TOWN = ground.Ground(ars="057770123123", ags="05777123", municipality="Musterstadt")


def check(*rows: Iterable[Any], **options: Any) -> Plan:
    book = reading.read(workbook(*rows), "l.xlsx")
    layouts = mapping.layouts_for(book.sheets, mapping.Memory())
    return plan.build(book.sheets, layouts, TOWN, Choices(unknown_departments_empty=True), **options)


@pytest.mark.parametrize(
    ("heading", "value", "word"),
    [
        ("Kurzbeschreibung", "x" * 351, "351 Zeichen, möglich sind 350"),
        ("Status", "Hochbetrieb?", "nicht vorgesehen"),
        ("Im Einsatz seit", "2024", "keinen Monat"),
        ("Im Einsatz seit", "13/2024", "kein Monat"),
        ("Nächste Prüfung", "31.02.2026", "kein Datum"),
        ("Nächste Prüfung", "01.01.0099", "unwahrscheinlich"),
        ("E-Mail", "amt at stadt", "keine E-Mail-Adresse"),
        ("Internetseite", "www.stadt.de", "beginnt mit https://"),
        ("Risikoklasse", "Hochrisiko", "nicht vorgesehen"),
        ("DSFA", "ja", "nicht vorgesehen"),
        ("Speicherort", "Irgendwo", "noch nicht angelegt"),
        ("AGS", 5777123, "führende Null"),
        ("AGS", "09162000", "gehört nicht zu Musterstadt"),
        ("ARS", "0577701231", "12 Ziffern"),
        ("Datenbestand", "x" * 101, "101 Zeichen"),
        ("Ende", "#NAME?", "Excel-Fehler"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_taken_names_row_column_and_reason(heading: str, value: Any, word: str) -> None:
    problems = check(["Bezeichnung", "Zweck", heading], ["Chatbot", "Auskunft", value]).problems
    assert [(p.row, p.column, p.heading) for p in problems] == [(2, "C", heading)]
    assert word in problems[0].message


@pytest.mark.parametrize(
    ("heading", "value", "key", "wanted"),
    [
        ("Status", "in Betrieb", "status", "operational"),
        ("Status", "pilot", "status", "pilot"),
        ("Status", "  PILOT-Betrieb ", "status", "pilot"),
        ("Im Einsatz seit", date(2026, 3, 1), "begin_date", "2026-03"),
        ("Im Einsatz seit", "seit März 2026", "begin_date", "2026-03"),
        ("Im Einsatz seit", "03/2026", "begin_date", "2026-03"),
        ("Im Einsatz seit", 46082, "begin_date", "2026-03"),
        ("Nächste Prüfung", "1.2.27", "revision_date", date(2027, 2, 1)),
        ("Einsatzgebiet", "Kultur, Sport, Bäder; Verkehr", "category", ["culture_sports", "mobility"]),
        ("Personenbezug", "x", "personal_data_level", "personal"),
        ("Personenbezug", False, "personal_data_level", "none"),
        ("Rechtsgrundlage", "§ 3 LDSG; Art. 6 Abs. 1 lit. c und e DSGVO", "gdpr_basis", ["6-1-c", "6-1-e"]),
        ("Risikoklasse", "Anhang III", "ai_act_class", "HR_III"),
        ("Art. 9 DSGVO", "nein", "special_categories", []),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(heading: str, value: Any, key: str, wanted: Any) -> None:
    found = check(["Bezeichnung", "Zweck", heading], ["Chatbot", "Auskunft", value])
    assert found.problems == []
    assert found.new[0].values[key] == wanted


@pytest.mark.parametrize("nothing", ["k. A.", "k.A.", "-", "–", "n/a", "?", "./.", "keine Angabe"])
def test_what_means_nothing_stays_empty(nothing: str) -> None:
    assert "status" not in check(["Bezeichnung", "Zweck", "Status"], ["Chatbot", "x", nothing]).new[0].values


def test_headings_are_found_below_titles_and_rows_above_notes() -> None:
    found = check(
        ["Bestand der Stadt"], [], ["Stand: heute"], ["Nr.", "Bezeichnung", "Zweck"], ["Dezernat I"], [1, "A", "x"],
        ["Nr.", "Bezeichnung", "Zweck"], [2, "B", "y"], ["* ohne Gewähr"],
    )  # fmt: skip
    assert [(row.name, row.number) for row in found.new] == [("A", 6), ("B", 8)]
    assert any("Zeile 5 („Dezernat I“), 9" in note.replace("Zeile 9", "9") for note in found.notes)


def test_a_name_that_stands_twice_in_the_file_names_the_first_row() -> None:
    problems = check(HEADINGS, ["Chatbot", "", "x", ""], ["chatbot ", "", "y", ""]).problems
    assert (problems[0].row, "Zeile 2" in problems[0].message) == (3, True)


def test_columns_that_are_left_out_are_named() -> None:
    notes = check(["Bezeichnung", "Zweck", "Lieblingsfarbe"], ["A", "x", "blau"]).notes
    assert any("„Lieblingsfarbe“" in note for note in notes)


def test_a_list_of_something_else_is_not_recognized() -> None:
    problems = check(["Artikel", "Preis"], ["Tisch", 3]).problems
    assert "keine Liste" in problems[0].message


def _mutated(content: bytes, seed: int, count: int) -> bytes:
    chance = random.Random(seed)
    data = bytearray(content)
    for _ in range(count):
        place = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(1, 40)]
            case 2:
                data[place:place] = chance.choice(
                    [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b'"', b";" * 300, b"=1+1", b"\r"]
                )
            case _:
                data[place:place] = data[place : place + 200]
        if not data:
            break
    return bytes(data)


def _inside(content: bytes, seed: int, count: int) -> bytes:
    """Mutated below the archive, so that the XML itself is broken."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = random.Random(seed).choice(archive.namelist())
        part = _mutated(archive.read(name), seed, count)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for other in old.namelist():
            new.writestr(other, part if other == name else old.read(other))
    return stream.getvalue()


SMALL = workbook(HEADINGS, ["Chatbot", "Bürgerbüro", "Auskunft", "Pilot"], ["Filter", "IT", "Schutz", "aktiv"])
CSV = "Bezeichnung;Fachbereich;Zweck;Status\nChatbot;Bürgerbüro;Auskunft;Pilot\n".encode()
JSON = json.dumps(
    {"systems": [{"name": "Chatbot", "status": "pilot", "category": ["mobility"]}], "activities": [{"title": "x"}]}
).encode()


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(["xlsx", "inside", "csv", "json", "cp1252"]),
    seed=st.integers(0, 2**32),
    count=st.integers(1, 25),
)  # fmt: skip
def test_a_mutated_file_is_read_or_refused_by_name(kind: str, seed: int, count: int) -> None:
    content = {
        "xlsx": lambda: _mutated(SMALL, seed, count),
        "inside": lambda: _inside(SMALL, seed, count),
        "csv": lambda: _mutated(CSV, seed, count),
        "cp1252": lambda: _mutated(CSV.decode().encode("cp1252"), seed, count),
        "json": lambda: _mutated(JSON, seed, count),
    }[kind]()
    with contextlib.suppress(BadFile):
        book = reading.read(content, f"liste.{'xlsx' if kind == 'inside' else kind}")
        plan.build(book.sheets, mapping.layouts_for(book.sheets, mapping.Memory()), TOWN)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
KEYS = st.sampled_from(sorted({key for kind in KINDS for key in mapping.targets(kind)})) | st.text(max_size=10)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=4))
def test_json_of_any_types_is_planned_or_refused_by_name(items: list[dict[str, Any]]) -> None:
    try:
        book = reading.read(json.dumps(items).encode(), "liste.json")
        found = plan.build(book.sheets, mapping.layouts_for(book.sheets, mapping.Memory()), TOWN)
    except BadFile:
        return
    json.dumps([problem.as_json() for problem in found.problems]).encode()


def test_the_copy_with_remarks_can_be_corrected_and_read_again() -> None:
    book = reading.read(CSV, "l.csv")
    found = plan.build(book.sheets, mapping.layouts_for(book.sheets, mapping.Memory()), TOWN)
    again = load_workbook(io.BytesIO(feedback.workbook(book, found.problems)))
    assert [cell.value for cell in again["Liste"][2]] == ["Chatbot", "Bürgerbüro", "Auskunft", "Pilot"]


def test_the_copy_begins_with_a_sheet_of_everything_to_put_right() -> None:
    book = reading.read(CSV, "l.csv")
    found = plan.build(book.sheets, mapping.layouts_for(book.sheets, mapping.Memory()), TOWN)
    content = feedback.workbook(book, found.problems)
    assert load_workbook(io.BytesIO(content)).active.max_row == len(found.problems) + 1
    assert [sheet.name for sheet in reading.read(content, "l.xlsx").sheets] == ["Liste"]


def test_limits_are_those_that_are_documented() -> None:
    assert (guards.MAX_BYTES, MAX_ROWS, MAX_COLUMNS) == (10 * 1024 * 1024, 5_000, 150)
