"""The Löschkonzept and the list of the DSFA: as a page, as XLSX and as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance import lists
from compliance.models import ProcessingActivity
from compliance.reports import workbook
from compliance.services.building import MEDIA_TYPES, XLSX
from compliance.views.reach import require_here, trail
from core.cells import csv_bytes


@login_required
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    return _list(request, "Löschkonzept", "Loeschkonzept", lists.RETENTION, lists.retention)


@login_required
@require_safe
def dpia(request: HttpRequest) -> HttpResponse:
    return _list(request, "Folgenabschätzungen", "Folgenabschaetzungen", lists.DPIA, lists.dpia)


def _list(
    request: HttpRequest, title: str, filename: str, headings: tuple[str, ...], rows_of: Callable[[Any], lists.Rows]
) -> HttpResponse:
    municipality = require_here(request, "vvt.view")
    rows = rows_of(ProcessingActivity.objects.visible_to(request.user).of(municipality))
    kind = request.GET.get("format")
    if kind == "xlsx":
        return _file(workbook.list_file(title, headings, rows), MEDIA_TYPES[XLSX], f"{filename}.xlsx")
    if kind == "csv":
        return _file(csv_bytes(headings, rows), "text/csv; charset=utf-8", f"{filename}.csv")
    context = {
        "title": title,
        "headings": headings,
        "rows": [list(zip(headings, row, strict=True)) for row in rows],
        "breadcrumb": trail((title, "")),
    }
    return render(request, "compliance/list.html", context)


def _file(content: bytes, media_type: str, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{timezone.localdate().isoformat()}-{filename}"'
    response["Cache-Control"] = "no-store"
    return response
