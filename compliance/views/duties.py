"""The work list of duties: filtered, sorted, taken away as a file, and given to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from compliance import services
from compliance.filters import DutyFilter
from compliance.forms_duty import AssignForm
from compliance.models import Duty
from compliance.reports.calendar import MEDIA_TYPE, calendar
from compliance.selectors_duties import numbers_of, with_lines
from compliance.views.duty_reach import TONES, trail
from compliance.views.reach import require_here
from core import paging
from core.cells import csv_lines
from core.errors import Conflict
from core.text import format_date
from register.filters import chips_of
from register.forms import add_service_errors

SORTS = {"": ("sort_day", "pk"), "due": ("sort_day", "pk"), "-due": ("-sort_day", "-pk")}
COLUMNS = [
    {"label": "Pflicht"},
    {"label": "KI-System"},
    {"label": "Frist", "key": "due"},
    {"label": "Stand"},
    {"label": "Verantwortlich"},
]
HEADINGS = (
    "Kürzel", "Pflicht", "Fundstelle", "KI-System", "Amt", "Tag nach dem Gesetz", "Zeitpunkt", "Eigener Termin",
    "Stand", "Verantwortlich", "Erwarteter Nachweis", "Notiz",
)  # fmt: skip


@login_required
@require_safe
def duties(request: HttpRequest) -> HttpResponseBase:
    municipality = require_here(request, "entry.view")
    everything = Duty.objects.visible_to(request.user).of(municipality)
    rows = everything if request.GET.get("state") else everything.pending()
    found = DutyFilter(request.GET, queryset=rows, request=request)
    sort = request.GET.get("sort", "")
    order = SORTS.get(sort, SORTS[""])
    shown = with_lines(found.qs)
    if request.GET.get("format") == "csv":
        lines = csv_lines(HEADINGS, _cells(shown.order_by(*order)))
        return _file(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), "Pflichten.csv")
    if request.GET.get("format") == "ics":
        content = calendar(shown.order_by(*order), name=f"Pflichten {municipality.name}", base_url=settings.BASE_URL)
        return _file(HttpResponse(content, content_type=MEDIA_TYPE), "Pflichten.ics")
    page = paging.page(shown, request.GET, order=order)
    chips = chips_of(found)
    context = {
        "filter_form": found.form,
        "chips": chips,
        "keep": [("sort", sort)] if sort else [],
        "reset_url": request.path,
        "count": found.qs.count(),
        "count_label": "Pflichten",
        "columns": COLUMNS,
        "sort": sort or "due",
        "rows": [{"duty": duty, "tone": TONES[duty.state]} for duty in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "numbers": _numbers(numbers_of(everything)),
        "timeline_url": _timeline_url(found),
        "may_assign": permissions.has(request.user, "entry.edit", municipality=municipality),
        "breadcrumb": trail(),
    }
    return render(request, "compliance/duties.html", context)


def _timeline_url(found: DutyFilter) -> str:
    """Of the system that the list is narrowed down to, else of the municipality."""
    system = found.form.cleaned_data.get("system") if found.form.is_valid() else None
    if system is not None:
        return reverse("compliance:duty-timeline-system", args=[system.uuid])
    return reverse("compliance:duty-timeline")


def _numbers(found: dict[str, int]) -> list[dict[str, Any]]:
    labels = (
        ("overdue", "überfällig"),
        ("days30", "in den nächsten 30 Tagen"),
        ("days90", "in den nächsten 90 Tagen"),
        ("none", "ohne festen Tag"),
        ("law", "nach früherer Fassung des Rechts"),
    )
    value = {"days30": "30", "days90": "90"}
    url = reverse("compliance:duties")
    return [
        {"value": found[key], "label": label, "url": f"{url}?due={value.get(key, key)}" if found[key] else ""}
        for key, label in labels
        if key != "law" or found[key]
    ]


def _cells(rows: Any) -> Iterator[tuple[str, ...]]:
    for duty in rows.iterator(chunk_size=500):
        yield (
            duty.code,
            duty.text,
            duty.article,
            duty.entry.name,
            duty.entry.department.name if duty.entry.department else "",
            format_date(duty.due) if duty.due else "",
            duty.timing,
            format_date(duty.target_day) if duty.target_day else "",
            duty.get_state_display(),
            str(duty.responsible or ""),
            duty.proof,
            duty.note,
        )


def _file(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{timezone.localdate().isoformat()}-{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """One person for the duties that were ticked in the list."""
    municipality = require_here(request, "entry.edit")
    wanted = _uuids(request.POST.getlist("duty") or request.GET.getlist("duty"))
    rows = Duty.objects.visible_to(request.user).of(municipality).filter(uuid__in=wanted)
    chosen = list(with_lines(rows).order_by("sort_day", "pk"))
    form = AssignForm(request.POST if request.method == "POST" else None, municipality=municipality)
    if form.is_bound and form.is_valid():
        try:
            count = services.assign_duties(municipality, chosen, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            said = "Für eine Pflicht" if count == 1 else f"Für {count} Pflichten"
            messages.success(request, f"{said} ist jetzt {form.cleaned_data['responsible']} verantwortlich.")
            return redirect("compliance:duties")
    context = {
        "form": form,
        "rows": chosen,
        "action": f"{request.path}?{urlencode({'duty': [duty.uuid for duty in chosen]}, doseq=True)}",
        "cancel_url": reverse("compliance:duties"),
        "breadcrumb": trail(("Person setzen", "")),
    }
    return render(request, "compliance/duties_assign.html", context, status=422 if form.errors else 200)


def _uuids(texts: list[str]) -> list[UUID]:
    """What is no identifier chooses nothing."""
    found = []
    for text in texts[: paging.SIZE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
