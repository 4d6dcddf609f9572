"""Writing a legal document: one section a page, with what is typed kept, and a page where two were writing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from compliance import services
from compliance.forms_legal import LegalSectionForm
from compliance.legal import printing
from compliance.legal.content import content_of, values_of
from compliance.legal.known import read
from compliance.models import LegalDocument
from compliance.rules.legal_kinds import SHOWN, Section
from compliance.services.legal import input_name
from compliance.views.legal_reach import document_or_404, trail_in
from core.errors import Conflict
from register.forms import add_service_errors, merging
from register.selectors import unsaved_input
from register.services import access
from register.views.merging import merge_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, uuid: UUID, slug: str, key: str) -> HttpResponse:
    document, found = _section_or_404(request, uuid, slug, key)
    if request.method != "POST":
        kept = unsaved_input(document.entry, request.user, input_name(document, key))
        form = _form(document, found, kept=kept.data if kept else None)
        return _page(request, document, found, form, kept=kept if form.restored else None)
    stored = _form(document, found)
    form = _form(document, found, data=merging.settled(request.POST, stored, stored.keys))
    if not form.is_valid():
        return _page(request, document, found, form, status=422)
    if merging.unanswered(request.POST) or form.cleaned_data["version"] != document.version:
        return _overtaken(request, document, found, form)
    return _try_to_save(request, document, found, form)


def _section_or_404(request: HttpRequest, uuid: UUID, slug: str, key: str) -> tuple[LegalDocument, Section]:
    document = document_or_404(request, uuid, slug)
    access.require(request.user, "entry.edit", document.entry)
    found = next((one for one in document.definition.sections if one.key == key), None)
    if found is None:
        raise Http404
    return document, found


def _form(document: LegalDocument, section: Section, *, data: Any = None, kept: Any = None) -> LegalSectionForm:
    values = values_of(document.definition, read(document.entry), document.answers)
    return LegalSectionForm(
        data, kind=document.definition, section=section, values=values, version=document.version, kept=kept
    )


def _try_to_save(
    request: HttpRequest, document: LegalDocument, section: Section, form: LegalSectionForm
) -> HttpResponse:
    try:
        services.save_legal_document(document, by=request.user, changes=form.changes, version=document.version)
    except ValidationError as error:
        add_service_errors(form, error)
        return _page(request, document, section, form, status=422)
    except Conflict:
        # Somebody was faster between our reading and our writing.
        return _overtaken(
            request, document_or_404(request, document.entry.uuid, document.definition.slug), section, form
        )
    services.discard_legal_input(document, by=request.user, section=section.key)
    messages.success(request, f"„{section.title}“ ist gespeichert.")
    following = _next(document, section)
    if "next" in request.POST and following:
        return redirect(_url("legal-section", document, following))
    return redirect(document)


def _overtaken(request: HttpRequest, document: LegalDocument, section: Section, form: LegalSectionForm) -> HttpResponse:
    """Somebody else has saved meanwhile. Where nobody touched this section there is nothing to decide."""
    current, seen = _form(document, section), request.POST.get("seen", "")
    if seen and merging.ASKED not in request.POST and not merging.touched(current, current.keys, seen=seen):
        data = form.data.copy()
        data["version"] = str(document.version)
        again = _form(document, section, data=data)
        if again.is_valid():
            return _try_to_save(request, document, section, again)
    return merge_page(
        request,
        typed=form,
        current=current,
        keys=form.keys,
        row=document,
        title=section.title,
        subject=document.entry.name,
        back_url=request.path,
        discard_url=_url("legal-input-discard", document, section),
        breadcrumb=trail_in(document, section.title),
    )


def _page(
    request: HttpRequest,
    document: LegalDocument,
    section: Section,
    form: LegalSectionForm,
    *,
    status: int = 200,
    kept: Any = None,
) -> HttpResponse:
    content = content_of(document.definition, read(document.entry), document.answers)
    shown = next(one for one in content["sections"] if one["key"] == section.key)["fields"]
    kinds = {one.key: one.kind for one in section.fields}
    following = _next(document, section)
    context = {
        "entry": document.entry,
        "legal": document,
        "section": section,
        "form": form,
        "shown": [printing.for_reading(row) for row in shown if kinds[row["key"]] == SHOWN],
        "seen": request.POST.get("seen", "") if form.is_bound else form.seen,
        "kept": kept,
        "keep_url": _url("legal-input-keep", document, section),
        "discard_url": _url("legal-input-discard", document, section),
        "next_title": following.title if following else "",
        "breadcrumb": trail_in(document, section.title),
    }
    return render(request, "compliance/legal_section.html", context, status=status)


def _next(document: LegalDocument, section: Section) -> Section | None:
    sections = document.definition.sections
    return next((one for one in sections[sections.index(section) + 1 :] if one.typed), None)


def _url(name: str, document: LegalDocument, section: Section) -> str:
    return reverse(f"compliance:{name}", args=[document.entry.uuid, document.definition.slug, section.key])


@login_required
@require_POST
def keep_input(request: HttpRequest, uuid: UUID, slug: str, key: str) -> HttpResponse:
    """What the script sends while somebody types. Nobody reads the answer but the script."""
    document, found = _section_or_404(request, uuid, slug, key)
    data = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    services.keep_legal_input(document, by=request.user, section=found.key, data=data)
    return HttpResponse(status=204)


@login_required
@require_POST
def discard_input(request: HttpRequest, uuid: UUID, slug: str, key: str) -> HttpResponse:
    document, found = _section_or_404(request, uuid, slug, key)
    services.discard_legal_input(document, by=request.user, section=found.key)
    messages.success(request, "Ihre nicht gespeicherten Eingaben sind verworfen.")
    return redirect(_url("legal-section", document, found))
