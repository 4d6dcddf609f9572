"""Reminders of duties: 90, 30 and 7 days before their day, and once when it is over; one message a person and run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from compliance.models import Duty
from compliance.selectors_duties import with_law
from core import audit
from core.text import format_date
from register.models import Entry
from register.services import access

# Days before the day of a duty; the last to be reached first. OVER is said the day after.
OVER = -1
STAGES = (OVER, 7, 30, 90)


def stage_at(left: int) -> int | None:
    return next((stage for stage in STAGES if left <= stage), None)


@transaction.atomic
def remind_of_duties(municipality: Municipality, *, today: date) -> int:
    """Tell each stage of each day once. Returns how many duties came a stage nearer."""
    # One run at a time: two workers on the same day must not tell twice.
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    # Of a day that the law in force has moved nobody is reminded: the system has to be assessed anew.
    rows = with_law(Duty.objects.of(municipality).pending()).filter(counted_day__lte=today + timedelta(days=STAGES[-1]))
    rows = rows.select_related("entry__department", "entry__owner_person", "responsible")
    people = _people(municipality)
    reached: dict[int, list[int]] = defaultdict(list)
    told: dict[User, list[Duty]] = defaultdict(list)
    for duty in rows.order_by("counted_day", "pk"):
        stage = stage_at((duty.counted_day - today).days)
        if stage is None or (duty.reminded_stage is not None and duty.reminded_stage <= stage):
            continue
        reached[stage].append(duty.pk)
        for person in people(duty):
            told[person].append(duty)
    for stage, pks in reached.items():
        Duty.objects.filter(pk__in=pks).update(reminded_stage=stage)
    for person, duties in told.items():
        notify([person], _text(duties, today), url=_url(duties), municipality=municipality)
    count = sum(map(len, reached.values()))
    if count:
        audit.record("compliance.duties.reminded", municipality, by=None, data={"count": count})
    return count


def _people(municipality: Municipality) -> Callable[[Duty], list[User]]:
    """The person of the duty, else of the entry, else its office, else the CDO; each office is looked up once."""
    editors: dict[int | None, list[User]] = {}
    everywhere = permissions.holders("entry.edit", municipality)
    far = {person.pk for person in everywhere}
    readers: dict[int | None, set[int]] = {}

    def may_read(person: User, entry: Entry) -> bool:
        key = entry.department_id
        if key not in readers:
            found = permissions.holders("entry.view", municipality, department=entry.department)
            readers[key] = {one.pk for one in found}
        return person.pk in readers[key] or access.allowed(person, "entry.view", entry)

    def office(entry: Entry) -> list[User]:
        key = entry.department_id
        if key not in editors:
            found = permissions.holders("entry.edit", municipality, department=entry.department)
            editors[key] = [person for person in found if person.pk not in far] or everywhere
        return editors[key]

    def find(duty: Duty) -> list[User]:
        for person in (duty.responsible, duty.entry.owner_person):
            if person is not None and may_read(person, duty.entry):
                return [person]
        return office(duty.entry)

    return find


def _text(duties: list[Any], today: date) -> str:
    late = [duty for duty in duties if duty.counted_day < today]
    if len(duties) > 1:
        text = f"{len(duties)} Pflichten stehen an" + (f", davon {len(late)} überfällig." if late else ".")
        ahead = duties[len(late) :]
        return f"{text} Die nächste Frist: {format_date(ahead[0].counted_day)}." if ahead else text
    duty = duties[0]
    name = f"Pflicht {duty.code} von „{duty.entry.name}“ ({duty.article})"
    if late:
        return f"{name} ist überfällig seit {format_date(duty.counted_day)}."
    return f"{name}: Frist {format_date(duty.counted_day)}."


def _url(duties: list[Duty]) -> str:
    return duties[0].get_absolute_url() if len(duties) == 1 else f"{reverse('compliance:duties')}?mine=me"
