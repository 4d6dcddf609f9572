"""The entry and the poster as PDF: set by the worker when somebody first asks, kept for a day.

Only a version that is public now is ever served. A file lives for a day at most, so that what is withdrawn or redacted
does not stay behind in the storage either.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import get_template, render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import canonical, jobs, pdf
from core.errors import JobFailed
from core.models import Job, StoredDocument
from public import brief, fact_sheet, links, notices
from public.answers import CACHE_CONTROL, etag_of
from public.frame import frame
from public.kinds import KINDS, Kind
from register import selectors_public as selectors
from register.selectors_public import PublicDocument

KEPT = timedelta(days=1)
KIND = "public-pdf"


@dataclass(frozen=True)
class Print:
    template: str
    filename: str
    content: Callable[[PublicDocument], dict[str, Any]]


@require_safe
def entry(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponseBase:
    return _answer(request, "entry", _document(slug, kind, entry))


@require_safe
def poster(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponseBase:
    document = _document(slug, kind, entry)
    if not notices.fits(document):
        raise Http404
    return _answer(request, "poster", document)


def _document(slug: str, kind: Kind, entry: str) -> PublicDocument:
    rows = selectors.documents().filter(municipality__slug=slug, kind=kind.key, slug=entry)
    return get_object_or_404(rows.defer("search"))


def _answer(request: HttpRequest, name: str, document: PublicDocument) -> HttpResponseBase:
    """The file; or 202 with a page that says it is being made, and asks again."""
    key = _key(name, document)
    stored = StoredDocument.objects.filter(key=f"{KIND}:{key}").first()
    if stored is not None and default_storage.exists(str(stored.file.name)):
        response = FileResponse(default_storage.open(str(stored.file.name)), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{stored.filename}"'
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["ETag"] = etag_of(key)
        return response
    # One that failed is not tried again at every visit; `forget_old` lets it go after a day.
    broken = pdf.available() or Job.objects.filter(kind=KIND, key=key, state=Job.State.FAILED).exists()
    if not broken:
        jobs.enqueue(KIND, key, data={"name": name, "entry": document.pk, "number": document.number}, scope=KIND)
    context = {
        **frame(document.municipality, current=document.kind, breadcrumb=_crumbs(document)),
        "document": document,
        "entry_url": links.entry_url(document),
        "address": request.path,
        "broken": bool(broken),
    }
    status = 503 if broken else 202
    waiting = HttpResponse(render_to_string("public/pdf_waiting.html", context), status=status)
    waiting.headers["Cache-Control"] = "no-store"
    if not broken:
        waiting.headers["Refresh"] = "4"
    return waiting


def _crumbs(document: PublicDocument) -> list[tuple[str, str]]:
    kind = KINDS[document.kind]
    home = links.municipality_url(document.municipality.slug)
    return [(kind.many, home), (document.name, links.entry_url(document)), ("PDF", "")]


def _key(name: str, document: PublicDocument) -> str:
    """Changes with the content, the look, the day (an overdue check is named) and the address of the instance."""
    template = (settings.BASE_DIR / "templates" / PRINTS[name].template).read_text(encoding="utf-8")
    said = [name, document.document_sha256, template, pdf.fingerprint(), settings.BASE_URL]
    return canonical.sha256([*said, timezone.localdate().isoformat()])


def build(job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice. What is no longer public by now is not made."""
    document = selectors.documents().defer("search").filter(pk=job.data["entry"], number=job.data["number"]).first()
    if document is None:
        raise JobFailed("Der Eintrag ist nicht mehr öffentlich oder hat eine neuere Fassung.")
    found = PRINTS[job.data["name"]]
    html = get_template(found.template).render({"municipality": document.municipality, **found.content(document)})
    rendered = pdf.render(html, title=f"{document.name} – {document.municipality.name}", created=job.created_at)
    name = f"{found.filename}-{document.slug}.pdf"
    return jobs.store(f"{KIND}:{job.key}", rendered.data, filename=name, media_type="application/pdf", scope=job.scope)


def forget_old() -> int:
    """Delete the files of yesterday with their jobs; returns how many. A file that another row names too stays."""
    old = list(StoredDocument.objects.filter(scope=KIND, created_at__lt=timezone.now() - KEPT))
    names = {str(row.file.name) for row in old}
    Job.objects.filter(kind=KIND, created_at__lt=timezone.now() - KEPT).delete()
    StoredDocument.objects.filter(pk__in=[row.pk for row in old]).delete()
    names -= set(StoredDocument.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names:
        default_storage.delete(name)
    return len(old)


def _of_entry(document: PublicDocument) -> dict[str, Any]:
    told = json.loads(document.document)
    return {
        "document": told,
        "kind": KINDS[document.kind],
        "status": fact_sheet.status_label(told.get("status", "")),
        "freshness": fact_sheet.freshness(told),
        "sentences": brief.sentences(told),
        "for_me": brief.for_me(told),
        "risk": brief.risk(told),
        "sections": fact_sheet.sections(told, {}),
        "blocks": fact_sheet.blocks(told),
        "dates": fact_sheet.dates(told, document.first_published_at, document.published_at),
        "withheld": fact_sheet.withheld(told),
        "dpo": fact_sheet.dpo_sentence(told),
        "published_at": document.published_at,
        "number": document.number,
        **_way_back(document),
    }


def _way_back(document: PublicDocument) -> dict[str, str]:
    """Address and code of the entry; a document loads no file, so the picture is written into it."""
    picture = base64.b64encode(notices.code(document, "svg")).decode()
    return {
        "address": links.absolute(links.entry_url(document)),
        "code": f"data:image/svg+xml;base64,{picture}",
    }


def _of_poster(document: PublicDocument) -> dict[str, Any]:
    return {"document": {"name": document.name, "description_short": document.description_short}, **_way_back(document)}


PRINTS = {
    "entry": Print("pdf/public_entry.html", "ki-register", _of_entry),
    "poster": Print("pdf/public_poster.html", "aushang", _of_poster),
}
