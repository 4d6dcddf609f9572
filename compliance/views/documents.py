"""The Verarbeitungsverzeichnis as a document: asking for it, waiting for it, taking it away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from compliance import selectors, services
from compliance.forms import DeclarationForm, VvtRequestForm
from compliance.models import VvtReport
from compliance.views.reach import report_or_404, require_here, trail
from core import paging
from core.errors import NotAllowed
from core.models import StoredDocument
from register.forms import add_service_errors

FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "vvt.view")
    rows = VvtReport.objects.visible_to(request.user).of(municipality)
    page = paging.page(selectors.for_report_list(rows), request.GET, order=("-number",), size=25)
    context = {
        "reports": page.items,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_report": permissions.has(request.user, "vvt.report", municipality=municipality),
        "breadcrumb": trail(("Dokumente", "")),
    }
    return render(request, "compliance/documents.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def request_document(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "vvt.report")
    form = VvtRequestForm(
        request.POST or None, initial=request.GET.dict(), user=request.user, municipality=municipality
    )
    if request.method == "POST" and form.is_valid():
        try:
            job = services.request_vvt(municipality, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            return redirect("compliance:vvt-report", uuid=job.data["report"])
    context = {
        "form": form,
        "declaration": selectors.declaration_of(municipality),
        "may_declare": permissions.has_all(request.user, "vvt.edit", municipality.pk),
        "breadcrumb": trail(("Dokumente", reverse("compliance:vvt-reports")), ("Neues Dokument", "")),
    }
    return render(request, "compliance/document_new.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def document(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page to come back to: how far it is, then the file with its checksum."""
    report = report_or_404(request, uuid)
    context = {
        **_progress(request, report),
        "breadcrumb": trail(("Dokumente", reverse("compliance:vvt-reports")), (f"Fassung {report.number}", "")),
    }
    return render(request, "compliance/document.html", context)


@login_required
@require_safe
def status(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The part of that page which asks again and again."""
    report = report_or_404(request, uuid)
    answer = render(request, "components/job_status.html", _progress(request, report))
    if report.document_id is not None and "HX-Request" in request.headers:
        # The other files stand elsewhere on the page, which is drawn anew.
        answer["HX-Refresh"] = "true"
    return answer


def _progress(request: HttpRequest, report: VvtReport) -> dict[str, Any]:
    may_report = permissions.has(request.user, "vvt.report", municipality=report.municipality_id)
    is_ready = report.document_id is not None
    return {
        "report": report,
        "files": _files(report),
        "job": report.job,
        "title": f"Fassung {report.number}",
        "poll_url": reverse("compliance:vvt-status", args=[report.uuid]),
        "result_url": reverse("compliance:vvt-download", args=[report.uuid]) if is_ready else "",
        "result_label": "PDF herunterladen",
        "retry_url": reverse("compliance:vvt-retry", args=[report.uuid]) if may_report else "",
    }


def _files(report: VvtReport) -> list[dict[str, Any]]:
    """What the edition is kept as beside the PDF."""
    found = (
        ("Excel-Datei", "XLSX", "xlsx", report.spreadsheet),
        ("Textdokument", "ODT", "odt", report.office_text),
    )
    return [
        {
            "label": label,
            "url": reverse("compliance:vvt-download-other", args=[report.uuid, kind]),
            "format": name,
            "size": file.size,
            "sha256": file.sha256,
        }
        for label, name, kind, file in found
        if file and report.document_id
    ]


@login_required
@require_POST
def retry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask again for the same day and scope, after a failure."""
    report = report_or_404(request, uuid)
    job = services.request_vvt(
        report.municipality,
        by=request.user,
        as_of=report.as_of,
        department=report.department,
        activity=report.activity,
        role=report.role,
    )
    return redirect("compliance:vvt-report", uuid=job.data["report"])


@login_required
@require_safe
def download(request: HttpRequest, uuid: UUID) -> FileResponse:
    return _file(report_or_404(request, uuid).document)


@login_required
@require_safe
def download_other(request: HttpRequest, uuid: UUID, kind: str) -> FileResponse:
    """The same content as XLSX or ODT."""
    report = report_or_404(request, uuid)
    return _file({"xlsx": report.spreadsheet, "odt": report.office_text}.get(kind))


def _file(document: StoredDocument | None) -> FileResponse:
    """Only after the rights check does anybody learn that there is a file."""
    if document is None:
        raise Http404
    response = FileResponse(
        document.file.open("rb"), as_attachment=True, filename=document.filename, content_type=document.media_type
    )
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_http_methods(FORM_METHODS)
def declare(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "vvt.edit")
    if not permissions.has_all(request.user, "vvt.edit", municipality.pk):
        raise NotAllowed()
    declaration = selectors.declaration_of(municipality)
    initial = {"is_complete": "ja" if declaration.is_complete else "nein"}
    form = DeclarationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        is_complete = form.cleaned_data["is_complete"] == "ja"
        services.declare_complete(municipality, by=request.user, is_complete=is_complete)
        messages.success(request, "Ihre Erklärung ist gespeichert. Sie gilt für alle neuen Dokumente.")
        return redirect("compliance:activities")
    context = {"form": form, "declaration": declaration, "breadcrumb": trail(("Erklärung", ""))}
    return render(request, "compliance/declaration.html", context, status=422 if form.errors else 200)
