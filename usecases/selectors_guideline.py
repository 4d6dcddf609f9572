"""The guideline that is in force, and what its building blocks say today."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from accounts.models import Municipality, User
from usecases.models import GuidelineDraft, GuidelineVersion, StaffAgreement
from usecases.rules import guideline as rules
from usecases.selectors_training import contacts_of, running_tools


def current(municipality: Municipality) -> GuidelineVersion | None:
    """The newest version, whether its day has come or not."""
    return GuidelineVersion.objects.filter(municipality=municipality).order_by("-number").first()


def draft_of(municipality: Municipality) -> GuidelineDraft | None:
    row: GuidelineDraft | None = GuidelineDraft.objects.filter(municipality=municipality).first()
    return row


def running_agreement(municipality: Municipality | int) -> StaffAgreement | None:
    row: StaffAgreement | None = StaffAgreement.objects.running().filter(municipality=municipality).first()
    return row


def filled(municipality: Municipality, body: str) -> str:
    """The text with its building blocks: tools, data that nobody may enter, courses, and whom to ask."""
    tools = list(running_tools(municipality))
    titles = {course.title: None for tool in tools for course in tool.courses.all()}
    asks = [f"{row} ({row.reach}){_for(row)}" for row in contacts_of(municipality)]
    return rules.fill(
        body,
        {
            rules.TOOLS: rules.as_list([_tool(tool) for tool in tools], "Zurzeit ist kein Werkzeug zugelassen."),
            rules.DATA: rules.as_list(
                [f"{tool.name}: {tool.forbidden_data}" for tool in tools], "Zurzeit ist kein Werkzeug zugelassen."
            ),
            rules.COURSES: rules.as_list(list(titles), "Verlangt wird mindestens eine Schulung zu den Grundlagen."),
            rules.CONTACTS: rules.as_list(asks, "Fragen Sie Ihre Leitung."),
        },
    )


def _for(contact: Any) -> str:
    return f", {contact.department.name}" if contact.department else ""


def _tool(tool: Any) -> str:
    offices = ", ".join(row.name for row in tool.departments.all()) or "alle Ämter"
    return f"{tool.name}: {tool.purpose.rstrip(' .')}. Für: {offices}."


def readers(guideline: GuidelineVersion) -> tuple[int, int]:
    """Known as numbers of the offices, and as records of people while an agreement runs."""
    counted = guideline.readers.aggregate(total=Sum("number"))["total"] or 0
    return counted, guideline.acknowledgements.count()


def has_acknowledged(guideline: GuidelineVersion, user: User) -> bool:
    return guideline.acknowledgements.visible_to(user).exists()
