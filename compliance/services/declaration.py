"""The municipality says whether its Verarbeitungsverzeichnis is complete."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import Municipality, User
from compliance.models import DeclarationVersion, VvtDeclaration
from compliance.services import access
from core import audit


@transaction.atomic
def declare_complete(municipality: Municipality, *, by: User, is_complete: bool) -> VvtDeclaration:
    """Art. 30 Abs. 1 DSGVO asks for all processing activities; only the municipality knows whether these are all."""
    access.require_in(by, "vvt.edit", municipality, None)
    declaration = access.locked_declaration(municipality)
    if declaration.is_complete == is_complete:
        return declaration
    declaration.is_complete = is_complete
    declaration.declared_by, declaration.declared_at = by, timezone.now()
    declaration.save(update_fields=["is_complete", "declared_by", "declared_at"])
    DeclarationVersion.objects.create(municipality=municipality, is_complete=is_complete, at=declaration.declared_at)
    audit.record("compliance.vvt.declared", declaration, by=by, data={"is_complete": is_complete})
    return declaration
