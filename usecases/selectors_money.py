"""Costs and savings of the use cases of a municipality, summed. "Nicht erhoben" is counted, never taken for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum

from accounts.models import Municipality
from register.rules.vocabulary import USED
from usecases.models import Figure, UseCase
from usecases.rules.figures import LABELS, UNITS

_SAID = Q(value__isnull=False)
MONEY = ("cost_once", "cost_running", "savings", "staff_days")


@dataclass(frozen=True)
class Total:
    """One kind of figure: its sum, how many use cases tell it, and how many of those in use do not."""

    key: str
    value: Decimal | None
    told: int
    without: int

    @property
    def label(self) -> str:
        return LABELS[self.key]

    @property
    def unit(self) -> str:
        return UNITS[self.key]


def totals(municipality: Municipality, *, since: date, until: date) -> list[Total]:
    """The figures whose span ends in the period. Of two for the same span the later one counts: nothing is overwritten."""
    spans = Figure.objects.filter(
        use_case__municipality=municipality, key__in=MONEY, until__range=(since, until)
    ).order_by()
    newest = spans.values("use_case", "key", "since", "until").annotate(pk=Max("id")).values("pk")
    rows = Figure.objects.filter(pk__in=newest).order_by().values("key")
    found = {
        row["key"]: row
        for row in rows.annotate(
            total=Sum("value"),
            told=Count("use_case", distinct=True, filter=_SAID),
            told_used=Count("use_case", distinct=True, filter=_SAID & Q(use_case__stage__in=USED)),
        )
    }
    used = UseCase.objects.filter(municipality=municipality, stage__in=USED).count()
    nothing = {"total": None, "told": 0, "told_used": 0}
    return [
        Total(key, row["total"], row["told"], used - row["told_used"])
        for key in MONEY
        for row in [found.get(key, nothing)]
    ]
