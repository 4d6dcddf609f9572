"""The lists of systems and datasets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import django_filters
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.models import Department, Municipality
from core import paging
from core.errors import NotAllowed
from register import services
from register.filters import DatasetFilter, SystemFilter, chips_of
from register.forms import NewEntryForm, add_service_errors
from register.models import Entry
from register.ordering import ORDERS, ordered
from register.rules import vocabulary
from register.rules.vocabulary import IN_USE
from register.selectors import completeness_of, with_completeness
from register.views.reach import here, here_or_404, trail
from register.views.saved_filters import saved_filters_for


@dataclass(frozen=True)
class ListOf:
    """How the list of one kind differs from the other."""

    kind: str
    title: str
    new_label: str
    new_url: str
    filter_class: type[django_filters.FilterSet]
    empty: str
    columns: tuple[dict[str, Any], ...]
    name: str
    slug: str


SYSTEMS = ListOf(
    Entry.Kind.SYSTEM,
    "KI-Systeme",
    "Neues KI-System",
    "register:system-new",
    SystemFilter,
    "Erfassen Sie das erste KI-System. Ein Name genügt für den Anfang.",
    (
        {"label": "Name", "key": "name"},
        {"label": "Amt", "key": "department"},
        {"label": "Prüfstand", "key": "state"},
        {"label": "Status", "key": "status"},
        {"label": "Risikoklasse", "key": "risk"},
        {"label": "Ausgefüllt", "numeric": True},
        {"label": "Geändert", "key": "changed"},
    ),
    "systems",
    "ki-systeme",
)
DATASETS = ListOf(
    Entry.Kind.DATASET,
    "Datenbestände",
    "Neuer Datenbestand",
    "register:dataset-new",
    DatasetFilter,
    "Erfassen Sie den ersten Datenbestand. Danach können Sie ihn bei den KI-Systemen auswählen.",
    (
        {"label": "Name", "key": "name"},
        {"label": "Amt", "key": "department"},
        {"label": "Prüfstand", "key": "state"},
        {"label": "Personenbezug", "key": "level"},
        {"label": "Ausgefüllt", "numeric": True},
        {"label": "Geändert", "key": "changed"},
    ),
    "datasets",
    "datenbestaende",
)


@login_required
@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    return _list(request, SYSTEMS)


@login_required
@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    return _list(request, DATASETS)


def _list(request: HttpRequest, what: ListOf) -> HttpResponse:
    municipality = here(request)
    entries = Entry.objects.visible_to(request.user).of(municipality).filter(kind=what.kind)
    found = what.filter_class(request.GET, queryset=entries, request=request)
    rows, sort, order = ordered(with_completeness(found.qs), request.GET, ORDERS)
    page = paging.page(rows, request.GET, order=order)
    may_create = permissions.has(request.user, "entry.edit", municipality=municipality) if municipality else False
    context = {
        "what": what,
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "keep": [("sort", sort)] if sort != "name" else [],
        "sort": sort,
        "columns": what.columns,
        "count": found.qs.count(),
        "count_label": what.title,
        "rows": [_row(entry) for entry in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse(what.new_url) if may_create else "",
        "bulk_url": _bulk_url(request, what, municipality),
        "filters_set": [(name, value) for name, value in request.GET.items() if name in found.form.fields and value],
        **saved_filters_for(request, what.name, active=bool(found.form.changed_data) or sort != "name"),
        "breadcrumb": trail((what.title, "")),
    }
    return render(request, "register/list.html", context)


def _bulk_url(request: HttpRequest, what: ListOf, municipality: Municipality | None) -> str:
    if municipality is None or not services.actions_for(request.user, municipality):
        return ""
    return reverse("register:bulk-new", args=[what.slug])


def _row(entry: Entry) -> dict[str, Any]:
    system = entry.kind == Entry.Kind.SYSTEM
    return {
        "entry": entry,
        "percent": completeness_of(entry),
        "status": vocabulary.STATUS.get(entry.status, "") if system else "",
        "mangel": _mangel_tone(entry),
        "risk_class": entry.system.ai_act_class if system else "",
        "risk_label": vocabulary.RISK_CLASSES.get(entry.system.ai_act_class, "") if system else "",
        "level": "" if system else entry.dataset.get_personal_data_level_display(),
    }


def _mangel_tone(entry: Entry) -> str:
    """A Mangel weighs more where people already use the system."""
    if not getattr(entry, "has_deficiency", False):
        return ""
    return "danger" if entry.status in IN_USE else "warning"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_system(request: HttpRequest) -> HttpResponse:
    return _new(request, SYSTEMS)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_dataset(request: HttpRequest) -> HttpResponse:
    return _new(request, DATASETS)


def _new(request: HttpRequest, what: ListOf) -> HttpResponse:
    municipality = here_or_404(request)
    if not permissions.has(request.user, "entry.edit", municipality=municipality):
        raise NotAllowed()
    form = NewEntryForm(request.POST or None, user=request.user, municipality=municipality, kind=what.kind)
    create = services.create_system if what.kind == Entry.Kind.SYSTEM else services.create_dataset
    if request.method == "POST" and form.is_valid():
        name: str = form.cleaned_data["name"]
        department: Department | None = form.cleaned_data["department"]
        try:
            return redirect(create(municipality, by=request.user, name=name, department=department))
        except ValidationError as error:
            add_service_errors(form, error)
    context = {
        "form": form,
        "what": what,
        "cancel_url": reverse("register:systems" if what is SYSTEMS else "register:datasets"),
        "breadcrumb": trail(
            (what.title, reverse("register:systems" if what is SYSTEMS else "register:datasets")), (what.new_label, "")
        ),
    }
    return render(request, "register/new.html", context, status=422 if form.errors else 200)
