"""Funding programmes: kept by CDO and Leitung, who are reminded before a deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from core import audit
from core.errors import Conflict
from core.text import format_date
from register.rules.vocabulary import FIELDS_OF_ACTION, STATUS
from register.services import access
from usecases.models import FundingApplication, FundingProgramme
from usecases.models.keeping import MANAGE
from usecases.services.keeping import changed, locked, require

# Days before the deadline; each is said once.
STAGES = (7, 30, 90)


@transaction.atomic
def create_programme(municipality: Municipality, *, by: User, **values: Any) -> FundingProgramme:
    require(by, municipality)
    _check(values)
    access.one_at_a_time(municipality)
    row = changed(FundingProgramme(municipality=municipality), values)
    audit.record("usecases.funding.created", row, by=by, data={"name": row.name})
    return row


@transaction.atomic
def update_programme(
    programme: FundingProgramme, *, by: User, version: int | None = None, **values: Any
) -> FundingProgramme:
    row = locked(programme, by=by, version=version)
    _check_running(row)
    _check(values)
    if values.get("deadline") != row.deadline:
        row.reminded_days = None
    row = changed(row, values)
    audit.record("usecases.funding.changed", row, by=by, data={"name": row.name})
    return row


@transaction.atomic
def end_programme(programme: FundingProgramme, *, by: User) -> FundingProgramme:
    """Off the list; nobody is reminded of it any more."""
    row = locked(programme, by=by)
    _check_running(row)
    row = changed(row, {"ended_on": timezone.localdate()})
    audit.record("usecases.funding.ended", row, by=by, data={"name": row.name})
    return row


def _check_running(row: FundingProgramme) -> None:
    if row.ended_on is not None:
        raise Conflict("Das Förderprogramm steht nicht mehr auf der Liste.")


def _check(values: dict[str, Any]) -> None:
    for name, table in (("fields", FIELDS_OF_ACTION), ("stages", STATUS)):
        if set(values.get(name) or []) - table.keys():
            raise ValidationError({name: "Diese Auswahl gibt es nicht."})


def remind_of_funding() -> int:
    """Tell who keeps the programmes that a deadline comes a stage nearer. The clock calls this daily."""
    until = timezone.localdate() + timedelta(days=STAGES[-1])
    rows = FundingProgramme.objects.running().filter(deadline__lte=until, municipality__is_active=True)
    return sum(_remind(pk) for pk in list(rows.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> bool:
    row = FundingProgramme.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=pk)
    if row.deadline is None:
        return False
    left = (row.deadline - timezone.localdate()).days
    stage = next((days for days in STAGES if left <= days), None)
    if stage is None or (row.reminded_days is not None and row.reminded_days <= stage):
        return False
    FundingProgramme.objects.filter(pk=pk).update(reminded_days=stage)
    text = f"Die Antragsfrist von „{row.name}“ endet am {format_date(row.deadline)}."
    notify(
        permissions.holders(MANAGE, row.municipality), text, url=row.get_absolute_url(), municipality=row.municipality
    )
    _remind_of_planned(row, text)
    audit.record("usecases.funding.reminded", row, by=None, data={"days": stage})
    return True


def _remind_of_planned(row: FundingProgramme, text: str) -> None:
    """Where an application is only planned, those who work on the use case are told, too."""
    planned = FundingApplication.objects.filter(programme=row, state=FundingApplication.State.PLANNED)
    for one in planned.select_related("use_case__responsible", "use_case__department").order_by("pk"):
        use_case = one.use_case
        people = permissions.holders("usecase.edit", row.municipality, department=use_case.department)
        if use_case.responsible in people:
            people = [use_case.responsible]
        more = f"{text} Der Antrag für „{use_case.title}“ ist noch nicht gestellt."
        notify(people, more, url=use_case.get_absolute_url(), municipality=row.municipality)
