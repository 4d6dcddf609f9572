"""Telling people that a system has changed in the register since it was assessed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, JSONField, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.services import notify
from compliance.models import ReassessmentNotice
from compliance.selectors_assessments import changes_since, needing_reassessment, reason_for, responsible
from core import audit
from register.models import Entry


def remind_of_reassessments() -> int:
    """Tell the responsible of each system once for each new state of the register. The clock calls this."""
    told = ReassessmentNotice.objects.filter(assessment=OuterRef("last_assessment"))
    due = needing_reassessment(Entry.objects.filter(municipality__is_active=True))
    due = due.annotate(told=Subquery(told.values("basis")[:1], output_field=JSONField()))
    news = due.filter(Q(told__isnull=True) | ~Q(told=F("basis")))
    return sum(_remind(pk) for pk in list(news.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> bool:
    """Looked at again under the lock: somebody may have finished an assessment in between."""
    list(Entry.objects.select_for_update().filter(pk=pk).values_list("pk"))
    rows = needing_reassessment(Entry.objects.filter(pk=pk)).select_related(
        "municipality", "department", "owner_person"
    )
    entry = rows.first()
    if entry is None:
        return False
    values = {"basis": entry.basis, "at": timezone.now()}
    ReassessmentNotice.objects.update_or_create(assessment_id=entry.last_assessment, defaults=values)
    text = f"Neubewertung nötig: „{entry.name}“. {reason_for(changes_since(entry.last_basis, entry.basis))}"
    url = reverse("compliance:assessments", args=[entry.uuid])
    notify(responsible(entry), text, url=url, municipality=entry.municipality)
    audit.record("compliance.reassessment.asked", entry, by=None, data={"number": entry.last_number})
    return True
