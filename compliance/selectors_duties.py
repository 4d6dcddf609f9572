"""Reads of duties: whose they are, what is due, and their numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import Duty, DutyEvent
from compliance.models.duty import NEVER, DutyQuerySet
from compliance.rules.moved_days import moved_duties
from compliance.selectors_rulesets import in_force_today
from register.models import Entry
from register.rules.vocabulary import ENDED
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


def with_law(duties: QuerySet[Duty]) -> Any:
    """Whether each rests on law in force, whether that law has moved its day, and the day that counts then."""
    in_force = in_force_today()
    moved = Q(pk__in=[])
    for sha256, codes in moved_duties(in_force).items():
        moved |= Q(code__in=codes, assessment__rulesets__contains=[{"sha256": sha256}])
    current = Q(assessment__rulesets__contains=[{"sha256": one.sha256} for one in in_force])
    asked = Q(state__in=Duty.PENDING) & ~Q(entry__status__in=ENDED)
    found: Any = duties.annotate(
        by_earlier_law=_truth(asked & ~current),
        is_moved=_truth(asked & ~current & moved),
    )
    return found.annotate(
        counted_day=Case(
            When(is_moved=True, then=Coalesce("target_day", Value(NEVER))),
            default=F("sort_day"),
            output_field=DateField(),
        )
    )


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def overdue(duties: DutyQuerySet) -> Any:
    """A day that the law in force has moved is held against nobody."""
    return with_law(duties.pending()).filter(counted_day__lt=timezone.localdate())


def due_within(duties: DutyQuerySet, days: int) -> Any:
    """From today on, without what is overdue."""
    today = timezone.localdate()
    return with_law(duties.pending()).filter(counted_day__range=(today, today + timedelta(days=days)))


def numbers_of(duties: DutyQuerySet) -> dict[str, int]:
    """How many are overdue, due soon, due later, without a day, and rest on earlier law; one query."""
    today = timezone.localdate()
    found: dict[str, int] = with_law(duties.pending()).aggregate(
        overdue=Count("pk", filter=Q(counted_day__lt=today)),
        law=Count("pk", filter=Q(by_earlier_law=True)),
        days30=Count("pk", filter=Q(counted_day__range=(today, today + timedelta(days=30)))),
        days90=Count("pk", filter=Q(counted_day__range=(today, today + timedelta(days=SOON)))),
        none=Count("pk", filter=Q(sort_day=NEVER)),
        all=Count("pk"),
    )
    return found


def with_lines(duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """What a line of the list shows."""
    return with_law(duties).select_related("entry__department", "entry__municipality", "responsible")


def chronicle(duty: Duty) -> QuerySet[DutyEvent]:
    return DutyEvent.objects.filter(duty=duty).select_related("by").order_by("-at", "-pk")


def people_for(entry: Entry) -> QuerySet[User]:
    """Who can be named: active people with a role in the municipality. The service checks that they may read it."""
    return people_of(entry.municipality)


def systems_with_duties(user: User, municipality: Municipality) -> QuerySet[Any]:
    rows = Entry.objects.visible_to(user).of(municipality).systems()
    return rows.filter(pk__in=Duty.objects.values("entry")).order_by("sort_key", "pk")
