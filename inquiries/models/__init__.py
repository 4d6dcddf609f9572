"""Facts and constraints of what people ask, one module a subject."""

from inquiries.models.consultation import Consultation, Contribution
from inquiries.models.inquiry import Inquiry, InquiryEvent
from inquiries.models.rules import InquiryAttempt, InquiryRules

__all__ = ["Consultation", "Contribution", "Inquiry", "InquiryAttempt", "InquiryEvent", "InquiryRules"]
