"""What the register's pages show of duties: those of an entry, those of a person, and how many are overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import Duty
from compliance.selectors_duties import SOON, mine, overdue, with_law
from core.text import format_date
from register.models import Entry
from register.panels import SHOWN, Panel, group, on_entry, on_start


def _url(**query: str) -> str:
    return f"{reverse('compliance:duties')}?{urlencode(query)}"


@on_entry
def duties_panel(entry: Entry, user: User) -> Panel | None:
    """None as long as no assessment has asked for anything."""
    if entry.kind != Entry.Kind.SYSTEM:
        return None
    rows = list(with_law(Duty.objects.filter(entry=entry)).select_related("entry").order_by("counted_day", "pk"))
    if not rows:
        return None
    pending = [duty for duty in rows if duty.is_pending]
    late = [duty for duty in pending if duty.is_overdue]
    ahead = [duty for duty in pending if duty.day and not duty.is_overdue]
    done = sum(duty.state == Duty.State.DONE for duty in rows)
    lines = [f"{_counted(len(pending), 'offen')}, {_counted(done, 'erledigt')}."]
    if ahead and ahead[0].day:
        lines.append(f"Nächste Frist: {format_date(ahead[0].day)}, {ahead[0].text}.")
    alert = None
    if late:
        text = "; ".join(f"{duty.code} seit {format_date(duty.day)}" for duty in late[:SHOWN] if duty.day)
        alert = {"tone": "warning", "title": _counted(len(late), "überfällig"), "text": f"{text}."}
    return Panel(
        name="pflichten",
        title="Pflichten",
        lines=lines,
        url=_url(system=str(entry.uuid), state="all"),
        link="Pflichten ansehen",
        alert=alert,
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {'Pflicht' if count == 1 else 'Pflichten'} {what}"


@on_start
def duties_waiting(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    rows = with_law(Duty.objects.visible_to(user).of(municipality).pending())
    rows = rows.select_related("entry").order_by("counted_day", "pk")
    late = _overdue(rows, user, municipality)
    return [
        *group(
            "Nicht anwendbare Pflichten: warten auf Ihre Entscheidung",
            _to_decide(rows, user, municipality),
            lambda duty: _task(duty, "Entscheiden", "info"),
            all_url=_url(),
        ),
        *group("Ihre Pflichten", _of_person(rows, user, municipality), _own, all_url=_url(mine="me")),
        *([{"title": "Überfällige Pflichten in der Kommune", "tasks": late}] if late else []),
    ]


def _to_decide(rows: Any, user: User, municipality: Municipality) -> Any:
    if not permissions.has(user, "assessment.review", municipality=municipality):
        return rows.none()
    return rows.filter(dismissal_by__isnull=False).exclude(dismissal_by=user)


def _of_person(rows: Any, user: User, municipality: Municipality) -> Any:
    until = timezone.localdate() + timedelta(days=SOON)
    return mine(rows, user, municipality).filter(counted_day__lte=until)


def _own(duty: Duty) -> dict[str, Any]:
    return _task(duty, "Überfällig", "danger") if duty.is_overdue else _task(duty, "Steht an", "info")


def _task(duty: Duty, status: str, tone: str) -> dict[str, Any]:
    day = f" · Frist {format_date(duty.day)}" if duty.day else ""
    hint = f"{duty.entry.name}{day}"
    return {"label": duty.text, "url": duty.get_absolute_url(), "status": status, "tone": tone, "hint": hint}


def _overdue(rows: Any, user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """For those who answer for the whole municipality: the number, not every line."""
    if not permissions.has(user, "review_dates.edit", municipality=municipality):
        return []
    count = overdue(rows).count()
    if not count:
        return []
    hint = _counted(overdue(rows).filter(responsible=None).count(), "ohne Person")
    label = _counted(count, "überfällig")
    return [{"label": label, "url": _url(due="overdue"), "status": "Überfällig", "tone": "danger", "hint": hint}]
