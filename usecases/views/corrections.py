"""Putting a number right: a correction or a withdrawal, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.text import format_date
from register.forms import save
from usecases import services
from usecases.forms_goals import FigureCorrectionForm, MeasurementCorrectionForm, WithdrawalForm
from usecases.models import Figure, Measurement, UseCase
from usecases.selectors_goals import fate_of, with_unit
from usecases.views.case_reach import FORM_METHODS, edited_or_404, trail_to

HANDED_OVER = "Haben Sie die Zahlen schon in einen Eintrag übernommen, dann übernehmen Sie sie bitte neu."


def _figure(request: HttpRequest, uuid: UUID, pk: int) -> Figure:
    use_case = edited_or_404(request, uuid)
    found: Figure = get_object_or_404(Figure.objects.told().filter(use_case=use_case), pk=pk)
    found.use_case = use_case
    return found


def _measurement(request: HttpRequest, uuid: UUID, goal: UUID, pk: int) -> Measurement:
    rows = Measurement.objects.told().filter(goal__use_case=edited_or_404(request, uuid), goal__uuid=goal)
    found: Measurement = get_object_or_404(rows.select_related("goal__use_case", "by", "replaced_by__by"), pk=pk)
    return found


@login_required
@require_http_methods(FORM_METHODS)
def figure(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    found = _figure(request, uuid, pk)
    form = FigureCorrectionForm(request.POST if request.method == "POST" else None, instance=found)

    def run(given: dict[str, Any]) -> Any:
        return services.correct_figure(found, by=request.user, values=form.values, reason=given["reason"])

    return _page(request, found, form, run, "Zahl korrigieren")


@login_required
@require_http_methods(FORM_METHODS)
def figure_withdrawal(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    found = _figure(request, uuid, pk)

    def run(given: dict[str, Any]) -> Any:
        return services.withdraw_figure(found, by=request.user, reason=given["reason"])

    return _page(
        request, found, WithdrawalForm(request.POST if request.method == "POST" else None), run, "Zahl zurückziehen"
    )


@login_required
@require_http_methods(FORM_METHODS)
def measurement(request: HttpRequest, uuid: UUID, goal: UUID, pk: int) -> HttpResponse:
    found = _measurement(request, uuid, goal, pk)
    form = MeasurementCorrectionForm(
        request.POST if request.method == "POST" else None, instance=found, unit=found.goal.unit
    )

    def run(given: dict[str, Any]) -> Any:
        return services.correct_measurement(found, by=request.user, values=form.values, reason=given["reason"])

    return _page(request, found, form, run, "Messung korrigieren")


@login_required
@require_http_methods(FORM_METHODS)
def measurement_withdrawal(request: HttpRequest, uuid: UUID, goal: UUID, pk: int) -> HttpResponse:
    found = _measurement(request, uuid, goal, pk)

    def run(given: dict[str, Any]) -> Any:
        return services.withdraw_measurement(found, by=request.user, reason=given["reason"])

    return _page(
        request, found, WithdrawalForm(request.POST if request.method == "POST" else None), run, "Messung zurückziehen"
    )


def _page(
    request: HttpRequest, row: Figure | Measurement, form: Any, run: Callable[[dict[str, Any]], Any], title: str
) -> HttpResponse:
    """One form; whoever comes too late is told what became of the value."""
    use_case, back, about, withdrawal = _place(row)
    if request.method != "POST" and fate_of(row):
        messages.info(request, f"Dieser Wert gilt nicht mehr: {fate_of(row)}.")
        return redirect(back)
    status = save(form, run) if request.method == "POST" else 200
    if not status:
        messages.success(request, f"Gespeichert. Der alte Wert bleibt lesbar. {HANDED_OVER}")
        return redirect(back)
    withdraws = isinstance(form, WithdrawalForm)
    context = {
        "form": form,
        "title": title,
        "use_case": use_case,
        "lead": about,
        "submit": "Zurückziehen" if withdraws else "Korrigieren",
        "cancel_url": back,
        "other_url": "" if withdraws else withdrawal,
        "breadcrumb": trail_to(use_case, title),
    }
    return render(request, "usecases/correction.html", context, status=status)


def _place(row: Figure | Measurement) -> tuple[UseCase, str, str, str]:
    """The use case, where one comes back to, the value in words, and where it is withdrawn."""
    if isinstance(row, Figure):
        use_case: UseCase = row.use_case
        span = f"{format_date(row.since)} bis {format_date(row.until)}"
        about = f"{row.get_key_display()}, {span}, {with_unit(row.value, row.unit)}"
        withdrawal = reverse("usecases:figure-withdrawal", args=[use_case.uuid, row.pk])
        return use_case, reverse("usecases:figures", args=[use_case.uuid]), about, withdrawal
    goal = row.goal
    about = f"{goal.title}, {format_date(row.day)}, {with_unit(row.value, goal.unit)}"
    withdrawal = reverse("usecases:measurement-withdrawal", args=[goal.use_case.uuid, goal.uuid, row.pk])
    return goal.use_case, goal.get_absolute_url(), about, withdrawal
