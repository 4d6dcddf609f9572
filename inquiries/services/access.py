"""What every service of this room begins and ends with."""

from __future__ import annotations

from django.utils import timezone

from accounts import permissions
from accounts.models import User
from core.errors import Conflict, NotAllowed
from inquiries.models import Inquiry
from inquiries.models.inquiry import VIEW


def locked(inquiry: Inquiry, permission: str, *, by: User, version: int | None = None) -> Inquiry:
    """As it is now, locked, within reach of this person, and still what the person saw."""
    rows = Inquiry.objects.select_for_update(of=("self",))
    current = rows.select_related("municipality", "department", "entry", "drafted_by").get(pk=inquiry.pk)
    if not permissions.on(by, permission, current):
        raise NotAllowed()
    if version is not None and current.version != version:
        raise Conflict("Die Anfrage wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    return current


def require_open(inquiry: Inquiry) -> None:
    if not inquiry.is_open:
        raise Conflict("Die Anfrage ist schon beantwortet oder geschlossen.")


def keep(inquiry: Inquiry, what: str, *, by: User | None, text: str = "") -> None:
    """Save it with a line of what happened."""
    inquiry.version += 1
    inquiry.save()
    inquiry.events.create(at=timezone.now(), by=by, what=what, text=text)


def in_charge(inquiry: Inquiry, permission: str = VIEW) -> list[User]:
    """Who holds the permission for the department that has it."""
    return permissions.holders(permission, inquiry.municipality, department=inquiry.department)
