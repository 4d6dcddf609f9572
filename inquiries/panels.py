"""What waits on the start page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality, User
from inquiries.models import Consultation, Inquiry
from inquiries.models.consultation import DECIDE, EDIT
from inquiries.models.inquiry import ANSWER, CHECK, VIEW
from inquiries.selectors import desk
from inquiries.services.consulting import IN_PLANNING
from register.panels import group, on_start
from usecases.models import UseCase
from usecases.sections import Section, on_use_case


@on_start
def inquiries_waiting(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """What this person can answer or check."""
    if not permissions.has(user, VIEW, municipality=municipality):
        return []
    to_answer = Q(permissions.scope(user, ANSWER), state=Inquiry.State.OPEN)
    to_check = Q(permissions.scope(user, CHECK), state=Inquiry.State.DRAFTED) & ~Q(drafted_by=user)
    rows = desk(user, municipality).filter(to_answer | to_check).order_by("due_on", "pk")
    return group("Anfragen", rows, _task, all_url=reverse("inquiries:desk"))


PHASES = {"open": "offen", "closed": "beendet", "coming": "noch nicht begonnen"}


@on_use_case
def consultations_of(use_case: UseCase, user: User) -> Section:
    """The consultations of a use case; who may not open them still learns that there are any."""
    opens = any(permissions.on(user, permission, use_case) for permission in (EDIT, DECIDE))
    lines = [
        {
            "label": row.title,
            "url": row.get_absolute_url() if opens else "",
            "text": f"{PHASES[row.phase] if row.released_at else 'wartet auf Freigabe'}, Beiträge: {row.received}",
        }
        for row in Consultation.objects.filter(use_case=use_case).order_by("-pk")
    ]
    may_ask = use_case.stage in IN_PLANNING and permissions.on(user, EDIT, use_case)
    url = reverse("inquiries:consultation-new", args=[use_case.uuid]) if may_ask else ""
    return Section(
        "beteiligung", "Beteiligung der Öffentlichkeit", "Noch niemand gefragt.", lines, url, "Menschen fragen"
    )


def _task(row: Inquiry) -> dict[str, Any]:
    check = row.state == Inquiry.State.DRAFTED
    return {
        "label": f"{row.reference}: {row.get_kind_display()} zu „{row.subject}“",
        "url": row.get_absolute_url(),
        "status": "Antwort prüfen" if check else "Beantworten",
        "tone": row.tone,
        "hint": row.clock,
    }
