"""Where the documents of a system stand: due or not, drafted, handed in, approved, to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from compliance.legal.content import changed_since, frozen_values
from compliance.legal.known import Known, read
from compliance.models import Assessment, LegalDocument, LegalDocumentVersion
from compliance.rules.assessment_text import SHORT
from compliance.rules.legal_kinds import Kind, kinds
from core.text import format_date
from register.models import Entry

LABELS = {
    "none": "Noch nicht begonnen",
    "draft": "Entwurf",
    "advice": "Wartet auf den Rat des Datenschutzes",
    "decision": "Wartet auf die Entscheidung",
    "returned": "Zurückgegeben",
    "approved": "Genehmigt",
    "review": "Genehmigt, neu zu prüfen",
}
TONES = {"approved": "success", "returned": "warning", "review": "warning", "none": "neutral"}
DUE, NOT_DUE, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class State:
    """One kind of document for one system."""

    kind: Kind
    due: str
    code: str
    document: LegalDocument | None = None
    # The newest version, and the one that counts.
    newest: LegalDocumentVersion | None = None
    approved: LegalDocumentVersion | None = None
    # What register, assessment or other documents say differently since the approval.
    changed: list[str] = field(default_factory=list)

    # The class that the assessment found, in words; empty without one.
    found: str = ""

    @property
    def why(self) -> str:
        return f"{self.kind.due[self.due]}{f' {self.found}' if self.found else ''}"

    @property
    def label(self) -> str:
        if self.code == "none" and self.due == DUE:
            return "Nötig, noch nicht begonnen"
        return f"Genehmigt am {day_of(self.approved)}" if self.code == "approved" else LABELS[self.code]

    @property
    def tone(self) -> str:
        return "warning" if self.code == "none" and self.due == DUE else TONES.get(self.code, "info")

    @property
    def is_shown(self) -> bool:
        return self.due == DUE or self.document is not None


def day_of(version: LegalDocumentVersion | None) -> str:
    """The day of the decision."""
    return format_date(timezone.localtime(version.decision.at)) if version else ""


def newest_versions(documents: QuerySet[LegalDocument]) -> dict[int, LegalDocumentVersion]:
    rows = LegalDocumentVersion.objects.filter(document__in=documents).order_by("document", "-number")
    rows = rows.select_related("by", "advice__by", "advice__deputy_for", "decision__by").distinct("document")
    return {row.document_id: row for row in rows}


def states_of(entry: Entry, known: Known | None = None) -> list[State]:
    """Every kind for one system. What is known is read only where something is approved, for the comparison."""
    documents = LegalDocument.objects.filter(entry=entry).select_related("changed_by")
    found = {row.kind: row for row in documents}
    newest = newest_versions(documents) if found else {}
    if known is None and newest:
        known = read(entry)
    assessment = known.assessment if known else _newest_assessment(entry)
    return [_state(kind, found.get(key), newest, known, assessment) for key, kind in kinds().items()]


def _newest_assessment(entry: Entry) -> Assessment | None:
    return Assessment.objects.filter(entry=entry).select_related("review").order_by("-number").first()


def state_of(entry: Entry, kind: Kind, known: Known) -> State:
    return next(one for one in states_of(entry, known) if one.kind.key == kind.key)


def _state(
    kind: Kind,
    document: LegalDocument | None,
    versions: dict[int, LegalDocumentVersion],
    known: Known | None,
    assessment: Assessment | None,
) -> State:
    due, words = due_of(kind, assessment), found_by(assessment)
    if document is None:
        return State(kind, due, "none", found=words)
    newest = versions.get(document.pk)
    approved = known.documents.get(kind.key) if known else None
    changed = changed_since(kind, known, approved.basis) if known and approved else []
    return State(kind, due, _code(document, newest, changed), document, newest, approved, changed, words)


def due_of(kind: Kind, assessment: Assessment | None) -> str:
    if assessment is None:
        return UNKNOWN
    return DUE if kind.duty in {duty["id"] for duty in assessment.result["obligations"]} else NOT_DUE


def found_by(assessment: Assessment | None) -> str:
    """An exception that nobody has reviewed (A63) must not read like a decision."""
    if assessment is None:
        return ""
    review = getattr(assessment, "review", None)
    stands = "" if review is not None and review.agrees else " (Vorschlag, noch nicht geprüft)"
    return f"Ergebnis der Bewertung{stands}: {SHORT[assessment.risk_class]}."


def _code(document: LegalDocument, newest: LegalDocumentVersion | None, changed: Iterable[str]) -> str:
    """What somebody has written since a decision is a draft again; the approved version stays what it is."""
    if newest is None:
        return "draft"
    decision = getattr(newest, "decision", None)
    if decision is None:
        waits = document.definition.needs_advice and not hasattr(newest, "advice")
        return "advice" if waits else "decision"
    if newest.of_version != document.version:
        return "draft"
    if not decision.approves:
        return "returned"
    return "review" if list(changed) else "approved"


def warnings_of(version: LegalDocumentVersion) -> list[str]:
    """What somebody has to know before they approve: what stands against it, and what it rests on."""
    against = version.document.definition.stands_against_approval(frozen_values(version.content))
    found = [against] if against else []
    assessment = _newest_assessment(version.document.entry)
    if assessment is None:
        return found
    rests_on = version.content["assessment"]
    if rests_on is None or rests_on["number"] != assessment.number:
        found.append(f"{assessment} ist neuer als diese Fassung.")
    review = getattr(assessment, "review", None)
    if review is None:
        found.append(f"{assessment} ist noch nicht von einer zweiten Person geprüft.")
    elif not review.agrees:
        found.append(f"{assessment} ist bei der Prüfung beanstandet worden.")
    return found
