"""What the clock does every hour: remind, escalate, forget."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.services import notify
from core import audit
from core.text import format_date
from inquiries.models import Contribution, Inquiry, InquiryAttempt
from inquiries.models.inquiry import ANSWER, CHECK, MANAGE
from inquiries.rules import clock
from inquiries.services.access import in_charge


def remind_of_inquiries() -> int:
    """The department some days before the deadline, CDO and Leitung once it has passed; each once."""
    soon = timezone.localdate() + timedelta(days=clock.SOON)
    untold = Q(reminded_at__isnull=True) | Q(due_on__lt=timezone.localdate(), escalated_at__isnull=True)
    rows = Inquiry.objects.open().filter(untold, due_on__lte=soon, municipality__is_active=True)
    return sum(_remind(pk) for pk in list(rows.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> bool:
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related("municipality", "department", "entry")
    row = rows.get(pk=pk)
    late = clock.stage(row.due_on, timezone.localdate()) == "overdue"
    if not row.is_open or (row.escalated_at if late else row.reminded_at):
        return False
    people = in_charge(row, CHECK if row.state == Inquiry.State.DRAFTED else ANSWER)
    row.reminded_at = row.reminded_at or timezone.now()
    if late:
        row.escalated_at = timezone.now()
        people = [*people, *in_charge(row, MANAGE)]
    row.save(update_fields=["reminded_at", "escalated_at"])
    text = f"{row.reference} zu „{row.subject}“: Antwort bis {format_date(row.due_on)}, {row.clock}."
    notify(people, text, url=row.get_absolute_url(), municipality=row.municipality)
    audit.record("inquiries.inquiry.reminded", row, by=None, data={"late": late})
    return True


def forget_inquiries() -> int:
    """Take away what people wrote once its day has come. Number, kind and days stay for the figures."""
    InquiryAttempt.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()
    Contribution.objects.filter(consultation__erase_on__lte=timezone.localdate()).delete()
    rows = Inquiry.objects.filter(erase_on__lte=timezone.localdate(), erased_at__isnull=True)
    return sum(_forget(pk) for pk in list(rows.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _forget(pk: int) -> bool:
    row = Inquiry.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=pk)
    if row.erased_at is not None:
        return False
    row.text = row.email = row.answer = row.place = row.extension_reason = ""
    row.erased_at = timezone.now()
    row.save(update_fields=["text", "email", "answer", "place", "extension_reason", "erased_at"])
    row.events.update(text="")
    audit.record("inquiries.inquiry.erased", row, by=None)
    return True
