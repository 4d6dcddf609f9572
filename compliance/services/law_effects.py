"""What a change of law means for every system of a municipality, worked out once by a worker and kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from compliance.rules.law import shelf
from compliance.rules.law_effect import FOR_A_PERSON
from compliance.selectors_assessments import assessed_under_earlier_law
from compliance.selectors_law import effects
from compliance.selectors_rulesets import catch_up
from core import audit, canonical, jobs
from core.errors import NotAllowed
from core.models import Job, StoredDocument
from register.models import Entry

KIND = "law-effects"
_BATCH = 500
# Those that failed or are still at work stand before the one that counts.
_NEWEST = 10


@dataclass(frozen=True)
class Kept:
    """By entry: the assessment that was looked at, and the kinds of change. Nothing yet when `at` is empty."""

    # The newest one asked for, which may still be at work.
    job: Job | None = None
    at: datetime | None = None
    systems: dict[int, tuple[int, list[str]]] = field(default_factory=dict)

    def kinds(self, entry: int, assessment: int) -> list[str] | None:
        """None where it was not worked out for this assessment."""
        found = self.systems.get(entry)
        return found[1] if found and found[0] == assessment else None


def needs_person(kinds: list[str]) -> bool:
    return any(kind in FOR_A_PERSON for kind in kinds)


def scope_of(municipality: Municipality) -> str:
    """What was worked out under other rule sets is found no more. The caller has caught up with what is in use."""
    law = canonical.sha256([one.sha256 for one in shelf.in_force(timezone.localdate().isoformat())])
    return f"{KIND}:{municipality.pk}:{law[:16]}"


@transaction.atomic
def request_law_effects(municipality: Municipality, *, by: User) -> Job:
    """Work it out anew; whoever asks while a worker is at it waits for the same job."""
    if not permissions.has(by, "entry.edit", municipality=municipality):
        raise NotAllowed()
    job = enqueue_effects(municipality, by=by)
    audit.record("compliance.law_effects.requested", municipality, by=by)
    return job


@transaction.atomic
def enqueue_effects(municipality: Municipality, *, by: User | None) -> Job:
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    catch_up()
    scope = scope_of(municipality)
    asked = Job.objects.filter(kind=KIND, scope=scope)
    job = asked.filter(state__in=[Job.State.PENDING, Job.State.RUNNING]).first()
    key = job.key if job else f"{scope}:{asked.count() + 1}"
    data = {
        "municipality": municipality.pk,
        "title": "Was die Rechtsänderung bedeutet",
        "result_url": reverse("compliance:law-change"),
    }
    return jobs.enqueue(KIND, key, by=by, data=data, scope=scope)


def kept_effects(municipality: Municipality) -> Kept:
    rows = Job.objects.filter(kind=KIND, scope=scope_of(municipality)).select_related("result")
    asked = list(rows.order_by("-created_at")[:_NEWEST])
    newest = asked[0] if asked else None
    job = next((one for one in asked if one.result is not None), None)
    if job is None or job.result is None:
        return Kept(newest)
    with job.result.file.open("rb") as file:
        systems = json.loads(file.read())
    return Kept(newest, job.finished_at, {int(entry): (last, kinds) for entry, (last, kinds) in systems.items()})


def build_effects(job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice."""
    rows = assessed_under_earlier_law(Entry.objects.filter(municipality=job.data["municipality"]))
    last = dict(rows.values_list("pk", "last_assessment"))
    pks = sorted(last)
    found: dict[str, Any] = {}
    for start in range(0, len(pks), _BATCH):
        some = effects(rows.filter(pk__in=pks[start : start + _BATCH]))
        found.update({str(pk): [last[pk], effect.kinds] for pk, effect in some.items()})
        stage = "KI-Systeme werden durchgerechnet"
        jobs.progress(job, stage=stage, percent=min(99, 100 * (start + _BATCH) // len(pks)))
    content = canonical.dump_bytes(found)
    return jobs.store(f"{KIND}:{job.key}", content, filename="wirkung.json", media_type="application/json")


def towns_without_effects() -> list[Municipality]:
    """Those with systems under earlier law for which nobody has worked out anything yet."""
    rows = assessed_under_earlier_law(Entry.objects.filter(municipality__is_active=True))
    towns = Municipality.objects.filter(pk__in=rows.order_by().values("municipality"))
    asked = set(Job.objects.filter(kind=KIND).values_list("scope", flat=True))
    return [town for town in towns if scope_of(town) not in asked]
