"""Checks that every service of the Verarbeitungsverzeichnis begins with."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import permissions
from accounts.models import Department, Municipality, User
from compliance.models import ProcessingActivity, VvtDeclaration
from core.errors import Conflict, NotAllowed
from register.models import Entry


def require_in(by: User, permission: str, municipality: Municipality, department: Department | None) -> None:
    """Without a department only a right over the whole municipality is enough."""
    if department is not None and department.municipality_id != municipality.pk:
        raise NotAllowed("Das Amt gehört zu einer anderen Kommune.")
    may = (
        permissions.has(by, permission, municipality=municipality, department=department)
        if department is not None
        else permissions.has_all(by, permission, municipality.pk)
    )
    if not may:
        raise NotAllowed()


def locked(activity: ProcessingActivity) -> ProcessingActivity:
    """The activity as it is now in the database, locked until the transaction ends."""
    return (
        ProcessingActivity.objects.select_for_update(of=("self",))
        .select_related("municipality", "department", "changed_by")
        .get(pk=activity.pk)
    )


def lock_entries(entries: Iterable[int]) -> None:
    """Before the first audit record: the register, too, locks an entry first and the audit stream after it."""
    list(Entry.objects.select_for_update().filter(pk__in=list(entries)).order_by("pk").values_list("pk", flat=True))


def locked_for_edit(
    activity: ProcessingActivity, *, by: User, version: int | None = None, also: Iterable[int] = ()
) -> ProcessingActivity:
    """Locked with its systems (and `also` these), editable by this person, and still the version the person saw."""
    current = locked(activity)
    lock_entries([*current.system_links.values_list("entry_id", flat=True), *also])
    if not permissions.on(by, "vvt.edit", current):
        raise NotAllowed()
    if version is not None and current.version != version:
        raise Conflict(
            f"{current.changed_by} hat die Verarbeitungstätigkeit inzwischen geändert. Ihre Angaben wurden nicht "
            "gespeichert. Bitte vergleichen Sie und speichern Sie dann erneut."
        )
    return current


def locked_declaration(municipality: Municipality) -> VvtDeclaration:
    """The municipality's row, locked: numbers are given one after the other, without a gap."""
    rows = VvtDeclaration.objects.select_for_update()
    found = rows.filter(municipality=municipality).first()
    if found is None:
        VvtDeclaration.objects.bulk_create([VvtDeclaration(municipality=municipality)], ignore_conflicts=True)
        found = rows.get(municipality=municipality)
    return found
