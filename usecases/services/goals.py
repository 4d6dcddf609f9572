"""Goals, measurements, figures and the evaluation of a use case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.text import format_date
from register.services.access import validated
from usecases.models import Evaluation, Figure, Goal, Measurement, UseCase
from usecases.rules.figures import RATES
from usecases.selectors_goals import began_on
from usecases.services import access

GOAL = ("title", "measure", "unit", "baseline", "target", "method")


@transaction.atomic
def set_goal(use_case: UseCase, *, by: User, values: Mapping[str, Any], goal: Goal | None = None) -> Goal:
    """A new goal, or another wording of one that nothing was measured for yet."""
    use_case = access.locked_for_edit(use_case, by=by)
    if goal is None:
        goal = Goal(use_case=use_case, created_by=by, created_at=timezone.now())
    elif goal.measurements.exists():
        raise ValidationError("Zu diesem Ziel gibt es schon Messungen. Legen Sie ein neues Ziel an.")
    for name in GOAL:
        setattr(goal, name, values[name])
    others = Goal.objects.filter(use_case=use_case).exclude(pk=goal.pk)
    if others.filter(title=goal.title).exists():
        raise ValidationError({"title": "Ein Ziel mit diesem Namen gibt es schon."})
    validated(goal).save()
    audit.record("usecases.goal.set", use_case, by=by, data={"goal": str(goal.uuid), "title": goal.title})
    return goal


@transaction.atomic
def measure(goal: Goal, *, by: User, day: date, value: Decimal | None, note: str = "") -> Measurement:
    """A value on a day, or that it was not measured. Nothing is measured before it has begun."""
    use_case = access.locked_for_edit(goal.use_case, by=by)
    row = saved_measurement(use_case, Measurement(goal=goal, day=day, value=value, note=note, by=by, at=timezone.now()))
    audit.record("usecases.goal.measured", use_case, by=by, data={"goal": str(goal.uuid), "day": day})
    return row


def saved_measurement(use_case: UseCase, row: Measurement) -> Measurement:
    _require_day(use_case, row.day, "day")
    row.note = row.note.strip()
    validated(row).save()
    return row


@transaction.atomic
def add_figure(
    use_case: UseCase, *, by: User, key: str, since: date, until: date, value: Decimal | None, note: str = ""
) -> Figure:
    """A number for a span of time; what is told of one span is told once."""
    use_case = access.locked_for_edit(use_case, by=by)
    row = Figure(use_case=use_case, key=key, since=since, until=until, value=value, note=note, by=by, at=timezone.now())
    saved_figure(row)
    audit.record("usecases.figure.added", use_case, by=by, data={"figure": key, "until": until})
    return row


def saved_figure(row: Figure) -> Figure:
    """The use case is locked, so no second person adds the same span meanwhile."""
    if row.until > timezone.localdate():
        raise ValidationError({"until": "Der Tag liegt in der Zukunft."})
    if row.key in RATES and row.value is not None and row.value > 100:
        raise ValidationError({"value": "Eine Quote ist höchstens 100 Prozent."})
    row.note = row.note.strip()
    validated(row)
    _require_free_span(row)
    row.save()
    return row


def _require_free_span(row: Figure) -> None:
    """Numbers of one kind are summed, so a day belongs to one of them."""
    same = Figure.objects.standing().filter(use_case=row.use_case, key=row.key).exclude(pk=row.replaces_id)
    other = same.filter(since__lte=row.until, until__gte=row.since).order_by("since", "pk").first()
    if other is not None:
        span = f"{format_date(other.since)} bis {format_date(other.until)}"
        raise ValidationError(
            {
                "since": f"Zu „{row.get_key_display()}“ gibt es schon eine Zahl für {span}. Wählen Sie einen Zeitraum, "
                "der sich damit nicht überschneidet, oder korrigieren Sie die vorhandene Zahl in der Liste „Zahlen“."
            }
        )


@transaction.atomic
def evaluate(
    use_case: UseCase, *, by: User, day: date, result: str, text: str, lessons: str, decision: str
) -> Evaluation:
    """Against the goals: what came out. What follows is decided at the gate."""
    use_case = access.locked_for_edit(use_case, by=by)
    _require_day(use_case, day, "day")
    row = Evaluation(
        use_case=use_case,
        day=day,
        result=result,
        text=text.strip(),
        lessons=lessons.strip(),
        decision=decision,
        by=by,
        at=timezone.now(),
    )
    validated(row).save()
    audit.record("usecases.use_case.evaluated", use_case, by=by, data={"result": result, "decision": decision})
    return row


def _require_day(use_case: UseCase, day: date, name: str) -> None:
    if day > timezone.localdate():
        raise ValidationError({name: "Der Tag liegt in der Zukunft."})
    began = began_on(use_case)
    if began is None:
        raise ValidationError({name: "Der Pilot hat noch nicht begonnen. Gemessen wird ab seinem ersten Tag."})
    if day < began:
        raise ValidationError({name: f"Der Tag liegt vor dem Beginn am {format_date(began)}."})
