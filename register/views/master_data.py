"""Storage locations and recipients: list, new, change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_filters import FilterSet

from accounts import permissions
from core import paging
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register import services
from register.filters import MasterDataFilter, RecipientFilter, chips_of
from register.forms import RecipientForm, StorageForm, add_service_errors, merging
from register.models import Recipient, StorageLocation
from register.ordering import MASTER_DATA_ORDERS, ordered
from register.selectors import with_use
from register.selectors_products import WARN_DAYS
from register.views.evidence import section_of
from register.views.merging import merge_page
from register.views.reach import here, require_here, trail
from register.views.saved_filters import saved_filters_for


@dataclass(frozen=True)
class Kind:
    """How storage locations and recipients differ."""

    model: type[StorageLocation] | type[Recipient]
    form: type[ModelForm[Any]]
    create: Callable[..., Any]
    update: Callable[..., Any]
    title: str
    new_label: str
    name: str
    empty: str
    filter_class: type[FilterSet] = MasterDataFilter


STORAGE = Kind(
    StorageLocation,
    StorageForm,
    services.create_storage,
    services.update_storage,
    "Speicherorte",
    "Neuer Speicherort",
    "storage",
    "Erfassen Sie, wo Ihre Daten liegen. Danach können Sie den Speicherort bei den KI-Systemen auswählen.",
)
RECIPIENTS = Kind(
    Recipient,
    RecipientForm,
    services.create_recipient,
    services.update_recipient,
    "Empfänger",
    "Neuer Empfänger",
    "recipient",
    "Erfassen Sie, wer Daten erhält. Danach können Sie den Empfänger bei den KI-Systemen auswählen.",
    RecipientFilter,
)
COLUMNS = [
    {"label": "Name", "key": "name"},
    {"label": "Art", "key": "kind"},
    {"label": "Land", "key": "country"},
    {"label": "Genutzt von", "key": "used", "numeric": True},
    {"label": "Stand", "key": "active"},
]
CONTRACT = {"label": "Vertrag"}


@login_required
@require_safe
def storage_list(request: HttpRequest) -> HttpResponse:
    return _list(request, STORAGE)


@login_required
@require_safe
def recipient_list(request: HttpRequest) -> HttpResponse:
    return _list(request, RECIPIENTS)


def _list(request: HttpRequest, kind: Kind) -> HttpResponse:
    municipality = here(request)
    rows = kind.model.objects.visible_to(request.user).of(municipality).defer("search")
    found = kind.filter_class(request.GET, queryset=rows, request=request)
    sorted_rows, sort, order = ordered(with_use(found.qs), request.GET, MASTER_DATA_ORDERS)
    page = paging.page(sorted_rows, request.GET, order=order)
    context = {
        "kind": kind,
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "count": found.qs.count(),
        "count_label": kind.title,
        "columns": [*COLUMNS, CONTRACT] if kind is RECIPIENTS else COLUMNS,
        "sort": sort,
        "keep": [("sort", sort)] if sort != "name" else [],
        "rows": [_cells(kind, row) for row in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse(f"register:{kind.name}-new") if _may_edit(request) else "",
        **saved_filters_for(request, f"{kind.name}-list", active=bool(found.form.changed_data) or sort != "name"),
        "breadcrumb": trail((kind.title, "")),
    }
    return render(request, "register/master_data_list.html", context)


def _cells(kind: Kind, row: Any) -> list[dict[str, Any]]:
    third = f"{row.get_country_display()} (Drittland)" if row.is_third_country else row.get_country_display()
    return [
        {"text": row.name, "url": reverse(f"register:{kind.name}", args=[row.uuid])},
        {"text": row.get_kind_display(), "label": "Art"},
        {"text": third, "label": "Land"},
        {"text": f"{row.used} {'System' if row.used == 1 else 'Systemen'}", "label": "Genutzt von", "numeric": True},
        {"text": "aktiv" if row.is_active else "nicht mehr genutzt", "label": "Stand"},
    ] + ([{"text": _contract(row), "label": "Vertrag"}] if kind is RECIPIENTS else [])


def _contract(row: Recipient) -> str:
    """The term in a few words."""
    if row.contract_end is None:
        return f"seit {format_date(row.contract_date)}" if row.contract_date else ""
    return f"bis {format_date(row.contract_end)}"


def _ending(row: Any) -> str:
    """What to say of a contract that needs a decision soon."""
    if not isinstance(row, Recipient) or row.act_by is None or row.contract_end is None:
        return ""
    if row.kind != "processor" or row.act_by > timezone.localdate() + timedelta(days=WARN_DAYS):
        return ""
    notice = f" Kündigen können Sie bis {format_date(row.act_by)}." if row.act_by != row.contract_end else ""
    return f"Vertragsende: {format_date(row.contract_end)}.{notice}"


def _may_edit(request: HttpRequest) -> bool:
    municipality = here(request)
    return municipality is not None and permissions.has_all(request.user, "master_data.edit", municipality.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def storage_new(request: HttpRequest) -> HttpResponse:
    return _new(request, STORAGE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recipient_new(request: HttpRequest) -> HttpResponse:
    return _new(request, RECIPIENTS)


def _new(request: HttpRequest, kind: Kind) -> HttpResponse:
    municipality = require_here(request, "master_data.edit")
    form = kind.form(request.POST if request.method == "POST" else None, instance=kind.model(municipality=municipality))
    if form.is_bound and form.is_valid():
        try:
            row = kind.create(municipality, by=request.user, **form.values)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"„{row.name}“ ist angelegt.")
            return redirect(f"register:{kind.name}-list")
    return _page(request, kind, form, kind.new_label)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def storage(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _change(request, STORAGE, uuid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recipient(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _change(request, RECIPIENTS, uuid)


def _change(request: HttpRequest, kind: Kind, uuid: UUID) -> HttpResponse:
    row = get_object_or_404(kind.model.objects.visible_to(request.user), uuid=uuid)
    if request.method == "POST":
        return _save(request, kind, row)
    may_edit = permissions.has_all(request.user, "master_data.edit", row.municipality_id)
    facts = [
        {"label": row._meta.get_field(name).verbose_name, "value": _shown(row, name)} for name in kind.form.Meta.fields
    ]
    form = kind.form(instance=row) if may_edit else None
    return _page(request, kind, form, row.name, row=row, read_only=not may_edit, facts=facts)


def _shown(row: Any, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return format_date(value)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else value or "")


def _save(request: HttpRequest, kind: Kind, row: Any) -> HttpResponse:
    if not permissions.has_all(request.user, "master_data.edit", row.municipality_id):
        raise NotAllowed()
    name = row.name
    stored = kind.form(instance=kind.model.objects.get(pk=row.pk))
    form = kind.form(merging.settled(request.POST, stored, stored.keys), instance=row)
    if form.is_valid():
        try:
            if merging.unanswered(request.POST) or form.cleaned_data["version"] != stored.instance.version:
                return _overtaken(request, kind, form, stored)
            kind.update(row, by=request.user, changes=form.values, version=stored.instance.version)
        except ValidationError as error:
            add_service_errors(form, error)
        except Conflict:
            # Somebody was faster between our reading and our writing.
            return _overtaken(request, kind, form, kind.form(instance=kind.model.objects.get(pk=row.pk)))
        else:
            messages.success(request, f"„{form.values['name']}“ ist gespeichert.")
            return redirect(f"register:{kind.name}-list")
    return _page(request, kind, form, name, row=row)


def _overtaken(request: HttpRequest, kind: Kind, form: Any, stored: Any) -> HttpResponse:
    list_url = reverse(f"register:{kind.name}-list")
    return merge_page(
        request,
        typed=form,
        current=stored,
        keys=stored.keys,
        row=stored.instance,
        title=str(kind.model._meta.verbose_name),
        subject=stored.instance.name,
        back_url=request.path,
        breadcrumb=trail((kind.title, list_url), (stored.instance.name, "")),
    )


def _map_of(kind: Kind, row: Any, name: str) -> dict[str, str]:
    """Where the data map, which a room above knows, begins with this row."""
    if kind is STORAGE:
        url = reverse("compliance:datamap-from", args=["speicherort", row.uuid])
        return {"map_url": url, "map_label": "Datenkarte ansehen"}
    url = f"{reverse('compliance:datamap-party')}?{urlencode({'name': name})}"
    return {"map_url": url, "map_label": "Was trifft uns, wenn dieser Empfänger ausfällt?"}


def _page(request: HttpRequest, kind: Kind, form: Any, title: str, *, status: int = 200, **more: Any) -> HttpResponse:
    list_url = reverse(f"register:{kind.name}-list")
    if row := more.get("row"):
        more |= {**_map_of(kind, row, title), "ending": _ending(row), "evidence": section_of(row, request.user)}
    context = {
        "kind": kind,
        "form": form,
        "title": title,
        "cancel_url": list_url,
        "breadcrumb": trail((kind.title, list_url), (title, "")),
        **more,
    }
    return render(
        request, "register/master_data.html", context, status=422 if form and form.errors and status == 200 else status
    )
