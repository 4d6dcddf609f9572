"""Changing many entries: choose the action, look at what would happen, do it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Municipality
from core.errors import NotAllowed
from register import services
from register.forms import BulkForm, add_service_errors
from register.models import BulkRun, Entry
from register.services import bulk
from register.views.lists import DATASETS, SYSTEMS, ListOf
from register.views.reach import here_or_404, trail

LISTS: dict[str, tuple[ListOf, str]] = {
    "ki-systeme": (SYSTEMS, "register:systems"),
    "datenbestaende": (DATASETS, "register:datasets"),
}
ALL = "alle"
# So many lines fit on a page that somebody reads.
SHOWN = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_new(request: HttpRequest, slug: str) -> HttpResponse:
    """The choice stands in the address: `e=` for each entry, or `alle=1` with the filters of the list."""
    if slug not in LISTS:
        raise Http404
    what, list_name = LISTS[slug]
    municipality = here_or_404(request)
    actions = services.actions_for(request.user, municipality)
    if not actions:
        raise NotAllowed()
    chosen = _chosen(request, what, municipality)
    form = BulkForm(request.POST or None, user=request.user, municipality=municipality, actions=actions)
    if request.method == "POST" and form.is_valid():
        choice = {"kind": what.kind, "entries": chosen, "action": form.cleaned_data["action"], "value": form.value}
        try:
            return redirect(services.prepare_bulk(municipality, by=request.user, **choice))
        except ValidationError as error:
            add_service_errors(form, error)
    count = chosen.count()
    context = {
        "form": form,
        "count": count,
        "names": [] if request.GET.get(ALL) else list(chosen.values_list("name", flat=True)[:SHOWN]),
        "list_url": reverse(list_name),
        "breadcrumb": trail((what.title, reverse(list_name)), ("Mehrere ändern", "")),
    }
    return render(request, "register/bulk_new.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, what: ListOf, municipality: Municipality) -> QuerySet[Entry]:
    entries = Entry.objects.visible_to(request.user).of(municipality).filter(kind=what.kind)
    if request.GET.get(ALL):
        found = what.filter_class(request.GET, queryset=entries, request=request)
        # A filter that cannot be read must not choose the whole register.
        return found.qs.order_by("sort_key", "pk") if found.form.is_valid() else entries.none()
    return entries.filter(uuid__in=uuids(request.GET.getlist("e"))).order_by("sort_key", "pk")


def uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    run = get_object_or_404(BulkRun.objects.visible_to(request.user).select_related("by", "municipality"), uuid=uuid)
    if request.method == "POST":
        services.start_bulk(run, by=request.user)
        return redirect(run)
    waiting = run.state == BulkRun.State.PREVIEW
    lines = [vars(line) for line in bulk.preview(run)] if waiting else run.results
    what, list_name = LISTS["ki-systeme" if run.kind == Entry.Kind.SYSTEM else "datenbestaende"]
    context = {
        "run": run,
        "action": bulk.ACTIONS[run.action],
        "waiting": waiting,
        "running": run.state == BulkRun.State.RUNNING,
        "numbers": _numbers(lines),
        "possible": sum(line["outcome"] == bulk.CHANGE for line in lines),
        "changed": any(line["outcome"] == bulk.DONE for line in lines),
        "refused": sum(line["outcome"] == bulk.REFUSED for line in lines),
        # What is refused first: that is what somebody has to read.
        "lines": sorted(lines, key=lambda line: ORDER.index(line["outcome"]))[:SHOWN],
        "more": max(len(lines) - SHOWN, 0),
        "list_url": reverse(list_name),
        "breadcrumb": trail((what.title, reverse(list_name)), ("Mehrere ändern", "")),
    }
    return render(request, "register/bulk.html", context)


ORDER = (bulk.REFUSED, bulk.CHANGE, bulk.DONE, bulk.SAME)
_SAID = {
    bulk.CHANGE: "werden geändert",
    bulk.DONE: "geändert",
    bulk.SAME: "bleiben, wie sie sind",
    bulk.REFUSED: "abgelehnt",
}


def _numbers(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = Counter(line["outcome"] for line in lines)
    return [{"value": found[key], "label": _SAID[key]} for key in ORDER if found[key]]
