"""The duties of systems follow their assessments: new ones open, those that stay keep their work, the rest falls away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from compliance.models import Assessment, Duty, DutyEvent
from compliance.rules.assessment_text import german

_LAW = ("text", "article", "timing", "proof", "is_recommendation", "due")
_CHANGED = (
    *_LAW, "state", "dropped_reason", "dismissal_by", "closed_by", "closed_at", "reminded_stage", "changed_at",
    "version",
)  # fmt: skip


@transaction.atomic
def duties_of_assessments(assessments: Iterable[Assessment], *, by: User | None) -> Counter[str]:
    """Bring the duties of the assessed systems in line with what their newest assessment asks.

    The same few statements for one assessment as for thousands. The caller holds the entries and records the act;
    what happened to each duty stands in its chronicle. Returns how many were made, moved, dropped or came back.
    """
    newest: dict[int, Assessment] = {}
    for one in sorted(assessments, key=lambda one: one.number):
        newest[one.entry_id] = one
    known: dict[int, dict[str, Duty]] = defaultdict(dict)
    for duty in Duty.objects.select_for_update(of=("self",)).filter(entry__in=newest).order_by("pk"):
        known[duty.entry_id][duty.code] = duty
    found = _Changes(by, timezone.now())
    for entry, assessment in newest.items():
        found.compare(assessment, known[entry])
    Duty.objects.bulk_create(found.made, batch_size=1000)
    # Faster by far than an UPDATE that names every row in a CASE.
    Duty.objects.bulk_create(
        found.changed, update_conflicts=True, unique_fields=["id"], update_fields=_CHANGED, batch_size=1000
    )
    last = Assessment.objects.filter(entry=OuterRef("entry")).order_by("-number").values("pk")[:1]
    kept = Duty.objects.filter(entry__in=newest).exclude(state=Duty.State.DROPPED)
    kept.exclude(assessment__in=list(newest.values())).update(assessment=Subquery(last))
    DutyEvent.objects.bulk_create(found.events, batch_size=1000)
    return Counter(event.kind for event in found.events)


class _Changes:
    """What has to be written, gathered for all systems."""

    def __init__(self, by: User | None, now: datetime) -> None:
        self._by, self._now = by, now
        self.made: list[Duty] = []
        self.changed: list[Duty] = []
        self.events: list[DutyEvent] = []

    def compare(self, assessment: Assessment, known: dict[str, Duty]) -> None:
        wanted = {row["id"]: row for row in assessment.result["obligations"]}
        for code, row in wanted.items():
            if code in known:
                self._keep(assessment, known[code], _law(row))
            else:
                self._make(assessment, code, _law(row))
        for code, duty in known.items():
            if code not in wanted and duty.state != Duty.State.DROPPED:
                self._drop(assessment, duty)

    def _make(self, assessment: Assessment, code: str, law: dict[str, Any]) -> None:
        duty = Duty(entry_id=assessment.entry_id, code=code, assessment=assessment, changed_at=self._now, **law)
        self.made.append(duty)
        self._say(duty, DutyEvent.Kind.MADE, f"Aus {_named(assessment)}.")

    def _keep(self, assessment: Assessment, duty: Duty, law: dict[str, Any]) -> None:
        before = {key: getattr(duty, key) for key in _LAW}
        is_back = duty.state == Duty.State.DROPPED
        if before == law and not is_back:
            return
        for key, value in law.items():
            setattr(duty, key, value)
        if before["due"] != law["due"]:
            duty.reminded_stage = None
            text = f"{_day(law['due'])} statt {_day(before['due'])}, nach {_named(assessment)}."
            self._say(duty, DutyEvent.Kind.MOVED, text)
        if is_back:
            duty.state, duty.dropped_reason = Duty.State.OPEN, ""
            duty.dismissal_by = duty.closed_by = duty.closed_at = duty.reminded_stage = None
            self._say(duty, DutyEvent.Kind.BACK, f"Nach {_named(assessment)}.")
        self._change(duty)

    def _drop(self, assessment: Assessment, duty: Duty) -> None:
        was = f" Stand vorher: {duty.get_state_display()}."
        duty.state = Duty.State.DROPPED
        duty.dropped_reason = f"Nach {_named(assessment)} gilt sie für das System nicht mehr."
        self._say(duty, DutyEvent.Kind.DROPPED, duty.dropped_reason + was)
        self._change(duty)

    def _change(self, duty: Duty) -> None:
        duty.changed_at = self._now
        duty.version += 1
        self.changed.append(duty)

    def _say(self, duty: Duty, kind: DutyEvent.Kind, text: str) -> None:
        self.events.append(DutyEvent(duty=duty, kind=kind, text=text, by=self._by, at=self._now))


def _law(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": row["text"],
        "article": row["article"],
        "timing": row["timing"],
        "proof": row["evidence"],
        "is_recommendation": row["status"] != "in_force",
        "due": date.fromisoformat(row["due"]) if row["due"] else None,
    }


def _named(assessment: Assessment) -> str:
    return f"Bewertung {assessment.number} vom {german(assessment.day)}"


def _day(day: date | None) -> str:
    return german(day) or "kein fester Tag"
