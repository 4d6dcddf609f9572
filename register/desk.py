"""What waits for a DSB besides Stellungnahmen, in all their municipalities; upper rooms add theirs (`panels.on_desk`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import Municipality, User
from core.text import format_date
from register.models import Entry, ProductCheck
from register.panels import ON_DESK, Waiting, desk_of, on_desk
from register.rules.vocabulary import RISK_ORDER
from register.selectors_dates import due_until, waits_for_department


def lines_for(user: User, towns: Sequence[Municipality], *, oldest_first: bool) -> list[Waiting]:
    def order(line: Waiting) -> tuple[object, ...]:
        return (line.since, line.label) if oldest_first else (line.rank, line.since, line.label)

    return sorted(desk_of(user, towns), key=order)


@on_desk
def product_checks(user: User, towns: Sequence[Municipality]) -> Iterable[Waiting]:
    rows = ProductCheck.objects.visible_to(user).open().filter(municipality__in=towns)
    for row in rows.select_related("product", "municipality").order_by("opened_at", "pk")[:ON_DESK]:
        yield Waiting(
            "Produktblatt wesentlich geändert",
            row.product.name,
            row.get_absolute_url(),
            row.municipality.name,
            timezone.localdate(row.opened_at),
            RISK_ORDER[""],
            "Prüfung nötig",
            "warning",
        )


@on_desk
def overdue_reviews(user: User, towns: Sequence[Municipality]) -> Iterable[Waiting]:
    """The office has to act; the DSB sees where nothing happens."""
    entries = Entry.objects.visible_to(user).filter(municipality__in=towns)
    rows = waits_for_department(due_until(entries, timezone.localdate() - timedelta(days=1)))
    for row in rows.select_related("municipality")[:ON_DESK]:
        yield Waiting(
            "Prüftermin überschritten",
            row.name,
            row.get_absolute_url(),
            row.municipality.name,
            row.due,
            RISK_ORDER.get(row.due_class, RISK_ORDER[""]),
            f"seit {format_date(row.due)}",
            "warning",
        )
