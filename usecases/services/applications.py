"""Applications for funding: planned, handed in, decided, settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.errors import Conflict
from register.services.access import validated
from usecases.models import FundingApplication, FundingProgramme, UseCase
from usecases.services import access

APPLICATION = (
    "programme", "state", "asked", "submitted_on", "decided_on", "granted", "granted_note", "proof_due", "note",
)  # fmt: skip


@transaction.atomic
def apply_for_funding(use_case: UseCase, *, by: User, values: Mapping[str, Any]) -> FundingApplication:
    use_case = access.locked_for_edit(use_case, by=by)
    row = _set(FundingApplication(use_case=use_case), values)
    audit.record("usecases.application.made", use_case, by=by, data=_said(row))
    return row


@transaction.atomic
def change_application(
    application: FundingApplication, *, by: User, values: Mapping[str, Any], version: int | None = None
) -> FundingApplication:
    use_case = access.locked_for_edit(application.use_case, by=by)
    row = FundingApplication.objects.select_related("programme").get(pk=application.pk)
    if version is not None and row.version != version:
        raise Conflict("Der Antrag wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    row.version += 1
    row = _set(row, values)
    audit.record("usecases.application.changed", use_case, by=by, data=_said(row))
    return row


def _said(row: FundingApplication) -> dict[str, Any]:
    return {"application": str(row.uuid), "programme": row.programme.name, "state": row.state}


def _set(row: FundingApplication, values: Mapping[str, Any]) -> FundingApplication:
    if unknown := set(values) - set(APPLICATION):
        raise KeyError(f"not to be set: {sorted(unknown)}")
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    _check_programme(row)
    if problems := _problems(row):
        raise ValidationError(problems)
    validated(row).save()
    return row


def _check_programme(row: FundingApplication) -> None:
    # The list of the municipality; what was chosen stays, though the programme has left it.
    known = FundingProgramme.objects.filter(municipality=row.use_case.municipality_id, pk=row.programme_id)
    if not known.exists():
        raise ValidationError({"programme": "Dieses Förderprogramm kennen wir hier nicht."})
    others = FundingApplication.objects.filter(use_case=row.use_case, programme=row.programme, state__in=row.RUNNING)
    if row.state in row.RUNNING and others.exclude(pk=row.pk).exists():
        raise ValidationError({"programme": "Für dieses Programm läuft zu diesem Vorhaben schon ein Antrag."})


def _problems(row: FundingApplication) -> dict[str, str]:
    """What a state needs, each at its field."""
    found: dict[str, str] = {}
    if row.state in row.HANDED_IN and row.submitted_on is None:
        found["submitted_on"] = "Bitte sagen Sie, wann der Antrag gestellt wurde."
    if row.state in (*row.WITH_MONEY, row.State.REJECTED) and row.decided_on is None:
        found["decided_on"] = "Bitte sagen Sie, von wann der Bescheid ist."
    if row.state in row.WITH_MONEY and row.granted is None:
        found["granted"] = "Bitte tragen Sie den bewilligten Betrag ein."
    if row.state not in row.WITH_MONEY and row.granted is not None:
        found["granted"] = "Ein bewilligter Betrag gehört zu „bewilligt“ und „abgerechnet“."
    if row.granted is not None and row.asked is not None and row.granted > row.asked and not row.granted_note:
        found["granted_note"] = "Es ist mehr bewilligt als beantragt. Bitte schreiben Sie, warum."
    return found | _days(row)


def _days(row: FundingApplication) -> dict[str, str]:
    today: date = timezone.localdate()
    found = {}
    for name in ("submitted_on", "decided_on"):
        if (day := getattr(row, name)) is not None and day > today:
            found[name] = "Der Tag liegt in der Zukunft. Bitte tragen Sie ihn ein, wenn es so weit ist."
    if row.submitted_on and row.decided_on and row.decided_on < row.submitted_on:
        found["decided_on"] = "Der Bescheid liegt vor dem Antrag."
    return found
