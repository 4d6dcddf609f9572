"""Files that take longer than a page may: made by the worker when somebody first asks, kept for a day.

Whoever asks has already been found to ask for something public. A file lives for a day at most, so that what is
withdrawn or redacted does not stay behind in the storage either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone

from core import canonical, jobs, pdf
from core.models import Job, StoredDocument
from public.answers import CACHE_CONTROL, etag_of

KEPT = timedelta(days=1)
KIND = "public-file"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Maker:
    """`build` gets the data of the job and gives the bytes and the name of the file; JobFailed if it cannot."""

    media_type: str
    build: Callable[[Job], tuple[bytes, str]]


_makers: dict[str, Maker] = {}


def register(name: str, maker: Maker) -> None:
    _makers[name] = maker


def answer(
    request: HttpRequest,
    name: str,
    *,
    depends_on: list[Any],
    data: Mapping[str, Any],
    context: Callable[[], Mapping[str, Any]],
) -> HttpResponseBase:
    """The file; or 202 with a page that says it is being made, and asks again; or 503 if it cannot be made.

    `depends_on`: what the content comes from, JSON-ready. `context` is for the waiting page: its frame, `back_url`
    and `back`.
    """
    key = canonical.sha256([name, timezone.localdate().isoformat(), *depends_on])
    stored = StoredDocument.objects.filter(key=f"{KIND}:{key}").first()
    if stored is not None and default_storage.exists(str(stored.file.name)):
        return _file(stored, key)
    # One that failed is not tried again at every visit; `forget_old` lets it go after a day.
    broken = Job.objects.filter(kind=KIND, key=key, state=Job.State.FAILED).exists() or (
        _makers[name].media_type == PDF and pdf.available() is not None
    )
    if not broken:
        jobs.enqueue(KIND, key, data={**data, "name": name}, scope=KIND)
    said = {**context(), "address": request.path, "broken": broken}
    waiting = HttpResponse(render_to_string("public/file_waiting.html", said), status=503 if broken else 202)
    waiting.headers["Cache-Control"] = "no-store"
    if not broken:
        waiting.headers["Refresh"] = "4"
    return waiting


def _file(stored: StoredDocument, key: str) -> FileResponse:
    file = default_storage.open(str(stored.file.name))
    response = FileResponse(file, content_type=stored.media_type)
    place = "inline" if stored.media_type == PDF else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{stored.filename}"'
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["ETag"] = etag_of(key)
    return response


def build(job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice."""
    maker = _makers[job.data["name"]]
    content, filename = maker.build(job)
    return jobs.store(f"{KIND}:{job.key}", content, filename=filename, media_type=maker.media_type, scope=KIND)


def forget_old() -> int:
    """Delete the files of yesterday with their jobs; returns how many. A file that another row names too stays."""
    before = timezone.now() - KEPT
    old = list(StoredDocument.objects.filter(scope=KIND, created_at__lt=before))
    names = {str(row.file.name) for row in old}
    Job.objects.filter(kind=KIND, created_at__lt=before).delete()
    StoredDocument.objects.filter(pk__in=[row.pk for row in old]).delete()
    names -= set(StoredDocument.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names:
        default_storage.delete(name)
    return len(old)
