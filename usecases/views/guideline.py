"""The guideline: what is in force, its draft, its versions and their difference, the PDF, and who knows it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core import paging
from core.models import Job
from core.worddiff import word_diff
from usecases import services
from usecases.forms_guideline import EnactForm, GuidelineForm, ReadersForm
from usecases.models import GuidelineVersion
from usecases.models.keeping import ENACT, MANAGE, VIEW
from usecases.rules.guideline import blocks
from usecases.selectors_guideline import current, draft_of, filled, has_acknowledged, readers, running_agreement
from usecases.services.guideline import PAPER
from usecases.views.reach import FORM_METHODS, data_of, form_page, manages, require_here, saved, trail
from usecases.views.training import pdf_file

TITLE = "KI-Richtlinie"
Steps = tuple[tuple[str, str], ...]


def _to_guideline(*more: tuple[str, str]) -> Steps:
    return ((TITLE, reverse("usecases:guideline")), *more)


@login_required
@require_safe
def guideline(request: HttpRequest) -> HttpResponse:
    """The newest version; for those who write, the way to the draft."""
    municipality = require_here(request)
    row = current(municipality)
    rows = GuidelineVersion.objects.filter(municipality=municipality)
    page = paging.page(rows, request.GET, order=("-number", "-pk"))
    context = {
        **(_shown(request, row) if row else {}),
        "versions": page.items,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "manages": manages(request, municipality),
        "may_enact": permissions.has(request.user, ENACT, municipality=municipality),
        "draft": draft_of(municipality),
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/guideline.html", context)


def _shown(request: HttpRequest, row: GuidelineVersion) -> dict[str, Any]:
    counted, personal = readers(row)
    return {
        "guideline": row,
        "blocks": blocks(row.body),
        "counted": counted,
        "personal": personal,
        "agreement": running_agreement(row.municipality_id),
        "known": has_acknowledged(row, request.user),
    }


def _version_or_404(request: HttpRequest, uuid: UUID) -> GuidelineVersion:
    rows = GuidelineVersion.objects.visible_to(request.user).select_related("municipality", "by")
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_safe
def version(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _version_or_404(request, uuid)
    others = GuidelineVersion.objects.filter(municipality=row.municipality_id, number__lt=row.number)
    context = {
        **_shown(request, row),
        "is_current": current(row.municipality) == row,
        "before": others.order_by("-number").first(),
        "manages": manages(request, row.municipality_id),
        "breadcrumb": trail(*_to_guideline((f"Fassung {row.number}", ""))),
    }
    return render(request, "usecases/guideline_version.html", context)


@login_required
@require_safe
def difference(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """Word by word, from an earlier version to this one."""
    row = _version_or_404(request, uuid)
    before = get_object_or_404(GuidelineVersion, municipality=row.municipality_id, number=number)
    context = {
        "guideline": row,
        "before": before,
        "parts": word_diff(before.body, row.body),
        "breadcrumb": trail(*_to_guideline((f"Fassung {row.number}", row.get_absolute_url()), ("Vergleich", ""))),
    }
    return render(request, "usecases/guideline_difference.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def draft(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    row = draft_of(municipality)
    form = GuidelineForm(data_of(request), municipality=municipality, user=request.user, instance=row)
    if saved(form, lambda: services.write_guideline(municipality, by=request.user, **form.values)):
        messages.success(request, "Der Entwurf ist gespeichert. Unten steht, wie er mit den Bausteinen aussieht.")
        return redirect("usecases:guideline-draft")
    context = {
        "form": form,
        "preview": blocks(filled(municipality, row.body)) if row else [],
        "may_enact": permissions.has(request.user, ENACT, municipality=municipality),
        "cancel_url": reverse("usecases:guideline"),
        "breadcrumb": trail(*_to_guideline(("Entwurf", ""))),
    }
    return render(request, "usecases/guideline_draft.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def enact(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, ENACT)
    row = draft_of(municipality)
    if row is None:
        raise Http404
    form = EnactForm(data_of(request), draft=row)
    if done := saved(form, lambda: services.enact_guideline(municipality, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Die Fassung {done.number} ist in Kraft gesetzt.")
        return redirect("usecases:guideline")
    lead = "Der Text wird mit den Bausteinen von heute festgehalten und ändert sich danach nicht mehr."
    return form_page(request, form, "In Kraft setzen", steps=_to_guideline(), lead=lead, submit="In Kraft setzen")


@login_required
@require_POST
def pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    job = services.request_guideline_pdf(_version_or_404(request, uuid), by=request.user)
    return redirect("core:job", job.pk)


@login_required
@require_safe
def file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """The PDF, for who asked for it and still works there."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("result"), pk=uuid, kind=PAPER.kind)
    if job.result is None or job.data["municipality"] not in permissions.municipality_ids(request.user, VIEW):
        raise Http404
    return pdf_file(job)


@login_required
@require_POST
def acknowledge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _version_or_404(request, uuid)
    services.acknowledge_guideline(row, by=request.user)
    messages.success(request, "Ihre Kenntnisnahme ist eingetragen.")
    return redirect("usecases:guideline")


@login_required
@require_http_methods(FORM_METHODS)
def count(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _version_or_404(request, uuid)
    municipality = require_here(request, MANAGE)
    if municipality.pk != row.municipality_id:
        raise Http404
    form = ReadersForm(data_of(request), departments=list(municipality.departments.active()), guideline=row)
    if saved(form, lambda: services.count_readers(row, by=request.user, numbers=form.numbers)):
        messages.success(request, "Die Zahlen sind gespeichert.")
        return redirect("usecases:guideline")
    lead = "Wie viele Personen eines Amtes kennen diese Fassung? Zahlen genügen, Namen gehören nicht hierher."
    return form_page(request, form, f"Kenntnisnahmen der Fassung {row.number}", steps=_to_guideline(), lead=lead)
