"""What the pages of the legal documents begin with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from compliance.legal.printing import Printable
from compliance.models import LegalDocument, LegalDocumentVersion
from compliance.rules.legal_kinds import Kind, by_slug
from compliance.services.legal_files import finished_job
from register.models import Entry
from register.views.reach import trail_to

Trail = list[dict[str, str]]
_ENTRY = ("entry__municipality", "entry__department", "entry__system")


def kind_or_404(slug: str) -> Kind:
    kind = by_slug(slug)
    if kind is None:
        raise Http404
    return kind


def document_or_404(request: HttpRequest, uuid: UUID, slug: str) -> LegalDocument:
    rows = LegalDocument.objects.visible_to(request.user).select_related(*_ENTRY, "changed_by")
    return get_object_or_404(rows, entry__uuid=uuid, kind=kind_or_404(slug).key)


def version_or_404(request: HttpRequest, uuid: UUID, slug: str, number: int) -> LegalDocumentVersion:
    document = document_or_404(request, uuid, slug)
    rows = LegalDocumentVersion.objects.select_related("by", "advice__by", "advice__deputy_for", "decision__by")
    version: LegalDocumentVersion = get_object_or_404(rows, document=document, number=number)
    version.document = document
    return version


def files_of(entry: Any, document: Printable, place: tuple[Any, ...]) -> dict[str, Any]:
    """Where the PDF of exactly this content is, or where to ask for it; the JSON of the same content."""
    name, *arguments = place
    job = finished_job(entry, document)
    result = job.result if job else None
    files = [{"label": "Inhalt als JSON", "url": reverse(f"compliance:{name}-json", args=arguments), "format": "JSON"}]
    if job and result:
        address = reverse("compliance:legal-file", args=[job.pk])
        files.insert(0, {"label": "PDF", "url": address, "format": "PDF", "size": result.size, "sha256": result.sha256})
    return {"files": files, "has_pdf": bool(result), "pdf_url": reverse(f"compliance:{name}-pdf", args=arguments)}


def trail(entry: Entry, *steps: tuple[str, str]) -> Trail:
    start = ("Rechtsdokumente", reverse("compliance:legal-documents", args=[entry.uuid]))
    return [*trail_to(entry), *({"label": label, "url": url} for label, url in (start, *steps))]


def trail_in(document: LegalDocument, *steps: str) -> Trail:
    here = (document.definition.short, document.get_absolute_url())
    return trail(document.entry, here, *((step, "") for step in steps))
