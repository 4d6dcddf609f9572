"""Facts and constraints of compliance, one module a subject."""

from compliance.models.activity import ActivitySystem, ActivityVersion, ProcessingActivity
from compliance.models.report import DeclarationVersion, VvtDeclaration, VvtReport

__all__ = [
    "ActivitySystem",
    "ActivityVersion",
    "DeclarationVersion",
    "ProcessingActivity",
    "VvtDeclaration",
    "VvtReport",
]
