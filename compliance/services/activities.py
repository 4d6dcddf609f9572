"""Making, changing and ending processing activities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Department, Municipality, User
from compliance.content import COMMISSIONER_KEYS, RETENTION_KEYS, content_of, sheet_fields_changed
from compliance.models import ProcessingActivity
from compliance.rules import vocabulary
from compliance.services import access, rights, snapshots
from compliance.services.fields import ACTIVITY_FIELDS
from compliance.services.linking import attach
from core import audit
from core.errors import Conflict, NotAllowed
from register.models import Entry
from register.services.access import validated

# Field -> the keys of a line, and those that no line lacks.
_LINES = {
    "retention_rules": (RETENTION_KEYS, ("categories", "period")),
    "commissioners": (COMMISSIONER_KEYS, ("name", "categories")),
}
_KEYS = frozenset(info.key for info in ACTIVITY_FIELDS)


@transaction.atomic
def create_activity(
    municipality: Municipality,
    *,
    by: User,
    title: str,
    department: Department | None = None,
    values: Mapping[str, Any] | None = None,
    systems: Iterable[Entry] = (),
    import_reference: str = "",
    role: str = vocabulary.CONTROLLER,
) -> ProcessingActivity:
    """A new sheet with the next free number. The keys of `values` are those of ACTIVITY_FIELDS.

    Raises ValidationError with one German message per field; then nothing is created.
    """
    access.require_in(by, "vvt.edit", municipality, department)
    systems = list(systems)
    access.lock_entries(entry.pk for entry in systems)
    activity = ProcessingActivity(
        municipality=municipality,
        role=role,
        number=0,
        title=title.strip(),
        department=department,
        import_reference=import_reference,
        last_changed_on=timezone.localdate(),
        created_by=by,
        changed_by=by,
        changed_at=timezone.now(),
    )
    set_values(activity, values or {}, by=by)
    validated(activity)
    activity.number = _next_number(municipality, role)
    activity.save()
    audit.record("compliance.activity.created", activity, by=by, data={"reference": activity.reference})
    for entry in systems:
        attach(activity, entry, by=by)
    snapshots.keep(activity, by=by)
    rights.hand_down(activity, by=by)
    return activity


def _next_number(municipality: Municipality, role: str) -> int:
    """Both registers count for themselves."""
    declaration = access.locked_declaration(municipality)
    column = "last_activity_number" if role == vocabulary.CONTROLLER else "last_commissioned_number"
    number: int = getattr(declaration, column) + 1
    setattr(declaration, column, number)
    declaration.save(update_fields=[column])
    return number


@transaction.atomic
def update_activity(
    activity: ProcessingActivity, *, by: User, changes: Mapping[str, Any], version: int | None = None
) -> ProcessingActivity:
    """Set fields by their keys. `version` is what the person saw; another one in between is a Conflict."""
    activity = access.locked_for_edit(activity, by=by, version=version)
    before = content_of(activity)
    set_values(activity, changes, by=by)
    validated(activity)
    changed = sheet_fields_changed(before, content_of(activity))
    if not changed:
        return activity
    if "last_changed_on" not in changed:
        activity.last_changed_on = timezone.localdate()
    # What somebody typed is theirs, wherever the words before it came from.
    activity.taken_from = {key: mark for key, mark in activity.taken_from.items() if key not in changed}
    return saved(activity, by=by, action="compliance.activity.changed", data={"fields": changed})


@transaction.atomic
def set_lines(
    activity: ProcessingActivity,
    *,
    by: User,
    field: str,
    lines: Iterable[Mapping[str, str]],
    version: int | None = None,
) -> ProcessingActivity:
    """Replace the table of a sheet: the Löschregeln, or the Verantwortliche for whom it is processed."""
    keys, needed = _LINES[field]
    kept = []
    for line in lines:
        cleaned = {key: str(line.get(key, "")).strip().replace("\r\n", "\n") for key in keys}
        if not any(cleaned.values()):
            continue
        if not all(cleaned[key] for key in needed):
            raise ValidationError("Eine Zeile ist unvollständig.")
        kept.append(cleaned)
    activity = access.locked_for_edit(activity, by=by, version=version)
    if getattr(activity, field) == kept:
        return activity
    setattr(activity, field, kept)
    activity.last_changed_on = timezone.localdate()
    return saved(activity, by=by, action="compliance.activity.changed", data={"fields": [field]})


@transaction.atomic
def end_activity(
    activity: ProcessingActivity, *, by: User, ended_on: date, version: int | None = None
) -> ProcessingActivity:
    """The processing has stopped. The sheet stays, because earlier processing must remain accountable."""
    activity = access.locked_for_edit(activity, by=by, version=version)
    if activity.state == "ended":
        raise Conflict("Die Verarbeitungstätigkeit ist schon beendet.")
    if ended_on > timezone.localdate():
        raise ValidationError(
            {"ended_on": "Das Ende liegt in der Zukunft. Bitte tragen Sie es ein, wenn es so weit ist."}
        )
    if activity.introduced_on and ended_on < activity.introduced_on:
        raise ValidationError({"ended_on": "Das Ende liegt vor der Einführung."})
    activity.state, activity.ended_on, activity.last_changed_on = "ended", ended_on, timezone.localdate()
    validated(activity)
    return saved(activity, by=by, action="compliance.activity.ended", data={"ended_on": ended_on})


@transaction.atomic
def reopen_activity(activity: ProcessingActivity, *, by: User, version: int | None = None) -> ProcessingActivity:
    """Take an end back that was entered by mistake or is no longer true."""
    activity = access.locked_for_edit(activity, by=by, version=version)
    if activity.state == "active":
        raise Conflict("Die Verarbeitungstätigkeit läuft bereits.")
    activity.state, activity.ended_on, activity.last_changed_on = "active", None, timezone.localdate()
    return saved(activity, by=by, action="compliance.activity.reopened", data={})


def saved(activity: ProcessingActivity, *, by: User, action: str, data: dict[str, Any]) -> ProcessingActivity:
    activity.version += 1
    activity.changed_by, activity.changed_at = by, timezone.now()
    activity.save()
    audit.record(action, activity, by=by, data={**data, "version": activity.version})
    snapshots.keep(activity, by=by)
    rights.hand_down(activity, by=by)
    return activity


def set_values(activity: ProcessingActivity, changes: Mapping[str, Any], *, by: User) -> None:
    for key, value in changes.items():
        if key not in _KEYS:
            raise KeyError(key)
        if key == "department":
            _check_department(activity, value, by=by)
        # Browsers send line ends as CRLF; an imported text would differ from the same one typed in.
        setattr(activity, key, value.strip().replace("\r\n", "\n") if isinstance(value, str) else value)


def _check_department(activity: ProcessingActivity, department: Department | None, *, by: User) -> None:
    """Nobody may push an activity out of (or into) a branch that is not theirs."""
    if department == activity.department:
        return
    if department is not None and department.municipality_id != activity.municipality_id:
        raise NotAllowed("Das Amt gehört zu einer anderen Kommune.")
    if department is None:
        may = permissions.has_all(by, "vvt.edit", activity.municipality_id)
    else:
        may = permissions.has(by, "vvt.edit", municipality=activity.municipality_id, department=department)
    if not may:
        raise NotAllowed("In dieses Amt dürfen Sie die Verarbeitungstätigkeit nicht verschieben.")
