"""The charts for Leitung and CDO on one page, and each of them as CSV."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from usecases.dashboard import CHARTS, OFFICES, PORTFOLIO, Charts, charts_of
from usecases.services.council_report import MAKE
from usecases.views.reach import csv_answer, require_here, trail

TITLE = "Übersicht der Leitung"


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        PORTFOLIO,
        "Wo die Vorhaben stehen, welche Risiken und Pflichten offen sind, was es kostet und was es bringt.",
    )


@login_required
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    return _page(request, OFFICES, "Welche Ämter gemeldet haben, ob sie KI einsetzen, und welche geschult sind.")


def _page(request: HttpRequest, which: Charts, lead: str) -> HttpResponse:
    municipality = require_here(request, MAKE)
    context = {
        "charts": charts_of(municipality, timezone.localdate(), which),
        "lead": lead,
        "of_offices": which is OFFICES,
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/dashboard.html", context)


@login_required
@require_safe
def csv(request: HttpRequest, key: str) -> HttpResponse:
    municipality = require_here(request, MAKE)
    if key not in CHARTS:
        raise Http404
    chart = CHARTS[key][0](municipality, timezone.localdate())
    return csv_answer(f"{key}-{municipality.slug}", chart.csv_columns, chart.lines())
