"""Measured numbers go from a use case into its entry, and become public with the entry's next release."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from core.errors import Conflict
from core.text import format_date
from register import services as register
from register.models import Entry
from usecases.models import Goal, UseCase, UseCaseEntry
from usecases.selectors_goals import goals_of, with_unit
from usecases.services import access

BLOCK, TITLE = "pilot", "Zahlen aus dem Vorhaben"


@transaction.atomic
def hand_over_measurements(link: UseCaseEntry, *, by: User) -> Entry:
    """Goals with their last value as a block of the entry: reviewed and frozen with the rest, never public by itself."""
    use_case = access.locked_for_edit(link.use_case, by=by)
    if not link.leads:
        raise Conflict("Zahlen übergibt nur das Vorhaben, das bei diesem Eintrag führend ist.")
    block = measured(use_case)
    if not block:
        raise Conflict("Es gibt noch keine Messung. Tragen Sie zuerst bei einem Ziel einen Wert ein.")
    return register.set_block(link.entry, BLOCK, block, by=by, title=TITLE, facts=block)


def measured(use_case: UseCase) -> dict[str, list[str]]:
    """Goal by goal; what was not measured says so, with the reason."""
    return {goal.title: _lines(goal) for goal in goals_of(use_case) if goal.measurements.all()}


def _lines(goal: Goal) -> list[str]:
    rows: list[Any] = list(goal.measurements.all())
    newest = rows[-1]
    why = f" ({newest.note})" if newest.value is None else ""
    return [
        f"Gemessen wird: {goal.measure}",
        f"Vorher: {with_unit(goal.baseline, goal.unit)}",
        f"Ziel: {with_unit(goal.target, goal.unit)}",
        f"Gemessen am {format_date(newest.day)}: {with_unit(newest.value, goal.unit)}{why}",
    ]
