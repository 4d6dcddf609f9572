"""Taking values over from a product sheet, one by one, and deviating from it on purpose."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from core.errors import Conflict
from register import inheritance
from register.content import content_of, holder_of
from register.models import Entry
from register.services import access
from register.services.entries import after_change


@transaction.atomic
def take_over(entry: Entry, *, by: User, keys: Collection[str], version: int | None = None) -> Entry:
    """Copy what the sheet says into these fields of the deployment. It is a change like any other: it is reviewed."""
    entry = _locked(entry, by=by, version=version)
    before, system = content_of(entry), entry.system
    taken = [field for field in inheritance.states_of(entry) if field.key in keys and field.state in OPEN]
    for field in taken:
        setattr(holder_of(entry, inheritance.row_of(field.key).model), field.key, field.offered)
    gone = {field.key for field in taken}
    system.local_fields = [key for key in system.local_fields if key not in gone]
    inheritance.settle(entry)
    for holder in (system, system.privacy):
        access.validated(holder).save()
    return after_change(entry, by=by, before=before, keys=sorted(gone))


@transaction.atomic
def keep_local(entry: Entry, *, by: User, keys: Collection[str], version: int | None = None) -> Entry:
    """Say that these fields deviate from the sheet on purpose."""
    entry = _locked(entry, by=by, version=version)
    before, system = content_of(entry), entry.system
    kept = {f.key for f in inheritance.states_of(entry) if f.key in keys and f.state == inheritance.CHANGED}
    system.local_fields = inheritance.in_order({*system.local_fields, *kept})
    inheritance.settle(entry)
    access.validated(system).save()
    return after_change(entry, by=by, before=before, keys=["product"])


OPEN = (inheritance.CHANGED, inheritance.LOCAL)


def _locked(entry: Entry, *, by: User, version: int | None) -> Entry:
    entry = access.locked_for_edit(entry, by=by, version=version)
    if entry.system.product_id is None:
        raise Conflict("Bei diesem System ist kein Produktblatt ausgewählt.")
    return entry
