"""What an importer has to know about the Verarbeitungsverzeichnis: what is there already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from compliance.models import ProcessingActivity
from compliance.services.fields import ACTIVITY_FIELDS
from register.models import Entry

if TYPE_CHECKING:
    from accounts.models import Municipality, User


def activities_of(municipality: Municipality) -> Iterable[ProcessingActivity]:
    return ProcessingActivity.objects.filter(municipality=municipality).only("title", "uuid", "municipality_id")


def visible_activities(user: User, municipality: Municipality) -> QuerySet[ProcessingActivity]:
    return ProcessingActivity.objects.visible_to(user).of(municipality)


def records(rows: QuerySet[ProcessingActivity]) -> list[tuple[ProcessingActivity, dict[str, Any], list[Any]]]:
    """Each activity, its fields and the systems it names, in a constant number of queries."""
    rows = rows.select_related("department", "municipality", "changed_by").prefetch_related("system_links__entry")
    return [
        (
            row,
            {info.key: getattr(row, info.key) for info in ACTIVITY_FIELDS},
            [link.entry for link in row.system_links.all()],
        )
        for row in rows.order_by("number", "pk")
    ]


def versions_of(uuids: Iterable[str]) -> dict[str, ProcessingActivity]:
    """uuid -> activity, as it is now."""
    rows = ProcessingActivity.objects.filter(uuid__in=list(uuids)).select_related("municipality", "department")
    return {str(row.uuid): row for row in rows}


def worked_on(uuids: Iterable[str]) -> set[str]:
    """Systems whose assessment somebody has begun or was asked about."""
    work = Q(assessment_draft__isnull=False) | Q(clarifications__isnull=False)
    return {str(uuid) for uuid in Entry.objects.filter(work, uuid__in=list(uuids)).values_list("uuid", flat=True)}


def systems_by_uuid(uuids: Iterable[str]) -> dict[str, Entry]:
    return {str(entry.uuid): entry for entry in Entry.objects.filter(uuid__in=list(uuids))}
