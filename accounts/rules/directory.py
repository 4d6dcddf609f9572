"""The official list of municipalities (Destatis, Gemeindeverzeichnis GV100AD): fixed columns, one record a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from accounts.rules import keys

DISTRICT, ASSOCIATION, MUNICIPALITY = "40", "50", "60"
# Textkennzeichen of municipalities and districts that call themselves a town; the rest follows from the record.
TOWNS = {"41", "42", "61", "62", "63", "67"}
KINDS = {DISTRICT: "district", ASSOCIATION: "association", MUNICIPALITY: "municipality"}


class NoDirectory(ValueError):
    """The file is no GV100AD; the text says what to do."""


@dataclass(frozen=True)
class Official:
    ars: str
    name: str
    kind: str


def read(content: bytes) -> tuple[date, list[Official]]:
    """Day of the list and everybody in it. A town that is its own district stands in it once."""
    text = _decoded(content)
    days: set[str] = set()
    found: dict[str, Official] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:2] in KINDS:
            days.add(line[2:10])
            for official in _official(number, line):
                # Records of municipalities come last and say more than those of districts.
                found[official.ars] = official
    if not found:
        raise NoDirectory("Die Datei enthält keine Gemeinden. Gebraucht wird die Datei GV100AD von Destatis (TXT).")
    return _day(max(days)), list(found.values())


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Byte for byte, so that no file fails here; a wrong one fails at its columns.
        return content.decode("latin-1")


def _official(number: int, line: str) -> Iterator[Official]:
    record, key, association, name = line[:2], line[10:18], line[18:22], line[22:72].strip()
    if record == DISTRICT:
        ars = f"{key[:5]}0000000"
    elif record == ASSOCIATION:
        ars = f"{key[:5]}{association}000"
    else:
        ars = f"{key[:5]}{association}{key[5:]}"
    if record == ASSOCIATION and association[:1] != "5":
        return
    try:
        keys.clean_ars(ars)
    except keys.InvalidKey as error:
        raise NoDirectory(f"Zeile {number} hat keinen gültigen Schlüssel. {error}") from error
    if not name:
        raise NoDirectory(f"In Zeile {number} fehlt der Name.")
    yield Official(ars, name, "town" if line[122:124] in TOWNS else KINDS[record])


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise NoDirectory("Das Datum der Datei ist nicht lesbar. Gebraucht wird die Datei GV100AD.") from error
