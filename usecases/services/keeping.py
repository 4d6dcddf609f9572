"""What every service of this room that keeps a row begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from accounts import permissions
from accounts.models import Department, Municipality, User
from core.errors import Conflict, NotAllowed
from usecases.models.keeping import MANAGE, Kept

Row = TypeVar("Row", bound=Kept)


def require(by: User, municipality: Municipality | int, permission: str = MANAGE) -> None:
    if not permissions.has(by, permission, municipality=municipality):
        raise NotAllowed()


def locked(row: Row, *, by: User, version: int | None = None) -> Row:
    """As it is now, locked, kept by this person, and still what the person saw."""
    require(by, row.municipality_id)
    model: Any = type(row)
    current = model.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=row.pk)
    if version is not None and current.version != version:
        raise Conflict("Das wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert. Bitte vergleichen Sie.")
    return current


def changed(row: Row, values: Mapping[str, Any]) -> Row:
    """Set, checked and saved; the next version."""
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if row.pk is not None:
        row.version += 1
    row.full_clean()
    row.save()
    return row


def own_departments(rows: Iterable[Department], municipality_id: int, *, name: str = "departments") -> list[Department]:
    found = list(rows)
    if any(row.municipality_id != municipality_id for row in found):
        raise ValidationError({name: "Dieses Amt kennen wir hier nicht."})
    return found
