"""Contradictions as pages show them: live, each with its record, the way to its fields, and what to do in use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts import permissions
from accounts.rules import roles
from register import workflow
from register.contradictions import contradictions_in
from register.models import Deficiency, Entry
from register.rules.contradictions import Contradiction
from register.rules.vocabulary import IN_USE
from register.selectors import label_of
from register.services import access
from register.services.deficiencies import let_go
from register.views.addresses import url_of


@dataclass(frozen=True)
class Shown:
    """One contradiction. `url` leads to its record; `fields` to what to change, for those who may."""

    item: Contradiction
    url: str
    fields: list[dict[str, str]]

    @property
    def is_mangel(self) -> bool:
        return self.item.is_deficiency


def shown(entry: Entry, user: Any, *, keys: Iterable[str] | None = None) -> dict[str, Any]:
    """For templates/register/contradictions.html. With `keys` only what concerns these fields."""
    found = contradictions_in(entry)
    if keys is not None:
        wanted = set(keys)
        found = [item for item in found if wanted.intersection(item.rule.fields)]
    rows = list(entry.deficiencies.order_by("-opened_at", "-pk")) if found else []
    gone = let_go(rows, {item.rule.id: item for item in found})
    records = {row.rule: row for row in rows if row.is_active}
    may_edit = access.allowed(user, "entry.edit", entry) and entry.review_state in workflow.EDITABLE
    items = [_shown(entry, item, records.get(item.rule.id), may_edit) for item in found if item.rule.id not in gone]
    maengel = [item for item in items if item.is_mangel]
    in_use = bool(maengel) and entry.status in IN_USE
    return {
        "maengel": maengel,
        "hints": [item for item in items if not item.is_mangel],
        "in_use": in_use,
        "suspend_url": _suspend_url(entry) if in_use and access.allowed(user, "entry.suspend", entry) else "",
        "who_suspends": who_suspends(entry) if in_use else "",
        "public": in_use and getattr(entry, "public", None) is not None,
    }


def _shown(entry: Entry, item: Contradiction, record: Deficiency | None, may_edit: bool) -> Shown:
    fields = [
        {"label": label_of(entry.kind, key), "url": url_of(entry, key) if may_edit else ""} for key in item.rule.fields
    ]
    return Shown(item, record.get_absolute_url() if record else "", fields)


def who_suspends(entry: Entry) -> str:
    """Who to turn to, in one sentence: the people by name, with the roles that allow it."""
    people = permissions.holders("entry.suspend", entry.municipality_id, department=entry.department)
    allowed = ", ".join(roles.LABELS[role] for role, table in roles.ROLES.items() if "entry.suspend" in table)
    if not people:
        return f"Aussetzen kann, wer eine dieser Rollen hat: {allowed}. In Ihrer Kommune hat sie zurzeit niemand."
    return f"Aussetzen können: {', '.join(sorted(map(str, people)))} ({allowed})."


def _suspend_url(entry: Entry) -> str:
    return reverse("register:step", args=[entry.uuid, "aussetzen"])
