"""What staff reads: the desk, one inquiry; and the secret of a status page."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import Municipality, User
from accounts.selectors import accessibility_of
from inquiries.models import Inquiry, InquiryRules
from inquiries.models.inquiry import OPEN_STATES


def rules_of(municipality: Municipality) -> InquiryRules:
    """What the municipality promises; the defaults where it has said nothing."""
    return InquiryRules.objects.filter(municipality=municipality).first() or InquiryRules(municipality=municipality)


def barrier_days(municipality: Municipality) -> int:
    """Until when a report about a barrier is answered: as the accessibility statement promises."""
    said = accessibility_of(municipality)
    return said.feedback_days if said else rules_of(municipality).answer_days


def desk(user: User, municipality: Municipality, *, answered: bool = False) -> QuerySet[Inquiry]:
    """Everything within reach of a person; open ones by their deadline, else the newest answer first."""
    rows = Inquiry.objects.visible_to(user).filter(municipality=municipality).select_related("entry", "department")
    rows = rows.defer("text", "answer", "public_text", "public_answer")
    return rows.exclude(state__in=OPEN_STATES) if answered else rows.open()


def status_token(number: UUID) -> str:
    """The secret part of the status page's address: made of the form's number and our key, stored only as a hash."""
    return salted_hmac("inquiries.status", str(number), algorithm="sha256").hexdigest()[:32]


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
