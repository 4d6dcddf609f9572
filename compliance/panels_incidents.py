"""What the register shows of incidents: where to report one, running clocks, and numbers in the yearly report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import Incident, IncidentNotice, Lesson
from compliance.models.incident import REPORT
from compliance.rules import incidents as rules
from compliance.selectors_incidents import clocks_of, open_for, with_clocks
from core.text import format_date
from register.models import Entry
from register.panels import ON_DESK, SHOWN, Panel, Waiting, group, on_desk, on_entry, on_report, on_start


@on_entry
def incident_panel(entry: Entry, user: User) -> Panel | None:
    """The way to report, and the open incidents of this system, but only those that this person may read."""
    if entry.kind != Entry.Kind.SYSTEM or not permissions.has(user, REPORT, municipality=entry.municipality_id):
        return None
    rows = list(Incident.objects.visible_to(user).open().filter(entry=entry)[: SHOWN + 1])
    names = [row.reference for row in rows[:SHOWN]] + ["und weitere"] * (len(rows) > SHOWN)
    return Panel(
        name="vorfaelle",
        title="Vorfälle",
        lines=[f"Offen: {', '.join(names)}"] if names else [],
        url=f"{reverse('compliance:incident-new')}?{urlencode({'system': str(entry.uuid)})}",
        link="Vorfall melden",
    )


@on_start
def running_clocks(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    page = reverse("compliance:incident-list")
    clocks = group("Vorfälle: offen", open_for(user, municipality), _task, all_url=page)
    measures = group("Maßnahmen nach Vorfällen", _measures(user, municipality), _measure, all_url=page)
    return [{**found, "urgent": True} for found in clocks] + measures


def _task(row: Incident) -> dict[str, Any]:
    clock = next((one for one in clocks_of(row) if one.is_running), None)
    return {
        "label": f"{row}: {row.get_kind_display()}",
        "url": row.get_absolute_url(),
        "status": clock.rest if clock else "Offen",
        "tone": clock.tone if clock else "info",
        "hint": f"{clock.clock.label} bis {clock.until}" if clock else "",
    }


def _measures(user: User, municipality: Municipality) -> list[tuple[Incident, Any]]:
    """Open measures of this person with their incidents, the incident first noticed first."""
    rows = with_clocks(Incident.objects.workable_by(user).open().filter(municipality=municipality))
    found = rows.filter(measures__person=user, measures__done_at__isnull=True).distinct().order_by("aware_at", "pk")
    return [
        (row, measure)
        for row in found.prefetch_related("measures")[: SHOWN + 1]
        for measure in row.measures.all()
        if measure.person_id == user.pk and measure.done_at is None
    ]


def _measure(pair: tuple[Incident, Any]) -> dict[str, Any]:
    row, measure = pair
    return {
        "label": f"{row}: {measure.text}",
        "url": row.get_absolute_url(),
        "status": "Überschritten" if measure.is_overdue else "Noch offen",
        "tone": "danger" if measure.is_overdue else "warning",
        "hint": f"Frist {format_date(measure.due)}",
    }


@on_desk
def on_the_desk(user: User, towns: Sequence[Municipality]) -> Iterable[Waiting]:
    """Open incidents in all the municipalities of a DSB: before everything else, whatever the system."""
    rows = with_clocks(Incident.objects.workable_by(user).open().filter(municipality__in=towns))
    for row in rows.order_by("aware_at", "pk")[:ON_DESK]:
        task, day = _task(row), timezone.localdate(row.aware_at)
        yield Waiting(
            "Vorfall", task["label"], task["url"], row.municipality.name, day, 0, task["status"], task["tone"]
        )


@on_report
def numbers_of_the_year(municipality: Municipality, year: int) -> dict[str, Any]:
    """Counts only; what happened stays in the incident."""
    rows = Incident.objects.filter(municipality=municipality, reported_at__year=year)
    kinds = Counter(rows.values_list("kind", flat=True))
    sent = IncidentNotice.objects.filter(incident__municipality=municipality, sent_at__year=year, target="dsgvo")
    lessons = Lesson.objects.released().filter(municipality=municipality, decided_at__year=year)
    numbers = [
        ("Gemeldet im Zeitraum", sum(kinds.values())),
        *((f"davon {label}", kinds[kind]) for kind, label in rules.KINDS.items() if kinds[kind]),
        ("Der Aufsichtsbehörde gemeldete Datenpannen", sent.values("incident").distinct().count()),
        ("davon nach Ablauf der 72 Stunden", sent.exclude(delay_reason="").values("incident").distinct().count()),
        ("Abgeschlossen im Zeitraum", closed_in(municipality, year)),
        ("Freigegebene Lehren aus Fehlern", lessons.count()),
    ]
    return {"title": "Vorfälle", "rows": [[label, str(number)] for label, number in numbers]}


def closed_in(municipality: Municipality, year: int) -> int:
    return Incident.objects.filter(municipality=municipality, closed_at__year=year).count()
