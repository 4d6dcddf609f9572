"""Who answers, and what it is by law."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from core import audit
from inquiries.models import Inquiry
from inquiries.models.inquiry import ROUTE
from inquiries.rules import clock
from inquiries.rules.vocabulary import BARRIER, KINDS, REQUESTS
from inquiries.services.access import keep, locked, require_open
from inquiries.services.asking import tell_of_arrival
from register.services.access import validated


@transaction.atomic
def route_inquiry(
    inquiry: Inquiry, *, by: User, department: Department, reason: str, version: int | None = None
) -> Inquiry:
    """Another department answers. A draft goes with it and has to be handed in again there."""
    row = locked(inquiry, ROUTE, by=by, version=version)
    require_open(row)
    if department.municipality_id != row.municipality_id or not department.is_active:
        raise ValidationError({"department": "Dieses Amt kennen wir hier nicht."})
    if department.pk == row.department_id:
        raise ValidationError({"department": "Die Anfrage liegt schon bei diesem Amt."})
    row.department, row.state, row.reminded_at = department, Inquiry.State.OPEN, None
    keep(row, f"Weitergeleitet an {department.name}", by=by, text=reason.strip())
    tell_of_arrival(row)
    audit.record("inquiries.inquiry.routed", row, by=by, data={"department": department.pk})
    return row


@transaction.atomic
def label_inquiry(
    inquiry: Inquiry, *, by: User, kind: str, request: str, law_due_on: date | None = None, version: int | None = None
) -> Inquiry:
    """What it really is. Where the law gives the deadline it counts from the day it came in; else the day is typed."""
    row = locked(inquiry, ROUTE, by=by, version=version)
    require_open(row)
    if kind not in KINDS or (request and request not in REQUESTS):
        raise ValidationError({"kind": "Diese Auswahl gibt es nicht."})
    if (kind == BARRIER) != (row.entry_id is None):
        raise ValidationError({"kind": "Eine Barriere betrifft die Seiten selbst, alles andere einen Eintrag."})
    received = timezone.localdate(row.received_at)
    if law_due_on and law_due_on < received:
        raise ValidationError({"law_due_on": "Die Frist liegt vor dem Eingang."})
    if law_due_on and not request:
        raise ValidationError({"law_due_on": "Eine gesetzliche Frist gehört zu einem Antrag."})
    was = row.request
    row.kind, row.request = kind, request
    # A deadline that was extended with reasons is not counted anew.
    if not (row.extended_at and request == was):
        row.law_due_on = clock.statutory(request, received) or law_due_on
    row.reminded_at = row.escalated_at = None
    validated(row)
    keep(row, f"Eingeordnet als {row.law.label if row.law else row.get_kind_display()}", by=by)
    if request and request != was:
        row.refresh_from_db(fields=["due_on"])
        tell_of_arrival(row)
    audit.record("inquiries.inquiry.labelled", row, by=by, data={"kind": kind, "request": request})
    return row
