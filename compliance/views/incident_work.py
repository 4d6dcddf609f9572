"""What is done about an incident: a step, suspending the system, measures, the notice and its documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compliance import services
from compliance.forms_incident import (
    IncidentMeasureForm,
    IncidentNoticeForm,
    IncidentSentForm,
    IncidentStepForm,
)
from compliance.models import Incident
from compliance.rules import incidents as rules
from compliance.selectors_incidents import clocks_of, notice_texts, steps_of
from compliance.services.incident_documents import KIND, json_key, scope_of
from compliance.services.incidents import may_decide
from compliance.views.incident_page import NOT_SUSPENDABLE, step_help
from compliance.views.incident_reach import notice_or_404, trail_to, worked_on_or_404
from compliance.views.incidents import FORM_METHODS, form_page, say_at_fields
from core.errors import Conflict
from core.models import Job, StoredDocument
from register.services import access


@login_required
@require_http_methods(FORM_METHODS)
def step(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    incident = worked_on_or_404(request, uuid)
    state = next((one for one in steps_of(incident) if one.step.key == key), None)
    if state is None or state.step.notice:
        raise Http404
    form = IncidentStepForm(request.POST if request.method == "POST" else None, step=state.step)
    if state.row is not None:
        local = timezone.localtime(state.row.at)
        form.initial |= {"answer": state.row.answer, "evidence": state.row.note}
        form.initial |= {"day": local.date(), "time": local.strftime("%H:%M")}
    if form.is_bound and form.is_valid():
        try:
            services.answer_step(incident, by=request.user, key=key, **form.values)
        except ValidationError as error:
            say_at_fields(form, error, {"at": "day", "note": "evidence"})
        else:
            messages.success(request, f"„{state.step.label}“ ist festgehalten.")
            return redirect(incident)
    suspends = key == "suspend" and incident.entry is not None and not step_help(incident, key, request.user)
    more = {
        "lead": f"{state.step.text} ({state.step.promptly}, {state.step.article})",
        "help": step_help(incident, key, request.user),
        "suspend_url": reverse("compliance:incident-suspend", args=[incident.uuid]) if suspends else "",
    }
    return form_page(request, incident, form, state.step.label, "Speichern", **more)


@login_required
@require_http_methods(FORM_METHODS)
def suspend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One step: the register's own service with its rules, and the step of the incident is answered."""
    incident = worked_on_or_404(request, uuid)
    if incident.entry is None or incident.entry.status in NOT_SUSPENDABLE:
        raise Conflict("Aussetzen lässt sich nur ein System, das geplant oder in Betrieb ist.")
    access.require(request.user, "entry.suspend", incident.entry)
    if request.method == "POST":
        services.suspend_system(incident, by=request.user)
        messages.success(request, "Das System ist im Register als ausgesetzt gekennzeichnet.")
        return redirect(incident)
    context = {
        "title": f"System aussetzen: {incident.entry.name}",
        "text": "Das Register erfährt nur die Nummer des Vorfalls, nicht, was passiert ist.",
        "consequences": [
            "Das System erscheint sofort als ausgesetzt, auch öffentlich.",
            "Eine laufende Prüfung des Eintrags endet; der Eintrag geht zurück.",
            "Eine andere Person prüft das nachträglich.",
        ],
        "submit": "Sofort aussetzen",
        "danger": True,
        "cancel_url": incident.get_absolute_url(),
        "breadcrumb": trail_to(incident, "System aussetzen"),
    }
    return render(request, "compliance/confirm.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def measure(request: HttpRequest, uuid: UUID) -> HttpResponse:
    incident = worked_on_or_404(request, uuid)
    form = IncidentMeasureForm(request.POST if request.method == "POST" else None, municipality=incident.municipality)
    if form.is_bound and form.is_valid():
        try:
            services.add_incident_measure(incident, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            say_at_fields(form, error, {})
        else:
            messages.success(request, "Die Maßnahme ist festgelegt.")
            return redirect(incident)
    return form_page(request, incident, form, "Maßnahme festlegen", "Festlegen")


@login_required
@require_POST
def measure_done(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    incident = worked_on_or_404(request, uuid)
    row = get_object_or_404(incident.measures.select_related("incident"), pk=pk)
    services.finish_incident_measure(row, by=request.user)
    messages.success(request, "Die Maßnahme ist erledigt.")
    return redirect(incident)


@login_required
@require_http_methods(FORM_METHODS)
def notice(request: HttpRequest, uuid: UUID, target: str) -> HttpResponse:
    """The draft as fields, as one text to copy, and as a document."""
    incident, about = worked_on_or_404(request, uuid), notice_or_404(target)
    texts = notice_texts(incident, target)
    data = request.POST if request.method == "POST" else None
    form = IncidentNoticeForm(data, about=about, texts=texts, version=incident.version)
    if form.is_bound and form.is_valid() and _written(request, incident, target, form):
        messages.success(request, "Der Entwurf ist gespeichert.")
        return redirect(request.path)
    context = {
        "incident": incident,
        "about": about,
        "form": form,
        "clock": next((one for one in clocks_of(incident) if one.clock.key == target), None),
        "whole": "\n\n".join(f"{one.label}\n{texts[one.key] or '–'}" for one in about.fields),
        "is_saved": isinstance(incident.notices.get(target), dict),
        "decides": may_decide(incident, request.user) and incident.is_open,
        "sent": list(incident.sent.filter(target=target).select_related("by")),
        "stand": rules.book().stand,
        "breadcrumb": trail_to(incident, about.title),
    }
    return render(request, "compliance/incident_notice.html", context, status=422 if form.errors else 200)


def _written(request: HttpRequest, incident: Incident, target: str, form: IncidentNoticeForm) -> bool:
    version = form.cleaned_data["version"]
    try:
        services.write_notice(incident, by=request.user, target=target, texts=form.texts, version=version)
    except ValidationError as error:
        say_at_fields(form, error, {})
        return False
    except Conflict as error:
        # Somebody was faster; what was typed stays on the page, and saving it again is a decision.
        form.add_error(None, error.message)
        incident.refresh_from_db()
        form.data = {**form.data.dict(), "version": incident.version}
        return False
    return True


@login_required
@require_POST
def notice_document(request: HttpRequest, uuid: UUID, target: str) -> HttpResponse:
    incident, about = worked_on_or_404(request, uuid), notice_or_404(target)
    job = services.request_notice(incident, by=request.user, target=about.key)
    return redirect("core:job", job.pk)


@login_required
@require_http_methods(FORM_METHODS)
def sent(request: HttpRequest, uuid: UUID, target: str) -> HttpResponse:
    """Somebody has sent it by their own means; the program keeps who, when, where."""
    incident, about = worked_on_or_404(request, uuid, decides=True), notice_or_404(target)
    first_line = notice_texts(incident, target)["recipient"].partition("\n")[0]
    form = IncidentSentForm(request.POST if request.method == "POST" else None, about=about, to=first_line[:200])
    if form.is_bound and form.is_valid():
        try:
            services.record_sent(incident, by=request.user, target=target, **form.values)
        except ValidationError as error:
            say_at_fields(form, error, {"sent_at": "day"})
        else:
            messages.success(request, "Das Absenden ist eingetragen.")
            return redirect(incident)
    lead = f"{about.title}. Das Programm versendet nichts; tragen Sie ein, was Sie selbst gesendet haben."
    return form_page(request, incident, form, "Absenden eintragen", "Eintragen", lead=lead)


@login_required
@require_safe
def document(request: HttpRequest, uuid: UUID, job: UUID, kind: str) -> FileResponse:
    """PDF or JSON of a notice, for everybody who works on the incident."""
    incident = worked_on_or_404(request, uuid)
    rows = Job.objects.filter(kind=KIND, scope=scope_of(incident)).select_related("result")
    made = get_object_or_404(rows, pk=job)
    key = json_key(made) if kind == "json" else made.result.key if kind == "pdf" and made.result else ""
    stored: Any = get_object_or_404(StoredDocument, key=key)
    response = FileResponse(
        stored.file.open("rb"), as_attachment=True, filename=stored.filename, content_type=stored.media_type
    )
    response["Cache-Control"] = "no-store"
    return response
