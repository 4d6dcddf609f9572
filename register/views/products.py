"""Product sheets: list, sheet, its versions, new, change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from core import paging
from core.errors import Conflict, NotAllowed
from register import services
from register.filters import ProductFilter, chips_of
from register.forms import ProductForm, add_service_errors
from register.forms.products import GROUPS
from register.inheritance import sheet_content
from register.models import Product, ProductVersion
from register.selectors_products import (
    NOT_YET,
    differences,
    open_product_checks,
    products_of,
    said,
    sheet_label,
    using_municipalities,
)
from register.views.confirming import opinions_on
from register.views.reach import Trail, here, require_here, trail

# Versions on one page.
SHOWN = 20
COLUMNS = [
    {"label": "Produkt"},
    {"label": "Anbieter"},
    {"label": "Gepflegt von"},
    {"label": "Fassung", "numeric": True},
    {"label": "Genutzt von", "numeric": True},
    {"label": "Stand"},
]


@login_required
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    municipality = here(request)
    found = ProductFilter(request.GET, queryset=products_of(request.user, municipality), request=request)
    page = paging.page(found.qs, request.GET, order=("sort_key", "pk"))
    may_edit = municipality is not None and permissions.has_all(request.user, "master_data.edit", municipality.pk)
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "count": found.qs.count(),
        "count_label": "Produktblätter",
        "columns": COLUMNS,
        "rows": [_cells(row) for row in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "new_url": reverse("register:product-new") if may_edit else "",
        "checks": list(open_product_checks(request.user, municipality)[:20]) if municipality else [],
        "breadcrumb": trail(("Produktblätter", "")),
    }
    return render(request, "register/products.html", context)


def _cells(row: Any) -> list[dict[str, Any]]:
    return [
        {"text": row.name, "url": row.get_absolute_url()},
        {"text": row.provider, "label": "Anbieter"},
        {"text": row.municipality.name, "label": "Gepflegt von"},
        {"text": str(row.number), "label": "Fassung", "numeric": True},
        {"text": f"{row.used} {'System' if row.used == 1 else 'Systemen'}", "label": "Genutzt von", "numeric": True},
        {"text": _standing(row), "label": "Stand"},
    ]


def _standing(row: Product) -> str:
    if not row.is_active:
        return "nicht mehr genutzt"
    return "für alle Kommunen sichtbar" if row.is_shared else "nur in der eigenen Kommune"


def product_or_404(request: HttpRequest, uuid: UUID) -> Product:
    return get_object_or_404(Product.objects.visible_to(request.user).select_related("municipality"), uuid=uuid)


def trail_to(row: Product, *steps: tuple[str, str]) -> Trail:
    return trail(("Produktblätter", reverse("register:product-list")), (row.name, row.get_absolute_url()), *steps)


@login_required
@require_safe
def product(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row, municipality = product_or_404(request, uuid), here(request)
    checks = open_product_checks(request.user, municipality).filter(product=row) if municipality else []
    context = {
        "product": row,
        "standing": _standing(row),
        "sections": sheet_sections(sheet_content(row)),
        "events": [_event(version) for version in row.versions.select_related("by")[:SHOWN]],
        "towns": len(using_municipalities(row)),
        "check": next(iter(checks), None),
        "opinions": opinions_on(row, request.user),
        "may_opine": municipality is not None
        and permissions.has(request.user, "entry.opine", municipality=municipality),
        "edit_url": reverse("register:product-edit", args=[row.uuid]) if _may_edit(request, row) else "",
        "breadcrumb": trail_to(row),
    }
    return render(request, "register/product.html", context)


def _may_edit(request: HttpRequest, row: Product) -> bool:
    return permissions.has_all(request.user, "master_data.edit", row.municipality_id)


def sheet_sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The sheet for components/summary_list.html. "Not known" is an answer, "not yet" is a gap."""
    shown = set(content) - {"name", "unknown"}
    found = []
    for title, keys in GROUPS.items():
        rows = [_fact(content, key) for key in keys if key in shown]
        if rows:
            found.append({"title": title, "rows": rows})
    return found


