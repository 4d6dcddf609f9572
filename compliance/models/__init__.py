"""Facts and constraints of compliance, one module a subject."""

from compliance.models.activity import ActivitySystem, ActivityVersion, ProcessingActivity
from compliance.models.assessment import (
    Assessment,
    AssessmentDraft,
    AssessmentReview,
    Clarification,
    ReassessmentNotice,
)
from compliance.models.duty import CalendarLink, Duty, DutyEvent
from compliance.models.incident import Incident, IncidentEvent, IncidentMeasure, IncidentNotice, IncidentStep
from compliance.models.law import LawRun, LawRunItem, LoadedRuleset, RulesetUse
from compliance.models.legal import (
    LegalAdvice,
    LegalDecision,
    LegalDocument,
    LegalDocumentVersion,
    MarketAuthority,
)
from compliance.models.lesson import Lesson
from compliance.models.report import DeclarationVersion, VvtDeclaration, VvtReport

__all__ = [
    "ActivitySystem",
    "ActivityVersion",
    "Assessment",
    "AssessmentDraft",
    "AssessmentReview",
    "CalendarLink",
    "Clarification",
    "DeclarationVersion",
    "Duty",
    "DutyEvent",
    "Incident",
    "IncidentEvent",
    "IncidentMeasure",
    "IncidentNotice",
    "IncidentStep",
    "LawRun",
    "LawRunItem",
    "LegalAdvice",
    "LegalDecision",
    "LegalDocument",
    "LegalDocumentVersion",
    "Lesson",
    "LoadedRuleset",
    "MarketAuthority",
    "ProcessingActivity",
    "ReassessmentNotice",
    "RulesetUse",
    "VvtDeclaration",
    "VvtReport",
]
