"""What the page of a re-assessment shows: how far it is, and what became of each system."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse

from compliance.models import Assessment, LawRun, LawRunItem
from compliance.rules.assessment_text import SHORT
from compliance.rules.law_effect import KINDS
from compliance.services.lawchange import KIND
from core import paging
from core.models import Job
from register.models import Entry

Outcome = LawRunItem.Outcome
TONES = {Outcome.WAITING: "neutral", Outcome.DONE: "success", Outcome.PERSON: "warning", Outcome.SKIPPED: "neutral"}


def progress_of(run: LawRun, *, may_edit: bool) -> dict[str, Any]:
    """For components/job_progress.html: many jobs, shown as one."""
    counts = dict(run.items.values_list("outcome").annotate(number=Count("pk")))
    total = sum(counts.values())
    waiting = counts.get(Outcome.WAITING, 0)
    job = {"state": "running", "stage": f"{total - waiting} von {total} KI-Systemen", "error": ""}
    job["percent"] = str(100 * (total - waiting) // total) if total else "100"
    if run.finished_at is not None:
        job["state"] = "done"
    else:
        states = Counter(Job.objects.filter(kind=KIND, scope=run.scope).values_list("state", flat=True))
        if states["failed"] and not states["pending"] and not states["running"]:
            job["state"], job["error"] = "failed", "Ein Teil wurde unterbrochen. Was fertig ist, bleibt."
    return {
        "job": job,
        "title": "Die Neubewertung",
        "poll_url": reverse("compliance:law-run-status", args=[run.uuid]),
        "retry_url": reverse("compliance:law-run-resume", args=[run.uuid]) if may_edit else "",
    }


def run_items(request: HttpRequest, run: LawRun) -> dict[str, Any]:
    """The systems that the reader may see, those that need a person first in the row of numbers."""
    visible = Entry.objects.visible_to(request.user).of(run.municipality)
    items = run.items.filter(entry__in=visible)
    counts = dict(items.values_list("outcome").annotate(number=Count("pk")))
    wanted = request.GET.get("outcome", "")
    if wanted in Outcome.values:
        items = items.filter(outcome=wanted)
    newest = Assessment.objects.filter(entry=OuterRef("entry")).order_by().values("entry")
    items = items.annotate(newest=Subquery(newest.annotate(last=Max("number")).values("last")))
    items = items.select_related("entry", "before", "after__review")
    items = items.defer("before__result", "before__facts", "after__result", "after__facts")
    page = paging.page(items, request.GET, order=("entry__sort_key", "pk"))
    words = {Outcome.PERSON: "für eine Person", Outcome.DONE: "neu bewertet", Outcome.SKIPPED: "ausgelassen"}
    return {
        "numbers": [
            {"value": counts[key], "label": label, "url": f"?outcome={key}"}
            for key, label in words.items()
            if counts.get(key)
        ],
        "wanted": Outcome(wanted).label if wanted in Outcome.values else "",
        "lines": [_line(item) for item in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }


def _line(item: Any) -> dict[str, Any]:
    after = item.after
    review = getattr(after, "review", None) if after else None
    return {
        "item": item,
        "tone": TONES[item.outcome],
        "old_class": item.before.risk_class,
        "old_label": SHORT[item.before.risk_class],
        "new_class": after.risk_class if after else "",
        "new_label": SHORT[after.risk_class] if after else "",
        "kinds": ", ".join(KINDS[kind] for kind in item.kinds),
        "reviewed": ""
        if after is None
        else ("geprüft" if review and review.agrees else "Prüfung offen" if review is None else "beanstandet"),
        "settled": item.outcome == Outcome.PERSON and item.newest > item.before.number,
        "url": reverse("compliance:assessment", args=[item.entry.uuid, after.number])
        if after
        else reverse("compliance:assessments", args=[item.entry.uuid]),
        "difference_url": reverse(
            "compliance:assessment-difference", args=[item.entry.uuid, after.number, item.before.number]
        )
        if after
        else "",
    }
