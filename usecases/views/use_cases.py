"""The list of use cases."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import permissions
from core import paging
from register.filters import chips_of
from usecases.filters import UseCaseFilter
from usecases.models import UseCase
from usecases.selectors import with_lines
from usecases.views.blueprints import first_cards
from usecases.views.case_reach import here, trail

SORTS = {
    "title": ("sort_key", "pk"),
    "-title": ("-sort_key", "-pk"),
    "since": ("stage_since", "pk"),
    "-since": ("-stage_since", "-pk"),
}
COLUMNS = [
    {"label": "Vorhaben", "key": "title"},
    {"label": "Stufe"},
    {"label": "Seit", "key": "since"},
    {"label": "Amt"},
    {"label": "Verantwortlich"},
]


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    municipality = here(request, "usecase.view")
    rows = UseCase.objects.visible_to(request.user).of(municipality)
    found = UseCaseFilter(request.GET, queryset=rows, request=request)
    sort = request.GET.get("sort", "")
    order = SORTS.get(sort, SORTS["title"])
    page = paging.page(with_lines(found.qs), request.GET, order=order)
    edits = permissions.has(request.user, "usecase.edit", municipality=municipality)
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "keep": [("sort", sort)] if sort else [],
        "reset_url": request.path,
        "count": found.qs.count(),
        "count_label": "Vorhaben",
        "count_one": "Vorhaben",
        "columns": COLUMNS,
        "sort": sort or "title",
        "rows": page.items,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse("usecases:new") if edits else "",
        "stock_url": reverse("usecases:stock") if edits else "",
        "start_set": [] if page.items or request.GET else first_cards(),
        "breadcrumb": trail(),
    }
    return render(request, "usecases/use_cases.html", context)
