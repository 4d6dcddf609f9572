"""A goal over time, the figures of a use case, and its evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from core import paging
from core.errors import NotAllowed
from core.text import format_date
from register.forms import save
from usecases import services
from usecases.forms_goals import EvaluationForm, FigureForm, GoalForm, MeasurementForm
from usecases.models import Figure, Goal, Measurement, UseCase
from usecases.selectors_goals import NOT_TAKEN, chart_of, fate_of, said, with_unit
from usecases.views.case_reach import FORM_METHODS, edited_or_404, trail_to, use_case_or_404
from usecases.views.reach import csv_answer


def _goal_or_404(use_case: UseCase, goal: UUID) -> Goal:
    return get_object_or_404(Goal.objects.filter(use_case=use_case).select_related("use_case"), uuid=goal)


@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    form = GoalForm(request.POST if request.method == "POST" else None)
    return _form_page(
        request,
        use_case,
        form,
        "Neues Ziel",
        lambda _: services.set_goal(use_case, by=request.user, values=form.values),
        "Das Ziel ist gespeichert.",
    )


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, uuid: UUID, goal: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    found = _goal_or_404(use_case, goal)
    form = GoalForm(request.POST if request.method == "POST" else None, instance=found)
    return _form_page(
        request,
        use_case,
        form,
        "Ziel bearbeiten",
        lambda _: services.set_goal(use_case, by=request.user, values=form.values, goal=found),
        "Das Ziel ist gespeichert.",
    )


@login_required
@require_safe
def goal_csv(request: HttpRequest, uuid: UUID, goal: UUID) -> HttpResponse:
    """The measurements behind the picture."""
    found = _goal_or_404(use_case_or_404(request, uuid), goal)
    rows = found.measurements.standing().order_by("day", "pk")
    lines = (
        [format_date(row.day), said(row.value) if row.value is not None else NOT_TAKEN, found.unit, row.note]
        for row in rows
    )
    return csv_answer("messungen", ["Tag", "Wert", "Einheit", "Anmerkung"], lines)


@login_required
@require_http_methods(FORM_METHODS)
def goal(request: HttpRequest, uuid: UUID, goal: UUID) -> HttpResponse:
    """The page of one goal; a measurement is added on it."""
    use_case = use_case_or_404(request, uuid)
    found = _goal_or_404(use_case, goal)
    edits = permissions.on(request.user, "usecase.edit", use_case)
    form = MeasurementForm(request.POST if request.method == "POST" else None, unit=found.unit)
    status = 200
    if form.is_bound:
        if not edits:
            raise NotAllowed()
        status = save(form, lambda _: services.measure(found, by=request.user, **form.values))
        if not status:
            messages.success(request, "Die Messung ist gespeichert.")
            return redirect(found)
    rows = list(found.measurements.told().order_by("day", "pk"))
    standing = [row for row in rows if not fate_of(row)]
    context = {
        "use_case": use_case,
        "goal": found,
        "facts": [
            {"label": "Messgröße", "value": found.measure},
            {"label": "Ausgangswert", "value": with_unit(found.baseline, found.unit)},
            {"label": "Zielwert", "value": with_unit(found.target, found.unit)},
            {"label": "Wie wird gemessen?", "value": found.method},
        ],
        "chart": chart_of(found, standing),
        "rows": [
            [
                {"text": format_date(row.day)},
                {"text": with_unit(row.value, found.unit), "label": "Wert", "numeric": True, "gone": fate_of(row)},
                {"text": row.note, "label": "Anmerkung"},
                {"text": str(row.by), "label": "Wer"},
                _stand(row, edits, reverse("usecases:measurement", args=[use_case.uuid, found.uuid, row.pk])),
            ]
            for row in rows
        ],
        "columns": [
            {"label": "Tag"},
            {"label": "Wert", "numeric": True},
            {"label": "Anmerkung"},
            {"label": "Wer"},
            {"label": "Stand"},
        ],
        "has_csv": bool(standing),
        "csv_url": reverse("usecases:goal-csv", args=[use_case.uuid, found.uuid]),
        "edits": edits,
        "may_change": edits and not rows,
        "form": form if edits else None,
        "breadcrumb": trail_to(use_case, found.title),
    }
    return render(request, "usecases/goal.html", context, status=status)


def _stand(row: Figure | Measurement, edits: bool, url: str) -> dict[str, str]:
    """What became of a value; while it stands, the way to put it right."""
    if fate := fate_of(row):
        return {"text": fate, "label": "Stand"}
    if not edits:
        return {"text": "gilt", "label": "Stand"}
    day = format_date(row.until if isinstance(row, Figure) else row.day)
    return {
        "text": "Korrigieren",
        "label": "gilt",
        "url": url,
        "more": f"{row.get_key_display()} bis {day}" if isinstance(row, Figure) else f"Messung vom {day}",
    }


@login_required
@require_http_methods(FORM_METHODS)
def figures(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Costs, savings, use, errors: the newest first, and the form for another one."""
    use_case = use_case_or_404(request, uuid)
    edits = permissions.on(request.user, "usecase.edit", use_case)
    form = FigureForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        if not edits:
            raise NotAllowed()
        status = save(form, lambda _: services.add_figure(use_case, by=request.user, **form.values))
        if not status:
            messages.success(request, "Die Zahl ist gespeichert.")
            return redirect("usecases:figures", use_case.uuid)
    page = paging.page(Figure.objects.told().filter(use_case=use_case), request.GET, order=("-until", "-pk"))
    context = {
        "use_case": use_case,
        "columns": [
            {"label": "Zeitraum"},
            {"label": "Was"},
            {"label": "Wert", "numeric": True},
            {"label": "Anmerkung"},
            {"label": "Stand"},
        ],
        "rows": [
            [
                {"text": f"{format_date(row.since)} bis {format_date(row.until)}"},
                {"text": row.get_key_display(), "label": "Was"},
                {"text": with_unit(row.value, row.unit), "label": "Wert", "numeric": True, "gone": fate_of(row)},
                {"text": row.note, "label": "Anmerkung"},
                _stand(row, edits, reverse("usecases:figure", args=[use_case.uuid, row.pk])),
            ]
            for row in page.items
        ],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "form": form if edits else None,
        "breadcrumb": trail_to(use_case, "Kosten und Nutzung"),
    }
    return render(request, "usecases/figures.html", context, status=status)


@login_required
@require_http_methods(FORM_METHODS)
def evaluate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    return _form_page(
        request,
        use_case,
        form,
        "Auswertung",
        lambda _: services.evaluate(use_case, by=request.user, **form.values),
        "Die Auswertung ist gespeichert.",
    )


def _form_page(
    request: HttpRequest, use_case: UseCase, form: Any, title: str, run: Callable[[dict[str, Any]], Any], done: str
) -> HttpResponse:
    status = save(form, run) if form.is_bound else 200
    if not status:
        messages.success(request, done)
        return redirect(use_case)
    context = {
        "form": form,
        "title": title,
        "use_case": use_case,
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, title),
    }
    return render(request, "usecases/case_form.html", context, status=status)
