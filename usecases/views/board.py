"""The board: a column for each stage. Cards are moved by buttons; what two people decide leads to its own page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import User
from register.filters import chips_of
from usecases.filters import UseCaseFilter
from usecases.models import UseCase
from usecases.rules.vocabulary import STAGES
from usecases.selectors import first_of_each_stage, numbers_by_stage
from usecases.views.blueprints import first_cards
from usecases.views.case_reach import here, trail
from usecases.workflow import NEED_REASON, STEPS, TWO_PEOPLE

SHOWN = 12


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    municipality = here(request, "usecase.view")
    rows = UseCase.objects.visible_to(request.user).of(municipality)
    found = UseCaseFilter(request.GET, queryset=rows, request=request)
    numbers = numbers_by_stage(found.qs)
    cards: dict[str, list[dict[str, Any]]] = {}
    for use_case in first_of_each_stage(found.qs, SHOWN):
        cards.setdefault(use_case.stage, []).append(_card(use_case, request.user))
    wanted = found.form.cleaned_data.get("stage") if found.form.is_valid() else ""
    query = request.GET.copy()
    columns = []
    for stage, label in STAGES.items():
        if wanted and stage != wanted:
            continue
        query["stage"] = stage
        url = f"{reverse('usecases:use-cases')}?{query.urlencode()}"
        here_now = cards.get(stage, [])
        more = numbers.get(stage, 0) - len(here_now)
        columns.append(
            {"code": stage, "label": label, "count": numbers.get(stage, 0), "cards": here_now, "more": more, "url": url}
        )
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "count": sum(numbers.values()),
        "count_label": "Vorhaben",
        "count_one": "Vorhaben",
        "columns": columns,
        "start_set": [] if numbers or request.GET else first_cards(),
        "breadcrumb": trail(("Tafel", "")),
    }
    return render(request, "usecases/board.html", context)


def _card(use_case: Any, user: User) -> dict[str, Any]:
    step = None
    if permissions.on(user, "usecase.edit", use_case) and not use_case.waiting:
        # The first one leads on; the others stand on the page of the use case.
        step = next((one for one in STEPS if use_case.position in one.sources), None)
    url = reverse("usecases:step", args=[use_case.uuid, step.name]) if step else ""
    # What asks for a reason or for a second person has a form of its own.
    at_once = step is not None and step.name not in TWO_PEOPLE and step.name not in NEED_REASON
    return {"use_case": use_case, "step": step, "url": url, "at_once": at_once}
