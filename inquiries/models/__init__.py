"""Facts and constraints of what people ask, one module a subject."""

from inquiries.models.inquiry import Inquiry, InquiryEvent
from inquiries.models.rules import InquiryAttempt, InquiryRules

__all__ = ["Inquiry", "InquiryAttempt", "InquiryEvent", "InquiryRules"]
