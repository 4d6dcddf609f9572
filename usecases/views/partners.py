"""Partners: the list of the municipality, and who takes part in a use case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import paging
from core.errors import Conflict
from register.forms import save
from usecases import services
from usecases.forms_cooperation import PartnerForm, UseCasePartnerForm
from usecases.models import CooperationWish, Interest, Partner, UseCase, UseCasePartner
from usecases.models.keeping import MANAGE
from usecases.selectors_cooperation import partners_of, running_call, share_of
from usecases.views.case_reach import answer, edited_or_404
from usecases.views.reach import FORM_METHODS, data_of, form_page, manages, require_here, require_manages, saved, trail

TITLE = "Partner"


def cooperation_of(use_case: UseCase) -> dict[str, Any]:
    """For usecases/cooperation_section.html."""
    waiting = Interest.objects.filter(wish__use_case=use_case, state=Interest.State.WAITING)
    return {
        "partners": [{"row": row, "share": share_of(row)} for row in partners_of(use_case)],
        "wish": CooperationWish.objects.filter(use_case=use_case).first(),
        "call": running_call(use_case),
        "waiting_interests": waiting.count(),
    }


def _steps() -> tuple[tuple[str, str], ...]:
    return ((TITLE, reverse("usecases:partners")),)


LEAD = "Fehlt ein Partner in der Auswahl, tragen CDO/IT oder Leitung ihn in die Liste der Partner ein."


@login_required
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request)
    rows = Partner.objects.visible_to(request.user).running().filter(municipality=municipality)
    page = paging.page(rows, request.GET, order=("name", "pk"))
    context = {
        "partners": page.items,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "manages": manages(request, municipality),
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/partners.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    form = PartnerForm(data_of(request), municipality=municipality, user=request.user)
    if saved(form, lambda: services.create_partner(municipality, by=request.user, **form.values)):
        messages.success(request, "Der Partner ist eingetragen.")
        return redirect("usecases:partners")
    return form_page(request, form, "Partner eintragen", steps=_steps(), submit="Eintragen")


def _partner_or_404(request: HttpRequest, uuid: UUID) -> Partner:
    rows = Partner.objects.visible_to(request.user).select_related("municipality")
    row: Partner = get_object_or_404(rows, uuid=uuid)
    require_manages(request, row.municipality)
    if row.ended_on is not None:
        raise Conflict("Der Partner steht nicht mehr auf der Liste.")
    return row


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _partner_or_404(request, uuid)
    form = PartnerForm(data_of(request), municipality=row.municipality, user=request.user, instance=row)
    if saved(form, lambda: services.update_partner(row, by=request.user, **form.values)):
        messages.success(request, "Der Partner ist gespeichert.")
        return redirect("usecases:partners")
    end = {"danger_url": reverse("usecases:partner-end", args=[row.uuid]), "danger": "Von der Liste nehmen"}
    return form_page(request, form, "Partner ändern", steps=_steps(), **end)


@login_required
@require_POST
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _partner_or_404(request, uuid)
    services.end_partner(row, by=request.user)
    messages.success(request, f"„{row.name}“ steht nicht mehr auf der Liste.")
    return redirect("usecases:partners")


@login_required
@require_http_methods(FORM_METHODS)
def named_new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    form = UseCasePartnerForm(data_of(request), use_case=use_case)
    status = 200
    if form.is_bound:
        status = save(form, lambda _: services.name_partner(use_case, by=request.user, values=form.values))
    return _answer(request, use_case, form, "Partner am Vorhaben", status)


@login_required
@require_http_methods(FORM_METHODS)
def named(request: HttpRequest, uuid: UUID, partner: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    rows = UseCasePartner.objects.filter(use_case=use_case).select_related("partner", "use_case")
    row = get_object_or_404(rows, uuid=partner)
    form = UseCasePartnerForm(data_of(request), use_case=use_case, instance=row)
    status = 200
    if form.is_bound:
        status = save(
            form,
            lambda cleaned: services.change_partner(
                row, by=request.user, values=form.values, version=cleaned["version"]
            ),
        )
    return _answer(request, use_case, form, "Partner am Vorhaben ändern", status)


def _answer(request: HttpRequest, use_case: UseCase, form: Any, title: str, status: int) -> HttpResponse:
    return answer(
        request,
        use_case,
        form,
        status,
        title=title,
        said="Der Partner ist gespeichert.",
        anchor="zusammenarbeit",
        lead=LEAD,
    )
