"""Checks that every service of the portfolio begins with."""

from __future__ import annotations

from accounts import permissions
from accounts.models import Department, Municipality, User
from core.errors import Conflict, NotAllowed
from register.models import Entry
from usecases.models import UseCase, UseCaseEntry


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


def locked(use_case: UseCase) -> UseCase:
    """The use case as it is now in the database, locked until the transaction ends."""
    rows = UseCase.objects.select_for_update(of=("self",))
    return rows.select_related("municipality", "department", "changed_by").get(pk=use_case.pk)


def locked_for_edit(use_case: UseCase, *, by: User, version: int | None = None) -> UseCase:
    current = locked(use_case)
    if not permissions.on(by, "usecase.edit", current):
        raise NotAllowed()
    if version is not None and current.version != version:
        raise Conflict(
            f"{current.changed_by} hat das Vorhaben inzwischen geändert. Ihre Angaben wurden nicht gespeichert. "
            "Bitte vergleichen Sie und speichern Sie dann erneut."
        )
    return current


def reads_every_entry(user: User, use_case: UseCase) -> bool:
    """The checklist tells of the linked entries; who may not read them does not read it either."""
    readable = Entry.objects.visible_to(user)
    return not UseCaseEntry.objects.filter(use_case=use_case).exclude(entry__in=readable).exists()
