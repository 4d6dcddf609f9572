"""Duties as a calendar (RFC 5545): a whole day each, with title and day and nothing about people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta

from icalendar import Calendar, Event

from compliance.models import Duty

MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar(duties: Iterable[Duty], *, name: str, base_url: str) -> bytes:
    found = Calendar()
    found.add("prodid", "-//Offenlage//Pflichten//DE")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for duty in duties:
        if duty.day is not None:
            found.add_component(_event(duty, base_url))
    return found.to_ical()  # type: ignore[no-any-return]


def _event(duty: Duty, base_url: str) -> Event:
    event = Event()
    event.add("uid", f"{duty.uuid}@offenlage")
    event.add("dtstamp", duty.changed_at.astimezone(UTC))
    event.add("sequence", duty.version)
    event.add("summary", f"Frist {duty.code}: {duty.text} – {duty.entry.name}")
    event.add("dtstart", duty.day)
    event.add("dtend", duty.day + timedelta(days=1))  # type: ignore[operator]
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{base_url}{duty.get_absolute_url()}")
    return event
