"""Records that people make of themselves: only while an agreement runs, and gone on their day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Municipality, User
from core import audit
from core.errors import Conflict
from register.services import access
from usecases.models import (
    CourseSession,
    GuidelineAcknowledgement,
    GuidelineVersion,
    StaffAgreement,
    TrainingRecord,
)
from usecases.models.keeping import VIEW
from usecases.rules.training import months_later
from usecases.selectors_guideline import current, running_agreement
from usecases.services.keeping import changed, locked, require

NO_AGREEMENT = (
    "Einträge zu einzelnen Personen sind ausgeschaltet. Zuerst wird die Vereinbarung mit der Personalvertretung "
    "eingetragen."
)


@transaction.atomic
def record_agreement(municipality: Municipality, *, by: User, **values: Any) -> StaffAgreement:
    """From here on people may put themselves on record."""
    require(by, municipality)
    access.one_at_a_time(municipality)
    if running_agreement(municipality) is not None:
        raise Conflict("Es gilt schon eine Vereinbarung. Beenden Sie diese zuerst.")
    if values["concluded_on"] > timezone.localdate():
        raise ValidationError({"concluded_on": "Das Datum liegt in der Zukunft."})
    agreement = changed(StaffAgreement(municipality=municipality), values)
    audit.record("usecases.agreement.recorded", agreement, by=by, data={"keep_months": agreement.keep_months})
    return agreement


@transaction.atomic
def end_agreement(agreement: StaffAgreement, *, by: User) -> StaffAgreement:
    """The ground is gone, and with it every record of a person that stood on it."""
    agreement = locked(agreement, by=by)
    if agreement.ended_at is not None:
        raise Conflict("Die Vereinbarung ist schon beendet.")
    agreement = changed(agreement, {"ended_at": timezone.now()})
    gone = _delete(agreement=agreement)
    audit.record("usecases.agreement.ended", agreement, by=by, data={"deleted": gone})
    return agreement


def _delete(**which: Any) -> int:
    return sum(model.objects.filter(**which).delete()[0] for model in (TrainingRecord, GuidelineAcknowledgement))


def _running(municipality: Municipality | int) -> StaffAgreement:
    if (agreement := running_agreement(municipality)) is None:
        raise Conflict(NO_AGREEMENT)
    return agreement


@transaction.atomic
def record_attendance(session: CourseSession, *, by: User) -> TrainingRecord:
    """A person notes that they took part."""
    municipality = session.course.municipality
    require(by, municipality, VIEW)
    access.one_at_a_time(municipality)
    agreement = _running(municipality)
    if not session.is_over:
        raise Conflict("Der Termin ist noch nicht vorbei.")
    if session.records.filter(user=by).exists():
        raise Conflict("Ihre Teilnahme ist schon eingetragen.")
    until = months_later(session.held_on, agreement.keep_months)
    if until <= timezone.localdate():
        raise Conflict("Der Termin liegt länger zurück, als Einträge zu Personen aufbewahrt werden.")
    row = TrainingRecord.objects.create(
        agreement=agreement, session=session, user=by, at=timezone.now(), delete_on=until
    )
    # The log must not keep for ever what is to be deleted: who it was, is not in the data.
    audit.record("usecases.training.attended", session, by=None, data={"delete_on": until.isoformat()})
    return row


@transaction.atomic
def acknowledge_guideline(guideline: GuidelineVersion, *, by: User) -> GuidelineAcknowledgement:
    """A person notes that they know the version in force."""
    municipality = guideline.municipality
    require(by, municipality, VIEW)
    access.one_at_a_time(municipality)
    agreement = _running(municipality)
    newest = current(municipality)
    if newest is None or newest.pk != guideline.pk:
        raise Conflict("Es gibt eine neuere Fassung. Bitte lesen Sie diese.")
    if guideline.acknowledgements.filter(user=by).exists():
        raise Conflict("Sie haben diese Fassung schon zur Kenntnis genommen.")
    until = months_later(timezone.localdate(), agreement.keep_months)
    row = GuidelineAcknowledgement.objects.create(
        agreement=agreement, guideline=guideline, user=by, at=timezone.now(), delete_on=until
    )
    audit.record("usecases.guideline.acknowledged", guideline, by=None, data={"delete_on": until.isoformat()})
    return row


@transaction.atomic
def delete_old_records(municipality: Municipality, *, today: date) -> int:
    """Every night: what has reached its day is gone."""
    gone = _delete(agreement__municipality=municipality, delete_on__lte=today)
    if gone:
        audit.record("usecases.records.deleted", municipality, by=None, data={"deleted": gone})
    return gone
