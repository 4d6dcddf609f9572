"""The use cases over time: a picture made on the server, and the same as a table."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import paging
from register.filters import chips_of
from usecases import timeline as pictures
from usecases.filters import UseCaseFilter
from usecases.models import UseCase, UseCaseEvent
from usecases.views.case_reach import here, trail

SHOWN = 30


@login_required
@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    municipality = here(request, "usecase.view")
    rows = UseCase.objects.visible_to(request.user).of(municipality)
    found = UseCaseFilter(request.GET, queryset=rows, request=request)
    page = paging.page(found.qs, request.GET, order=("-created_at", "-pk"), size=SHOWN)
    events = UseCaseEvent.objects.filter(use_case__in=page.items).order_by("number")
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "count": found.qs.count(),
        "count_label": "Vorhaben",
        "count_one": "Vorhaben",
        "picture": pictures.picture(page.items, events.only("use_case", "target", "at")),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(("Zeitstrahl", "")),
    }
    return render(request, "usecases/timeline.html", context)
