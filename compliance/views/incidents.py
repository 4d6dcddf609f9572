"""Incidents: the list, reporting one, its page, and the decisions of those who are responsible for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from compliance import services
from compliance.forms_incident import (
    IncidentAssessForm,
    IncidentAssignForm,
    IncidentFilterForm,
    IncidentReopenForm,
    IncidentReportForm,
    systems_for,
)
from compliance.models import Incident
from compliance.models.incident import REPORT
from compliance.rules import incidents as rules
from compliance.selectors_assessments import latest
from compliance.selectors_incidents import clocks_of, open_points, with_clocks
from compliance.services.incidents import may_decide
from compliance.views.incident_page import page_of
from compliance.views.incident_reach import incident_or_404, trail, trail_to, worked_on_or_404
from compliance.views.reach import require_here
from core import paging
from core.errors import Conflict, NotAllowed
from register.forms import add_service_errors

SIZE = 20
FORM_METHODS = ["GET", "HEAD", "POST"]
PROVIDER_ROLES = {"provider", "rebranded", "modified", "repurposed"}


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What this person reported or works on, the newest first."""
    municipality = require_here(request, REPORT)
    form = IncidentFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    rows = _searched(Incident.objects.visible_to(request.user).filter(municipality=municipality), wanted["q"])
    if wanted["state"]:
        rows = rows.filter(closed_at__isnull=wanted["state"] == "open")
    page = paging.page(with_clocks(rows), request.GET, order=("-number", "-pk"), size=SIZE)
    states = dict(form.fields["state"].choices)
    context = {
        "filter_form": form,
        "chips": [{"label": f"Stand: {states[wanted['state']]}", "url": request.path}] if wanted["state"] else [],
        "reset_url": request.path,
        "count": rows.count(),
        "count_label": "Vorfälle",
        "rows": [{"incident": row, "clocks": _running(row)} for row in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(),
    }
    return render(request, "compliance/incident_list.html", context)


def _running(row: Incident) -> list[Any]:
    return [clock for clock in clocks_of(row) if clock.is_running] if row.is_open else []


def _searched(rows: Any, text: str) -> Any:
    if not text:
        return rows
    found = Q(happened__icontains=text) | Q(entry__name__icontains=text)
    number = text.upper().removeprefix("V-")
    if number.isascii() and number.isdecimal() and len(number) < 9:
        found |= Q(number=int(number))
    return rows.filter(found)


@login_required
@require_http_methods(FORM_METHODS)
def report(request: HttpRequest) -> HttpResponse:
    """One page, open to everybody with a role here. `?system=` names the system one comes from."""
    municipality = require_here(request, REPORT)
    data = request.POST if request.method == "POST" else None
    entry = systems_for(request.user, municipality).filter(uuid=_uuid(request.GET.get("system"))).first()
    form = IncidentReportForm(data, user=request.user, municipality=municipality, entry=entry)
    if form.is_bound and form.is_valid():
        try:
            incident = services.report_incident(municipality, by=request.user, **form.values)
        except ValidationError as error:
            say_at_fields(form, error, {"aware_at": "day"})
        else:
            return redirect("compliance:incident-reported", incident.uuid)
    context = {"form": form, "breadcrumb": trail(("Vorfall melden", "")), "cancel_url": reverse("register:start")}
    return render(request, "compliance/incident_new.html", context, status=422 if form.errors else 200)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def say_at_fields(form: Any, error: ValidationError, names: dict[str, str]) -> None:
    """The service speaks of its own values; here they are said at the fields they came from."""
    said = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    add_service_errors(form, ValidationError({names.get(name, name) or "__all__": text for name, text in said.items()}))


@login_required
@require_safe
def reported(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page after reporting: the number, the clock, and what happens now."""
    incident = incident_or_404(request, uuid)
    context = {
        "incident": incident,
        "clocks": clocks_of(incident),
        "period": rules.book().period,
        "links": [
            {"label": "Zum Vorfall", "url": incident.get_absolute_url()},
            {"label": "Zur Übersicht", "url": reverse("register:start")},
        ],
        "next_steps": [
            "Datenschutz, Leitung und die verantwortliche Person des Systems sind benachrichtigt.",
            "Sie melden sich bei Ihnen, wenn sie mehr wissen müssen.",
            "Nichts davon ist öffentlich.",
        ],
        "breadcrumb": trail_to(incident),
    }
    return render(request, "compliance/incident_reported.html", context)


@login_required
@require_safe
def incident(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = incident_or_404(request, uuid)
    context = {**page_of(row, request.user, request.GET), "breadcrumb": trail_to(row)}
    return render(request, "compliance/incident.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def assess(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """First what it is, then only the questions of that kind."""
    row = worked_on_or_404(request, uuid, decides=True)
    asked = request.POST.get("kind") if request.method == "POST" else request.GET.get("art")
    kind = asked if asked in rules.KINDS else row.kind
    form = None
    if kind != rules.UNSURE:
        data = request.POST if request.method == "POST" else None
        form = IncidentAssessForm(data, incident=row, kind=kind, user=request.user, role=_known_role(row))
        if form.is_bound and form.is_valid() and _assessed(request, row, form):
            return redirect(row)
    context = {
        "incident": row,
        "form": form,
        "kind": rules.KINDS[kind],
        "kinds": [
            {"label": rules.capital(label), "url": f"?art={key}", "current": key == kind}
            for key, label in rules.KINDS.items()
            if key != rules.UNSURE
        ],
        "stand": rules.book().stand,
        "breadcrumb": trail_to(row, "Bewerten"),
    }
    # Whoever gets here with a POST was refused.
    status = 422 if request.method == "POST" else 200
    return render(request, "compliance/incident_assess.html", context, status=status)


def _assessed(request: HttpRequest, row: Incident, form: IncidentAssessForm) -> bool:
    try:
        services.assess_incident(row, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    except Conflict as error:
        # Somebody was faster; what was typed stays on the page, and saving it again is a decision.
        form.add_error(None, error.message)
        row.refresh_from_db()
        form.data = {**form.data.dict(), "version": row.version}
        return False
    messages.success(request, "Die Bewertung ist gespeichert.")
    return True


def _known_role(row: Incident) -> str:
    """What the assessment under the AI Act says about our role."""
    assessment = latest(row.entry) if row.entry is not None else None
    if assessment is None:
        return ""
    return "provider" if PROVIDER_ROLES & set(assessment.facts.get("roles") or []) else "deployer"


@login_required
@require_http_methods(FORM_METHODS)
def assign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = worked_on_or_404(request, uuid, decides=True)
    form = IncidentAssignForm(request.POST if request.method == "POST" else None, municipality=row.municipality)
    if form.is_bound and form.is_valid():
        try:
            services.assign_incident(row, by=request.user, person=form.cleaned_data["person"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"Verantwortlich ist jetzt {form.cleaned_data['person']}.")
            return redirect(row)
    return form_page(request, row, form, "Verantwortliche Person festlegen", "Festlegen")


@login_required
@require_http_methods(FORM_METHODS)
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = worked_on_or_404(request, uuid, decides=True)
    missing = open_points(row)
    if request.method == "POST":
        services.close_incident(row, by=request.user)
        messages.success(request, "Der Vorfall ist abgeschlossen.")
        return redirect(row)
    context = {"incident": row, "missing": missing, "breadcrumb": trail_to(row, "Abschließen")}
    return render(request, "compliance/incident_close.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def reopen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = worked_on_or_404(request, uuid)
    if not may_decide(row, request.user):
        raise NotAllowed()
    form = IncidentReopenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.reopen_incident(row, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "Der Vorfall ist wieder offen.")
        return redirect(row)
    return form_page(request, row, form, "Wieder öffnen", "Wieder öffnen")


def form_page(request: HttpRequest, row: Incident, form: Any, title: str, submit: str, **more: Any) -> HttpResponse:
    context = {
        "incident": row,
        "form": form,
        "title": title,
        "submit": submit,
        "cancel_url": row.get_absolute_url(),
        "breadcrumb": trail_to(row, title),
        **more,
    }
    return render(request, "compliance/incident_form.html", context, status=422 if form.errors else 200)
