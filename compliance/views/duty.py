"""The page of one duty: what is asked and why, who does it until when, what proves it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from compliance import forms_duty, services
from compliance.models import Duty
from compliance.rules.assessment_text import STATUS, german
from compliance.rules.duty_reasons import reasons_of
from compliance.selectors_duties import chronicle
from compliance.services.duty_work import may_decide, may_work
from compliance.views.duty_reach import TONES, duty_or_404, trail_to
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register.forms import EvidenceForm, save
from register.models import Evidence
from register.services.evidence import may_keep, takes_uploads

FORM_METHODS = ["GET", "HEAD", "POST"]


class Step(NamedTuple):
    """One way to end a duty or to take the end back. `fits` says whether the button is offered."""

    title: str
    submit: str
    form: type[Any]
    service: Callable[..., Any]
    said: str
    fits: Callable[[Duty, User], bool]


def _to_end(duty: Duty, user: User) -> bool:
    return duty.state in Duty.PENDING and may_work(user, duty)


STEPS = {
    "erledigt": Step(
        "Pflicht erledigt", "Als erledigt speichern", forms_duty.DoneForm, services.finish_duty,
        "Die Pflicht ist erledigt.", _to_end,
    ),
    "nicht-anwendbar": Step(
        "Pflicht nicht anwendbar", "Zur Entscheidung geben", forms_duty.NotApplicableForm,
        services.propose_duty_dismissal, "Ihre Begründung ist gespeichert. Eine zweite Person entscheidet.",
        lambda duty, user: _to_end(duty, user) and not duty.waits_for_second_person,
    ),
    "entscheiden": Step(
        "Entscheiden, ob die Pflicht anwendbar ist", "Entscheiden", forms_duty.DecideForm,
        services.decide_duty_dismissal, "Ihre Entscheidung ist gespeichert.",
        lambda duty, user: duty.waits_for_second_person and may_decide(user, duty),
    ),
    "wieder-oeffnen": Step(
        "Pflicht wieder öffnen", "Wieder öffnen", forms_duty.ReopenForm, services.reopen_duty,
        "Die Pflicht ist wieder offen.",
        lambda duty, user: duty.state in (Duty.State.DONE, Duty.State.NOT_APPLICABLE) and may_work(user, duty),
    ),
}  # fmt: skip


@login_required
@require_http_methods(FORM_METHODS)
def duty(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = duty_or_404(request, uuid)
    form = forms_duty.PlanDutyForm(request.POST if request.method == "POST" else None, duty=found)
    status = 200
    if request.method == "POST":
        if not may_work(request.user, found):
            raise NotAllowed()
        if not (status := save(form, lambda values: services.plan_duty(found, by=request.user, **values))):
            messages.success(request, "Ihre Angaben sind gespeichert.")
            return redirect(found)
    return render(request, "compliance/duty.html", _page(request, found, form), status=status)


def _page(request: HttpRequest, found: Duty, form: forms.Form) -> dict[str, Any]:
    works = may_work(request.user, found) and found.state != Duty.State.DROPPED
    reasons, ruleset = reasons_of(found.code, found.assessment.result, found.assessment.rulesets)
    steps = [
        {"label": step.title, "url": reverse("compliance:duty-step", args=[found.uuid, slug])}
        for slug, step in STEPS.items()
        if step.fits(found, request.user)
    ]
    further = Evidence.objects.filter(entry=found.entry).exclude(pk__in=found.evidence.values("pk"))
    return {
        "duty": found,
        "entry": found.entry,
        "tone": TONES[found.state],
        "status": STATUS["recommendation"] if found.is_recommendation else "",
        "stand": german(ruleset["checked_on"]),
        "law": ruleset["title"],
        "facts": _facts(found),
        "reasons": reasons,
        "evidence": list(found.evidence.order_by("pk")),
        "works": works,
        "form": form if works and found.state in Duty.PENDING else None,
        "may_prove": works and further.exists(),
        "evidence_url": reverse("compliance:duty-evidence-new", args=[found.uuid])
        if works and may_keep(request.user, found.entry)
        else "",
        "steps": steps,
        "events": [
            {"at": event.at, "title": event.get_kind_display(), "by": event.by or "", "text": event.text}
            for event in chronicle(found)
        ],
        "breadcrumb": trail_to(found),
    }


def _facts(found: Duty) -> list[dict[str, str]]:
    """For components/summary_list.html."""
    law = f"gilt ab {german(found.due)}" if found.due else "kein fester Tag"
    if found.is_moved:
        law += " nach früherer Fassung; den geltenden Tag sagt eine neue Bewertung"
    lines = [
        ("Tag nach dem Gesetz", f"{law}; {found.timing}" if found.timing else law),
        ("Eigener Termin", german(found.target_day)),
        ("Erwarteter Nachweis", found.proof or "nicht vorgegeben"),
        ("Verantwortlich", str(found.responsible or "niemand eingetragen")),
        ("Notiz", found.note),
    ]
    if found.closed_at and found.closed_by:
        lines.append(
            (str(found.get_state_display()).capitalize(), f"{format_date(found.closed_at)}, {found.closed_by}")
        )
    return [{"label": label, "value": value} for label, value in lines if value]


@login_required
@require_http_methods(FORM_METHODS)
def step(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    found = duty_or_404(request, uuid)
    if slug not in STEPS:
        raise Http404
    wanted = STEPS[slug]
    if not (may_decide if slug == "entscheiden" else may_work)(request.user, found):
        raise NotAllowed()
    if not wanted.fits(found, request.user):
        raise Conflict("Dieser Schritt passt nicht mehr zum Stand der Pflicht.")
    form = wanted.form(request.POST if request.method == "POST" else None, duty=found)
    status = save(form, lambda values: wanted.service(found, by=request.user, **values)) if form.is_bound else 200
    if not status:
        messages.success(request, wanted.said)
        return redirect(found)
    return _step_page(request, found, form, wanted.title, wanted.submit, status)


@login_required
@require_http_methods(FORM_METHODS)
def new_evidence(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A further Nachweis of the entry that also proves the duty."""
    found = duty_or_404(request, uuid)
    if not may_work(request.user, found) or not may_keep(request.user, found.entry):
        raise NotAllowed()
    uploads = takes_uploads(found.entry.municipality)
    form = EvidenceForm(request.POST or None, request.FILES or None, uploads=uploads)
    status = 200
    if request.method == "POST":
        status = save(
            form, lambda _: services.add_duty_evidence(found, by=request.user, upload=form.upload, **form.values)
        )
        if not status:
            messages.success(request, "Der Nachweis ist eingetragen und der Pflicht zugeordnet.")
            return redirect(found)
        form.ask_for_the_file_again()
    return _step_page(request, found, form, "Nachweis zur Pflicht", "Nachweis eintragen", status)


