"""Funding programmes: the list with what fits, and keeping it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core import paging
from core.errors import Conflict
from usecases import services
from usecases.forms_funding import FundingFilterForm, FundingForm
from usecases.models import FundingProgramme
from usecases.models.keeping import MANAGE
from usecases.selectors_funding import euro, sums, with_sums
from usecases.views.reach import FORM_METHODS, data_of, form_page, manages, require_here, require_manages, saved, trail

TITLE = "Förderprogramme"


@login_required
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request)
    form = FundingFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(FundingProgramme.objects.visible_to(request.user).filter(municipality=municipality), wanted)
    sees_money = permissions.has(request.user, "usecase.view", municipality=municipality)
    page = paging.page(with_sums(rows) if sees_money else rows, request.GET, order=("name", "pk"))
    context = {
        "filter_form": form,
        "reset_url": request.path,
        "count": rows.count(),
        "count_label": TITLE,
        "count_one": "Förderprogramm",
        "programmes": [(row, _applied(row)) for row in page.items],
        "numbers": sums(municipality) if sees_money else [],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "manages": manages(request, municipality),
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/programmes.html", context)


def _applied(row: Any) -> str:
    """How often it is asked for, for those who read the use cases."""
    number = getattr(row, "applied", 0)
    if not number:
        return ""
    text = f"{number} {'Antrag' if number == 1 else 'Anträge'}"
    return f"{text}, bewilligt {euro(row.granted)}" if row.granted else text


def _filtered(rows: Any, wanted: dict[str, Any]) -> Any:
    rows = rows.filter(ended_on__isnull=True) if wanted.get("over") else rows.running()
    if text := wanted.get("q"):
        rows = rows.filter(Q(name__icontains=text) | Q(funder__icontains=text) | Q(purpose__icontains=text))
    if field := wanted.get("field"):
        rows = rows.filter(Q(fields=[]) | Q(fields__contains=[field]))
    if stage := wanted.get("stage"):
        rows = rows.filter(Q(stages=[]) | Q(stages__contains=[stage]))
    return rows


def _steps() -> tuple[tuple[str, str], ...]:
    return ((TITLE, reverse("usecases:funding")),)


@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    form = FundingForm(data_of(request), municipality=municipality, user=request.user)
    if saved(form, lambda: services.create_programme(municipality, by=request.user, **form.values)):
        messages.success(request, "Das Förderprogramm ist eingetragen.")
        return redirect("usecases:funding")
    return form_page(request, form, "Förderprogramm eintragen", steps=_steps(), submit="Eintragen")


def _programme_or_404(request: HttpRequest, uuid: UUID) -> FundingProgramme:
    rows = FundingProgramme.objects.visible_to(request.user).select_related("municipality")
    row: FundingProgramme = get_object_or_404(rows, uuid=uuid)
    require_manages(request, row.municipality)
    if row.ended_on is not None:
        raise Conflict("Das Förderprogramm steht nicht mehr auf der Liste.")
    return row


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _programme_or_404(request, uuid)
    form = FundingForm(data_of(request), municipality=row.municipality, user=request.user, instance=row)
    if saved(form, lambda: services.update_programme(row, by=request.user, **form.values)):
        messages.success(request, "Das Förderprogramm ist gespeichert.")
        return redirect("usecases:funding")
    end = {"danger_url": reverse("usecases:funding-end", args=[row.uuid]), "danger": "Von der Liste nehmen"}
    return form_page(request, form, "Förderprogramm ändern", steps=_steps(), **end)


@login_required
@require_POST
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _programme_or_404(request, uuid)
    services.end_programme(row, by=request.user)
    messages.success(request, f"„{row.name}“ steht nicht mehr auf der Liste.")
    return redirect("usecases:funding")
