"""An inquiry ends without an answer, gets more time, or loses the consent to be public."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.errors import Conflict
from core.text import format_date
from inquiries.models import Inquiry
from inquiries.models.inquiry import CHECK, ROUTE
from inquiries.rules import clock
from inquiries.rules.vocabulary import CLOSINGS
from inquiries.selectors import rules_of
from inquiries.services.access import keep, locked, require_open
from register.services.access import validated


@transaction.atomic
def close_inquiry(inquiry: Inquiry, *, by: User, closing: str, note: str = "", version: int | None = None) -> Inquiry:
    """No answer: spam, twice the same, or not for this house. The row stays, is never public, and is erased in time."""
    row = locked(inquiry, CHECK, by=by, version=version)
    require_open(row)
    if closing not in CLOSINGS:
        raise ValidationError({"closing": "Diese Auswahl gibt es nicht."})
    if row.request:
        raise Conflict(
            "Einen Antrag mit gesetzlicher Frist schließen Sie nicht ohne Antwort. Ordnen Sie ihn zuerst ein."
        )
    row.state, row.closing = Inquiry.State.CLOSED, closing
    row.closed_by, row.closed_at = by, timezone.now()
    row.erase_on = timezone.localdate() + timedelta(days=rules_of(row.municipality).keep_days)
    validated(row)
    keep(row, f"Ohne Antwort geschlossen: {CLOSINGS[closing]}", by=by, text=note.strip())
    audit.record("inquiries.inquiry.closed", row, by=by, data={"closing": closing})
    return row


@transaction.atomic
def extend_deadline(
    inquiry: Inquiry, *, by: User, law_due_on: date, reason: str, version: int | None = None
) -> Inquiry:
    """Art. 12(3) DSGVO: by up to two further months, told within the first month, with the reasons for the delay."""
    row = locked(inquiry, ROUTE, by=by, version=version)
    require_open(row)
    if row.request != "gdpr" or row.law_due_on is None:
        raise Conflict("Verlängern lässt sich nur die Frist eines Antrags nach Art. 15 bis 22 DSGVO.")
    if row.extended_at is not None:
        raise Conflict("Die Frist ist schon verlängert.")
    if timezone.localdate() > row.law_due_on:
        raise Conflict("Die Frist ist vorbei. Über eine Verlängerung hätten Sie vorher unterrichten müssen.")
    received = timezone.localdate(row.received_at)
    latest = clock.months_later(received, clock.LONGEST_MONTHS)
    if not row.law_due_on < law_due_on <= latest:
        until = f"Wählen Sie einen Tag nach dem {format_date(row.law_due_on)} und bis zum {format_date(latest)}."
        raise ValidationError({"law_due_on": until})
    if not reason.strip():
        raise ValidationError({"reason": "Bitte schreiben Sie die Gründe. Die Person liest sie auf ihrer Seite."})
    row.law_due_on = law_due_on
    # The promise was made for the first deadline; the person now reads the new day.
    row.promised_on = max(row.promised_on, law_due_on)
    row.extended_at, row.extension_reason = timezone.now(), reason.strip()
    row.reminded_at = row.escalated_at = None
    validated(row)
    keep(row, f"Frist verlängert bis {format_date(law_due_on)}", by=by, text=reason.strip())
    audit.record("inquiries.inquiry.extended", row, by=by, data={"until": law_due_on.isoformat()})
    return row


@transaction.atomic
def withdraw_consent(inquiry: Inquiry) -> Inquiry:
    """The person who asked takes the consent back, on the page that only they know; nobody is asked why."""
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related("municipality")
    row = rows.get(pk=inquiry.pk)
    if not row.may_publish:
        return row
    was_public = row.released_at is not None
    row.may_publish = False
    row.public_text = row.public_answer = ""
    row.released_by = row.released_at = None
    keep(row, "Zustimmung zur Veröffentlichung zurückgenommen", by=None)
    audit.record("inquiries.inquiry.consent_withdrawn", row, by=None, data={"was_public": was_public})
    return row
