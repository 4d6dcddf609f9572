"""The answer: one person writes it, another one looks at it and sends it."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from core import audit, jobs
from core.errors import Conflict
from inquiries.models import Inquiry
from inquiries.models.inquiry import ANSWER, CHECK
from inquiries.selectors import rules_of
from inquiries.services.access import in_charge, keep, locked, require_open
from register.services.access import validated

MAIL = "inquiry-mail"


@transaction.atomic
def draft_answer(inquiry: Inquiry, *, by: User, answer: str, version: int | None = None) -> Inquiry:
    """Write the answer, or write it anew; it waits for a second person."""
    row = locked(inquiry, ANSWER, by=by, version=version)
    require_open(row)
    if not answer.strip():
        raise ValidationError({"answer": "Bitte schreiben Sie die Antwort."})
    row.answer, row.drafted_by, row.drafted_at = answer.strip(), by, timezone.now()
    row.state = Inquiry.State.DRAFTED
    validated(row)
    keep(row, "Antwort geschrieben", by=by)
    others = [person for person in in_charge(row, CHECK) if person != by]
    text = f"{row.reference}: Eine Antwort wartet auf Ihre Prüfung."
    notify(others, text, url=row.get_absolute_url(), municipality=row.municipality)
    audit.record("inquiries.inquiry.drafted", row, by=by)
    return row


def _waiting(inquiry: Inquiry, *, by: User, version: int | None) -> Inquiry:
    row = locked(inquiry, CHECK, by=by, version=version)
    if row.state != Inquiry.State.DRAFTED:
        raise Conflict("Hier wartet keine Antwort auf eine Prüfung.")
    if row.drafted_by_id == by.pk:
        raise Conflict("Ihre eigene Antwort prüft eine andere Person.")
    return row


@transaction.atomic
def return_answer(inquiry: Inquiry, *, by: User, note: str, version: int | None = None) -> Inquiry:
    """Back to whoever wrote it, with what should be different."""
    row = _waiting(inquiry, by=by, version=version)
    if not note.strip():
        raise ValidationError({"note": "Bitte schreiben Sie, was noch fehlt."})
    writer = row.drafted_by
    row.state = Inquiry.State.OPEN
    keep(row, "Antwort zurückgegeben", by=by, text=note.strip())
    text = f"{row.reference}: Ihre Antwort kam zurück. Bitte lesen Sie die Anmerkung."
    notify([writer] if writer else [], text, url=row.get_absolute_url(), municipality=row.municipality)
    audit.record("inquiries.inquiry.returned", row, by=by)
    return row


@transaction.atomic
def send_answer(inquiry: Inquiry, *, by: User, version: int | None = None) -> Inquiry:
    """The answer stands on the status page from now on, and goes out by mail where an address was given."""
    row = _waiting(inquiry, by=by, version=version)
    row.state, row.checked_by, row.answered_at = Inquiry.State.ANSWERED, by, timezone.now()
    row.erase_on = timezone.localdate() + timedelta(days=rules_of(row.municipality).keep_days)
    validated(row)
    keep(row, "Antwort geprüft und abgesendet", by=by)
    if row.email:
        jobs.enqueue(MAIL, str(row.uuid), by=by)
    audit.record("inquiries.inquiry.answered", row, by=by)
    return row
