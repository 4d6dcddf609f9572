"""What a training is about, what the law asks for, and what an office still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

BASICS = "basics"
KINDS = {
    BASICS: "Grundlagen",
    "law": "Recht und Datenschutz",
    "ethics": "Ethik und Fairness",
    "tool": "Schulung zu einem Werkzeug",
}

COUNTED = "Gezählt ist jedes Amt, unter dem kein weiteres steht; was darüber steht, zählt über seine Ämter."

# Art. 4 of Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744.
ARTICLE = "Art. 4 KI-VO"
IN_FORCE = date(2026, 7, 27)
STAND = date(2026, 11, 22)
LAW = (
    "Anbieter und Betreiber treffen Maßnahmen, um die Entwicklung der KI-Kompetenz ihres Personals und ihrer "
    "Beauftragten zu unterstützen, nach Vorwissen, Kontext und Betroffenen. Ein bestimmtes Niveau einzelner Personen "
    "ist nicht geschuldet. Das gilt unabhängig von der Risikoklasse."
)


@dataclass(frozen=True)
class Wanted:
    """A course that an office is asked to take, and what for."""

    course: int
    title: str
    tool: str


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError


def is_stale(last: date, refresh_months: int | None, today: date) -> bool:
    return refresh_months is not None and months_later(last, refresh_months) <= today


def missing(
    basics: date | None, wanted: Iterable[Wanted], done: Mapping[int, date], stale: Iterable[str] = ()
) -> list[str]:
    """What an office still has to do, each in one short line."""
    found = [] if basics else ["Grundlagen: noch keine Schulung"]
    tools: dict[str, list[str]] = {}
    for one in wanted:
        if one.course not in done:
            tools.setdefault(one.title, []).append(one.tool)
    found += [f"{title} (für {', '.join(names)})" for title, names in tools.items()]
    return found + [f"{title}: auffrischen" for title in stale]
