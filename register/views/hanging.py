"""What hangs on a thing, and what a system hangs on, as far as the person may know it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from register import inheritance
from register.models import Entry, Recipient, StorageLocation
from register.selectors import label_of

SHOWN = 20


def hanging(entries: QuerySet[Entry]) -> dict[str, Any]:
    """The first systems by name, and how many more there are."""
    rows = list(entries.select_related("department").order_by("sort_key", "pk")[:SHOWN])
    return {"systems": rows, "more": entries.count() - len(rows)}


def using_dataset(entry: Entry, user: User) -> dict[str, Any] | None:
    if entry.kind != Entry.Kind.DATASET:
        return None
    return hanging(Entry.objects.visible_to(user).filter(system__dataset_links__dataset=entry.pk).distinct())


def links_of(entry: Entry, user: User) -> list[dict[str, Any]]:
    """Product sheet, datasets, storage locations and recipients of a system, each with its page."""
    if entry.kind != Entry.Kind.SYSTEM:
        return []
    datasets = Entry.objects.visible_to(user).filter(dataset__system_links__system=entry.pk).distinct()
    storage = StorageLocation.objects.visible_to(user).filter(system_links__system=entry.pk)
    recipients = Recipient.objects.visible_to(user).filter(system_links__system=entry.pk)
    sheet = [_item(entry.system.product.name, "deployment", entry.uuid)] if entry.system.product_id else []
    groups = {
        "product": sheet,
        "datasets": [_item(row.name, "entry", row.uuid) for row in datasets],
        "storage": [_item(row.name, "storage", row.uuid) for row in storage],
        "recipients": [_item(row.name, "recipient", row.uuid) for row in recipients],
    }
    return [{"label": label_of(entry.kind, key), "rows": rows} for key, rows in groups.items() if rows]


def _item(text: str, page: str, uuid: Any) -> dict[str, str]:
    return {"text": text, "url": reverse(f"register:{page}", args=[uuid])}


def sheet_waiting(entry: Entry) -> str:
    """One sentence while the product sheet says something that nobody has decided on."""
    if entry.kind != Entry.Kind.SYSTEM:
        return ""
    waiting = [f.key for f in inheritance.states_of(entry) if f.state == inheritance.CHANGED]
    return f"Anders ist dort: {', '.join(label_of(entry.kind, key) for key in waiting)}." if waiting else ""
