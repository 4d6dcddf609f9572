"""The secret address of a person's calendar: made, closed, and fetched only so often."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import CalendarLink
from core import audit
from core.errors import Conflict, NotAllowed

# Calendars ask once an hour or less; whoever asks more often waits for the next hour.
FETCHES_AN_HOUR = 30


@transaction.atomic
def make_calendar_link(municipality: Municipality, *, by: User) -> CalendarLink:
    if not permissions.has(by, "entry.view", municipality=municipality):
        raise NotAllowed()
    # Two clicks at once must not leave two open addresses.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if CalendarLink.objects.open().filter(user=by, municipality=municipality).exists():
        raise Conflict("Sie haben schon eine Kalenderadresse. Schließen Sie sie zuerst, wenn Sie eine neue brauchen.")
    link = CalendarLink.objects.create(user=by, municipality=municipality, made_at=timezone.now())
    audit.record("compliance.calendar_link.made", link, by=by)
    return link


@transaction.atomic
def close_calendar_link(link: CalendarLink, *, by: User) -> None:
    """From now on the address shows nothing."""
    if link.user_id != by.pk:
        raise NotAllowed()
    if not CalendarLink.objects.open().filter(pk=link.pk).update(closed_at=timezone.now()):
        raise Conflict("Diese Adresse ist schon geschlossen.")
    audit.record("compliance.calendar_link.closed", link, by=by)


def count_fetch(link: CalendarLink) -> bool:
    """Count one fetch; False when this hour has had enough of them."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    row = CalendarLink.objects.filter(pk=link.pk)
    if row.filter(hour=hour, fetches__lt=FETCHES_AN_HOUR).update(fetches=F("fetches") + 1):
        return True
    return bool(row.exclude(hour=hour).update(hour=hour, fetches=1))
