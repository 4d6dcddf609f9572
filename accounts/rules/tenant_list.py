"""A list of new municipalities as operators have it: CSV with `;`, `,` or tabs, utf-8 or cp1252, or pasted from a table."""

from __future__ import annotations

import csv
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from accounts.rules import keys

MOST = 500
COLUMNS = {
    "ars": ("ars", "regionalschlüssel", "regionalschluessel", "schlüssel"),
    "name": ("name", "kommune", "gemeinde", "stadt"),
    "admin": ("admin", "verwaltung", "e-mail", "email", "mail", "e-mail verwaltung", "admin-e-mail"),
    "dsb": ("dsb", "datenschutz", "e-mail dsb", "dsb-e-mail", "e-mail datenschutz"),
}
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
NEW, EXISTS, FAULTY = "new", "exists", "faulty"


class NoList(ValueError):
    """The list cannot be read at all; the text says why."""


@dataclass
class Row:
    number: int
    ars: str = ""
    name: str = ""
    admin: str = ""
    dsb: str = ""
    kind: str = "municipality"
    state: str = NEW
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def parse(text: str) -> list[Row]:
    """The rows of the list, each with what is wrong with it by itself. Raises NoList."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise NoList("Die Liste ist leer.")
    sign = max(";\t,", key=first.count)
    try:
        cells = [
            (number, [cell.strip() for cell in row])
            for number, row in enumerate(csv.reader(lines, delimiter=sign), start=1)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise NoList("Die Liste ist nicht lesbar. Speichern Sie sie als CSV mit Semikolon.") from error
    places = _places(cells[0][1])
    rows = [_row(number, row, places) for number, row in cells[1:]]
    if not rows:
        raise NoList("Unter der Kopfzeile stehen keine Kommunen.")
    if len(rows) > MOST:
        raise NoList(f"Die Liste hat mehr als {MOST} Zeilen. Teilen Sie sie auf.")
    _mark_repeated(rows)
    return rows


def _places(headings: list[str]) -> dict[str, int]:
    known = {word: key for key, words in COLUMNS.items() for word in words}
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        key = known.get(heading.casefold())
        if key:
            places.setdefault(key, place)
    if missing := [name for key, name in (("ars", "ARS"), ("admin", "E-Mail Verwaltung")) if key not in places]:
        raise NoList(f"In der Kopfzeile fehlt: {', '.join(missing)}. Nötig sind ARS; Name; E-Mail Verwaltung.")
    return places


def _row(number: int, cells: list[str], places: dict[str, int]) -> Row:
    values = {key: cells[place] if place < len(cells) else "" for key, place in places.items()}
    clean = {key: " ".join(value.split()) for key, value in values.items()}
    row = Row(number, ars=clean["ars"], name=clean.get("name", ""), admin=clean["admin"], dsb=clean.get("dsb", ""))
    row.admin, row.dsb = row.admin.lower(), row.dsb.lower()
    try:
        row.ars = keys.clean_ars(row.ars)
    except keys.InvalidKey as error:
        row.faults.append(str(error))
    if not _ADDRESS.match(row.admin) or len(row.admin) > 254:
        row.faults.append("Die E-Mail-Adresse der Verwaltung fehlt oder ist nicht gültig.")
    if row.dsb and (not _ADDRESS.match(row.dsb) or len(row.dsb) > 254):
        row.faults.append("Die E-Mail-Adresse des Datenschutzes ist nicht gültig.")
    if len(row.name) > 120:
        row.faults.append("Der Name ist länger als 120 Zeichen.")
    return row


def _mark_repeated(rows: list[Row]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.ars and row.ars in seen:
            row.faults.append(f"Dieser ARS steht schon in Zeile {seen[row.ars]}.")
        seen.setdefault(row.ars, row.number)
