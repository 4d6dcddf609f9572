"""What the register's pages show of assessments: the state on an entry, and what waits for a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import Clarification
from compliance.rules import questionnaire
from compliance.rules.assessment_text import SENTENCES, disclaimer
from compliance.selectors_assessments import (
    STATES,
    assessed_under_earlier_law,
    in_use,
    why_due,
    with_assessments,
)
from compliance.services.finishing import REVIEW
from core.text import format_date
from register.models import Entry
from register.panels import Panel, group, on_entry, on_start

TONES = {"due": "warning", "review": "info", "rejected": "warning", "reviewed": "success", "draft": "info"}
PROPOSAL = "Vorschlag, noch nicht geprüft"


@on_entry
def assessment_panel(entry: Entry, user: User) -> Panel | None:
    if entry.kind != Entry.Kind.SYSTEM:
        return None
    row = with_assessments(Entry.objects.filter(pk=entry.pk)).get()
    state = row.assessment_state
    lines = []
    if row.last_number:
        lines = [SENTENCES[row.last_class], disclaimer(row.last_day)]
    else:
        lines = ["Die Bewertung führt mit einfachen Fragen zur Klasse, zu den Gründen und zu den Pflichten."]
    alert = None
    if state == "due":
        alert = {"tone": "warning", "title": "Neubewertung nötig", "text": why_due(row)}
    return Panel(
        name="bewertung",
        title="Bewertung nach der KI-Verordnung",
        lines=lines,
        url=reverse("compliance:assessments", args=[entry.uuid]),
        link="Bewertung ansehen" if row.last_number or row.has_draft else "Zur Bewertung",
        badge=None
        if alert
        else {"label": PROPOSAL if state == "review" else STATES[state], "tone": TONES.get(state, "neutral")},
        alert=alert,
    )


@on_start
def waiting(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    page = reverse("compliance:assessment-list")
    return [
        # Whoever is asked finds each question in the messages, too.
        *group("Fragen, die Sie klären sollen", _to_clarify(user, municipality), _question, all_url=page),
        *group("Bewertungen: warten auf Ihre Prüfung", _to_review(user, municipality), _review, all_url=page),
        *group("Neubewertung nötig", _to_reassess(user, municipality), _reassess, all_url=f"{page}?state=due"),
        *_law_change(user, municipality),
    ]


def _to_clarify(user: User, municipality: Municipality) -> QuerySet[Clarification]:
    rows = Clarification.objects.visible_to(user).open().filter(person=user, entry__municipality=municipality)
    return rows.select_related("entry")


def _question(row: Clarification) -> dict[str, Any]:
    return {
        "label": questionnaire.question(row.fact).question,
        "url": row.get_absolute_url(),
        "status": "Klären",
        "hint": f"{row.entry.name} · gefragt am {format_date(row.asked_at)}",
    }


def _to_review(user: User, municipality: Municipality) -> QuerySet[Any]:
    if not permissions.has(user, REVIEW, municipality=municipality):
        return Entry.objects.none()
    rows = with_assessments(Entry.objects.visible_to(user).of(municipality).systems())
    mine = Q(assessments__author=user) | Q(assessments__answered_by=user)
    own = Entry.objects.filter(mine, assessments__review__isnull=True).values("pk")
    return rows.filter(assessment_state="review").exclude(pk__in=own).order_by("last_day", "pk")


def _review(row: Any) -> dict[str, Any]:
    return {
        "label": row.name,
        "url": reverse("compliance:assessment", args=[row.uuid, row.last_number]),
        "status": "Prüfung offen",
        "hint": f"Bewertet am {format_date(row.last_day)}",
    }


def _to_reassess(user: User, municipality: Municipality) -> QuerySet[Any]:
    if not permissions.has(user, "entry.edit", municipality=municipality):
        return Entry.objects.none()
    # Of a change of law only what waits for answers: all the rest is one line.
    waits = Q(register_changed=True) | Q(law_changed=True, has_draft=True)
    return in_use(Entry.objects.visible_to(user).of(municipality)).filter(waits).order_by("sort_key", "pk")


def _reassess(row: Any) -> dict[str, Any]:
    return {
        "label": row.name,
        "url": reverse("compliance:assessments", args=[row.uuid]),
        "status": "Neu bewerten",
        "tone": "warning",
        "hint": why_due(row),
    }


def _law_change(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    if not permissions.has(user, "entry.edit", municipality=municipality):
        return []
    number = assessed_under_earlier_law(Entry.objects.visible_to(user).of(municipality)).count()
    if not number:
        return []
    tasks = [
        {
            "label": "Bewertungen nach früherem Recht",
            "url": reverse("compliance:law-change"),
            "status": "Neu bewerten",
            "tone": "warning",
            "hint": "1 KI-System" if number == 1 else f"{number} KI-Systeme",
        }
    ]
    return [{"title": "Rechtsänderung", "tasks": tasks}]
