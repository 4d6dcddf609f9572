"""Reads of goals, and a goal over time as numbers for an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from core.text import format_date
from register import wording
from register.models import Entry
from usecases.models import Figure, Goal, Measurement, UseCase, UseCaseEvent
from usecases.rules.blueprints import NOT_TAKEN
from usecases.rules.vocabulary import EVALUATION, OPERATIONAL, PILOT

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 200, 52, 14, 14, 30


def began_on(use_case: UseCase) -> date | None:
    """The day on which it was first used: as planned, or when it came there; a Bestand counts from its plan or always."""
    used = UseCaseEvent.objects.filter(use_case=use_case, target__in=(PILOT, EVALUATION, OPERATIONAL))
    first = used.order_by("number").values_list("at", flat=True).first()
    if first is None:
        return None
    if use_case.is_stock:
        return use_case.pilot_start or _in_use_since(use_case)
    day = timezone.localdate(first)
    return max(day, use_case.pilot_start) if use_case.pilot_start else day


def in_use_since(use_case: UseCase) -> str:
    """Of a Bestand, as exactly as somebody has said it: the plan of the use case, else the register; may be empty."""
    if use_case.pilot_start:
        return format_date(use_case.pilot_start)
    rows = Entry.objects.filter(use_case_links__use_case=use_case).systems()
    said = sorted(filter(None, rows.values_list("system__begin_date", flat=True)))
    return str(wording.said("system", "begin_date", said[0])) if said else ""


def _in_use_since(use_case: UseCase) -> date:
    """What the register says of the first linked system; of a month or a year its first day."""
    rows = Entry.objects.filter(use_case_links__use_case=use_case).systems()
    days = [_first_day(text) for text in rows.values_list("system__begin_date", flat=True)]
    return min(filter(None, days), default=date.min)


def _first_day(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return None


def with_unit(value: Decimal | None, unit: str) -> str:
    """As people read it; not to have measured is an answer too."""
    return NOT_TAKEN if value is None else f"{said(value)} {unit}"


def fate_of(row: Figure | Measurement) -> str:
    """What became of a value, in words; empty while it stands. Asks for `told()`."""
    later = getattr(row, "replaced_by", None)
    if later is None:
        return ""
    return f"{later.verb} am {format_date(timezone.localdate(later.at))} von {later.by}, Grund: {later.reason}"


def goals_of(use_case: UseCase) -> QuerySet[Goal]:
    """With the measurements that stand."""
    rows = Measurement.objects.standing().select_related("by").order_by("day", "pk")
    return Goal.objects.filter(use_case=use_case).prefetch_related(Prefetch("measurements", queryset=rows))


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    left: int
    right: int
    bottom: int
    points: list[dict[str, Any]]
    line: str
    target_y: float
    target: str
    lowest: str
    highest: str
    first: str
    last: str
    description: str


def said(value: Any) -> str:
    """A number as people write it: 1.234,5."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def chart_of(goal: Goal, measurements: Sequence[Measurement]) -> Chart | None:
    """The measured values between the lowest and the highest number, the target as a line. None below two values."""
    rows = [row for row in measurements if row.value is not None]
    if len(rows) < 2:
        return None
    values = [float(row.value) for row in rows]  # type: ignore[arg-type]
    known = [*values, float(goal.target), *([float(goal.baseline)] if goal.baseline is not None else [])]
    low, high = min(known), max(known)
    days = (rows[-1].day - rows[0].day).days or 1
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return round(TOP + inner_height * (high - value) / ((high - low) or 1), 1)

    points = [
        {
            "x": round(LEFT + inner_width * (row.day - rows[0].day).days / days, 1),
            "y": y(float(row.value)),  # type: ignore[arg-type]
            "label": f"{format_date(row.day)}: {said(row.value)} {goal.unit}",
        }
        for row in rows
    ]
    ends = f"von {said(rows[0].value)} am {format_date(rows[0].day)} bis {said(rows[-1].value)} am {format_date(rows[-1].day)}"
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        points=points,
        line=" ".join(f"{point['x']},{point['y']}" for point in points),
        target_y=y(float(goal.target)),
        target=said(goal.target),
        lowest=said(low),
        highest=said(high),
        first=format_date(rows[0].day),
        last=format_date(rows[-1].day),
        description=f"{goal.measure}, {len(rows)} Werte {ends}; Ziel {said(goal.target)} {goal.unit}.",
    )
