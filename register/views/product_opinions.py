"""One Stellungnahme for a product sheet: giving it, and confirming it for each municipality's system."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import Conflict
from register import services
from register.forms import ConfirmOpinionForm, ProductOpinionForm, add_service_errors
from register.inheritance import sheet_content
from register.models import Entry, ProductOpinion
from register.selectors import label_of
from register.selectors_products import covering
from register.views.products import product_or_404, sheet_sections
from register.views.products import trail_to as trail_to_product
from register.views.reach import entry_or_404, require_here, trail_to
from register.views.steps import PAGES, require_offered


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opine(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row, municipality = product_or_404(request, uuid), require_here(request, "entry.opine")
    form = ProductOpinionForm(request.POST or None, initial={"number": row.number})
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            services.opine_on_product(row, by=request.user, municipality=municipality, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        except Conflict as refused:
            # The text stays; the page shows the version that it must be held against.
            form.add_error(None, refused.message)
            form.data = {**form.data.dict(), "number": str(row.number)}
            status = refused.status
        else:
            text = "Ihre Stellungnahme ist festgehalten. Bestätigen Sie sie bei jedem System, das zur Prüfung kommt."
            messages.success(request, text)
            return redirect(row)
    context = {
        "product": row,
        "form": form,
        "sections": sheet_sections(sheet_content(row)),
        "cancel_url": row.get_absolute_url(),
        "breadcrumb": trail_to_product(row, ("Stellungnahme", "")),
    }
    return render(request, "register/product_opinion.html", context, status=status if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, uuid: UUID, opinion: UUID) -> HttpResponse:
    """What was said of the product, what this system has of its own, and the button that signs for here."""
    entry = entry_or_404(request, uuid)
    found = get_object_or_404(_readable(request, entry), uuid=opinion)
    require_offered(request, entry, PAGES["stellungnahme"])
    form = ConfirmOpinionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.confirm_product_opinion(entry, by=request.user, opinion=found, note=form.cleaned_data["note"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"Die Stellungnahme gilt jetzt auch für „{entry.name}“.")
            return redirect(entry)
    context = {
        "entry": entry,
        "opinion": found,
        "fits": covering(entry, request.user).filter(pk=found.pk).exists(),
        "local": [label_of(entry.kind, key) for key in entry.system.local_fields],
        "form": form,
        "cancel_url": entry.get_absolute_url(),
        "breadcrumb": trail_to(entry, "Stellungnahme zum Produkt bestätigen"),
    }
    return render(request, "register/product_opinion_confirm.html", context, status=422 if form.errors else 200)


def _readable(request: HttpRequest, entry: Entry) -> Any:
    product = entry.system.product_id if entry.kind == Entry.Kind.SYSTEM else None
    rows = ProductOpinion.objects.visible_to(request.user).filter(product=product, product__isnull=False)
    return rows.select_related("product", "municipality", "by", "deputy_for")
