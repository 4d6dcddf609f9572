"""Question and answer become public: with consent, after release, shortened at most."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.errors import Conflict
from inquiries.models import Inquiry
from inquiries.models.inquiry import MANAGE
from inquiries.rules.redaction import is_redaction, plain
from inquiries.services.access import keep, locked
from register.services.access import validated

NOT_SHORTENED = "Sie können nur Stellen durch […] ersetzen. Alles andere bleibt, wie es geschrieben wurde."


@transaction.atomic
def release_inquiry(
    inquiry: Inquiry, *, by: User, public_text: str, public_answer: str, version: int | None = None
) -> Inquiry:
    row = locked(inquiry, MANAGE, by=by, version=version)
    if row.state != Inquiry.State.ANSWERED or row.erased_at:
        raise Conflict("Öffentlich wird nur, was beantwortet und noch nicht gelöscht ist.")
    if not row.may_publish:
        raise Conflict("Die Person hat einer Veröffentlichung nicht zugestimmt.")
    if row.drafted_by_id == by.pk:
        raise Conflict("Ihre eigene Antwort gibt eine andere Person frei.")
    pairs = {"public_text": (row.text, public_text), "public_answer": (row.answer, public_answer)}
    if wrong := {name: NOT_SHORTENED for name, (whole, shown) in pairs.items() if not is_redaction(whole, shown)}:
        raise ValidationError(wrong)
    row.public_text, row.public_answer = plain(public_text), plain(public_answer)
    row.released_by, row.released_at = by, timezone.now()
    validated(row)
    keep(row, "Frage und Antwort veröffentlicht", by=by)
    audit.record("inquiries.inquiry.released", row, by=by)
    return row


@transaction.atomic
def withdraw_release(inquiry: Inquiry, *, by: User, reason: str) -> Inquiry:
    """Off the public pages at once."""
    row = locked(inquiry, MANAGE, by=by)
    if row.released_at is None:
        raise Conflict("Diese Anfrage ist nicht öffentlich.")
    if not reason.strip():
        raise ValidationError({"reason": "Bitte schreiben Sie, warum."})
    row.public_text = row.public_answer = ""
    row.released_by = row.released_at = None
    keep(row, "Veröffentlichung zurückgenommen", by=by, text=reason.strip())
    audit.record("inquiries.inquiry.withdrawn", row, by=by)
    return row
