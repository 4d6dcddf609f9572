"""Rows that are in the register already: which one a row means, and what the row would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from core.text import format_date
from exchange.imports import values
from exchange.imports.errors import BadCell
from exchange.imports.fields import ACTIVITY, NAME, ONE, RECIPIENT, SYSTEM, Target, targets
from exchange.imports.ground import folded, recipient_key
from exchange.imports.records import Record, name_of
from exchange.imports.tables import Cell, as_text, shown
from register.rules.decommission import way_round

if TYPE_CHECKING:
    from exchange.imports.ground import Ground
    from exchange.imports.planned import Row

SKIP, UPDATE, STOP = "skip", "update", "stop"
IN_REVIEW = "in_review"
_EMPTY: dict[str, Any] = {"choices": [], "names": [], "date": None, "department": None, "number": None}


@dataclass(frozen=True)
class Change:
    """One field, as the dry run shows it."""

    label: str
    old: str
    new: str


def meant(ground: Ground, kind: str, cell: Cell) -> Record | None:
    """The row with this uuid; None where the cell is empty."""
    if values.is_nothing(cell):
        return None
    uuid = values.convert(targets(kind)["uuid"], cell)
    record = ground.records.get(kind, {}).get(uuid)
    if record is None:
        raise BadCell(
            f"Zu dieser Kennung gibt es in {ground.municipality} nichts, was Sie ändern können. Leeren Sie die Zelle, wenn "
            f"ein neuer Eintrag ({ONE[kind]}) entstehen soll."
        )
    return record


def key_of(row: Row) -> str:
    """What makes a name unique."""
    if row.kind != RECIPIENT:
        return folded(row.name)
    before = row.current.values["kind"] if row.current else ""
    return recipient_key(row.name, row.values.get("kind", before))


def is_as_before(record: Record, key: str, cell: Cell) -> bool:
    return as_text(cell) == as_text(record.cells.get(key))


def empty(target: Target) -> Any:
    if target.required:
        raise BadCell(f"„{target.label}“ darf nicht leer sein.")
    return _EMPTY.get(target.kind, "")


def settle(row: Row) -> None:
    """Leave in the row only what differs, and put it into words."""
    record, table = row.current, targets(row.kind)
    assert record is not None
    if row.name != record.name:
        row.values[NAME[row.kind]] = row.name
    row.values = {key: value for key, value in row.values.items() if value != record.values.get(key)}
    row.links = {
        key: names
        for key, names in row.links.items()
        if {folded(name) for name in names} != {folded(name_of(linked)) for linked in record.links[key]}
    }
    row.changes = [
        Change(table[key].label, _said(record.cells.get(key)), _said(values.cell_of(table[key], value)))
        for key, value in {**row.values, **row.links}.items()
    ]


def _said(cell: Cell) -> str:
    return shown(cell, 300) or "leer"


def refusal(ground: Ground, row: Row, version: int | None) -> str:
    """Why what the row changes cannot be changed now; empty if it can."""
    record = row.current
    assert record is not None
    name, obj = shown(record.name), record.obj
    if getattr(obj, "review_state", "") == IN_REVIEW:
        return f"„{name}“ ist in Prüfung und deshalb gesperrt. Holen Sie den Eintrag zuerst aus der Prüfung zurück."
    if not record.may_be_edited(ground.by):
        return f"„{name}“ dürfen Sie nicht ändern."
    if version is not None and version != obj.version:
        return (
            f"„{name}“ wurde seit dem Export geändert{_by_whom(record)}. Holen Sie einen neuen Export, oder leeren Sie in "
            "dieser Zeile den Bearbeitungsstand, wenn Ihre Angaben gelten sollen."
        )
    if record.kind == SYSTEM:
        return way_round(obj.status, row.values.get("status", ""))
    return ""


def _by_whom(record: Record) -> str:
    prefix = "changed" if record.kind == ACTIVITY else "last_edited"
    person, at = getattr(record.obj, f"{prefix}_by", None), getattr(record.obj, f"{prefix}_at", None)
    return f" (von {person} am {format_date(timezone.localdate(at))})" if person and at else ""
