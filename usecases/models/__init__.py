"""Facts and constraints of the portfolio, one module a subject."""

from usecases.models.guideline import GuidelineDraft, GuidelineReaders, GuidelineVersion
from usecases.models.staff import GuidelineAcknowledgement, StaffAgreement, TrainingRecord
from usecases.models.tools import AiContact, ApprovedTool
from usecases.models.training import Course, CourseSession, Participants

__all__ = [
    "AiContact",
    "ApprovedTool",
    "Course",
    "CourseSession",
    "GuidelineAcknowledgement",
    "GuidelineDraft",
    "GuidelineReaders",
    "GuidelineVersion",
    "Participants",
    "StaffAgreement",
    "TrainingRecord",
]
