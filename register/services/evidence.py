"""Evidence: added, corrected and taken away, each with a record at the thing that it proves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from core import audit
from core.errors import Conflict, NotAllowed
from register import evidence_files
from register.models import Entry, Evidence, EvidenceRules
from register.models.evidence import OWNERS, Owner
from register.services import access


def may_keep(user: User, owner: Owner) -> bool:
    """Who keeps a thing up to date keeps what proves it, at any time: it is no content of the entry."""
    if isinstance(owner, Entry):
        return access.allowed(user, "entry.edit", owner)
    return permissions.has_all(user, "master_data.edit", owner.municipality_id)


def takes_uploads(municipality: Municipality) -> bool:
    return EvidenceRules.objects.filter(municipality=municipality, uploads=True).exists()


@transaction.atomic
def add_evidence(owner: Owner, *, by: User, upload: File[Any] | None = None, **values: Any) -> Evidence:
    """A further proof. An upload is refused unless the municipality takes files."""
    _require(by, owner)
    name = next(name for name, model in OWNERS.items() if isinstance(owner, model))
    row = Evidence(
        municipality=owner.municipality, added_by=by, added_at=timezone.now(), **{name: owner}, **_stripped(values)
    )
    if upload is not None:
        if not takes_uploads(owner.municipality):
            raise NotAllowed("Ihre Kommune nimmt keine Dateien an. Nennen Sie das Aktenzeichen oder den Link.")
        evidence_files.take_in(row, upload)
    access.validated(row).save()
    audit.record("register.evidence.added", owner, by=by, data=_logged(row))
    return row


@transaction.atomic
def change_evidence(row: Evidence, *, by: User, changes: Mapping[str, Any], version: int | None = None) -> Evidence:
    """Correct what is said about it. The file stays what it is; another file is another proof."""
    row = _locked(row, by=by)
    if version is not None and row.version != version:
        raise Conflict("Der Nachweis wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    if changes.get("valid_until", row.valid_until) != row.valid_until:
        row.reminded_days = None
    for key, value in _stripped(changes).items():
        setattr(row, key, value)
    row.version += 1
    access.validated(row).save()
    audit.record("register.evidence.changed", row.owner, by=by, data=_logged(row) | {"fields": sorted(changes)})
    return row


@transaction.atomic
def remove_evidence(row: Evidence, *, by: User) -> None:
    """Take the row away, and after the commit its file."""
    _remove(_locked(row, by=by), by=by)


def remove_all_of(owner: Owner, *, by: User) -> None:
    """Before a thing itself is deleted; within the caller's transaction."""
    for row in owner.evidence.select_for_update():
        _remove(row, by=by)


def _remove(row: Evidence, *, by: User) -> None:
    audit.record("register.evidence.removed", row.owner, by=by, data=_logged(row))
    name = row.file.name
    row.delete()
    if name:
        transaction.on_commit(lambda: evidence_files.remove(name))


@transaction.atomic
def set_evidence_rules(municipality: Municipality, *, by: User, uploads: bool) -> EvidenceRules:
    """Files that are there stay, whatever is decided for new ones."""
    if not permissions.has_all(by, "master_data.edit", municipality.pk):
        raise NotAllowed()
    rules, _ = EvidenceRules.objects.update_or_create(municipality=municipality, defaults={"uploads": uploads})
    audit.record("register.evidence.rules_changed", rules, by=by, data={"uploads": uploads})
    return rules


def _locked(row: Evidence, *, by: User) -> Evidence:
    rows = Evidence.objects.select_for_update(of=("self",))
    current = rows.select_related("entry__municipality", "storage", "recipient").filter(pk=row.pk).first()
    if current is None:
        raise Conflict("Der Nachweis ist schon entfernt.")
    _require(by, current.owner)
    return current


def _require(user: User, owner: Owner) -> None:
    if not may_keep(user, owner):
        raise NotAllowed()


def _stripped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}


def _logged(row: Evidence) -> dict[str, Any]:
    return {"evidence": str(row.uuid), "kind": row.kind, "title": row.title, "sha256": row.sha256}
