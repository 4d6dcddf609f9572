"""What the pages of the incidents begin with: who is asking, and may that person know of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from compliance.models import Incident
from compliance.rules.incidents import Notice, book
from compliance.selectors_incidents import with_clocks
from compliance.services.incidents import may_decide
from core.errors import NotAllowed

Trail = list[dict[str, str]]
_PEOPLE = ("entry__owner_person", "assessed_by")


def incident_or_404(request: HttpRequest, uuid: UUID) -> Incident:
    """One that this person may at least read."""
    rows = with_clocks(Incident.objects.visible_to(request.user))
    incident: Incident = get_object_or_404(rows.select_related(*_PEOPLE), uuid=uuid)
    return incident


def worked_on_or_404(request: HttpRequest, uuid: UUID, *, decides: bool = False) -> Incident:
    """One that this person works on; for who only reported it the page of a step is not there."""
    rows = with_clocks(Incident.objects.workable_by(request.user))
    incident: Incident = get_object_or_404(rows.select_related(*_PEOPLE), uuid=uuid)
    if decides and not may_decide(incident, request.user):
        raise NotAllowed()
    return incident


def notice_or_404(target: str) -> Notice:
    if (about := book().notices.get(target)) is None:
        raise Http404
    return about


def trail(*steps: tuple[str, str]) -> Trail:
    start = [("Übersicht", reverse("register:start")), ("Vorfälle", reverse("compliance:incident-list"))]
    return [{"label": label, "url": url} for label, url in (*start, *steps)]


def trail_to(incident: Incident, *steps: str) -> Trail:
    return trail((str(incident), incident.get_absolute_url()), *((step, "") for step in steps))
