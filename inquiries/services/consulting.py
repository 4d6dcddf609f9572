"""Asking residents for their view of a use case, and telling them what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from core import audit
from core.errors import Conflict, NotAllowed
from inquiries.models import Consultation, Contribution
from inquiries.models.consultation import DECIDE, EDIT
from inquiries.rules.vocabulary import A_DAY_PER_MUNICIPALITY
from inquiries.selectors import rules_of
from register.services.access import validated
from usecases.models import UseCase
from usecases.rules.vocabulary import DESIGN, DEVELOPMENT, PLANNED
from usecases.services.access import locked_for_edit

TEXTS = ("title", "about", "question", "opens_on", "closes_on")
RESULTS = ("summary", "outcome")
# While a view can still change something.
IN_PLANNING = (PLANNED, DESIGN, DEVELOPMENT)


@transaction.atomic
def write_consultation(use_case: UseCase, *, by: User, values: Mapping[str, Any]) -> Consultation:
    use_case = locked_for_edit(use_case, by=by)
    if use_case.stage not in IN_PLANNING:
        raise Conflict("Nach der Meinung der Menschen fragen Sie, solange ein Vorhaben geplant wird.")
    row = Consultation(municipality=use_case.municipality, use_case=use_case)
    _written(row, values, by=by)
    audit.record("inquiries.consultation.written", row, by=by, data={"use_case": str(use_case.uuid)})
    return row


@transaction.atomic
def change_consultation(
    consultation: Consultation, *, by: User, values: Mapping[str, Any], version: int | None = None
) -> Consultation:
    """Another wording, the summary, or what became of it. Public is only what a second person releases."""
    row = _locked(consultation, EDIT, by=by, version=version)
    if row.received and any(values.get(name, getattr(row, name)) != getattr(row, name) for name in TEXTS[:4]):
        raise ValidationError({"question": "Es gibt schon Beiträge. Was gefragt wurde, bleibt; nur das Ende ist frei."})
    if any(values.get(name) for name in RESULTS) and row.phase != "closed":
        raise ValidationError({"summary": "Die Zusammenfassung schreiben Sie, wenn die Beteiligung zu Ende ist."})
    row.version += 1
    _written(row, values, by=by)
    audit.record("inquiries.consultation.changed", row, by=by)
    return row


def _written(row: Consultation, values: Mapping[str, Any], *, by: User) -> None:
    if unknown := set(values) - {*TEXTS, *RESULTS}:
        raise KeyError(f"not to be set: {sorted(unknown)}")
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.changed_by, row.changed_at = by, timezone.now()
    validated(row).save()
    others = [person for person in permissions.holders(DECIDE, row.municipality) if person != by]
    text = f"„{row.title}“: Eine Beteiligung wartet auf Ihre Freigabe."
    notify(others, text, url=row.get_absolute_url(), municipality=row.municipality)


def _locked(consultation: Consultation, permission: str, *, by: User, version: int | None) -> Consultation:
    rows = Consultation.objects.select_for_update(of=("self",))
    row = rows.select_related("municipality", "use_case__department", "changed_by").get(pk=consultation.pk)
    if not permissions.on(by, permission, row.use_case):
        raise NotAllowed()
    if version is not None and row.version != version:
        raise Conflict("Die Beteiligung wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    return row


@transaction.atomic
def release_consultation(consultation: Consultation, *, by: User, version: int | None = None) -> Consultation:
    """The texts become public as they are now."""
    row = _locked(consultation, DECIDE, by=by, version=version)
    if row.changed_by_id == by.pk:
        raise Conflict("Was Sie selbst geschrieben haben, gibt eine andere Person frei.")
    if row.is_released_as_written:
        raise Conflict("Das ist schon so veröffentlicht.")
    today = timezone.localdate()
    if row.released_at is None and row.closes_on < today:
        raise Conflict("Der letzte Tag ist vorbei. Bitte ändern Sie zuerst die Tage.")
    row.document, row.open_from, row.open_until = row.texts, row.opens_on, row.closes_on
    row.released_at, row.released_by, row.released_text_by = timezone.now(), by, row.changed_by
    if row.summary and row.erase_on is None:
        row.erase_on = today + timedelta(days=rules_of(row.municipality).keep_days)
    validated(row).save()
    audit.record("inquiries.consultation.released", row, by=by)
    return row


@transaction.atomic
def contribute(consultation: Consultation, *, number: UUID, text: str) -> Contribution:
    """A view of somebody without an account. The same `number` again is the same view."""
    rows = Consultation.objects.public().select_for_update(of=("self",)).select_related("municipality")
    row = rows.get(pk=consultation.pk)
    if known := Contribution.objects.filter(form_number=number).first():
        return known
    if row.phase != "open":
        raise Conflict("Diese Beteiligung ist zurzeit nicht offen.")
    if not text.strip():
        raise ValidationError({"text": "Bitte schreiben Sie Ihre Meinung."})
    if row.contributions.filter(at__date=timezone.localdate()).count() >= A_DAY_PER_MUNICIPALITY:
        raise Conflict("Heute kamen schon sehr viele Beiträge. Bitte versuchen Sie es morgen noch einmal.")
    made = Contribution(consultation=row, form_number=number, text=text.strip(), at=timezone.now())
    validated(made).save()
    row.received += 1
    row.save(update_fields=["received"])
    audit.record("inquiries.consultation.contributed", row, by=None)
    return made
