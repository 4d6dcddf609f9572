"""What waits outside the entries themselves: changed product sheets and ending contracts, for the start page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from core.text import format_date
from register.selectors_products import ending_contracts, open_product_checks

SHOWN = 8


def products_and_contracts(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """Groups for components/task_list.html, for those who keep the master data."""
    if not permissions.has_all(user, "master_data.edit", municipality.pk):
        return []
    checks = [
        {
            "label": check.product.name,
            "url": check.get_absolute_url(),
            "status": "Prüfung nötig",
            "tone": "warning",
            "hint": f"Wesentlich geändert am {format_date(timezone.localdate(check.opened_at))}",
        }
        for check in open_product_checks(user, municipality)[:SHOWN]
    ]
    contracts = [
        {
            "label": row.name,
            "url": reverse("register:recipient", args=[row.uuid]),
            "status": "Vertrag endet",
            "tone": "warning",
            "hint": f"Handeln bis {format_date(row.act_by)}" if row.act_by else "",
        }
        for row in ending_contracts(user).of(municipality)[:SHOWN]
    ]
    groups = {"Produktblätter": checks, "Verträge, die enden": contracts}
    return [{"title": title, "tasks": tasks} for title, tasks in groups.items() if tasks]
