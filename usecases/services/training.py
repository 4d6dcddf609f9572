"""Courses, their dates, and the numbers of people of each office who took part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, Municipality, User
from core import audit
from core.errors import Conflict
from core.text import format_date
from register.services import access
from usecases.models import Course, CourseSession, Participants
from usecases.models.training import MOST_PEOPLE
from usecases.services.keeping import changed, locked, own_departments, require

FURTHEST = timedelta(days=3 * 365)
EARLIEST = date(2000, 1, 1)


@transaction.atomic
def create_course(municipality: Municipality, *, by: User, **values: Any) -> Course:
    require(by, municipality)
    _check_since(values["since"])
    access.one_at_a_time(municipality)
    course = changed(Course(municipality=municipality), values)
    audit.record("usecases.course.created", course, by=by, data={"title": course.title})
    return course


@transaction.atomic
def update_course(course: Course, *, by: User, version: int | None = None, **values: Any) -> Course:
    course = locked(course, by=by, version=version)
    _check_since(values["since"])
    first = course.sessions.order_by("held_on").first()
    if first is not None and first.held_on < values["since"]:
        raise ValidationError({"since": f"Es gab schon am {format_date(first.held_on)} einen Termin."})
    course = changed(course, values)
    audit.record("usecases.course.changed", course, by=by, data={"title": course.title})
    return course


def _check_since(since: date) -> None:
    if not EARLIEST <= since <= timezone.localdate() + FURTHEST:
        raise ValidationError({"since": "Bitte prüfen Sie das Datum: Es liegt zu weit zurück oder zu weit voraus."})


@transaction.atomic
def add_session(
    course: Course, *, by: User, held_on: date, place: str = "", numbers: Mapping[Department, int] | None = None
) -> CourseSession:
    """A date of the course, past or planned. `numbers` only once it is over."""
    course = locked(course, by=by)
    session = _saved(CourseSession(course=course), held_on=held_on, place=place)
    total = _count(session, numbers or {})
    audit.record("usecases.session.added", session, by=by, data={"day": held_on.isoformat(), "people": total})
    return session


@transaction.atomic
def update_session(
    session: CourseSession,
    *,
    by: User,
    held_on: date,
    place: str = "",
    numbers: Mapping[Department, int],
    version: int | None = None,
) -> CourseSession:
    """The date corrected, and the numbers as they are now."""
    course = locked(session.course, by=by)
    session = CourseSession.objects.select_for_update().get(pk=session.pk)
    if version is not None and session.version != version:
        raise Conflict("Der Termin wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    session.course = course
    session.version += 1
    _saved(session, held_on=held_on, place=place)
    session.participants.all().delete()
    total = _count(session, numbers)
    audit.record("usecases.session.changed", session, by=by, data={"day": held_on.isoformat(), "people": total})
    return session


def _saved(session: CourseSession, *, held_on: date, place: str) -> CourseSession:
    course = session.course
    if held_on < course.since:
        raise ValidationError(
            {"held_on": f"Der Termin liegt vor dem Tag, seit dem es die Schulung gibt ({format_date(course.since)})."}
        )
    if held_on > timezone.localdate() + FURTHEST:
        raise ValidationError({"held_on": "Bitte prüfen Sie das Datum: Es liegt zu weit voraus."})
    session.held_on, session.place = held_on, place.strip()
    if CourseSession.objects.filter(course=course, held_on=held_on, place=session.place).exclude(pk=session.pk):
        raise ValidationError({"held_on": "Diesen Termin gibt es schon."})
    access.validated(session).save()
    return session


def _count(session: CourseSession, numbers: Mapping[Department, int]) -> int:
    if any(number < 0 for number in numbers.values()):
        raise ValidationError("Teilnahmen können nicht negativ sein.")
    if any(number > MOST_PEOPLE for number in numbers.values()):
        raise ValidationError("Bitte prüfen Sie die Zahlen: So viele Teilnahmen kann ein Amt nicht haben.")
    counted = {row: number for row, number in numbers.items() if number}
    if counted and not session.is_over:
        raise ValidationError("Der Termin ist noch nicht vorbei. Tragen Sie die Teilnahmen danach ein.")
    own_departments(counted, session.course.municipality_id)
    rows = [Participants(session=session, department=row, number=number) for row, number in counted.items()]
    Participants.objects.bulk_create(rows)
    return sum(counted.values())
