"""Saving one form of an entry: its fields and its links in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from register.models import Entry
from register.services.entries import update
from register.services.links import set_datasets, set_product, set_recipients, set_storage


@transaction.atomic
def save_section(
    entry: Entry, *, by: User, changes: Mapping[str, Any], links: Mapping[str, Any], version: int | None = None
) -> Entry:
    """Set fields and links by their keys, all of them or none. `version` as in `update`."""
    steps = [lambda seen: update(entry, by=by, changes=changes, version=seen)] if changes else []
    if "datasets" in links:
        steps.append(lambda seen: set_datasets(entry, by=by, links=links["datasets"], version=seen))
    if "storage" in links:
        steps.append(lambda seen: set_storage(entry, by=by, locations=links["storage"], version=seen))
    if "recipients" in links:
        steps.append(lambda seen: set_recipients(entry, by=by, recipients=links["recipients"], version=seen))
    if "product" in links:
        steps.append(lambda seen: set_product(entry, by=by, product=links["product"], version=seen))
    for step in steps:
        entry = step(version)
        version = entry.version if version is not None else None
    return entry
