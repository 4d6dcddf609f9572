"""Two lists across all running sheets: the Löschkonzept, and where the DSFA stands."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from compliance.content import with_systems
from compliance.models import ProcessingActivity
from compliance.rules.vocabulary import NOT_GIVEN
from register.rules import vocabulary as register

Rows = list[tuple[str, ...]]
RETENTION = ("Nummer", "Tätigkeit", "Amt", "Datenkategorie", "Frist", "Beginn", "Grundlage")
DPIA = (
    "Nummer",
    "Tätigkeit",
    "Amt",
    "Stand",
    "Ergebnis der Schwellwertanalyse",
    "Fundstelle",
    "Stand bei den KI-Systemen",
)


def retention(activities: QuerySet[ProcessingActivity]) -> Rows:
    """A line for every Löschregel; a sheet without one shows its free text, or that nothing is said."""
    found: Rows = []
    for activity in activities.own().active().select_related("department").order_by("number"):  # type: ignore[attr-defined]
        head = _head(activity)
        for rule in activity.retention_rules:
            found.append((*head, *(rule.get(key, "") for key in ("categories", "period", "start", "basis"))))
        if activity.retention or not activity.retention_rules:
            found.append(
                (*head, "alle übrigen" if activity.retention_rules else "alle", activity.retention or NOT_GIVEN, "", "")
            )
    return found


def dpia(activities: QuerySet[ProcessingActivity]) -> Rows:
    rows: Iterable[ProcessingActivity] = with_systems(activities.own().active().order_by("number"))  # type: ignore[attr-defined]
    return [
        (
            *_head(activity),
            register.DPIA_STATES.get(activity.dpia_state, NOT_GIVEN),
            activity.dpia_reason,
            activity.dpia_reference,
            "\n".join(
                f"{link.entry.name}: {register.DPIA_STATES.get(link.entry.system.privacy.dpia_state, NOT_GIVEN)}"
                for link in activity.system_links.all()
            ),
        )
        for activity in rows
    ]


def _head(activity: ProcessingActivity) -> tuple[str, str, str]:
    return activity.reference, activity.title, activity.department.name if activity.department else NOT_GIVEN
