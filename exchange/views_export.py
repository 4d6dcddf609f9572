"""Downloads of the working register: the whole of it, or one list as it is shown."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from compliance.forms import ActivityFilterForm, filtered_activities
from exchange.exports import register_table
from exchange.imports.fields import ACTIVITY, DATASET, KINDS, RECIPIENT, STORAGE, SYSTEM
from exchange.imports.records import load, visible
from register.filters import DatasetFilter, MasterDataFilter, SystemFilter

FILTERS: dict[str, type[Any]] = {
    SYSTEM: SystemFilter,
    DATASET: DatasetFilter,
    STORAGE: MasterDataFilter,
    RECIPIENT: MasterDataFilter,
}


def _here(request: HttpRequest) -> Any:
    municipality = request.municipality or None  # type: ignore[attr-defined]
    if municipality is None:
        raise Http404
    return municipality


@login_required
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Everything in the working register that the person may read, one sheet a kind."""
    municipality = _here(request)
    found = {kind: load(kind, visible(kind, request.user, municipality)) for kind in KINDS}
    return _file(register_table.workbook(found), f"register-{municipality.slug}", "xlsx")


@login_required
@require_safe
def one_list(request: HttpRequest, kind: str, suffix: str) -> HttpResponse:
    """One list with the filters of its page, all of its pages."""
    municipality = _here(request)
    if kind not in KINDS or suffix not in ("xlsx", "csv"):
        raise Http404
    records = load(kind, _shown(request, kind, municipality))
    name = f"{slugify(KINDS[kind])}-{municipality.slug}"
    if suffix == "csv":
        return _file(register_table.separated(kind, records), name, suffix)
    return _file(register_table.workbook({kind: records}), name, suffix)


def _shown(request: HttpRequest, kind: str, municipality: Any) -> Any:
    rows: Any = visible(kind, request.user, municipality)
    if kind == ACTIVITY:
        form = ActivityFilterForm(request.GET, user=request.user, municipality=municipality)  # type: ignore[arg-type]
        return filtered_activities(rows, form)
    return FILTERS[kind](request.GET, queryset=rows, request=request).qs


def _file(content: bytes, name: str, suffix: str) -> HttpResponse:
    media_type = register_table.XLSX if suffix == "xlsx" else register_table.CSV
    response = HttpResponse(content, content_type=media_type)
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.{suffix}"'
    response["Cache-Control"] = "no-store"
    return response
