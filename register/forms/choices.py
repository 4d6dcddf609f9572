"""Which rows of other tables a person may choose from. Everything else is refused as a wrong choice."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts import permissions
from accounts.models import Department, Municipality, User

# Where the model's hint speaks of a system.
NAME_HINTS = {"dataset": "Wie heißt der Datenbestand im Alltag? Höchstens 100 Zeichen."}


def departments(user: User, municipality: Municipality, *, keep: Department | None = None) -> QuerySet[Department]:
    """The departments for which the person may edit entries, and the one that is set already."""
    rows = Department.objects.visible_to(user).filter(municipality=municipality)
    if not permissions.has_all(user, "entry.edit", municipality.pk):
        own = Q(pk__in=[])
        for right in permissions.rights(user):
            if right.municipality_id == municipality.pk and "entry.edit" in right.permissions and right.department_path:
                own |= Q(path__startswith=right.department_path)
        rows = rows.filter(own)
    kept = Q(pk=keep.pk, municipality=municipality) if keep else Q(pk__in=[])
    return Department.objects.filter(Q(pk__in=rows.active().values("pk")) | kept)
