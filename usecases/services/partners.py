"""Partners: kept by CDO and Leitung, named at a use case by those who work on it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Municipality, User
from core import audit
from core.errors import Conflict
from register.services.access import one_at_a_time, validated
from usecases.models import CooperationWish, Partner, UseCase, UseCasePartner
from usecases.models.cooperation import NOT_NEGATIVE
from usecases.services import access
from usecases.services.keeping import changed, locked, require

SHARED = ("partner", "state", "asked_on", "role", "form", "share", "share_unit", "note")


@transaction.atomic
def create_partner(municipality: Municipality, *, by: User, **values: Any) -> Partner:
    require(by, municipality)
    one_at_a_time(municipality)
    row = changed(Partner(municipality=municipality), values)
    audit.record("usecases.partner.created", row, by=by, data={"name": row.name})
    return row


@transaction.atomic
def update_partner(partner: Partner, *, by: User, version: int | None = None, **values: Any) -> Partner:
    row = locked(partner, by=by, version=version)
    _check_running(row)
    row = changed(row, values)
    audit.record("usecases.partner.changed", row, by=by, data={"name": row.name})
    return row


@transaction.atomic
def end_partner(partner: Partner, *, by: User) -> Partner:
    """Off the list; where it is named it stays."""
    row = locked(partner, by=by)
    _check_running(row)
    row = changed(row, {"ended_on": timezone.localdate()})
    audit.record("usecases.partner.ended", row, by=by, data={"name": row.name})
    return row


def _check_running(row: Partner) -> None:
    if row.ended_on is not None:
        raise Conflict("Der Partner steht nicht mehr auf der Liste.")


@transaction.atomic
def name_partner(use_case: UseCase, *, by: User, values: Mapping[str, Any]) -> UseCasePartner:
    """A partner that was asked, or with whom something is agreed."""
    use_case = access.locked_for_edit(use_case, by=by)
    row = _set(UseCasePartner(use_case=use_case), values)
    audit.record("usecases.use_case.partner_named", use_case, by=by, data=_said(row))
    return row


@transaction.atomic
def change_partner(
    named: UseCasePartner, *, by: User, values: Mapping[str, Any], version: int | None = None
) -> UseCasePartner:
    use_case = access.locked_for_edit(named.use_case, by=by)
    row = UseCasePartner.objects.select_related("partner").get(pk=named.pk)
    if version is not None and row.version != version:
        raise Conflict("Das wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    row.use_case, row.version = use_case, row.version + 1
    row = _set(row, values)
    audit.record("usecases.use_case.partner_changed", use_case, by=by, data=_said(row))
    return row


def ask_selected(wish: CooperationWish, municipality: Municipality, *, contact: str) -> UseCasePartner | None:
    """Whoever was selected stands as asked at the use case, and on the list of partners; None where it stands there."""
    use_case = wish.use_case
    one_at_a_time(use_case.municipality)
    kept = Partner.objects.running().filter(municipality=use_case.municipality, name=municipality.name).first()
    if kept is None:
        about = {"name": municipality.name, "kind": Partner.Kind.MUNICIPALITY, "contact": contact}
        kept = changed(Partner(municipality=use_case.municipality), about)
    if UseCasePartner.objects.filter(use_case=use_case, partner=kept).exists():
        return None
    values = {
        "partner": kept,
        "state": UseCasePartner.State.ASKED,
        "asked_on": timezone.localdate(),
        "role": UseCasePartner.Role.MEMBER,
        "note": f"Ausgewählt nach dem Kooperationswunsch „{wish.title}“.",
    }
    return _set(UseCasePartner(use_case=use_case), values)


def _said(row: UseCasePartner) -> dict[str, Any]:
    return {"partner": row.partner.name, "state": row.state}


def _set(row: UseCasePartner, values: Mapping[str, Any]) -> UseCasePartner:
    if unknown := set(values) - set(SHARED):
        raise KeyError(f"not to be set: {sorted(unknown)}")
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if problems := _problems(row):
        raise ValidationError(problems)
    validated(row).save()
    return row


def _problems(row: UseCasePartner) -> dict[str, str]:
    found = {}
    if row.partner.municipality_id != row.use_case.municipality_id:
        found["partner"] = "Diesen Partner kennen wir hier nicht."
    elif UseCasePartner.objects.filter(use_case=row.use_case, partner=row.partner).exclude(pk=row.pk).exists():
        found["partner"] = "Dieser Partner steht schon an diesem Vorhaben."
    if row.asked_on > timezone.localdate():
        found["asked_on"] = "Der Tag liegt in der Zukunft. Bitte tragen Sie ihn ein, wenn es so weit ist."
    if row.state == row.State.AGREED and not row.form:
        found["form"] = "Bitte wählen Sie, in welcher Form Sie zusammenarbeiten."
    if row.share is not None and row.share < 0:
        found["share"] = str(NOT_NEGATIVE)
    elif row.share is not None and row.share_unit == row.Unit.PERCENT and _percent_of_all(row) > 100:
        found["share"] = "Alle Anteile zusammen sind höchstens 100 Prozent."
    return found


def _percent_of_all(row: UseCasePartner) -> Decimal:
    """Of those with whom it is agreed, this one included."""
    others = UseCasePartner.objects.filter(use_case=row.use_case, share_unit="percent", state="agreed")
    total: Decimal = others.exclude(pk=row.pk).aggregate(total=Sum("share"))["total"] or Decimal(0)
    share = row.share or Decimal(0)
    return total + share if row.state == row.State.AGREED else share
