"""Reads for the inner edition of the report to the council: what happened in a period, and what stands beside systems."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import Municipality
from accounts.selectors import end_of
from compliance.models import Incident, LegalDecision, Lesson
from core.text import format_date
from register import content
from register.models import Entry, SystemRecipient
from usecases.council.parts import day
from usecases.council.systems import Beside, Data
from usecases.models import Evaluation, UseCaseEntry, UseCaseEvent
from usecases.rules.vocabulary import REJECTED, RETIRED
from usecases.selectors import exceptions_of


def span(since: date, until: date) -> tuple[Any, Any]:
    """The moments between which something happened."""
    return end_of(since - timedelta(days=1)), end_of(until)


def systems_of(municipality: Municipality) -> list[tuple[Data, Beside]]:
    """Every system of the register as it is today, drafts too, by name."""
    rows = Entry.objects.of(municipality).systems()
    contents = content.contents_of(rows)
    beside = _beside(municipality)
    order = rows.order_by("sort_key", "pk").values_list("pk", flat=True)
    return [(contents[pk], beside[pk]) for pk in order]


def _beside(municipality: Municipality) -> dict[int, Beside]:
    """Assessments, contracts, approvals and evaluations: one query each for all systems."""
    found: dict[int, Beside] = defaultdict(Beside)
    systems = Entry.objects.of(municipality).systems()
    assessed = systems.filter(assessments__isnull=False).order_by("assessments__number")
    for pk, risk_class, on in assessed.values_list("pk", "assessments__risk_class", "assessments__day"):
        found[pk].assessed = {risk_class: on.isoformat()}
    processors = SystemRecipient.objects.filter(system__entry__municipality=municipality, recipient__kind="processor")
    for pk, name, on in processors.values_list("system__entry", "recipient__name", "recipient__contract_date"):
        found[pk].contracts.append(
            f"AVV mit {name} vom {format_date(on)}" if on else f"AVV mit {name}: kein Datum eingetragen"
        )
    decisions = LegalDecision.objects.filter(
        approves=True, version__document__entry__municipality=municipality, version__document__kind__in=_PRIVACY
    ).select_related("version__document")
    for row in decisions.order_by("at", "pk"):
        document = row.version.document
        found[document.entry_id].approved = [f"{document} genehmigt am {day(row.at)}"]
    for pk, row in _evaluations(municipality):
        found[pk].evaluated = [f"Auswertung vom {day(row.day)}: {row.get_result_display()}"]
    return found


_PRIVACY = ("dpia", "threshold")


def _evaluations(municipality: Municipality) -> list[tuple[int, Evaluation]]:
    """The evaluation of the use case that leads an entry; a later one comes later."""
    rows = Evaluation.objects.filter(use_case__municipality=municipality).order_by("at", "pk")
    by_case: dict[int, list[Evaluation]] = defaultdict(list)
    for row in rows:
        by_case[row.use_case_id].append(row)
    links = UseCaseEntry.objects.filter(use_case__in=by_case, leads=True).values_list("entry_id", "use_case_id")
    return [(entry, row) for entry, case in links for row in by_case[case]]


def evaluations_in(municipality: Municipality, since: date, until: date) -> QuerySet[Evaluation]:
    rows = Evaluation.objects.filter(use_case__municipality=municipality, day__range=(since, until))
    return rows.select_related("use_case").order_by("day", "pk")


def ended_in(municipality: Municipality, since: date, until: date) -> QuerySet[UseCaseEvent]:
    """Use cases that were ended or rejected, each with its reason."""
    first, last = span(since, until)
    rows = UseCaseEvent.objects.filter(
        use_case__municipality=municipality, target__in=(RETIRED, REJECTED), at__gte=first, at__lt=last
    )
    return rows.select_related("use_case__department").order_by("at", "pk")


def exceptions_in(municipality: Municipality, since: date, until: date) -> QuerySet[UseCaseEvent]:
    first, last = span(since, until)
    return exceptions_of(municipality).filter(at__gte=first, at__lt=last).order_by("at", "pk")


def incidents_in(municipality: Municipality, since: date, until: date) -> QuerySet[Incident]:
    first, last = span(since, until)
    rows = Incident.objects.filter(municipality=municipality, aware_at__gte=first, aware_at__lt=last)
    return rows.select_related("entry").prefetch_related("sent").order_by("aware_at", "pk")


def lessons_in(municipality: Municipality, since: date, until: date) -> QuerySet[Lesson]:
    """Released ones only: a second person has looked for names."""
    first, last = span(since, until)
    rows = Lesson.objects.released().filter(municipality=municipality, decided_at__gte=first, decided_at__lt=last)
    return rows.order_by("decided_at", "pk")
