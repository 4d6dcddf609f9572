"""Half-typed input of a section, kept beside the entry so that no release is lost by it and no crash loses it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.errors import Conflict, Refusal
from register.models import BulkRun, Entry, UnsavedInput
from register.services import access

KEPT_FOR = timedelta(days=14)
RUNS_KEPT_FOR = timedelta(days=30)
LONGEST = 200_000


@transaction.atomic
def keep_input(entry: Entry, *, by: User, section: str, data: Mapping[str, list[str]]) -> None:
    """Remember what a person has typed so far; the entry itself does not change."""
    access.require(by, "entry.edit", entry)
    if sum(len(name) + sum(map(len, values)) for name, values in data.items()) > LONGEST:
        raise Refusal("Das ist mehr Text, als sich zwischenspeichern lässt.")
    if data.get("version") != [str(entry.version)] and entry.last_edited_by_id == by.pk:
        # Sent before the same person saved and arrived after it: it must not come back as unsaved.
        raise Conflict("Sie haben den Eintrag inzwischen gespeichert.")
    UnsavedInput.objects.update_or_create(
        user=by, entry=entry, section=section, defaults={"data": dict(data), "saved_at": timezone.now()}
    )


@transaction.atomic
def discard_input(entry: Entry, *, by: User, section: str) -> None:
    UnsavedInput.objects.filter(user=by, entry=entry, section=section).delete()


@transaction.atomic
def forget_old_input() -> None:
    """What nobody came back to, and lists of what was done to many entries; the record of it stays."""
    now = timezone.now()
    UnsavedInput.objects.filter(saved_at__lt=now - KEPT_FOR).delete()
    BulkRun.objects.filter(at__lt=now - RUNS_KEPT_FOR).delete()
