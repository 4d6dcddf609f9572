"""Making and changing use cases, and what people state about a point."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from core import audit
from core.errors import NotAllowed
from core.text import format_date
from register.services.access import validated
from usecases.models import Statement, UseCase
from usecases.rules.gates import STATEMENTS
from usecases.services import access

EDITABLE = (
    "title", "problem", "benefit", "department", "responsible", "field", "strategy", "finance", "pilot_start",
    "pilot_end", "pilot_people",
)  # fmt: skip


@transaction.atomic
def create_use_case(municipality: Municipality, *, by: User, values: Mapping[str, Any]) -> UseCase:
    """An idea: the beginning of every use case that is not there already."""
    access.require_in(by, "usecase.edit", municipality, values.get("department"))
    now = timezone.now()
    use_case = UseCase(
        municipality=municipality, stage_since=now, created_by=by, created_at=now, changed_by=by, changed_at=now
    )
    _apply(use_case, values, by=by)
    validated(use_case).save()
    audit.record("usecases.use_case.created", use_case, by=by, data={"title": use_case.title})
    return use_case


@transaction.atomic
def change_use_case(use_case: UseCase, *, by: User, values: Mapping[str, Any], version: int | None = None) -> UseCase:
    """Set what people write about it. The stage has services of its own."""
    use_case = access.locked_for_edit(use_case, by=by, version=version)
    _apply(use_case, values, by=by)
    touch(use_case, by=by)
    validated(use_case).save()
    audit.record("usecases.use_case.changed", use_case, by=by, data={"fields": sorted(values)})
    return use_case


def _apply(use_case: UseCase, values: Mapping[str, Any], *, by: User) -> None:
    if unknown := set(values) - set(EDITABLE):
        raise KeyError(f"not to be set: {sorted(unknown)}")
    if "department" in values and values["department"] != use_case.department:
        access.require_in(by, "usecase.edit", use_case.municipality, values["department"])
    responsible = values.get("responsible")
    if responsible is not None and use_case.municipality_id not in permissions.municipality_ids(responsible):
        raise ValidationError({"responsible": "Diese Person hat in Ihrer Kommune keine Rolle."})
    for name, value in values.items():
        setattr(use_case, name, value.strip() if isinstance(value, str) else value)
    begin, end = use_case.pilot_start, use_case.pilot_end
    if begin is not None and end is not None and end < begin:
        said = f"Das Ende des Piloten liegt vor seinem Beginn am {format_date(begin)}. Bitte ändern Sie einen der Tage."
        raise ValidationError({"pilot_end": said})


def touch(use_case: UseCase, *, by: User) -> None:
    use_case.changed_by, use_case.changed_at = by, timezone.now()
    use_case.version += 1


@transaction.atomic
def make_statement(use_case: UseCase, *, by: User, key: str, day: date, text: str) -> Statement:
    """Say on which day a point was settled, and how. An older statement stays in the history."""
    use_case = access.locked_for_edit(use_case, by=by)
    if key not in STATEMENTS:
        raise NotAllowed("Zu diesem Punkt gibt es nichts anzugeben.")
    if day > timezone.localdate():
        raise ValidationError({"day": "Der Tag liegt in der Zukunft. Bitte tragen Sie ihn ein, wenn es so weit ist."})
    row = Statement(use_case=use_case, key=key, day=day, text=text.strip(), by=by, at=timezone.now())
    validated(row).save()
    audit.record("usecases.use_case.stated", use_case, by=by, data={"point": key, "day": day})
    return row
