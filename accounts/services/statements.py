"""The accessibility statement of the public pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import AccessibilityStatement, Municipality, User
from accounts.selectors import accessibility_of
from accounts.services.checks import locked, require, validated
from core import audit


@transaction.atomic
def write_accessibility_statement(
    municipality: Municipality, *, by: User | None, values: Mapping[str, Any]
) -> AccessibilityStatement:
    """Declare it, or declare it anew."""
    require(by, "public_page.manage", municipality)
    current = locked(municipality)
    row = accessibility_of(current) or AccessibilityStatement(municipality=current)
    for name, value in values.items():
        setattr(row, name, value)
    validated(row)
    row.save()
    # The public pages change with the version; what VVT and imprint say of the municipality stays.
    Municipality.objects.filter(pk=current.pk).update(version=F("version") + 1)
    data = {"conformity": row.conformity, "checked_on": row.checked_on.isoformat()}
    audit.record("accounts.accessibility.written", row, by=by, data=data)
    return row
