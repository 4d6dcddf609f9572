"""What was told wrongly is put right: a further row takes its place, or withdraws it. The old one stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.errors import Conflict
from core.text import format_date
from usecases.models import Figure, Measurement
from usecases.services import access
from usecases.services.goals import saved_figure, saved_measurement

FIGURE, MEASUREMENT = ("key", "since", "until", "value", "note"), ("day", "value", "note")


@transaction.atomic
def correct_figure(figure: Figure, *, by: User, values: Mapping[str, Any], reason: str) -> Figure:
    use_case = access.locked_for_edit(figure.use_case, by=by)
    row = Figure(use_case=use_case, **_instead_of(figure, values, FIGURE, by=by, reason=reason))
    saved_figure(row)
    audit.record("usecases.figure.corrected", use_case, by=by, data={"figure": row.key, "until": row.until})
    return row


@transaction.atomic
def withdraw_figure(figure: Figure, *, by: User, reason: str) -> Figure:
    """Nothing stands in its place."""
    use_case = access.locked_for_edit(figure.use_case, by=by)
    row = Figure(use_case=use_case, **_nothing_for(figure, FIGURE, by=by, reason=reason))
    row.save()
    audit.record("usecases.figure.withdrawn", use_case, by=by, data={"figure": row.key, "until": row.until})
    return row


@transaction.atomic
def correct_measurement(measurement: Measurement, *, by: User, values: Mapping[str, Any], reason: str) -> Measurement:
    use_case, goal = access.locked_for_edit(measurement.goal.use_case, by=by), measurement.goal
    row = Measurement(goal=goal, **_instead_of(measurement, values, MEASUREMENT, by=by, reason=reason))
    saved_measurement(use_case, row)
    audit.record("usecases.measurement.corrected", use_case, by=by, data={"goal": str(goal.uuid), "day": row.day})
    return row


@transaction.atomic
def withdraw_measurement(measurement: Measurement, *, by: User, reason: str) -> Measurement:
    use_case, goal = access.locked_for_edit(measurement.goal.use_case, by=by), measurement.goal
    row = Measurement(goal=goal, **_nothing_for(measurement, MEASUREMENT, by=by, reason=reason))
    row.save()
    audit.record("usecases.measurement.withdrawn", use_case, by=by, data={"goal": str(goal.uuid), "day": row.day})
    return row


def _instead_of(
    old: Figure | Measurement, values: Mapping[str, Any], names: tuple[str, ...], *, by: User, reason: str
) -> dict[str, Any]:
    row = {name: values[name] for name in names} | _about(old, by=by, reason=reason)
    if all(row[name] == getattr(old, name) for name in names):
        raise ValidationError("Es hat sich nichts geändert. Ändern Sie die Angaben, oder ziehen Sie den Wert zurück.")
    return row


def _nothing_for(old: Figure | Measurement, names: tuple[str, ...], *, by: User, reason: str) -> dict[str, Any]:
    """As the old one, so that its place is known, but without a value."""
    row = {name: getattr(old, name) for name in names} | _about(old, by=by, reason=reason)
    return row | {"value": None, "note": "", "withdrawn": True}


def _about(old: Figure | Measurement, *, by: User, reason: str) -> dict[str, Any]:
    """Under the lock of the use case, so of two people the second one is told."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Bitte nennen Sie den Grund. Er steht dann neben dem alten Wert."})
    if len(reason) > 300:
        raise ValidationError({"reason": "Bitte kürzen Sie den Grund auf höchstens 300 Zeichen."})
    later = type(old)._default_manager.filter(replaces=old).select_related("by").first()
    if later is not None:
        raise Conflict(
            f"{later.by} hat diesen Wert am {format_date(timezone.localdate(later.at))} schon {later.verb}. "
            "Ihre Angaben wurden nicht gespeichert. Bitte sehen Sie zuerst nach, was jetzt gilt."
        )
    return {"replaces": old, "reason": reason, "by": by, "at": timezone.now()}
