"""Storage locations and recipients, shared by the systems of a municipality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from accounts import permissions
from accounts.models import Municipality, User
from core import audit
from core.errors import Conflict, NotAllowed
from register.models import Entry, Recipient, StorageLocation
from register.services import access
from register.services.entries import locked_contents, touch_dependents
from register.services.evidence import remove_all_of

MasterDataRow = StorageLocation | Recipient
TERM = ("contract_end", "notice_months")
T = TypeVar("T", StorageLocation, Recipient)


@transaction.atomic
def create_storage(municipality: Municipality, *, by: User, **values: Any) -> StorageLocation:
    return _create(StorageLocation(municipality=municipality, **values), by=by)


@transaction.atomic
def create_recipient(municipality: Municipality, *, by: User, **values: Any) -> Recipient:
    return _create(Recipient(municipality=municipality, **values), by=by)


@transaction.atomic
def update_storage(
    location: StorageLocation, *, by: User, changes: Mapping[str, Any], version: int | None = None
) -> StorageLocation:
    """Change a location; every system that uses it counts as changed by this person."""
    current = StorageLocation.objects.select_for_update().get(pk=location.pk)
    return _update(current, changes, by=by, version=version)


@transaction.atomic
def update_recipient(
    recipient: Recipient, *, by: User, changes: Mapping[str, Any], version: int | None = None
) -> Recipient:
    """Change a recipient; every system that names it counts as changed by this person."""
    current = Recipient.objects.select_for_update().get(pk=recipient.pk)
    return _update(current, changes, by=by, version=version)


@transaction.atomic
def delete_master_data(row: MasterDataRow, *, by: User) -> None:
    """Remove a row that nothing refers to; a used one can only be set aside."""
    current = type(row).objects.select_for_update().get(pk=row.pk)
    _require(current, by=by)
    audit.record(f"register.{current._meta.model_name}.deleted", current, by=by, data={"name": current.name})
    remove_all_of(current, by=by)
    try:
        current.delete()
    except ProtectedError as error:
        raise Conflict("Die Angabe wird noch benutzt. Lösen Sie zuerst die Verknüpfungen.") from error


def _create(row: T, *, by: User) -> T:
    _require(row, by=by)
    _check_department(row)
    _check_basis(row)
    access.one_at_a_time(row.municipality)
    row.full_clean()
    row.save()
    audit.record(f"register.{row._meta.model_name}.created", row, by=by, data={"name": row.name})
    return row


def _update(row: T, changes: Mapping[str, Any], *, by: User, version: int | None) -> T:
    _require(row, by=by)
    if version is not None and row.version != version:
        raise Conflict("Der Datensatz wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    before = locked_contents(_entries_using(row))
    if isinstance(row, Recipient) and any(changes.get(k, getattr(row, k)) != getattr(row, k) for k in TERM):
        # Another term: the reminders begin anew.
        row.reminded_days = None
    changed = sorted(key for key, value in changes.items() if getattr(row, key) != value)
    for key, value in changes.items():
        setattr(row, key, value)
    _check_department(row)
    _check_basis(row)
    row.version += 1
    access.one_at_a_time(row.municipality)
    row.full_clean()
    row.save()
    audit.record(
        f"register.{row._meta.model_name}.changed", row, by=by, data={"fields": changed, "version": row.version}
    )
    touch_dependents(before, by=by)
    return row


def _require(row: MasterDataRow, *, by: User) -> None:
    if not permissions.has_all(by, "master_data.edit", row.municipality_id):
        raise NotAllowed()


def _check_department(row: MasterDataRow) -> None:
    department = getattr(row, "department", None)
    if department is not None and department.municipality_id != row.municipality_id:
        raise NotAllowed("Das Amt gehört zu einer anderen Kommune.")


def _check_basis(row: MasterDataRow) -> None:
    """Inside EU and EEA nothing is transferred (Art. 44 GDPR); a recipient may still process elsewhere."""
    if isinstance(row, StorageLocation) and row.third_country_basis and not row.is_third_country:
        raise ValidationError(
            {
                "third_country_basis": "Der Speicherort liegt in der EU oder im EWR. Dort ist keine Grundlage nötig: "
                "Wählen Sie „keine Übermittlung in ein Drittland“. Greift jemand aus einem Drittland darauf zu, "
                "tragen Sie diese Stelle als Empfänger ein."
            }
        )


def _entries_using(row: MasterDataRow) -> QuerySet[Entry]:
    if isinstance(row, StorageLocation):
        return Entry.objects.filter(system__storage_links__storage=row)
    return Entry.objects.filter(system__recipient_links__recipient=row)