def _fact(content: dict[str, Any], key: str) -> dict[str, Any]:
    text = said(content, key)
    url = content[key] if str(content[key]).startswith(("https://", "http://")) else ""
    return {"label": sheet_label(key), "value": "" if text == NOT_YET else text, "url": url, "empty": NOT_YET}


def _event(version: ProductVersion) -> dict[str, Any]:
    first = version.kind == ProductVersion.Kind.FIRST
    url = "" if first else reverse("register:product-version", args=[version.product.uuid, version.number])
    return {
        "at": version.at,
        "title": f"Fassung {version.number}: {version.get_kind_display()}",
        "by": str(version.by),
        "text": version.reason,
        "url": url,
        "link": "Unterschied ansehen",
    }


@login_required
@require_safe
def version(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    row = product_or_404(request, uuid)
    now = get_object_or_404(row.versions.select_related("by"), number=number)
    before = row.versions.filter(number=number - 1).first()
    context = {
        "product": row,
        "version": now,
        "changes": differences(before.content, now.content) if before else [],
        "before": before,
        "old_label": f"Fassung {number - 1}",
        "new_label": f"Fassung {number}",
        "sections": sheet_sections(now.content),
        "breadcrumb": trail_to(row, (f"Fassung {number}", "")),
    }
    return render(request, "register/product_version.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "master_data.edit")
    form = ProductForm(request.POST or None, instance=Product(municipality=municipality))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.create_product(municipality, by=request.user, **form.values)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"„{row.name}“ ist angelegt. Wählen Sie es jetzt bei Ihren KI-Systemen aus.")
            return redirect(row)
    way = trail(("Produktblätter", reverse("register:product-list")), ("Neues Produktblatt", ""))
    return _form_page(request, form, "Neues Produktblatt", reverse("register:product-list"), way)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = product_or_404(request, uuid)
    if not _may_edit(request, row):
        raise NotAllowed("Das Produktblatt pflegt eine andere Kommune." if row.is_shared else "")
    name, seen = row.name, row.number
    form = ProductForm(request.POST or None, instance=row)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["number"] != seen:
                raise Conflict("Das Produktblatt wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
            about = {"kind": form.cleaned_data["kind"], "reason": form.cleaned_data["reason"], "number": seen}
            saved = services.update_product(row, by=request.user, changes=form.values, **about)
        except ValidationError as error:
            add_service_errors(form, error)
        except Conflict as conflict:
            status = conflict.status
            _let_decide(form, conflict)
        else:
            messages.success(request, f"„{saved.name}“ ist gespeichert.")
            return redirect(saved)
    url = reverse("register:product", args=[row.uuid])
    way = trail(("Produktblätter", reverse("register:product-list")), (name, url), ("Bearbeiten", ""))
    return _form_page(request, form, f"Produktblatt bearbeiten: {name}", url, way, status=status)


def _let_decide(form: ProductForm, conflict: Conflict) -> None:
    """Keep what was typed and show what is stored; saving once more is then a decision made with open eyes."""
    current = Product.objects.get(pk=form.instance.pk)
    form.add_error(None, f"{conflict.message} Vergleichen Sie und speichern Sie dann noch einmal.")
    stored = sheet_content(current)
    for key, typed in form.values.items():
        if key in stored and key != "unknown" and stored[key] != typed:
            form.add_error(key, f"Jetzt gespeichert: {said(stored, key)}")
    form.data = form.data.copy()
    form.data["number"] = str(current.number)


def _form_page(
    request: HttpRequest, form: ProductForm, title: str, cancel_url: str, breadcrumb: Trail, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "cancel_url": cancel_url,
        "breadcrumb": breadcrumb,
    }
    return render(
        request, "register/product_form.html", context, status=422 if form.errors and status == 200 else status
    )
