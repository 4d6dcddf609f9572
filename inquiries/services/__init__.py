"""Every write about what people ask, one function a verb."""

from inquiries.services.answering import draft_answer, return_answer, send_answer
from inquiries.services.asking import TooMany, ask, count_attempt, report_barrier
from inquiries.services.clocks import forget_inquiries, remind_of_inquiries
from inquiries.services.consulting import (
    change_consultation,
    contribute,
    release_consultation,
    write_consultation,
)
from inquiries.services.ending import close_inquiry, extend_deadline, withdraw_consent
from inquiries.services.releasing import release_inquiry, withdraw_release
from inquiries.services.routing import label_inquiry, route_inquiry
from inquiries.services.rules import set_inquiry_rules

__all__ = [
    "TooMany",
    "ask",
    "change_consultation",
    "close_inquiry",
    "contribute",
    "count_attempt",
    "draft_answer",
    "extend_deadline",
    "forget_inquiries",
    "label_inquiry",
    "release_consultation",
    "release_inquiry",
    "remind_of_inquiries",
    "report_barrier",
    "return_answer",
    "route_inquiry",
    "send_answer",
    "set_inquiry_rules",
    "withdraw_consent",
    "withdraw_release",
    "write_consultation",
]
