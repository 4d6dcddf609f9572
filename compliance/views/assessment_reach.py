"""What the pages of the assessments begin with."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from compliance.models import Assessment
from register.models import Entry
from register.selectors import with_details

Trail = list[dict[str, str]]
_RELATED = ("entry__municipality", "entry__department", "author", "answered_by", "review__by", "carried_over_from")


def system_or_404(request: HttpRequest, uuid: UUID) -> Entry:
    rows = with_details(Entry.objects.visible_to(request.user).systems()).select_related(
        "municipality", "department", "last_edited_by", "owner_person", "system__privacy", "system__product",
        "dataset", "public",
    )  # fmt: skip
    return get_object_or_404(rows, uuid=uuid)


def assessment_or_404(request: HttpRequest, uuid: UUID, number: int) -> Assessment:
    rows = Assessment.objects.visible_to(request.user).select_related(*_RELATED)
    return get_object_or_404(rows, entry__uuid=uuid, number=number)


def trail(*steps: tuple[str, str]) -> Trail:
    start = [("Übersicht", reverse("register:start")), ("KI-VO-Bewertungen", reverse("compliance:assessment-list"))]
    return [{"label": label, "url": url} for label, url in (*start, *steps)]


def trail_to_entry(entry: Entry, *steps: str) -> Trail:
    overview = (entry.name, reverse("compliance:assessments", args=[entry.uuid]))
    return trail(overview, *((step, "") for step in steps))
