"""The cells of one row: values for the service, names of what it links, and what of that has to be made."""

from __future__ import annotations

import re
from typing import Any

from exchange.imports import changes, masterdata, values
from exchange.imports.errors import BadCell
from exchange.imports.fields import DATASET, NAME, RECIPIENT, STORAGE, SYSTEM, Target, targets
from exchange.imports.ground import Ground, folded, recipient_key
from exchange.imports.planned import Plan, Reader, Row
from exchange.imports.tables import Cell, shown

_YES = re.compile(r"^(ja|findet statt|geplant)\b[\s,:;–-]*", re.IGNORECASE)
_NO = re.compile(r"^(nein|keine?|findet nicht statt|nicht)\b", re.IGNORECASE)
LINKS = ("datasets", "training_data", "test_data", "storage", "processors", "recipients", "systems")
_LINKED = {
    "datasets": DATASET,
    "training_data": DATASET,
    "test_data": DATASET,
    "storage": STORAGE,
    "recipients": RECIPIENT,
    "processors": RECIPIENT,
}


def fill(reader: Reader, row: Row, cells: tuple[Cell, ...]) -> None:
    table = targets(row.kind)
    for column, key in enumerate(reader.layout.columns):
        cell = cells[column] if column < len(cells) else None
        if not key or key == "uuid" or (row.current and changes.is_as_before(row.current, key, cell)):
            continue
        try:
            if not values.is_nothing(cell):
                _take(reader, row, table[key], cell)
            elif row.by_uuid:
                _clear(row, table[key])
        except BadCell as error:
            reader.problem(str(error), row.number, column)
    _derive(reader, row)
    _check_links(reader, row)


def _clear(row: Row, target: Target) -> None:
    """An emptied cell of an export empties the field; in other lists it says nothing."""
    if target.key == NAME[row.kind]:
        row.name = ""
    elif target.kind == "names":
        row.links[target.key] = []
    elif target.kind not in ("version", "ars") and target.exported:
        row.values[target.key] = changes.empty(target)


def _take(reader: Reader, row: Row, target: Target, cell: Cell) -> None:
    if target.key == "third_country" and isinstance(cell, str):
        row.values |= _third_country(target, cell)
    elif target.kind == "ars":
        _check_ars(reader.ground, values.convert(target, cell))
    elif target.kind == "department":
        row.department = _department(reader, values.convert(target, cell))
        if row.current:
            row.values["department"] = row.department
    elif target.kind == "version":
        row.version = values.convert(target, cell)
    elif target.kind == "names":
        row.links[target.key] = values.convert(target, cell)
    elif target.key == NAME[row.kind]:
        row.name = " ".join(values.convert(target, cell).split())
    else:
        row.values[target.key] = values.convert(target, cell)


def _third_country(target: Target, cell: str) -> dict[str, str]:
    """People often add the country to the yes; it belongs into the field for the details."""
    key = values.find_choice(target, cell)
    if key is None and _NO.match(cell):
        key = "none"
    if key is not None:
        return {"third_country": key}
    if not _YES.match(cell):
        return {"third_country": values.choice(target, cell)}
    return {"third_country": "takes_place", "third_country_details": _YES.sub("", cell).strip()}


def _check_ars(ground: Ground, digits: str) -> None:
    if digits not in (ground.ars, ground.ags):
        raise BadCell(
            f"Der Schlüssel {digits} gehört nicht zu {ground.municipality} (ARS {ground.ars}, AGS {ground.ags}). Importiert "
            "wird nur für die eigene Kommune."
        )


def _department(reader: Reader, name: str) -> Any:
    found = reader.ground.department(name)
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise BadCell(f"Ämter mit dem Namen „{shown(name)}“ gibt es mehrmals. Benennen Sie sie unterscheidbar.")
    if reader.choices.unknown_departments_empty:
        return None
    near = reader.ground.departments_like(name)
    hint = f" Ähnlich heißen: {', '.join(near)}." if near else ""
    raise BadCell(
        f"Das Amt „{shown(name)}“ gibt es in {reader.ground.municipality} nicht.{hint} Berichtigen Sie den Namen, legen Sie "
        "das Amt an oder lassen Sie unbekannte Ämter leer."
    )


def _derive(reader: Reader, row: Row) -> None:
    """What one cell says for a second field, where that has no column of its own."""
    source = "lawful_basis" if row.kind == SYSTEM else "legal_basis"
    letters = values.legal_bases(row.values.get(source, ""))
    if letters and row.current is None and "gdpr_basis" not in reader.layout.columns:
        row.values["gdpr_basis"] = letters
    begin, end = row.values.get("begin_date"), row.values.get("end_date")
    if begin and end and end < begin:
        reader.problem(
            "Das Ende liegt vor dem Beginn. Prüfen Sie beide Angaben.", row.number, reader.column_of("end_date")
        )


def _check_links(reader: Reader, row: Row) -> None:
    kind, country = row.values.pop("storage_kind", ""), row.values.pop("storage_country", "")
    for key in LINKS:
        for name in row.links.get(key, ()):
            try:
                if key == "systems":
                    _check_system(reader, name)
                elif _is_new(reader, key, name) and (
                    new := _new_master_data(reader.ground, key, name, (kind, country))
                ):
                    _remember(reader.plan, new)
            except BadCell as error:
                reader.problem(str(error), row.number, reader.column_of(key))


def _is_new(reader: Reader, key: str, name: str) -> bool:
    """Neither in the register nor in a sheet of its own."""
    wanted = recipient_key(name, "processor") if key == "processors" else folded(name)
    return wanted not in reader.named[_LINKED[key]]


def _new_master_data(ground: Ground, key: str, name: str, place: tuple[str, str]) -> masterdata.NewRow | None:
    if key == "storage":
        return masterdata.storage(ground, name, *place)
    if _LINKED[key] == DATASET:
        return masterdata.dataset(ground, name)
    return masterdata.recipient(ground, name, "processor" if key == "processors" else "")


def _remember(plan: Plan, new: masterdata.NewRow) -> None:
    kind = dict(new.values).get("kind", "") if new.what == "recipient" else ""
    known = plan.master_data.setdefault((new.what, folded(new.name), kind), new)
    if known.values != new.values:
        raise BadCell(
            f"„{new.name}“ ist weiter oben anders beschrieben: {known.described}. Gleichen Sie die Angaben an."
        )


def _check_system(reader: Reader, name: str) -> None:
    if folded(name) not in reader.named[SYSTEM]:
        raise BadCell(
            f"Ein KI-System „{shown(name)}“ gibt es weder im Register noch in dieser Datei. Berichtigen Sie den Namen oder "
            "nehmen Sie das System in die Liste der KI-Systeme auf."
        )
