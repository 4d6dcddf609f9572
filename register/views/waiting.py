"""What waits outside the entries themselves: changed product sheets and ending contracts, for the start page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from core.text import format_date
from register.models import ProductCheck, Recipient
from register.panels import group
from register.selectors_products import ending_contracts, open_product_checks


def products_and_contracts(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """Groups for components/task_list.html, for those who keep the master data."""
    if not permissions.has_all(user, "master_data.edit", municipality.pk):
        return []
    contracts = f"{reverse('register:recipient-list')}?contract=ending"
    return [
        *group(
            "Produktblätter",
            open_product_checks(user, municipality),
            _check,
            all_url=reverse("register:product-list"),
        ),
        *group("Verträge, die enden", ending_contracts(user).of(municipality), _contract, all_url=contracts),
    ]


def _check(check: ProductCheck) -> dict[str, Any]:
    return {
        "label": check.product.name,
        "url": check.get_absolute_url(),
        "status": "Prüfung nötig",
        "tone": "warning",
        "hint": f"Wesentlich geändert am {format_date(timezone.localdate(check.opened_at))}",
    }


def _contract(row: Recipient) -> dict[str, Any]:
    return {
        "label": row.name,
        "url": reverse("register:recipient", args=[row.uuid]),
        "status": "Vertrag endet",
        "tone": "warning",
        "hint": f"Handeln bis {format_date(row.act_by)}" if row.act_by else "",
    }