@login_required
@require_http_methods(FORM_METHODS)
def prove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = duty_or_404(request, uuid)
    if not may_work(request.user, found):
        raise NotAllowed()
    form = forms_duty.ProveForm(request.POST if request.method == "POST" else None, duty=found)
    status = save(form, lambda values: services.prove_duty(found, by=request.user, **values)) if form.is_bound else 200
    if not status:
        messages.success(request, "Der Nachweis ist zugeordnet.")
        return redirect(found)
    return _step_page(request, found, form, "Vorhandenen Nachweis zuordnen", "Zuordnen", status)


@login_required
@require_POST
def unprove(request: HttpRequest, uuid: UUID, evidence: UUID) -> HttpResponse:
    found = duty_or_404(request, uuid)
    row = get_object_or_404(found.evidence, uuid=evidence)
    services.unprove_duty(found, by=request.user, evidence=row)
    messages.success(request, "Der Nachweis ist von der Pflicht gelöst. Beim Eintrag steht er weiter.")
    return redirect(found)


def _step_page(
    request: HttpRequest, found: Duty, form: forms.Form, title: str, submit: str, status: int
) -> HttpResponse:
    context = {
        "duty": found,
        "form": form,
        "title": title,
        "submit": submit,
        "cancel_url": found.get_absolute_url(),
        "breadcrumb": trail_to(found, title),
    }
    return render(request, "compliance/duty_step.html", context, status=status)
