"""What the pages of the duties begin with."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from compliance.models import Duty
from compliance.selectors_duties import with_law

Trail = list[dict[str, str]]
TONES = {"open": "neutral", "in_work": "info", "done": "success", "not_applicable": "neutral", "dropped": "neutral"}


def duty_or_404(request: HttpRequest, uuid: UUID) -> Duty:
    rows = with_law(Duty.objects.visible_to(request.user)).select_related(
        "entry__municipality", "entry__department", "assessment", "responsible", "dismissal_by", "closed_by"
    )
    return get_object_or_404(rows, uuid=uuid)


def trail(*steps: tuple[str, str]) -> Trail:
    start = [("Übersicht", reverse("register:start")), ("Pflichten", reverse("compliance:duties"))]
    return [{"label": label, "url": url} for label, url in (*start, *steps)]


def trail_to(duty: Duty, *steps: str) -> Trail:
    page = duty.get_absolute_url() if steps else ""
    return trail((f"{duty.entry.name}: {duty.code}", page), *((step, "") for step in steps))
