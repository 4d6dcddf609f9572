"""The official list of municipalities of the instance."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import OfficialMunicipality, User
from accounts.rules import directory
from accounts.services.checks import require
from core import audit


@transaction.atomic
def load_directory(content: bytes, *, by: User | None) -> tuple[date, int]:
    """Replace the list by that of a GV100AD file. Raises NoDirectory."""
    require(by, "platform.manage")
    day, officials = directory.read(content)
    OfficialMunicipality.objects.all().delete()
    OfficialMunicipality.objects.bulk_create(
        (OfficialMunicipality(ars=o.ars, name=o.name[:120], kind=o.kind, as_of=day) for o in officials), batch_size=2000
    )
    audit.record("accounts.directory.loaded", by=by, data={"as_of": day.isoformat(), "entries": len(officials)})
    return day, len(officials)
