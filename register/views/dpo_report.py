"""The yearly report of the Datenschutz: ask for it, take it away."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from core.models import Job
from register import services
from register.forms import YearForm, add_service_errors
from register.services.dpo_report import KIND, scope_of
from register.views.reach import require_here, trail

SHOWN = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "dpo_report.make" if request.method == "POST" else "dpo_report.view")
    today = timezone.localdate()
    years = range(today.year, timezone.localdate(municipality.created_at).year - 1, -1)
    form = YearForm(request.POST if request.method == "POST" else None, years=years)
    if form.is_bound and form.is_valid():
        try:
            job = services.request_dpo_report(municipality, by=request.user, year=form.cleaned_data["year"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            return redirect("core:job", job.pk)
    made = Job.objects.filter(kind=KIND, scope=scope_of(municipality), result__isnull=False)
    context = {
        "form": form,
        "may_make": permissions.has(request.user, "dpo_report.make", municipality=municipality),
        "files": [_file(job) for job in made.select_related("result").order_by("-created_at", "pk")[:SHOWN]],
        "breadcrumb": trail(("Jahresbericht", "")),
    }
    return render(request, "register/dpo_reports.html", context, status=422 if form.errors else 200)


def _file(job: Job) -> dict[str, object]:
    assert job.result is not None
    return {
        "label": job.data["title"],
        "url": reverse("register:dpo-report", args=[job.pk]),
        "format": "PDF",
        "size": job.result.size,
        "at": job.created_at,
        "sha256": job.result.sha256,
    }


@login_required
@require_safe
def report(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Only after the rights check does anybody learn that there is a file."""
    served = permissions.municipality_ids(request.user, "dpo_report.view")
    job = get_object_or_404(Job.objects.select_related("result"), pk=uuid, kind=KIND)
    if job.data["municipality"] not in served or job.result is None:
        raise Http404
    response = FileResponse(
        job.result.file.open("rb"),
        as_attachment=True,
        filename=job.result.filename,
        content_type=job.result.media_type,
    )
    response["Cache-Control"] = "no-store"
    return response
