"""Which authority of a Land the FRIA is sent to (Art. 27 (3) KI-VO, § 2 (6) KI-MIG): entered once looked up."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.rules import keys
from compliance.models import MarketAuthority
from core import audit
from core.errors import NotAllowed
from register.services import access


@transaction.atomic
def set_market_authority(
    land: str, *, by: User, name: str, checked_on: date, contact: str = "", norm: str = ""
) -> MarketAuthority:
    """For every municipality of the Land on this instance; approved documents keep what they said."""
    if not permissions.has(by, "platform.manage"):
        raise NotAllowed()
    if land not in keys.LAENDER:
        raise KeyError(land)
    if checked_on > timezone.localdate():
        raise ValidationError({"checked_on": "Der Tag liegt in der Zukunft."})
    row = MarketAuthority.objects.select_for_update().filter(land=land).first() or MarketAuthority(land=land)
    row.name, row.contact, row.norm = name.strip(), contact.strip(), norm.strip()
    row.checked_on, row.changed_by, row.changed_at = checked_on, by, timezone.now()
    access.validated(row).save()
    data = {"land": keys.LAENDER[land], "name": row.name, "checked_on": checked_on}
    audit.record("compliance.market_authority.changed", row, by=by, data=data)
    return row
