"""What upper rooms show on the register's own pages and in its yearly report: they hand it down when the program starts, like the kinds of jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import Municipality, User
from register.models import Entry


@dataclass(frozen=True)
class Panel:
    """A section on the page of an entry."""

    name: str
    title: str
    lines: list[str] = field(default_factory=list)
    url: str = ""
    link: str = ""
    badge: dict[str, str] | None = None
    # {"tone", "title", "text"}: something is to be done.
    alert: dict[str, str] | None = None


@dataclass(frozen=True)
class Waiting:
    """One line below the inbox of a DSB: something else that waits in one of their municipalities."""

    what: str
    label: str
    url: str
    town: str
    since: date
    # The order by risk, as of `vocabulary.RISK_ORDER`.
    rank: int
    status: str
    tone: str = "info"


Make = Callable[[Entry, User], Panel | None]
Work = Callable[[User, Municipality], list[dict[str, Any]]]
# Numbers of a year for the report of the Datenschutz: {"title", "rows": [[label, number]]}.
Chapter = Callable[[Municipality, int], dict[str, Any]]
# Of one kind, in all the municipalities of a DSB, the most pressing first.
Desk = Callable[[User, Sequence[Municipality]], Iterable[Waiting]]
SHOWN, ON_DESK = 8, 20
_panels: list[Make] = []
_work: list[Work] = []
_chapters: list[Chapter] = []
_desk: list[Desk] = []


def on_entry(make: Make) -> Make:
    _panels.append(make)
    return make


def on_start(make: Work) -> Work:
    """Groups of tasks (components/task_list.html) on the start page; those marked "urgent" stand at its top."""
    _work.append(make)
    return make


def on_desk(make: Desk) -> Desk:
    _desk.append(make)
    return make


def on_report(make: Chapter) -> Chapter:
    _chapters.append(make)
    return make


def group(
    title: str, rows: Sequence[Any] | QuerySet[Any], task: Callable[[Any], dict[str, Any]], *, all_url: str = ""
) -> list[dict[str, Any]]:
    """At most one group of a few tasks. What is left out is said, with the way to all of them."""
    found = list(rows[: SHOWN + 1])
    tasks = [task(row) for row in found[:SHOWN]]
    if len(found) > SHOWN:
        tasks.append(
            {"label": "Es gibt noch mehr. Alle anzeigen", "url": all_url, "status": "Weitere", "tone": "neutral"}
        )
    return [{"title": title, "tasks": tasks}] if tasks else []


def panels_of(entry: Entry, user: User) -> list[Panel]:
    return [panel for make in _panels if (panel := make(entry, user)) is not None]


def work_of(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    return [group for make in _work for group in make(user, municipality)]


def desk_of(user: User, towns: Sequence[Municipality]) -> list[Waiting]:
    return [line for make in _desk for line in make(user, towns)]


def chapters_of(municipality: Municipality, year: int) -> list[dict[str, Any]]:
    return [make(municipality, year) for make in _chapters]
