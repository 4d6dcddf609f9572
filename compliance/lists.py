"""Two lists across all running sheets: the Löschkonzept, and where the DSFA stands."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from compliance.content import with_systems
from compliance.legal.state import day_of, newest_versions
from compliance.models import LegalDocument, LegalDocumentVersion, ProcessingActivity
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
    rows = list(rows)
    linked = [link.entry_id for activity in rows for link in activity.system_links.all()]
    documents = LegalDocument.objects.filter(entry__in=linked, kind="dpia")
    versions = newest_versions(documents)
    written = {row.entry_id: _written(versions.get(row.pk)) for row in documents}
    return [
        (
            *_head(activity),
            register.DPIA_STATES.get(activity.dpia_state, NOT_GIVEN),
            activity.dpia_reason,
            activity.dpia_reference,
            "\n".join(
                f"{link.entry.name}: {register.DPIA_STATES.get(link.entry.system.privacy.dpia_state, NOT_GIVEN)}"
                f"{written.get(link.entry_id, '')}"
                for link in activity.system_links.all()
            ),
        )
        for activity in rows
    ]


def _written(version: LegalDocumentVersion | None) -> str:
    """Where the document itself stands, beside what the register says."""
    if version is None:
        return "; Dokument im Entwurf"
    decision = getattr(version, "decision", None)
    if decision is None:
        return f"; {version} vorgelegt"
    return f"; {version} {'genehmigt' if decision.approves else 'zurückgegeben'} am {day_of(version)}"


def _head(activity: ProcessingActivity) -> tuple[str, str, str]:
    return activity.reference, activity.title, activity.department.name if activity.department else NOT_GIVEN
