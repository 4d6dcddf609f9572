"""Intervals of review, and the reminders of what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from core import audit
from core.errors import NotAllowed
from core.text import format_date
from register import selectors_dates
from register.models import Entry, ReviewInterval, ReviewReminder
from register.rules import review_dates as rules


@transaction.atomic
def set_review_intervals(municipality: Municipality, *, by: User, months: Mapping[str, int]) -> dict[str, int]:
    """Choose for each risk class how many months lie between two reviews, within the limits of the table."""
    if not permissions.has(by, "review_dates.edit", municipality=municipality):
        raise NotAllowed()
    for code, number in months.items():
        limits = rules.INTERVALS[code]
        if not limits.least <= number <= limits.most:
            text = f"{rules.LABELS[code]}: Wählen Sie {limits.least} bis {limits.most} Monate."
            raise ValidationError({f"months_{code}": text})
        ReviewInterval.objects.update_or_create(municipality=municipality, risk_class=code, defaults={"months": number})
    audit.record("register.review_intervals.set", municipality, by=by, data={"months": dict(months)})
    return selectors_dates.intervals_of(municipality)


@transaction.atomic
def remind_of_reviews(municipality: Municipality, *, today: date) -> int:
    """Tell departments, later CDO and Leitung, what is due. Each stage of each due day once, one message a person."""
    # One run at a time: two workers on the same day must not tell twice.
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    horizon = today + timedelta(days=-rules.STAGES[0].from_day)
    entries = selectors_dates.due_until(Entry.objects.filter(municipality=municipality), horizon)
    found = list(selectors_dates.waits_for_department(entries).select_related("department"))
    known = set(ReviewReminder.objects.filter(entry__in=found).values_list("entry_id", "due", "stage"))
    people = _people(municipality)
    new, told = [], defaultdict(list)
    for entry in found:
        stage = rules.stage_at((today - entry.due).days)
        if stage is None or (entry.pk, entry.due, stage.name) in known:
            continue
        new.append(ReviewReminder(entry=entry, due=entry.due, stage=stage.name))
        for person in {p.pk: p for group in stage.told for p in people(group, entry)}.values():
            told[person].append(entry)
    ReviewReminder.objects.bulk_create(new)
    for person, entries_of in told.items():
        notify([person], _text(entries_of, today), url=_url(entries_of), municipality=municipality)
    if new:
        audit.record("register.reviews.reminded", municipality, by=None, data={"count": len(new)})
    return len(new)


def _people(municipality: Municipality):  # type: ignore[no-untyped-def]
    """Who stands behind a group of the table; each is looked up once."""
    kept: dict[tuple[str, int | None], list[User]] = {}
    everywhere = {person.pk for person in permissions.holders("entry.edit", municipality)}

    def look_up(group: str, entry: Entry) -> list[User]:
        key = (group, entry.department_id if group == rules.DEPARTMENT else None)
        if key not in kept:
            kept[key] = find(group, entry)
        return kept[key]

    def find(group: str, entry: Entry) -> list[User]:
        if group == rules.LEITUNG:
            return permissions.holders("entry.release", municipality)
        cdo = permissions.holders("entry.publish", municipality)
        if group == rules.CDO:
            return cdo
        office = permissions.holders("entry.edit", municipality, department=entry.department)
        # An office in which nobody has an account: the CDO stands in for it.
        return [person for person in office if person.pk not in everywhere] or cdo

    return look_up


def _text(entries: list[Entry], today: date) -> str:
    if len(entries) > 1:
        late = len([entry for entry in entries if entry.due < today])  # type: ignore[attr-defined]
        return f"{len(entries)} Einträge sind zu überprüfen" + (f", davon {late} überfällig." if late else ".")
    entry = entries[0]
    due: date = entry.due  # type: ignore[attr-defined]
    if due < today:
        return f"Die Prüfung von „{entry.name}“ ist überfällig seit {format_date(due)}."
    return f"„{entry.name}“ ist bis {format_date(due)} zu überprüfen."


def _url(entries: list[Entry]) -> str:
    return entries[0].get_absolute_url() if len(entries) == 1 else reverse("register:due")
