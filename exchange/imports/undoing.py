"""Taking one import back: everything it made or changed that nobody has touched since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import selectors as accounts
from compliance import selectors_import as compliance_rows
from compliance import services as compliance
from compliance.selectors import is_in_a_document
from core.errors import Conflict, NotAllowed
from exchange.imports import linking, records
from exchange.imports.fields import ACTIVITY, DATASET, ORDER, ROLES, SYSTEM, targets
from exchange.imports.progress import Tell, counted, silent
from exchange.imports.records import Record
from register import selectors_import as register_rows
from register import services as register

TOUCHED = "wurde seitdem geändert"
WORKED_ON = "wurde seitdem bearbeitet"
HANDED_IN = "ist zur Prüfung gegeben"
GONE = "gibt es nicht mehr"
PRINTED = (
    "steht in einer Fassung des Verarbeitungsverzeichnisses und bleibt deshalb mit dem heutigen Tag als beendet darin"
)


def before(record: Record, keys: Iterable[str]) -> dict[str, Any]:
    """What the import is about to change, as plain data."""
    table = targets(record.kind)
    found: dict[str, Any] = {}
    for key in keys:
        if table[key].kind == "names":
            found[key] = [str(getattr(row, "entry", row).uuid) for row in record.links[key]]
        else:
            found[key] = _plain(record.values[key])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if hasattr(value, "pk") else value


def undo(run: Any, *, by: Any, tell: Tell = silent) -> dict[str, Any]:
    """In one transaction of the caller: what was taken back, and what stays, each with the reason."""
    made = [*run.report.get("created", []), *run.report.get("aside", [])]
    changed = run.report.get("changed", [])
    now = records.versions([*made, *changed])
    busy = register_rows.worked_on(now) | compliance_rows.worked_on(now)
    reasons = {one["uuid"]: _reason(one, now.get(one["uuid"]), busy) for one in (*made, *changed)}
    undone, kept = [], []
    # Who refers to others goes first.
    steps = [
        *((one, _restore) for kind in reversed(ORDER) for one in changed if one["kind"] == kind),
        *((one, _remove) for kind in reversed(ORDER) for one in made if one["kind"] == kind),
    ]
    for one, act in counted(steps, len(steps), tell):
        reason = reasons[one["uuid"]] or _tried(act, run.municipality, one, by=by)
        told = {"kind": one["kind"], "uuid": one["uuid"], "name": one["name"]}
        if reason:
            kept.append({**told, "reason": reason})
        else:
            undone.append(told)
    return {"undone": undone, "kept": kept}


def _reason(one: dict[str, Any], row: Any, busy: set[str]) -> str:
    if row is None:
        return GONE
    if getattr(row, "review_state", "draft") not in ("draft", "returned"):
        return HANDED_IN
    if row.version != one["version"]:
        return TOUCHED
    return WORKED_ON if one["uuid"] in busy else ""


def _tried(act: Any, municipality: Any, one: dict[str, Any], *, by: Any) -> str:
    """A row that a service refuses stays, whole, with the service's own words."""
    try:
        with transaction.atomic():
            return str(act(municipality, one, by=by))
    except (Conflict, NotAllowed) as refusal:
        return refusal.message.rstrip(".")
    except ValidationError as error:
        return " ".join(error.messages).rstrip(".")


def _restore(municipality: Any, one: dict[str, Any], *, by: Any) -> str:
    row = records.versions([one])[one["uuid"]]
    table = targets(one["kind"])
    values = {
        key: _value(municipality, table[key], old) for key, old in one["before"].items() if key not in row_links(table)
    }
    links = {key: old for key, old in one["before"].items() if key in row_links(table)}
    if one["kind"] == ACTIVITY:
        systems = list(compliance_rows.systems_by_uuid(links["systems"]).values()) if "systems" in links else None
        linking.change_activity(row, values, systems, by=by, version=row.version)
        return ""
    record = records.load(one["kind"], records.visible(one["kind"], by, municipality).filter(uuid=one["uuid"]))[0]
    linking.change(one["kind"], row, values, _links(record, links), by=by, version=row.version)
    return ""


def row_links(table: dict[str, Any]) -> set[str]:
    return {key for key, target in table.items() if target.kind == "names"}


def _value(municipality: Any, target: Any, old: Any) -> Any:
    if old is None:
        return None
    if target.kind == "date":
        return date.fromisoformat(old)
    if target.kind == "department":
        return next((row for row in accounts.open_departments(municipality) if row.pk == old), None)
    return old


def _links(record: Record, old: dict[str, list[str]]) -> dict[str, Any]:
    """As in `linking.links_of`, from uuids."""
    kinds = {**dict.fromkeys(ROLES, "datasets"), "storage": "storage"}
    rows = {
        key: list(register_rows.rows_for_links(kinds.get(key, "recipients"), uuids).values())
        for key, uuids in old.items()
    }
    return linking.joined({**record.links, **rows}, rows.keys())


def _remove(municipality: Any, one: dict[str, Any], *, by: Any) -> str:
    row = records.versions([one])[one["uuid"]]
    if one["kind"] in (SYSTEM, DATASET):
        register.delete_draft(row, by=by)
        return ""
    if one["kind"] == ACTIVITY:
        if not is_in_a_document(row):
            compliance.withdraw_activity(row, by=by, version=row.version)
            return ""
        compliance.end_activity(row, by=by, ended_on=timezone.localdate(), version=row.version)
        return PRINTED
    register.delete_master_data(row, by=by)
    return ""
