"""Blocks: what upper rooms hand down to be frozen with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core import audit
from core.errors import Conflict
from register import workflow
from register.content import content_of
from register.models import Entry, EntryBlock
from register.services import access
from register.services.entries import after_change

Facts = Mapping[str, list[str]]


@transaction.atomic
def set_block(
    entry: Entry,
    name: str,
    data: dict[str, Any] | None,
    *,
    by: User,
    title: str = "",
    facts: Facts | None = None,
) -> Entry:
    """Set (or with None remove) one block. It becomes public with the next release, never by itself.

    `title` and `facts` put the data into German words for the people who review it.
    """
    entry = access.locked(entry)
    access.require(by, "entry.edit", entry)
    before = content_of(entry)
    if before["blocks"].get(name) == data:
        return entry
    if entry.review_state == workflow.IN_REVIEW:
        raise Conflict("Der Eintrag ist in Prüfung und deshalb gesperrt.")
    if data is None:
        EntryBlock.objects.filter(entry=entry, name=name).delete()
    else:
        values = {"data": data, "title": title, "facts": dict(facts or {})}
        EntryBlock.objects.update_or_create(entry=entry, name=name, defaults=values)
    audit.record("register.block.set", entry, by=by, data={"block": name})
    return after_change(entry, by=by, before=before, keys=["blocks"])
