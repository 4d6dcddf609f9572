"""Reminders before a proof is no longer valid."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from core import audit
from core.text import format_date
from register.models import Evidence
from register.rules.vocabulary import ENDED

# Days before the last valid day; each is said once.
STAGES = (7, 30, 90)


def remind_of_evidence() -> int:
    """Tell whoever keeps a proof that it comes a stage nearer to its last day. The clock calls this daily."""
    until = timezone.localdate() + timedelta(days=STAGES[-1])
    due = Evidence.objects.filter(valid_until__lte=until, municipality__is_active=True)
    # What proves something about an ended system may run out in peace.
    due = due.exclude(entry__status__in=ENDED)
    return sum(_remind(pk) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> bool:
    rows = Evidence.objects.select_for_update(of=("self",)).filter(pk=pk)
    row = rows.select_related(
        "municipality", "entry__department", "entry__owner_person", "storage", "recipient"
    ).first()
    if row is None or row.valid_until is None:
        return False
    left = (row.valid_until - timezone.localdate()).days
    stage = next((days for days in STAGES if left <= days), None)
    if stage is None or (row.reminded_days is not None and row.reminded_days <= stage):
        return False
    Evidence.objects.filter(pk=pk).update(reminded_days=stage)
    notify(_people(row), _text(row, row.valid_until), url=row.get_absolute_url(), municipality=row.municipality)
    audit.record("register.evidence.reminded", row.owner, by=None, data={"evidence": str(row.uuid), "days": stage})
    return True


def _people(row: Evidence) -> list[User]:
    """The person named at the entry, else everybody who keeps the thing up to date."""
    if row.entry is None:
        return permissions.holders("master_data.edit", row.municipality)
    if row.entry.owner_person is not None and row.entry.owner_person.is_active:
        return [row.entry.owner_person]
    return permissions.holders("entry.edit", row.municipality, department=row.entry.department)


def _text(row: Evidence, until: date) -> str:
    verb = "war" if until < timezone.localdate() else "ist"
    return (
        f"Der Nachweis „{row.title}“ zu „{row.owner}“ {verb} gültig bis {format_date(until)}. Bitte erneuern Sie ihn."
    )
