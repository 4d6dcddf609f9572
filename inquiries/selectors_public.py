"""What everybody may read of inquiries: what was released, the figures, and one's own by its secret address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Sum

from accounts.models import Municipality
from inquiries.models import Consultation, Inquiry
from inquiries.models.inquiry import OPEN_STATES
from inquiries.selectors import digest_of


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Figures:
    open: int
    answered: int
    # Whole days from the question to the answer; None while nothing is answered.
    median_days: int | None


def figures(municipality: Municipality) -> Figures:
    taken = ExpressionWrapper(F("answered_at") - F("received_at"), output_field=DurationField())
    row = Inquiry.objects.filter(municipality=municipality).aggregate(
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        answered=Count("pk", filter=Q(state="answered")),
        median=Median(taken, filter=Q(state="answered"), output_field=DurationField()),
    )
    median = row["median"]
    return Figures(row["open"], row["answered"], None if median is None else round(median.total_seconds() / 86400))


def released(municipality: Municipality) -> QuerySet[Inquiry]:
    """Question and answer of everything released, as long as the entry is public too."""
    rows = Inquiry.objects.public().filter(municipality=municipality, entry__public__isnull=False)
    return rows.select_related("entry__public")


def released_of(entry_id: int) -> QuerySet[Inquiry]:
    return Inquiry.objects.public().filter(entry=entry_id).order_by("-released_at", "-pk")


def state_of(municipality: Municipality) -> tuple[Any, ...]:
    """Changes whenever anything that the public pages say of inquiries changes."""
    rows = Inquiry.objects.filter(municipality=municipality)
    released_now = Count("pk", filter=Q(released_at__isnull=False))
    counts = rows.aggregate(
        all=Count("pk"),
        answered=Count("answered_at"),
        closed=Count("closed_at"),
        shown=released_now,
        at=Max("released_at"),
    )
    return tuple(counts.values())


def by_token(municipality: Municipality, token: str) -> Inquiry | None:
    """The inquiry of a status page; None for anything that is not its secret."""
    rows = Inquiry.objects.filter(municipality=municipality, token_digest=digest_of(token))
    return rows.select_related("entry__public", "department").first()


def consultations(municipality: Municipality) -> QuerySet[Consultation]:
    """What residents are or were asked, as it was released."""
    return Consultation.objects.public().filter(municipality=municipality).select_related("municipality")


def state_of_consultations(municipality: Municipality) -> tuple[Any, ...]:
    counts = consultations(municipality).order_by().aggregate(at=Max("released_at"), received=Sum("received"))
    return tuple(counts.values())
