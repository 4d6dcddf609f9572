"""What the pages of an entry begin with: who is asking, and may that person know that it exists."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality
from core.errors import Conflict, NotAllowed
from register import workflow
from register.models import Entry
from register.selectors import with_details
from register.services import access

Trail = list[dict[str, str]]

LISTS = {
    Entry.Kind.SYSTEM: ("KI-Systeme", "register:systems"),
    Entry.Kind.DATASET: ("Datenbestände", "register:datasets"),
}


def here(request: HttpRequest) -> Municipality | None:
    """The municipality worked in, or None for somebody without a role anywhere."""
    return request.municipality or None  # type: ignore[attr-defined]


def here_or_404(request: HttpRequest) -> Municipality:
    municipality = here(request)
    if municipality is None:
        raise Http404
    return municipality


def require_here(request: HttpRequest, permission: str) -> Municipality:
    """The municipality worked in, for somebody who holds the permission there."""
    municipality = here_or_404(request)
    if not permissions.has(request.user, permission, municipality=municipality):
        raise NotAllowed()
    return municipality


def entry_or_404(request: HttpRequest, uuid: UUID) -> Entry:
    return get_object_or_404(with_details(Entry.objects.visible_to(request.user)), uuid=uuid)


def require_edit(request: HttpRequest, entry: Entry) -> None:
    """Refuse a form early that its service would refuse on saving."""
    access.require(request.user, "entry.edit", entry)
    if entry.review_state not in workflow.EDITABLE:
        raise Conflict("Der Eintrag ist in Prüfung und deshalb gesperrt. Holen Sie ihn zuerst aus der Prüfung zurück.")


def trail(*steps: tuple[str, str]) -> Trail:
    """The breadcrumb: label and address of each step."""
    return [{"label": "Übersicht", "url": reverse("register:start")}, *({"label": a, "url": b} for a, b in steps)]


def trail_to(entry: Entry, *steps: str) -> Trail:
    """The breadcrumb of an entry's page."""
    label, name = LISTS[Entry.Kind(entry.kind)]
    return trail((label, reverse(name)), (entry.name, entry.get_absolute_url()), *((step, "") for step in steps))
