"""Facts and constraints of the portfolio, one module a subject."""

from usecases.models.application import FundingApplication
from usecases.models.blueprint import Adoption, Blueprint
from usecases.models.cooperation import Partner, UseCasePartner
from usecases.models.funding import FundingProgramme
from usecases.models.goals import Evaluation, Figure, Goal, Measurement
from usecases.models.guideline import GuidelineDraft, GuidelineReaders, GuidelineVersion
from usecases.models.interest import CooperationWish, Interest, InterestCall
from usecases.models.staff import GuidelineAcknowledgement, StaffAgreement, TrainingRecord
from usecases.models.tools import AiContact, ApprovedTool
from usecases.models.training import Course, CourseSession, Participants
from usecases.models.use_case import (
    GateProposal,
    MissingEvidence,
    Statement,
    UseCase,
    UseCaseEntry,
    UseCaseEvent,
)

__all__ = [
    "Adoption",
    "AiContact",
    "ApprovedTool",
    "Blueprint",
    "CooperationWish",
    "Course",
    "CourseSession",
    "Evaluation",
    "Figure",
    "FundingApplication",
    "FundingProgramme",
    "GateProposal",
    "Goal",
    "GuidelineAcknowledgement",
    "GuidelineDraft",
    "GuidelineReaders",
    "GuidelineVersion",
    "Interest",
    "InterestCall",
    "Measurement",
    "MissingEvidence",
    "Participants",
    "Partner",
    "StaffAgreement",
    "Statement",
    "TrainingRecord",
    "UseCase",
    "UseCaseEntry",
    "UseCaseEvent",
    "UseCasePartner",
]
