"""The agreement with the works council, and what a person puts on record of themselves."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from usecases import services
from usecases.forms_guideline import AgreementForm
from usecases.models import CourseSession, StaffAgreement, TrainingRecord
from usecases.models.keeping import MANAGE
from usecases.selectors_guideline import running_agreement
from usecases.views.reach import FORM_METHODS, data_of, form_page, manages, require_here, require_manages, saved, skills

TITLE = "Einträge zu Personen"


@login_required
@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """Whether records of single people are on, on what ground, and the own ones with their day of deletion."""
    municipality = require_here(request)
    own = TrainingRecord.objects.visible_to(request.user).filter(session__course__municipality=municipality)
    context = {
        "agreement": running_agreement(municipality),
        "records": own.select_related("session__course").order_by("-session__held_on")[:20],
        "manages": manages(request, municipality),
        "breadcrumb": skills((TITLE, "")),
    }
    return render(request, "usecases/agreement.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def agreement_new(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    form = AgreementForm(data_of(request), municipality=municipality, user=request.user)
    if saved(form, lambda: services.record_agreement(municipality, by=request.user, **form.values)):
        messages.success(request, "Die Vereinbarung ist eingetragen. Beschäftigte können sich jetzt selbst eintragen.")
        return redirect("usecases:agreement")
    lead = "Tragen Sie die Vereinbarung erst ein, wenn sie geschlossen ist. Vorher gibt es keine Einträge zu Personen."
    steps = ((TITLE, reverse("usecases:agreement")),)
    return form_page(request, form, "Vereinbarung eintragen", steps=steps, lead=lead, submit="Eintragen")


@login_required
@require_POST
def agreement_end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row: StaffAgreement = get_object_or_404(
        StaffAgreement.objects.visible_to(request.user).select_related("municipality"), uuid=uuid
    )
    require_manages(request, row.municipality)
    services.end_agreement(row, by=request.user)
    messages.success(request, "Die Vereinbarung ist beendet. Alle Einträge zu Personen sind gelöscht.")
    return redirect("usecases:agreement")


@login_required
@require_POST
def attended(request: HttpRequest, uuid: UUID) -> HttpResponse:
    rows = CourseSession.objects.visible_to(request.user).select_related("course__municipality")
    row = get_object_or_404(rows, uuid=uuid)
    services.record_attendance(row, by=request.user)
    messages.success(request, "Ihre Teilnahme ist eingetragen. Nur Sie sehen sie.")
    return redirect(row.course)
