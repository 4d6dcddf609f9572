"""Reads of cooperation: who takes part in a use case, and which wishes there are."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from core.text import format_date
from usecases.models import CooperationWish, Interest, InterestCall, UseCase, UseCasePartner
from usecases.selectors_funding import euro
from usecases.selectors_goals import said


def partners_of(use_case: UseCase) -> list[UseCasePartner]:
    rows = UseCasePartner.objects.filter(use_case=use_case).select_related("partner", "use_case")
    return list(rows.order_by("partner__name", "pk"))


def share_of(row: UseCasePartner) -> str:
    if row.share is None:
        return "nicht erhoben"
    return euro(row.share) if row.share_unit == row.Unit.EURO else f"{said(row.share)} Prozent"


def partners_asked(use_case: UseCase) -> str:
    """For the gate: who was asked and what came out, or that others were called; empty where nothing shows it."""
    named = [f"{row.partner.name} ({row.get_state_display()})" for row in partners_of(use_case)]
    if named:
        return f"Gefragt: {', '.join(named)}."
    calls = InterestCall.objects.filter(wish__use_case=use_case, opens_on__lte=timezone.localdate())
    first = calls.order_by("opens_on").values_list("opens_on", flat=True).first()
    return f"Aufruf zur Interessenbekundung am {format_date(first)}." if first else ""


def with_calls(rows: QuerySet[CooperationWish]) -> QuerySet[CooperationWish]:
    """Each with the days of its running call."""
    calls = InterestCall.objects.filter(wish=OuterRef("pk"), decided_at__isnull=True)
    return rows.select_related("use_case__municipality").annotate(
        call_opens=Subquery(calls.values("opens_on")[:1]), call_closes=Subquery(calls.values("closes_on")[:1])
    )


def interests_in(wish: CooperationWish) -> QuerySet[Interest]:
    """All of them, for the municipality whose wish it is."""
    return Interest.objects.filter(wish=wish).select_related("municipality", "decided_by").order_by("-pk")


def running_call(use_case: UseCase) -> InterestCall | None:
    """The call that is not decided yet."""
    return InterestCall.objects.filter(wish__use_case=use_case, decided_at__isnull=True).first()
