"""Lists as people like to look at them: kept for oneself, or for everybody in the municipality."""

from __future__ import annotations

from django.db import transaction

from accounts import permissions
from accounts.models import Municipality, User
from core import audit
from core.errors import Conflict, NotAllowed
from register.models import SavedFilter
from register.services import access

MOST = 30


@transaction.atomic
def save_filter(
    municipality: Municipality, *, by: User, list_name: str, name: str, query: str, shared: bool = False
) -> SavedFilter:
    """Keep a filter. Raises ValidationError with one German message per field."""
    if not permissions.has(by, "entry.view", municipality=municipality):
        raise NotAllowed()
    if shared:
        _require_share(by, municipality.pk)
    access.one_at_a_time(municipality)
    if SavedFilter.objects.filter(owner_id=by.pk, municipality=municipality, list=list_name).count() >= MOST:
        raise Conflict(f"Mehr als {MOST} Filter je Liste lassen sich nicht speichern. Löschen Sie zuerst einen.")
    row = SavedFilter(
        municipality=municipality, owner=by, list=list_name, name=name.strip(), query=query, shared=shared
    )
    row.full_clean()
    row.save()
    audit.record("register.filter.saved", row, by=by, data={"name": row.name, "shared": shared})
    return row


@transaction.atomic
def delete_filter(row: SavedFilter, *, by: User) -> None:
    """One's own, or a shared one by somebody who may share."""
    if row.owner_id != by.pk:
        _require_share(by, row.municipality_id)
    audit.record("register.filter.deleted", row, by=by, data={"name": row.name, "shared": row.shared})
    row.delete()


def _require_share(by: User, municipality: int) -> None:
    if not permissions.has(by, "filter.share", municipality=municipality):
        raise NotAllowed("Filter für alle in der Kommune verwalten nur Personen, die dafür eine Rolle haben.")
