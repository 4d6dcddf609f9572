"""The desk of the Datenschutzbeauftragte: what waits, in every municipality that the person serves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import SESSION_KEY
from accounts.models import Municipality
from core import paging
from core.errors import NotAllowed
from register import desk, selectors
from register.filters import InboxFilter, chips_of
from register.models import Entry
from register.rules import vocabulary
from register.views.reach import entry_or_404, trail

# Both begin with what should be done first; the key is unique, so pages stay stable.
ORDERS = {"risk": ("risk_order", "waiting_since", "pk"), "age": ("waiting_since", "pk")}
MEASURES = 25


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    towns = list(selectors.municipalities_served(request.user))
    if not towns:
        raise NotAllowed()
    found = InboxFilter(request.GET, queryset=selectors.inbox(request.user), towns=towns)
    sort = "age" if request.GET.get("sort") == "age" else "risk"
    page = paging.page(found.qs, request.GET, order=ORDERS[sort])
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "keep": [("sort", sort)] if sort != "risk" else [],
        "sort": sort,
        "count": found.qs.count(),
        "rows": [_row(entry) for entry in page.items],
        "towns": towns,
        "others": _others(request, towns, oldest_first=sort == "age"),
        "measures": selectors.measures_to_review(None, request.user)[:MEASURES],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(("Posteingang", "")),
    }
    return render(request, "register/inbox.html", context)


def _others(request: HttpRequest, towns: list[Municipality], *, oldest_first: bool) -> list[dict[str, Any]]:
    """Of the chosen town, else of all."""
    chosen = [town for town in towns if town.slug == request.GET.get("town")] or towns
    today = timezone.localdate()
    lines = desk.lines_for(request.user, chosen, oldest_first=oldest_first)
    return [{"line": line, "days": (today - line.since).days} for line in lines]


def _row(entry: Any) -> dict[str, Any]:
    system = entry.kind == Entry.Kind.SYSTEM
    risk = entry.system.ai_act_class if system else ""
    return {
        "entry": entry,
        "url": reverse("register:inbox-open", args=[entry.uuid]),
        "days": (timezone.localdate() - timezone.localdate(entry.waiting_since)).days,
        "risk_class": risk,
        "risk_label": vocabulary.RISK_CLASSES.get(risk, ""),
        "is_system": system,
    }


@login_required
@require_POST
def open_item(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Go to the review, and work from there on in the municipality of the entry."""
    entry = entry_or_404(request, uuid)
    if entry.municipality_id not in {town.pk for town in selectors.municipalities_served(request.user)}:
        raise NotAllowed()
    request.session[SESSION_KEY] = entry.municipality_id
    return redirect("register:review", entry.uuid)
