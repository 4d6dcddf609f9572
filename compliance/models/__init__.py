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
    "Lesson",
    "ProcessingActivity",
    "ReassessmentNotice",
    "VvtDeclaration",
    "VvtReport",
]
