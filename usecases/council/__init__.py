"""The report to the council: gathered once as plain data, in two editions, written as PDF and ODT."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import Municipality
from core.text import format_date
from usecases.council import inner, released

PUBLIC, INNER = "public", "inner"
EDITIONS = {PUBLIC: "öffentliche Fassung", INNER: "nichtöffentliche Fassung"}
_CHAPTERS = {PUBLIC: released.chapters, INNER: inner.chapters}
_NOTES = {
    PUBLIC: (
        "Diese Fassung enthält nur, was im Register veröffentlicht ist. Entwürfe, interne Angaben, einzelne Vorfälle und "
        "Ausnahmen stehen in der nichtöffentlichen Fassung."
    ),
    INNER: (
        "Diese Fassung ist nicht für die Öffentlichkeit bestimmt. Sie enthält Entwürfe, interne Angaben und die Namen "
        "derer, die über Ausnahmen entschieden haben."
    ),
}


def content_of(municipality: Municipality, *, edition: str, since: date, until: date, today: date) -> dict[str, Any]:
    """Everything the report prints, JSON-ready. What happened belongs to the period, what systems are to today."""
    return {
        "municipality": municipality.name,
        "title": "Bericht an den Rat über den Einsatz von KI",
        "edition": EDITIONS[edition],
        "since": format_date(since),
        "until": format_date(until),
        "as_of": format_date(today),
        "made_on": today.isoformat(),
        "note": _NOTES[edition],
        "chapters": _CHAPTERS[edition](municipality, since=since, until=until),
    }
