"""The DSB's advice, the controller's decision, and the document as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from compliance import services
from compliance.forms_legal import AdviceForm, ConfirmationForm, DecisionForm
from compliance.legal import printing
from compliance.legal.assessed import of_assessment
from compliance.legal.content import content_of
from compliance.legal.known import read
from compliance.legal.state import warnings_of
from compliance.models import LegalDocument
from compliance.services.legal import ADVISE, DECIDE, not_decider, not_independent
from compliance.services.legal_files import KIND
from compliance.views.assessment_pages import result_page
from compliance.views.assessment_reach import assessment_or_404
from compliance.views.legal_reach import document_or_404, trail_in, version_or_404
from core.errors import Conflict, NotAllowed
from core.models import Job
from register.forms import add_service_errors, save
from register.models import Entry
from register.rules.vocabulary import DPIA_STATES
from register.services import access

FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(FORM_METHODS)
def confirm(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    """An approved document that is to be looked at again, and needs no other word."""
    document = document_or_404(request, uuid, slug)
    access.require(request.user, "entry.edit", document.entry)
    form = ConfirmationForm(request.POST if request.method == "POST" else None)

    def run(given: dict[str, Any]) -> Any:
        return services.confirm_legal_document(document, by=request.user, reason=given["reason"])

    status = save(form, run) if form.is_bound else 200
    if not status:
        messages.success(request, "Die Bestätigung liegt jetzt vor. Sie gilt, sobald sie genehmigt ist.")
        return redirect(document)
    first = ["Zuerst gibt der Datenschutz seinen Rat."] if document.definition.needs_advice else []
    context = {
        "form": form,
        "title": f"{document.definition.short} unverändert bestätigen",
        "text": document.entry.name,
        "consequences": [
            "Der heutige Inhalt wird mit Ihrer Begründung als neue Fassung vorgelegt.",
            *first,
            "Die Leitung genehmigt die Fassung oder gibt sie zurück. Wer mitgeschrieben hat, entscheidet nicht.",
        ],
        "submit": "Unverändert bestätigen",
        "cancel_url": document.get_absolute_url(),
        "breadcrumb": trail_in(document, "Unverändert bestätigen"),
    }
    return render(request, "compliance/confirm.html", context, status=status)


@login_required
@require_http_methods(FORM_METHODS)
def advise(request: HttpRequest, uuid: UUID, slug: str, number: int) -> HttpResponse:
    version = version_or_404(request, uuid, slug, number)
    if not permissions.on(request.user, ADVISE, version.document.entry):
        raise NotAllowed()
    if reason := not_independent(version, request.user):
        raise Conflict(reason)
    form = AdviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.advise_on_document(version, by=request.user, **form.cleaned_data)
        messages.success(request, "Ihr Rat ist gespeichert. Jetzt entscheidet der Verantwortliche.")
        return redirect(version)
    context = {
        "form": form,
        "title": f"Rat geben: {version.document.definition.short}, {version}",
        "lead": "Sie beraten, Sie entscheiden nicht (Art. 35 Abs. 2, Art. 39 Abs. 1 DSGVO).",
        "version": version,
        "submit": "Rat geben",
        "breadcrumb": trail_in(version.document, str(version), "Rat"),
    }
    return render(request, "compliance/legal_step.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def decide(request: HttpRequest, uuid: UUID, slug: str, number: int) -> HttpResponse:
    version = version_or_404(request, uuid, slug, number)
    if not permissions.on(request.user, DECIDE, version.document.entry):
        raise NotAllowed()
    if reason := not_decider(version, request.user):
        raise Conflict(reason)
    form, status = DecisionForm(request.POST or None), 422
    if request.method == "POST" and form.is_valid():
        approves = form.cleaned_data["approves"] == "yes"
        try:
            services.decide_on_document(version, by=request.user, approves=approves, note=form.cleaned_data["note"])
        except ValidationError as error:
            add_service_errors(form, error)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
            status = conflict.status
        else:
            messages.success(request, f"{version} ist {'genehmigt' if approves else 'zurückgegeben'}.")
            return redirect(version)
    context = {
        "form": form,
        "title": f"Entscheiden: {version.document.definition.short}, {version}",
        "lead": "Mit der Genehmigung gilt die Fassung als Dokument des Verantwortlichen.",
        "version": version,
        "advice": getattr(version, "advice", None),
        "warnings": warnings_of(version),
        "submit": "Entscheidung speichern",
        "breadcrumb": trail_in(version.document, str(version), "Entscheidung"),
    }
    return render(request, "compliance/legal_step.html", context, status=status if form.errors else 200)


@login_required
@require_POST
def adopt(request: HttpRequest, uuid: UUID, slug: str, number: int) -> HttpResponse:
    """Write into the entry what the approved version says about the state of the DSFA."""
    version = version_or_404(request, uuid, slug, number)
    entry = services.adopt_dpia_state(version, by=request.user)
    said = DPIA_STATES[entry.system.privacy.dpia_state]
    messages.success(request, f"Im Eintrag steht jetzt: Datenschutz-Folgenabschätzung {said}.")
    return redirect(entry)


# --- Files -----------------------------------------------------------------------------------------


def _draft(document: LegalDocument) -> printing.Printable:
    return printing.of_draft(document, content_of(document.definition, read(document.entry), document.answers))


@login_required
@require_POST
def draft_pdf(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    document = document_or_404(request, uuid, slug)
    return _requested(request, document.entry, _draft(document))


@login_required
@require_safe
def draft_json(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    document = document_or_404(request, uuid, slug)
    return as_json(document.entry, _draft(document))


@login_required
@require_POST
def version_pdf(request: HttpRequest, uuid: UUID, slug: str, number: int) -> HttpResponse:
    version = version_or_404(request, uuid, slug, number)
    return _requested(request, version.document.entry, printing.of_version(version))


@login_required
@require_safe
def version_json(request: HttpRequest, uuid: UUID, slug: str, number: int) -> HttpResponse:
    version = version_or_404(request, uuid, slug, number)
    return as_json(version.document.entry, printing.of_version(version))


@login_required
@require_POST
def assessment_pdf(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    found = assessment_or_404(request, uuid, number)
    return _requested(request, found.entry, of_assessment(found, result_page(found)))


@login_required
@require_safe
def assessment_json(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    found = assessment_or_404(request, uuid, number)
    return as_json(found.entry, of_assessment(found, result_page(found)))


def _requested(request: HttpRequest, entry: Entry, document: printing.Printable) -> HttpResponse:
    job = services.request_legal_pdf(entry, by=request.user, document=document)
    return redirect("core:job", job.pk)


def as_json(entry: Entry, document: printing.Printable) -> HttpResponse:
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = printing.filename_of(document, slugify(entry.name)[:60] or "system", "json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """The PDF, for everybody who may read the system today, whoever asked for it."""
    job = get_object_or_404(Job.objects.select_related("result"), pk=uuid, kind=KIND)
    if job.result is None or not Entry.objects.visible_to(request.user).filter(pk=job.data["entry"]).exists():
        raise Http404
    response = FileResponse(
        job.result.file.open("rb"), as_attachment=True, filename=job.result.filename, content_type="application/pdf"
    )
    response["Cache-Control"] = "no-store"
    return response
