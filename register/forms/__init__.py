"""Forms of the register. They carry labels and shapes; the rules stand in the models and services."""

from register.forms.decommission import DecommissionDecisionForm, DecommissionForm
from register.forms.deficiencies import DecisionForm, DismissalForm, PlanForm
from register.forms.entries import NewEntryForm, ShareForm, WithheldFormSet
from register.forms.errors import add_service_errors, save
from register.forms.evidence import EvidenceForm, EvidenceRulesForm
from register.forms.intervals import IntervalsForm, YearForm
from register.forms.master_data import RecipientForm, StorageForm
from register.forms.product_opinions import ConfirmOpinionForm, ProductOpinionForm
from register.forms.products import CheckForm, ProductForm
from register.forms.report_links import NewReportLinkForm, ToolReportForm
from register.forms.review import (
    AnswerForm,
    ChecklistForm,
    CommentForm,
    MeasureForm,
    NoteForm,
    OpinionForm,
    PlainForm,
    ReasonForm,
    RedactForm,
    ReleaseForm,
    ReturnForm,
)
from register.forms.sections import SectionForm
from register.forms.working import BulkForm, SavedFilterForm

__all__ = [
    "AnswerForm",
    "BulkForm",
    "CheckForm",
    "ChecklistForm",
    "CommentForm",
    "ConfirmOpinionForm",
    "DecisionForm",
    "DecommissionDecisionForm",
    "DecommissionForm",
    "DismissalForm",
    "EvidenceForm",
    "EvidenceRulesForm",
    "IntervalsForm",
    "MeasureForm",
    "NewEntryForm",
    "NewReportLinkForm",
    "NoteForm",
    "OpinionForm",
    "PlainForm",
    "PlanForm",
    "ProductForm",
    "ProductOpinionForm",
    "ReasonForm",
    "RecipientForm",
    "RedactForm",
    "ReleaseForm",
    "ReturnForm",
    "SavedFilterForm",
    "SectionForm",
    "ShareForm",
    "StorageForm",
    "ToolReportForm",
    "WithheldFormSet",
    "YearForm",
    "add_service_errors",
    "save",
]
