"""Reminders before a contract with a processor ends."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts import services as accounts
from accounts.models import Department, User
from core import audit
from core.text import format_date
from register.models import Recipient

# Days before the last day on which one can still act; each is said once.
STAGES = (7, 30, 90)


def remind_of_contracts() -> int:
    """Tell CDO and departments of every contract that came a stage nearer to its end. The clock calls this daily."""
    until = timezone.localdate() + timedelta(days=STAGES[-1])
    due = Recipient.objects.processors().filter(act_by__lte=until, municipality__is_active=True)
    return sum(_remind(pk) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> bool:
    row = Recipient.objects.select_for_update(of=("self",)).select_related("municipality", "department").get(pk=pk)
    left = (row.act_by - timezone.localdate()).days
    stage = next((days for days in STAGES if left <= days), None)
    if stage is None or (row.reminded_days is not None and row.reminded_days <= stage):
        return False
    Recipient.objects.filter(pk=pk).update(reminded_days=stage)
    accounts.notify(
        _people(row), _text(row), url=reverse("register:recipient", args=[row.uuid]), municipality=row.municipality
    )
    audit.record("register.recipient.reminded", row, by=None, data={"days": stage})
    return True


def _people(row: Recipient) -> list[User]:
    people = permissions.holders("master_data.edit", row.municipality)
    for department in _responsible(row):
        people += permissions.holders("entry.edit", row.municipality, department=department)
    return people


def _responsible(row: Recipient) -> list[Department]:
    """The department of the contract, else those whose systems send data there."""
    if row.department:
        return [row.department]
    return list(Department.objects.filter(entries__system__recipient_links__recipient=row).distinct())


def _text(row: Recipient) -> str:
    end: date = row.contract_end  # type: ignore[assignment]
    over = end < timezone.localdate()
    text = f"Der Vertrag mit {row.name} {'endete' if over else 'endet'} am {format_date(end)}."
    if row.act_by != end:
        text += f" Kündigen können Sie bis {format_date(row.act_by)}."
    return text
