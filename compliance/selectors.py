"""Reads of the Verarbeitungsverzeichnis. Nothing here changes anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts import permissions
from accounts.models import Department, Municipality, User
from compliance.models import ActivitySystem, ActivityVersion, ProcessingActivity, VvtDeclaration, VvtReport
from compliance.offers import Offer
from compliance.rules import assessment_text, completeness, rights_text
from compliance.rules.completeness import OpenPoint
from register.models import Entry

_NUMBER = re.compile(r"^(?:vvt[- ]?)?0*(\d{1,9})$", re.IGNORECASE)


def search_activities(activities: QuerySet[ProcessingActivity], text: str) -> QuerySet[ProcessingActivity]:
    """Parts of title, purpose, procedure or foreign number; "VVT-0012" and "12" find the number."""
    words = text.strip()
    if not words:
        return activities
    found = (
        Q(title__icontains=words)
        | Q(purposes__icontains=words)
        | Q(procedure_name__icontains=words)
        | Q(external_reference__icontains=words)
    )
    if number := _NUMBER.match(words):
        found |= Q(number=min(int(number[1]), 2**31 - 1))
    return activities.filter(found)


def for_list(activities: QuerySet[ProcessingActivity]) -> QuerySet[ProcessingActivity]:
    return activities.select_related("department").annotate(system_count=Count("system_links"))


def with_links(activities: QuerySet[ProcessingActivity]) -> QuerySet[ProcessingActivity]:
    links = ActivitySystem.objects.select_related("entry").order_by("entry__sort_key", "pk")
    return activities.select_related("municipality", "department", "created_by", "changed_by").prefetch_related(
        Prefetch("system_links", links)
    )


def open_points(activity: ProcessingActivity, offers: Iterable[Offer] = ()) -> list[OpenPoint]:
    """What the sheet still lacks, each with its article, and what its systems say about it."""
    content: dict[str, Any] = {
        name: getattr(activity, f"{name}_id" if name == "department" else name) for name in completeness.FIELDS
    }
    said = {field: offer.sentence for offer in offers for field in offer.values}
    return [
        replace(point, text=f"{point.text} Im Register steht: {said[point.field]}") if point.field in said else point
        for point in completeness.open_points(content)
    ]


def linkable_systems(user: User, municipality: Municipality) -> QuerySet[Entry]:
    """The systems that the person may read there, by name."""
    return Entry.objects.visible_to(user).of(municipality).systems().order_by("sort_key", "pk")


def departments_for(
    user: User, municipality: Municipality, permission: str, *, keep: Department | None = None
) -> QuerySet[Department]:
    """The departments where the person holds the permission, and the one that is set already."""
    rows = Department.objects.filter(municipality=municipality)
    if not permissions.has_all(user, permission, municipality.pk):
        own = Q(pk__in=[])
        for right in permissions.rights(user):
            if right.municipality_id == municipality.pk and permission in right.permissions and right.department_path:
                own |= Q(path__startswith=right.department_path)
        rows = rows.filter(own)
    kept = Q(pk=keep.pk) if keep else Q(pk__in=[])
    return Department.objects.filter(Q(pk__in=rows.active().values("pk")) | kept).order_by("sort_key", "pk")


def declaration_of(municipality: Municipality) -> VvtDeclaration:
    """What the municipality has declared; nothing so far is an unsaved "no"."""
    found = VvtDeclaration.objects.select_related("declared_by").filter(municipality=municipality).first()
    return found or VvtDeclaration(municipality=municipality)


def for_report_list(reports: QuerySet[VvtReport]) -> QuerySet[VvtReport]:
    return reports.select_related(
        "municipality", "department", "activity", "document", "spreadsheet", "office_text", "job", "requested_by"
    )


def is_in_a_document(activity: ProcessingActivity) -> bool:
    """Whether an edition of the Verarbeitungsverzeichnis has one of its versions; each pins those it prints."""
    held = Q(pk__in=[])
    for version in ActivityVersion.objects.filter(activity=activity).values_list("pk", flat=True):
        held |= Q(job__data__versions__contains=version)
    return VvtReport.objects.filter(held, municipality=activity.municipality).exists()


def rights_facts(block: Mapping[str, Any]) -> dict[str, list[str]]:
    """The rights block of a public document as German labels and lines."""
    return rights_text.facts(block)


def class_sentence(code: str) -> str:
    """What a class of the AI Act means, in one sentence; empty for none and for one that we do not know."""
    return assessment_text.SENTENCES.get(code, "")


def assessment_facts(block: Mapping[str, Any]) -> dict[str, list[str]]:
    """The assessment block of a public document in the same form."""
    return assessment_text.block_facts(block)
