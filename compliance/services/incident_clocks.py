"""The clock of an open incident reminds: at half time, a day before the end, and when it is over. Each once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from compliance.models import Incident
from compliance.rules import incidents as rules
from compliance.selectors_incidents import Running, clocks_of, with_clocks
from compliance.services.incidents import ADVISER, logged, note, responsible, tell
from core import audit


@transaction.atomic
def remind_of_incidents() -> int:
    """Called every few minutes. The chronicle holds who was reminded of what, so nothing is said twice."""
    now, told = timezone.now(), 0
    rows = Incident.objects.open().filter(municipality__is_active=True).exclude(kind=rules.ERROR)
    rows = rows.select_for_update(of=("self",), skip_locked=True).select_related("entry__owner_person")
    for incident in with_clocks(rows).prefetch_related("events"):
        done = {event.once for event in incident.events.all() if event.once}
        for running in clocks_of(incident, now):
            stage = rules.stage(running.clock, incident.aware_at, running.due, now) if running.is_running else ""
            # The due moment belongs to the name: another severity is another clock.
            once = f"{running.clock.key}:{stage}:{running.due:%Y%m%d%H%M}"
            if stage and once not in done:
                _remind(incident, running, once)
                told += 1
    return told


def _remind(incident: Incident, running: Running, once: str) -> None:
    note(incident, f"Erinnert: {running.clock.label}", by=None, text=running.text, once=once)
    people = {one.pk: one for one in (*permissions.holders(ADVISER, incident.municipality_id), *responsible(incident))}
    tell(_ordered(people), incident, f"noch nicht gemeldet: {running.text}.")
    audit.record("compliance.incident.reminded", incident, by=None, data=logged(incident))


def _ordered(people: dict[int, User]) -> list[User]:
    return [people[pk] for pk in sorted(people)]
