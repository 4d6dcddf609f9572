"""Which entries are due for a review: the earlier of their own date and the interval of their risk class."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality
from register import workflow
from register.models import Entry, Release, ReviewInterval
from register.rules import review_dates
from register.rules.vocabulary import ENDED

if TYPE_CHECKING:
    from accounts.models import User


def intervals_of(municipality: Municipality) -> dict[str, int]:
    """Months by risk class, as the municipality has chosen or as proposed."""
    chosen = dict(ReviewInterval.objects.filter(municipality=municipality).values_list("risk_class", "months"))
    return {code: chosen.get(code, proposed.months) for code, proposed in review_dates.INTERVALS.items()}


def with_due_date(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Public entries with the day of their last full review and the day on which the next one is due."""
    released = Release.objects.filter(entry=OuterRef("pk"), editorial=False).values("entry")
    chosen = ReviewInterval.objects.filter(municipality=OuterRef("municipality"), risk_class=OuterRef("due_class"))
    proposed = Case(
        *(When(due_class=code, then=Value(one.months)) for code, one in review_dates.INTERVALS.items()),
        output_field=IntegerField(),
    )
    months = Func(Value(0), F("due_months"), function="make_interval", output_field=DateField())
    found = entries.filter(public__isnull=False).exclude(status__in=ENDED)
    return found.annotate(
        due_class=Coalesce("system__ai_act_class", Value(""), output_field=CharField()),
        reviewed_on=Cast(Subquery(released.annotate(at_last=Max("at")).values("at_last")[:1]), DateField()),
        due_months=Coalesce(Subquery(chosen.values("months")[:1]), proposed),
    ).annotate(due=Least(F("revision_date"), Cast(F("reviewed_on") + months, DateField())))


def waits_for_department(entries: QuerySet[Any]) -> QuerySet[Any]:
    """What is in review waits for the DSB or the Leitung, and nobody is reminded of that."""
    return entries.exclude(review_state=workflow.IN_REVIEW)


def overdue(entries: QuerySet[Entry], user: User) -> QuerySet[Any]:
    """What this person's office has to look at again, the longest overdue first."""
    mine = entries.filter(permissions.scope(user, "entry.edit"))
    return waits_for_department(due_until(mine, timezone.localdate() - timedelta(days=1)))


def due_until(entries: QuerySet[Entry], day: Any) -> QuerySet[Any]:
    return with_due_date(entries).filter(Q(due__lte=day)).order_by("due", "pk")
