"""Facts and constraints of compliance, one module a subject."""

from compliance.models.activity import ActivitySystem, ActivityVersion, ProcessingActivity
from compliance.models.report import VvtDeclaration, VvtReport

__all__ = ["ActivitySystem", "ActivityVersion", "ProcessingActivity", "VvtDeclaration", "VvtReport"]
