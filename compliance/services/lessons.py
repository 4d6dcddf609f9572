"""A lesson from a mistake: proposed by who worked on the incident, released by a second person, for the own house only."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from compliance.models import Incident, Lesson
from compliance.models.incident import HANDLE
from core import audit
from core.errors import Conflict, NotAllowed
from register.services import access

State = Lesson.State


@transaction.atomic
def propose_lesson(incident: Incident, *, by: User, title: str, happened: str, cause: str, change: str) -> Lesson:
    incident = Incident.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=incident.pk)
    if not Incident.objects.filter(pk=incident.pk).workable_by(by).exists():
        raise NotAllowed()
    if incident.lessons.exclude(state=State.RETURNED).exists():
        raise Conflict("Zu diesem Vorfall gibt es schon eine Lehre.")
    row = Lesson(
        municipality=incident.municipality,
        incident=incident,
        title=title.strip(),
        happened=happened.strip(),
        cause=cause.strip(),
        change=change.strip(),
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    access.validated(row).save()
    audit.record("compliance.lesson.proposed", row, by=by, data={"number": incident.number})
    people = [one for one in permissions.holders(HANDLE, incident.municipality_id) if one.pk != by.pk]
    text = "Eine Lehre aus einem Fehler wartet auf Ihre Freigabe."
    notify(people, text, url=row.get_absolute_url(), municipality=incident.municipality)
    return row


@transaction.atomic
def decide_lesson(lesson: Lesson, *, by: User, agrees: bool, no_names: bool = False, remark: str = "") -> Lesson:
    """The second person: everybody in the house may read it, or it goes back. Who releases has looked for names."""
    lesson = (
        Lesson.objects.select_for_update(of=("self",)).select_related("municipality", "proposed_by").get(pk=lesson.pk)
    )
    if not permissions.has(by, HANDLE, municipality=lesson.municipality_id):
        raise NotAllowed()
    if lesson.state != State.WAITING:
        raise Conflict("Darüber ist schon entschieden.")
    if agrees and lesson.proposed_by_id == by.pk:
        raise NotAllowed("Das gibt eine andere Person frei als die, die es vorgeschlagen hat.")
    if agrees and not no_names:
        raise ValidationError({"no_names": "Bitte prüfen Sie den Text auf Namen, bevor Sie ihn freigeben."})
    if not agrees and not remark.strip():
        raise ValidationError({"note": "Bitte schreiben Sie, was noch fehlt."})
    lesson.state = State.RELEASED if agrees else State.RETURNED
    lesson.decided_by, lesson.decided_at, lesson.note = by, timezone.now(), remark.strip()
    access.validated(lesson).save()
    audit.record(f"compliance.lesson.{lesson.state}", lesson, by=by, data={})
    said = "freigegeben" if agrees else "zurückgegeben"
    people = [] if lesson.proposed_by_id == by.pk else [lesson.proposed_by]
    notify(
        people,
        f"Ihre Lehre aus einem Fehler ist {said}.",
        url=lesson.get_absolute_url(),
        municipality=lesson.municipality,
    )
    return lesson
