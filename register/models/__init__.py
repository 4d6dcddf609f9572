"""Facts and constraints of the register, one module a subject."""

from register.models.coverage import Coverage, CoverageRules
from register.models.data import (
    Dataset,
    Recipient,
    StorageLocation,
    SystemDataset,
    SystemRecipient,
    SystemStorage,
)
from register.models.dates import ReviewInterval, ReviewReminder
from register.models.decommission import Decommission, DecommissionPoint
from register.models.deficiency import Deficiency
from register.models.entry import Entry, EntryBlock, EntryUserPermission
from register.models.evidence import Evidence, EvidenceRules
from register.models.product import Product, ProductCheck, ProductVersion
from register.models.product_opinion import ProductOpinion
from register.models.publication import Publication, PublicationLog, PublicDocument
from register.models.report_link import ReportLink, ToolReport
from register.models.review import (
    AfterReview,
    Checklist,
    EntryEditor,
    FieldComment,
    Opinion,
    Release,
    Submission,
)
from register.models.system import AISystem, PrivacyClassification
from register.models.working import BulkRun, SavedFilter, UnsavedInput

__all__ = [
    "AISystem",
    "AfterReview",
    "BulkRun",
    "Checklist",
    "Coverage",
    "CoverageRules",
    "Dataset",
    "Decommission",
    "DecommissionPoint",
    "Deficiency",
    "Entry",
    "EntryBlock",
    "EntryEditor",
    "EntryUserPermission",
    "Evidence",
    "EvidenceRules",
    "FieldComment",
    "Opinion",
    "PrivacyClassification",
    "Product",
    "ProductCheck",
    "ProductOpinion",
    "ProductVersion",
    "PublicDocument",
    "Publication",
    "PublicationLog",
    "Recipient",
    "Release",
    "ReportLink",
    "ReviewInterval",
    "ReviewReminder",
    "SavedFilter",
    "StorageLocation",
    "Submission",
    "SystemDataset",
    "SystemRecipient",
    "SystemStorage",
    "ToolReport",
    "UnsavedInput",
]
