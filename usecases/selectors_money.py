"""Costs and savings of the use cases of a municipality, summed. "Nicht erhoben" is counted, never taken for nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from accounts.models import Municipality
from core.text import format_date
from register.rules.vocabulary import USED
from usecases.models import Figure, UseCase
from usecases.rules.figures import LABELS, UNITS
from usecases.selectors_funding import euro
from usecases.selectors_goals import said

_SAID = Q(value__isnull=False)
MONEY = ("cost_once", "cost_running", "savings", "staff_days")
COSTS = {"cost_once": "einmalig", "cost_running": "laufend"}


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

    @property
    def said(self) -> str:
        return "nicht erhoben" if self.value is None else amount(self.value, self.unit)


def amount(value: Decimal, unit: str) -> str:
    """A number with its unit; of Euro the cents, where there are some, in full."""
    return euro(value) if unit == "Euro" else f"{said(value)} {unit}"


def _newest(figures: Any) -> QuerySet[Figure]:
    """What stands; of two figures for the same span, from before overlaps were refused, the later one."""
    spans = figures.standing().order_by().values("use_case", "key", "since", "until")
    return Figure.objects.filter(pk__in=spans.annotate(pk=Max("id")).values("pk"))


def costs_of(municipality: Municipality) -> dict[int, str]:
    """What each use case says it costs: all that was paid once, and the last span of what is paid again and again."""
    rows = _newest(Figure.objects.filter(use_case__municipality=municipality, key__in=COSTS)).filter(_SAID)
    by_case: dict[int, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("until", "since", "pk"):
        by_case[row.use_case_id][row.key].append(row)
    return {
        pk: "; ".join(
            _cost(word, found[key] if key == "cost_once" else found[key][-1:])
            for key, word in COSTS.items()
            if key in found
        )
        for pk, found in by_case.items()
    }


def _cost(word: str, rows: list[Figure]) -> str:
    total = amount(sum((row.value or Decimal(0) for row in rows), Decimal(0)), "Euro")
    since, until = min(row.since for row in rows), max(row.until for row in rows)
    return f"{word} {total} ({format_date(since)} bis {format_date(until)})"


def totals(municipality: Municipality, *, since: date, until: date) -> list[Total]:
    """The figures whose span ends in the period."""
    spans = Figure.objects.filter(use_case__municipality=municipality, key__in=MONEY, until__range=(since, until))
    rows = _newest(spans).order_by().values("key")
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
