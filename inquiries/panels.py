"""What waits on the start page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality, User
from inquiries.models import Inquiry
from inquiries.models.inquiry import ANSWER, CHECK, VIEW
from inquiries.selectors import desk
from register.panels import group, on_start


@on_start
def inquiries_waiting(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """What this person can answer or check."""
    if not permissions.has(user, VIEW, municipality=municipality):
        return []
    to_answer = Q(permissions.scope(user, ANSWER), state=Inquiry.State.OPEN)
    to_check = Q(permissions.scope(user, CHECK), state=Inquiry.State.DRAFTED) & ~Q(drafted_by=user)
    rows = desk(user, municipality).filter(to_answer | to_check).order_by("due_on", "pk")
    return group("Anfragen", rows, _task, all_url=reverse("inquiries:desk"))


def _task(row: Inquiry) -> dict[str, Any]:
    check = row.state == Inquiry.State.DRAFTED
    return {
        "label": f"{row.reference}: {row.get_kind_display()} zu „{row.entry.name}“",
        "url": row.get_absolute_url(),
        "status": "Antwort prüfen" if check else "Beantworten",
        "tone": row.tone,
        "hint": row.clock,
    }
