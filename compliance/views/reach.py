"""What the pages of the Verarbeitungsverzeichnis begin with: who is asking, and what may that person know."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from accounts import permissions
from accounts.models import Municipality
from compliance.models import ProcessingActivity, VvtReport
from compliance.selectors import for_report_list, with_links
from core.errors import NotAllowed

Trail = list[dict[str, str]]


def here_or_404(request: HttpRequest) -> Municipality:
    """The municipality worked in; nobody without a role gets further."""
    municipality: Municipality | None = request.municipality or None  # type: ignore[attr-defined]
    if municipality is None:
        raise Http404
    return municipality


def require_here(request: HttpRequest, permission: str) -> Municipality:
    municipality = here_or_404(request)
    if not permissions.has(request.user, permission, municipality=municipality):
        raise NotAllowed()
    return municipality


def activity_or_404(request: HttpRequest, uuid: UUID) -> ProcessingActivity:
    return get_object_or_404(with_links(ProcessingActivity.objects.visible_to(request.user)), uuid=uuid)


def require_edit(request: HttpRequest, activity: ProcessingActivity) -> None:
    """Refuse a form early that its service would refuse on saving."""
    if not permissions.on(request.user, "vvt.edit", activity):
        raise NotAllowed()


def report_or_404(request: HttpRequest, uuid: UUID) -> VvtReport:
    return get_object_or_404(for_report_list(VvtReport.objects.visible_to(request.user)), uuid=uuid)


def trail(*steps: tuple[str, str]) -> Trail:
    """The breadcrumb: label and address of each step below the list of activities."""
    start = ("Verarbeitungsverzeichnis", reverse("compliance:activities"))
    return [*_overview(), *({"label": label, "url": url} for label, url in (start, *steps))]


def trail_to(activity: ProcessingActivity, *steps: str) -> Trail:
    return trail((activity.reference, activity.get_absolute_url()), *((step, "") for step in steps))


def _overview() -> Trail:
    try:
        return [{"label": "Übersicht", "url": reverse("register:start")}]
    except NoReverseMatch:
        return []
