"""The proof of measures under Art. 4 of the AI Act as a PDF."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Municipality, User
from core.models import Job, StoredDocument
from core.text import format_date
from usecases.models.keeping import VIEW
from usecases.rules import training as rules
from usecases.selectors_training import Office, counted, courses_with_numbers, offices
from usecases.services import printing
from usecases.services.keeping import require

PAPER = printing.Paper(
    kind="training-proof",
    template="pdf/training_proof.html",
    url_name="usecases:training-proof-file",
    act="usecases.training.proof",
)


@transaction.atomic
def request_training_proof(municipality: Municipality, *, by: User) -> Job:
    """Fix the state of today and ask a worker to set it."""
    require(by, municipality, VIEW)
    return printing.request(PAPER, municipality, by=by, title="Nachweis Art. 4", content=_content(municipality))


def _content(municipality: Municipality) -> dict[str, Any]:
    """Everything the document prints, JSON-ready."""
    rows = offices(municipality)
    asked = counted(rows)
    courses: list[Any] = list(courses_with_numbers(municipality))
    return {
        "municipality": municipality.name,
        "as_of": format_date(timezone.localdate()),
        "article": rules.ARTICLE,
        "law": rules.LAW,
        "in_force": format_date(rules.IN_FORCE),
        "stand": format_date(rules.STAND),
        "numbers": [
            ["Schulungen", len(courses)],
            ["Teilnahmen", sum(course.people or 0 for course in courses)],
            ["Ämter", len(asked)],
            ["davon mit Grundlagen", sum(rules.BASICS in row.last for row in asked)],
        ],
        "counted": rules.COUNTED,
        "offices": [_line(row) for row in rows if row.last],
        "without": ", ".join(row.department.name for row in rows if not row.last),
        "courses": [
            [course.title, course.get_kind_display(), course.contents, f"{course.minutes} Min.", _day(course.last)]
            for course in courses
        ],
    }


def _line(office: Office) -> list[str]:
    done = [
        f"{label} {_day(day)} ({people})" if people else f"{label} {_day(day)}"
        for label, day, people in office.cells
        if day
    ]
    return [office.department.name, ", ".join(done), "; ".join(office.missing)]


def _day(day: Any) -> str:
    return format_date(day) if day else ""


def build_training_proof(job: Job) -> StoredDocument:
    return printing.build(PAPER, job)


def training_proof_finished(job: Job) -> None:
    printing.finished(PAPER, job)
