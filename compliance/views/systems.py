"""Making an activity from an AI system, and linking the two."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from compliance import selectors, services
from compliance.forms import SystemForm, TakeOverForm, VersionForm
from compliance.models import ActivitySystem, ProcessingActivity
from compliance.views.reach import activity_or_404, require_edit, require_here, trail, trail_to
from core.errors import Conflict

FORM_METHODS = ["GET", "HEAD", "POST"]
_WAITS = (
    "Ein KI-System ist gerade in Prüfung oder gehört einem anderen Amt. Die Angaben zu den Rechten der Betroffenen "
    "werden dort nachgereicht."
)
_BECOMES_PUBLIC = (
    "Die Angaben zu den Rechten der Betroffenen werden mit der nächsten Freigabe des KI-Systems öffentlich."
)


@login_required
@require_http_methods(FORM_METHODS)
def from_system(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "vvt.edit")
    form = SystemForm(request.POST or None, systems=selectors.linkable_systems(request.user, municipality))
    if request.method == "POST" and form.is_valid():
        activity = services.activity_from_system(form.cleaned_data["system"], by=request.user)
        messages.success(request, f"{activity.reference} ist aus dem KI-System angelegt. Bitte prüfen Sie die Angaben.")
        _tell_about_rights(request, activity)
        return redirect(activity)
    context = {"form": form, "breadcrumb": trail(("Aus einem KI-System", ""))}
    return render(request, "compliance/activity_from_system.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def link(request: HttpRequest, uuid: UUID) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    require_edit(request, activity)
    linked = activity.system_links.values("entry_id")
    systems = selectors.linkable_systems(request.user, activity.municipality).exclude(pk__in=linked)
    form = SystemForm(request.POST or None, systems=systems)
    if request.method == "POST" and form.is_valid():
        system = form.cleaned_data["system"]
        services.link_system(activity, by=request.user, entry=system)
        messages.success(request, f"„{system.name}“ ist verknüpft. {_BECOMES_PUBLIC}")
        _tell_about_rights(request, activity)
        return redirect(activity)
    context = {"form": form, "activity": activity, "breadcrumb": trail_to(activity, "KI-System verknüpfen")}
    return render(request, "compliance/link.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def unlink(request: HttpRequest, uuid: UUID, system: UUID) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    require_edit(request, activity)
    found = get_object_or_404(ActivitySystem.objects.select_related("entry"), activity=activity, entry__uuid=system)
    form = VersionForm(request.POST or None, initial={"version": activity.version})
    if request.method == "POST" and form.is_valid():
        services.unlink_system(activity, by=request.user, entry=found.entry, version=form.cleaned_data["version"])
        messages.success(request, f"Die Verknüpfung mit „{found.entry.name}“ ist gelöst.")
        return redirect(activity)
    context = {
        "form": form,
        "title": "Verknüpfung lösen",
        "text": f"{activity.reference} {activity.title} und „{found.entry.name}“",
        "consequences": [
            "Das KI-System steht nicht mehr auf diesem Blatt.",
            "Die Angaben dieser Tätigkeit zu den Rechten der Betroffenen werden aus dem KI-System genommen.",
        ],
        "submit": "Verknüpfung lösen",
        "cancel_url": activity.get_absolute_url(),
        "breadcrumb": trail_to(activity, "Verknüpfung lösen"),
    }
    return render(request, "compliance/confirm.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def hand_down_rights(request: HttpRequest, uuid: UUID) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    if services.hand_down_rights(activity, by=request.user):
        messages.warning(request, _WAITS)
    else:
        messages.success(request, f"Nachgereicht. {_BECOMES_PUBLIC}")
    return redirect(activity)


@login_required
@require_POST
def take_over(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set on the sheet what its AI systems say, exactly as it was shown."""
    activity = activity_or_404(request, uuid)
    require_edit(request, activity)
    form = TakeOverForm(request.POST)
    if not form.is_valid():
        raise Conflict("Was übernommen werden soll, ist nicht zu erkennen. Bitte öffnen Sie das Blatt noch einmal.")
    activity = services.take_over_from_systems(activity, by=request.user, **form.cleaned_data)
    messages.success(request, "Übernommen. Woher die Angaben stammen, steht auf dem Blatt.")
    _tell_about_rights(request, activity)
    return redirect(activity)


def _tell_about_rights(request: HttpRequest, activity: ProcessingActivity) -> None:
    if activity.system_links.filter(rights_pending=True).exists():
        messages.warning(request, _WAITS)
