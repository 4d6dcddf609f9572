"""Reads of funding: what fits a use case, its applications, and the sums of a municipality."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Municipality
from usecases.models import FundingApplication, FundingProgramme, UseCase
from usecases.selectors_goals import said

State = FundingApplication.State
PROPOSED = 5


def applications_of(use_case: UseCase) -> list[FundingApplication]:
    rows = FundingApplication.objects.filter(use_case=use_case).select_related("programme", "use_case")
    return list(rows.order_by("-pk"))


def matching(use_case: UseCase) -> QuerySet[FundingProgramme]:
    """Running programmes for its field and its stage; the nearest deadline first. What is over needs none."""
    if use_case.is_over:
        return FundingProgramme.objects.none()
    rows = FundingProgramme.objects.running().filter(municipality=use_case.municipality_id)
    rows = rows.filter(Q(fields=[]) | Q(fields__contains=[use_case.field]))
    rows = rows.filter(Q(stages=[]) | Q(stages__contains=[use_case.stage]))
    asked_for = FundingApplication.objects.filter(use_case=use_case, state__in=FundingApplication.RUNNING)
    found: QuerySet[FundingProgramme] = rows.exclude(pk__in=asked_for.values("programme"))
    return found.order_by("deadline", "name", "pk")


def sums(municipality: Municipality) -> list[dict[str, Any]]:
    """For components/numbers.html: what is asked for, granted and settled in whole euros, in one query."""
    handed_in, granted, settled = Q(state=State.SUBMITTED), Q(state=State.GRANTED), Q(state=State.SETTLED)
    found = FundingApplication.objects.filter(use_case__municipality=municipality).aggregate(
        sum_waiting=Sum("asked", filter=handed_in),
        sum_granted=Sum("granted", filter=granted),
        sum_settled=Sum("granted", filter=settled),
        unknown=Count("pk", filter=handed_in & Q(asked__isnull=True)),
        number=Count("pk"),
    )
    if not found["number"]:
        return []
    waiting = "Euro beantragt, noch nicht entschieden"
    if found["unknown"]:
        waiting += f" ({found['unknown']} ohne Betrag)"
    labels = {"sum_waiting": waiting, "sum_granted": "Euro bewilligt", "sum_settled": "Euro abgerechnet"}
    return [{"value": said(round(found[key] or Decimal(0))), "label": label} for key, label in labels.items()]


def euro(value: Decimal | None) -> str:
    """Cents only where there are some."""
    if value is None:
        return "nicht bekannt"
    text = said(value)
    return f"{text}0 Euro" if text[-2:-1] == "," else f"{text} Euro"


def with_sums(programmes: QuerySet[FundingProgramme]) -> QuerySet[FundingProgramme]:
    """Each programme with the number of its applications and what was granted."""
    return programmes.annotate(applied=Count("applications"), granted=Sum("applications__granted"))
