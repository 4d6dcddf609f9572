"""Make the sample workbook from the two text files beside this one: `python -m exchange.imports.muster.build`.

The workbook is as untidy as such lists are: titles above the headings, subtitles between the rows, dates written in
several ways, "k. A.", a note below, a sheet of instructions and a hidden one.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
TARGET = HERE / "ki-bestand-musterstadt.xlsx"
SYSTEMS = (
    "Lfd. Nr.", "Bezeichnung (Produkt / Verfahren)", "Fachbereich", "Kurzbeschreibung", "Einsatzgebiet", "Zweck",
    "Hersteller/Anbieter", "Art der KI", "Status", "Im Einsatz seit", "Speicherort", "Auftragsverarbeiter",
    "Pers. Daten (j/n)", "Datenarten", "Kategorien betroffener Personen", "Rechtsgrundlage", "Löschfrist", "DSFA",
    "Wer prüft die Ergebnisse?", "Wirkung auf die Entscheidung", "Bemerkungen", "Betriebsmodell", "Land (Server)",
)  # fmt: skip
ACTIVITIES = (
    "VVT-Nr.", "Bezeichnung der Verarbeitungstätigkeit", "Verantwortliche Fachabteilung", "Ansprechpartner/in",
    "Zwecke der Verarbeitung", "Rechtsgrundlage", "Kategorien betroffener Personen",
    "Kategorien personenbezogener Daten", "Besondere Kategorien (Art. 9 DSGVO)", "Kategorien von Empfängern",
    "Übermittlung in Drittländer?", "Löschfristen", "Fachverfahren", "Datum der Einführung",
    "Datum der letzten Änderung", "Eingesetzte KI", "TOM",
)  # fmt: skip
PLACES = {
    "Rechenzentrum Nord": ("kommunales RZ", "D"),
    "Serverraum Rathaus": ("eigener Betrieb", "Deutschland"),
    "Geräte vor Ort": ("lokal auf dem Gerät", "Deutschland"),
    "Cloud Region Frankfurt": ("SaaS", "Deutschland"),
    "Cloud Region Paris": ("SaaS", "Frankreich"),
    "Cloud Region Virginia": ("SaaS", "USA"),
}
MEASURES = (
    "siehe Sicherheitskonzept der Stadt",
    "Rollen und Rechte, Protokollierung, verschlossene Räume",
    "Verschlüsselung, Sicherung täglich, AV-Vertrag nach Art. 28 DSGVO",
)
_DAY = re.compile(r"^\d{2}\.\d{2}\.\d{4}$")
_HEAD = PatternFill("solid", fgColor="DDE6F0")


def main() -> None:
    book = Workbook()
    _fill(book.active, "KI-Systeme", "KI-Bestandsaufnahme der Stadt Musterstadt", SYSTEMS, _systems())
    _fill(
        book.create_sheet(), "VVT", "Verzeichnis von Verarbeitungstätigkeiten (Arbeitsstand)", ACTIVITIES, _activities()
    )
    notes = book.create_sheet("Hinweise")
    notes["A1"] = "Ausfüllhinweise"
    notes["A3"] = "Bitte je System eine Zeile. Was nicht bekannt ist, mit „k. A.“ kennzeichnen."
    notes["A4"] = "Rückfragen an das Amt für Digitalisierung und IT, ki@musterstadt.example."
    hidden = book.create_sheet("Listen")
    hidden.append(["Auswahl Status", "Idee", "Pilot", "Regelbetrieb"])
    hidden.sheet_state = "hidden"
    # The same file every time it is made.
    book.properties.created = book.properties.modified = datetime(2026, 11, 23)  # noqa: DTZ001 - a workbook knows no zone
    book.properties.creator = "Stadt Musterstadt (erfunden)"
    book.save(TARGET)


def _fill(sheet: Worksheet | None, name: str, title: str, headings: tuple[str, ...], rows: list[list[object]]) -> None:
    assert sheet is not None
    sheet.title = name
    sheet.append([title])
    sheet.append(["Stand: November 2026, Rückmeldungen der Ämter. Alle Angaben sind erfunden."])
    sheet.append([])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(row)
    sheet.append([])
    sheet.append(["* Angaben der Ämter, noch nicht abschließend geprüft."])
    _dress(sheet, len(headings))


def _dress(sheet: Worksheet, width: int) -> None:
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=8)
    sheet["A1"].font = Font(bold=True, size=14)
    for column in range(1, width + 1):
        cell = sheet.cell(4, column)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = 8 if column == 1 else 26
    sheet.freeze_panes = "C5"


def _lines(name: str) -> list[list[str]]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [[part.strip() for part in line.split("|")] for line in text.splitlines() if line and line[0] != "#"]


def _systems() -> list[list[object]]:
    rows: list[list[object]] = []
    number = 0
    for parts in _lines("ki-systeme.txt"):
        if len(parts) == 1:
            rows.append([parts[0]])
            continue
        number += 1
        assert len(parts) == 20, parts
        rows.append([number, *(_cell(part, number) for part in parts), *PLACES[parts[9]]])
    return rows


def _activities() -> list[list[object]]:
    rows: list[list[object]] = []
    number = 0
    for parts in _lines("verarbeitungen.txt"):
        if len(parts) == 1:
            rows.append([parts[0]])
            continue
        number += 1
        assert len(parts) == 15, parts
        cells = [_cell(part, number) for part in parts]
        rows.append([f"{number // 20 + 1}-{number:03d}", *cells, MEASURES[number % len(MEASURES)]])
    return rows


def _cell(text: str, number: int) -> object:
    """Some clerks type dates as text, others let the program make a date of them."""
    if _DAY.match(text) and number % 3:
        day, month, year = (int(part) for part in text.split("."))
        return date(year, month, day)
    return text or None


if __name__ == "__main__":
    main()
