"""Learning from mistakes: the list of the house, one lesson, and proposing one from an incident."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from compliance import services
from compliance.forms_incident import LessonDecisionForm, LessonForm
from compliance.models import Lesson
from compliance.models.incident import HANDLE, REPORT
from compliance.views.incident_reach import trail, worked_on_or_404
from compliance.views.incidents import FORM_METHODS, form_page
from compliance.views.reach import require_here
from core import paging
from core.errors import NotAllowed
from register.forms import add_service_errors

SIZE = 20
LIST = "Aus Fehlern lernen"


@login_required
@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """What was released, for everybody here; above it what still waits, for who may see it."""
    municipality = require_here(request, REPORT)
    rows = Lesson.objects.visible_to(request.user).filter(municipality=municipality)
    page = paging.page(rows.released(), request.GET, order=("-pk",), size=SIZE)
    context = {
        "lessons": page.items,
        "waiting": list(rows.filter(state=Lesson.State.WAITING).select_related("proposed_by")[:SIZE]),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail((LIST, "")),
    }
    return render(request, "compliance/lessons.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def lesson(request: HttpRequest, uuid: UUID) -> HttpResponse:
    rows = Lesson.objects.visible_to(request.user).select_related("proposed_by", "decided_by", "municipality")
    row = get_object_or_404(rows, uuid=uuid)
    handles = permissions.has(request.user, HANDLE, municipality=row.municipality_id)
    form = LessonDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not handles:
            raise NotAllowed()
        if form.is_valid() and _decided(request, row, form):
            return redirect(row)
    waits, own = row.state == Lesson.State.WAITING, row.proposed_by_id == request.user.pk
    context = {
        "lesson": row,
        "form": form if waits and handles and not own else None,
        "own": waits and own,
        "breadcrumb": trail((LIST, reverse("compliance:lesson-list")), (row.title, "")),
    }
    return render(request, "compliance/lesson.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, row: Lesson, form: LessonDecisionForm) -> bool:
    agrees = form.cleaned_data["decision"] == "release"
    try:
        said, no_names = form.cleaned_data["note"], form.cleaned_data["no_names"]
        services.decide_lesson(row, by=request.user, agrees=agrees, no_names=no_names, remark=said)
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    said = "Alle in der Kommune können die Lehre jetzt lesen." if agrees else "Die Lehre geht zurück."
    messages.success(request, said)
    return True


@login_required
@require_http_methods(FORM_METHODS)
def propose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    incident = worked_on_or_404(request, uuid)
    if existing := incident.lessons.exclude(state=Lesson.State.RETURNED).first():
        return redirect(existing)
    form = LessonForm(request.POST if request.method == "POST" else None)
    form.initial |= {"happened": incident.happened, "cause": incident.cause, "change": incident.change}
    if form.is_bound and form.is_valid():
        row = services.propose_lesson(incident, by=request.user, **form.cleaned_data)
        messages.success(request, "Eine zweite Person gibt die Lehre frei.")
        return redirect(row)
    before = incident.lessons.first()
    lead = "Was können alle daraus lernen? Eine zweite Person gibt den Text frei; dann lesen ihn alle in Ihrer Kommune. Öffentlich wird er nicht."
    note = before.note if before else ""
    return form_page(request, incident, form, "Lehre vorschlagen", "Zur Freigabe geben", lead=lead, help=note)
