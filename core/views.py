"""The page of a job in the background: how far it is, and where its result is. Only for those who asked for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import jobs
from core.errors import Conflict
from core.models import Job


def _job(request: HttpRequest, pk: UUID) -> Job:
    """Asked for at every request anew: a right that ends must end here, too."""
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("result"), pk=pk)


def _context(job: Job) -> dict[str, Any]:
    running = not job.is_finished
    return {
        "job": job,
        "title": job.data.get("title") or _("Das Dokument"),
        "poll_url": reverse("core:job-status", args=[job.pk]) if running else "",
        "result_url": reverse("core:job-result", args=[job.pk]) if job.result_id else "",
        "retry_url": reverse("core:job-retry", args=[job.pk]) if job.state == Job.State.FAILED else "",
        "breadcrumb": [{"label": _("Übersicht"), "url": "/verwaltung/"}, {"label": _("Auftrag"), "url": ""}],
    }


@login_required
@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "core/job.html", _context(_job(request, pk)))


@login_required
@require_safe
def job_status(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that changes, for polling."""
    return render(request, "components/job_status.html", _context(_job(request, pk)))


@login_required
@require_safe
def job_result(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    job = _job(request, pk)
    if room := job.data.get("result_url"):
        # Having asked for it once is not enough: the room that made it checks its own rights at every download.
        return redirect(room)
    result = job.result
    name = result.file.name if result else None
    if result is None or not name or not default_storage.exists(name):
        raise Http404
    return FileResponse(
        default_storage.open(name),
        as_attachment=True,
        filename=result.filename,
        content_type=result.media_type,
    )


@login_required
@require_POST
def job_retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    failed = _job(request, pk)
    if failed.state != Job.State.FAILED:
        raise Conflict(_("Der Auftrag läuft schon oder ist fertig."))
    jobs.enqueue(failed.kind, failed.key, by=request.user, data=failed.data, scope=failed.scope)
    return redirect("core:job", failed.pk)
