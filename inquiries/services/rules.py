"""What a municipality promises."""

from __future__ import annotations

from django.db import transaction

from accounts import permissions
from accounts.models import Municipality, User
from core import audit
from core.errors import NotAllowed
from inquiries.models import InquiryRules
from inquiries.models.inquiry import MANAGE
from register.services.access import one_at_a_time, validated


@transaction.atomic
def set_inquiry_rules(
    municipality: Municipality, *, by: User, answer_days: int, keep_days: int, complaint_url: str = ""
) -> InquiryRules:
    """For inquiries that come in from now on; what was promised stays promised."""
    if not permissions.has(by, MANAGE, municipality=municipality):
        raise NotAllowed()
    one_at_a_time(municipality)
    row = InquiryRules.objects.filter(municipality=municipality).first() or InquiryRules(municipality=municipality)
    row.answer_days, row.keep_days, row.complaint_url = answer_days, keep_days, complaint_url
    validated(row).save()
    audit.record("inquiries.rules.set", row, by=by, data={"answer_days": answer_days, "keep_days": keep_days})
    return row
