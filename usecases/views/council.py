"""The report to the council: ask for it, take it away as PDF or ODT."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from core.models import Job, StoredDocument
from usecases import services
from usecases.dashboard import usual_period
from usecases.forms_council import CouncilReportForm
from usecases.services.council_report import MAKE, PAPER
from usecases.services.printing import text_key
from usecases.views.reach import FORM_METHODS, data_of, require_here, saved, trail

TITLE = "Bericht an den Rat"
SHOWN = 10


@login_required
@require_http_methods(FORM_METHODS)
def reports(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MAKE)
    since, until = usual_period(timezone.localdate())
    form = CouncilReportForm(data_of(request), initial={"edition": "public", "since": since, "until": until})
    if job := saved(form, lambda: services.request_council_report(municipality, by=request.user, **form.cleaned_data)):
        return redirect("core:job", job.pk)
    made = Job.objects.filter(kind=PAPER.kind, scope=f"{PAPER.kind}:{municipality.pk}", result__isnull=False)
    rows = list(made.select_related("result").order_by("-created_at", "pk")[:SHOWN])
    texts = StoredDocument.objects.in_bulk([text_key(job) for job in rows], field_name="key")
    context = {
        "form": form,
        "files": [file for job in rows for file in _files(job, texts)],
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/council.html", context, status=422 if form.errors else 200)


def _files(job: Job, texts: dict[str, StoredDocument]) -> list[dict[str, Any]]:
    content = job.data["content"]
    label = f"{job.data['title']}, {content['since']} bis {content['until']}"
    url = reverse(PAPER.url_name, args=[job.pk])
    kinds = [
        ("PDF", label, url, job.result),
        ("ODT", f"{label}, zum Bearbeiten", f"{url}?format=odt", texts.get(text_key(job))),
    ]
    return [
        {
            "label": said,
            "url": address,
            "format": kind,
            "size": stored.size,
            "at": job.created_at,
            "sha256": stored.sha256,
        }
        for kind, said, address, stored in kinds
        if stored
    ]


@login_required
@require_safe
def file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Only after the rights check does anybody learn that there is a file."""
    job = get_object_or_404(Job.objects.select_related("result"), pk=uuid, kind=PAPER.kind)
    if job.data["municipality"] not in permissions.municipality_ids(request.user, MAKE) or job.result is None:
        raise Http404
    stored = job.result
    if request.GET.get("format") == "odt":
        stored = get_object_or_404(StoredDocument, key=text_key(job))
    response = FileResponse(
        stored.file.open("rb"), as_attachment=True, filename=stored.filename, content_type=stored.media_type
    )
    response["Cache-Control"] = "no-store"
    return response
