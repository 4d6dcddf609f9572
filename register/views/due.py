"""What is due for a review, since when, and how many months a municipality leaves between two reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from core import paging
from register import selectors_dates, services, workflow
from register.forms import IntervalsForm, add_service_errors
from register.models import Entry
from register.rules import review_dates, vocabulary
from register.views.reach import require_here, trail

AHEAD = timedelta(days=90)


@login_required
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "entry.view")
    today = timezone.localdate()
    entries = Entry.objects.visible_to(request.user).of(municipality)
    late = request.GET.get("show") == "overdue"
    found = selectors_dates.due_until(entries, today - timedelta(days=1) if late else today + AHEAD)
    page = paging.page(found.select_related("department", "system"), request.GET, order=("due", "pk"))
    context = {
        "rows": [_row(entry) for entry in page.items],
        "late": late,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_change": permissions.has(request.user, "review_dates.edit", municipality=municipality),
        "breadcrumb": trail(("Prüftermine", "")),
    }
    return render(request, "register/due.html", context)


def _row(entry: Any) -> dict[str, Any]:
    days = (timezone.localdate() - entry.due).days
    return {
        "entry": entry,
        "days": days,
        "in_review": entry.review_state == workflow.IN_REVIEW,
        "note": review_dates.NOTES.get(entry.due_class, ""),
        "risk_label": vocabulary.RISK_CLASSES.get(entry.due_class, ""),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def intervals(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "review_dates.edit")
    current = selectors_dates.intervals_of(municipality)
    form = IntervalsForm(request.POST if request.method == "POST" else None, months=current)
    if form.is_bound and form.is_valid():
        try:
            services.set_review_intervals(municipality, by=request.user, months=form.months())
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "Die Prüffristen sind gespeichert.")
            return redirect("register:due")
    context = {
        "form": form,
        "stages": review_dates.STAGES,
        "cancel_url": reverse("register:due"),
        "breadcrumb": trail(("Prüftermine", reverse("register:due")), ("Prüffristen", "")),
    }
    return render(request, "register/intervals.html", context, status=422 if form.errors else 200)
