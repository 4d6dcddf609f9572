"""Reads for the inner edition of the report to the council: what happened in a period, and what stands beside systems."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Municipality
from accounts.selectors import end_of
from compliance.legal.adopting import approved_in
from compliance.models import Incident, Lesson
from core.text import format_date
from register import content
from register.models import AfterReview, Deficiency, Entry, SystemRecipient
from register.rules.vocabulary import IN_USE
from usecases.council.parts import day
from usecases.council.systems import Beside, Data
from usecases.models import Evaluation, MissingEvidence, UseCase, UseCaseEntry, UseCaseEvent
from usecases.rules.vocabulary import REJECTED, RETIRED, SUSPENDED
from usecases.selectors import exceptions_of
from usecases.selectors_money import costs_of


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
    """Assessments, contracts, approvals, evaluations, use cases: one query each for all systems."""
    found: dict[int, Beside] = defaultdict(Beside)
    systems = Entry.objects.of(municipality).systems()
    assessed = systems.filter(assessments__isnull=False).order_by("assessments__number")
    columns = (f"assessments__{name}" for name in ("risk_class", "day", "review__agrees"))
    for pk, risk_class, on, agrees in assessed.values_list("pk", *columns):
        # Until somebody has confirmed one, the newest is the proposal.
        if agrees or not found[pk].confirmed:
            found[pk].assessed, found[pk].confirmed = {risk_class: on.isoformat()}, bool(agrees)
    processors = SystemRecipient.objects.filter(system__entry__municipality=municipality, recipient__kind="processor")
    for pk, name, on in processors.values_list("system__entry", "recipient__name", "recipient__contract_date"):
        found[pk].contracts.append(
            f"AVV mit {name} vom {format_date(on)}" if on else f"AVV mit {name}: kein Datum eingetragen"
        )
    for pk, approved in approved_in(systems.values("pk")).items():
        found[pk].approved = (approved.state, approved.reference)
    for pk, row in _evaluations(municipality):
        found[pk].evaluated = [f"Auswertung vom {day(row.day)}: {row.get_result_display()}"]
    measures = AfterReview.objects.filter(entry__in=systems, measure=AfterReview.Measure.SUSPEND).order_by("at", "pk")
    for measure in measures:
        found[measure.entry_id].suspended = [f"seit {day(measure.at)}", measure.reason]
    _add_use_cases(found, municipality)
    return found


def _add_use_cases(found: dict[int, Beside], municipality: Municipality) -> None:
    links = UseCaseEntry.objects.filter(use_case__municipality=municipality, leads=True).select_related("use_case")
    costs = costs_of(municipality)
    for link in links:
        beside, use_case = found[link.entry_id], link.use_case
        beside.stage = (use_case.stage, stage_words(use_case))
        beside.costs = costs.get(use_case.pk, "")


def stage_words(use_case: UseCase) -> str:
    """Since when it stands there; of a Bestand that has not moved since, only when it was entered is known."""
    on = day(use_case.stage_since)
    if use_case.is_as_found:
        return f"als Bestand aufgenommen am {on}"
    return f"seit {on} (Stufe des Vorhabens)"


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


def suspended(municipality: Municipality) -> list[tuple[UseCase, str]]:
    """Use cases that rest, each with the reason of the step that led there."""
    rows = UseCase.objects.filter(municipality=municipality, stage=SUSPENDED).select_related("department")
    steps = UseCaseEvent.objects.filter(use_case__in=rows, step="suspend", number=F("use_case__steps"))
    reasons = dict(steps.values_list("use_case", "reason"))
    return [(row, reasons.get(row.pk, "")) for row in rows.order_by("sort_key", "pk")]


def deficiencies(municipality: Municipality) -> QuerySet[Deficiency]:
    """Open Mängel of systems in use, the nearest day first."""
    rows = Deficiency.objects.active().filter(entry__municipality=municipality, entry__status__in=IN_USE)
    return rows.select_related("entry__department").order_by(F("due").asc(nulls_last=True), "opened_at", "pk")


def overdue_evidence(municipality: Municipality) -> QuerySet[MissingEvidence]:
    """What a Bestand should have brought in by now."""
    rows = MissingEvidence.objects.filter(
        use_case__municipality=municipality, settled_at__isnull=True, due__lt=timezone.localdate()
    )
    rows = rows.exclude(use_case__stage__in=(RETIRED, REJECTED))
    return rows.select_related("use_case__department").order_by("due", "use_case__sort_key", "pk")


def incidents_in(municipality: Municipality, since: date, until: date) -> QuerySet[Incident]:
    first, last = span(since, until)
    rows = Incident.objects.filter(municipality=municipality, aware_at__gte=first, aware_at__lt=last)
    return rows.select_related("entry").prefetch_related("sent").order_by("aware_at", "pk")


def lessons_in(municipality: Municipality, since: date, until: date) -> QuerySet[Lesson]:
    """Released ones only: a second person has looked for names."""
    first, last = span(since, until)
    rows = Lesson.objects.released().filter(municipality=municipality, decided_at__gte=first, decided_at__lt=last)
    return rows.order_by("decided_at", "pk")
