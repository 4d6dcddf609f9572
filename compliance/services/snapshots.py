"""Keeping how an activity reads, so that the Verarbeitungsverzeichnis of an earlier day can be made again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Municipality, User
from accounts.selectors import end_of
from compliance.content import Content, content_of, read, text_and_hash, with_systems
from compliance.models import ActivityVersion, ProcessingActivity


def keep(activity: ProcessingActivity, *, by: User | None) -> ActivityVersion:
    """Append how the activity reads now, unless it reads as before. Its row is locked by the caller."""
    return keep_all(ProcessingActivity.objects.filter(pk=activity.pk), by=by)[0]


def keep_all(activities: QuerySet[ProcessingActivity], *, by: User | None) -> list[ActivityVersion]:
    """The newest version of each activity, appended where a field or a linked system reads differently now.

    The activities must be locked; returned in the order of the queryset.
    """
    rows = list(with_systems(activities))
    newest = {version.activity_id: version for version in _newest(row.pk for row in rows)}
    fresh, found = [], []
    for row in rows:
        text, digest = text_and_hash(content_of(row))
        version = newest.get(row.pk)
        if version is None or version.sha256 != digest:
            number = version.number + 1 if version else 1
            version = ActivityVersion(
                activity=row, number=number, content=text, sha256=digest, by=by, at=timezone.now()
            )
            fresh.append(version)
        found.append(version)
    ActivityVersion.objects.bulk_create(fresh)
    return found


@transaction.atomic
def keep_day(municipality: Municipality) -> int:
    """Keep how every activity reads tonight. Systems change without their sheets being saved; returns how many did."""
    rows = ProcessingActivity.objects.of(municipality).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    now = timezone.now()
    return sum(version.at >= now for version in keep_all(rows, by=None))


def versions_on(activities: QuerySet[ProcessingActivity], day: date) -> list[ActivityVersion]:
    """How the activities read at the end of a day; those that did not exist yet are left out."""
    rows = _newest(activities.values("pk"), before=end_of(day)).select_related("activity__department")
    return sorted(rows, key=lambda version: version.activity.number)


def _newest(activities: Iterable[int] | QuerySet, *, before: datetime | None = None) -> QuerySet[ActivityVersion]:
    wanted = activities if isinstance(activities, QuerySet) else list(activities)
    rows = ActivityVersion.objects.filter(activity_id__in=wanted)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return rows.order_by("activity_id", "-number").distinct("activity_id")


def content_in(version: ActivityVersion) -> Content:
    return read(version.content)
