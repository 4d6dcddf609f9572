"""Reads of duties: whose they are, what is due, and their numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import Duty, DutyEvent
from compliance.models.duty import NEVER, DutyQuerySet
from register.models import Entry
from register.selectors import people_of

SOON = 90


def mine(duties: DutyQuerySet, user: User, municipality: Municipality) -> DutyQuerySet:
    """Those of the person; where nobody is named those of whoever answers for the entry, last of its office."""
    of_entry = Q(responsible=None, entry__owner_person=user)
    found = Q(responsible=user) | of_entry
    if not permissions.has_all(user, "entry.edit", municipality.pk):
        of_office = permissions.scope(
            user, "entry.edit", municipality="entry__municipality_id", department="entry__department"
        )
        found |= Q(of_office, responsible=None, entry__owner_person=None)
    return duties.filter(found)


def numbers_of(duties: DutyQuerySet) -> dict[str, int]:
    """How many are overdue, due soon, due later and without a day; one query."""
    today = timezone.localdate()
    found: dict[str, int] = duties.pending().aggregate(
        overdue=Count("pk", filter=Q(sort_day__lt=today)),
        days30=Count("pk", filter=Q(sort_day__range=(today, today + timedelta(days=30)))),
        days90=Count("pk", filter=Q(sort_day__range=(today, today + timedelta(days=SOON)))),
        none=Count("pk", filter=Q(sort_day=NEVER)),
        all=Count("pk"),
    )
    return found


def with_lines(duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """What a line of the list shows."""
    return duties.select_related("entry__department", "entry__municipality", "responsible")


def chronicle(duty: Duty) -> QuerySet[DutyEvent]:
    return DutyEvent.objects.filter(duty=duty).select_related("by").order_by("-at", "-pk")


def people_for(entry: Entry) -> QuerySet[User]:
    """Who can be named: active people with a role in the municipality. The service checks that they may read it."""
    return people_of(entry.municipality)


def systems_with_duties(user: User, municipality: Municipality) -> QuerySet[Any]:
    rows = Entry.objects.visible_to(user).of(municipality).systems()
    return rows.filter(pk__in=Duty.objects.values("entry")).order_by("sort_key", "pk")
