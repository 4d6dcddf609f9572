"""Dates as a picture and as a table: of one system, and of the municipality."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Count, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from compliance import timeline
from compliance.filters import KEPT
from compliance.models import Assessment, Duty
from compliance.models.duty import NEVER
from compliance.rules.assessment_text import SHORT, german
from compliance.rules.law_days import law_days
from compliance.selectors_duties import with_law
from compliance.views.assessment_reach import system_or_404
from compliance.views.duty_reach import trail
from compliance.views.reach import require_here
from register.models import Entry
from register.rules.vocabulary import ENDED


def _list_url(**query: str) -> str:
    return f"{reverse('compliance:duties')}?{urlencode({**query, 'state': KEPT})}"


@login_required
@require_safe
def municipality(request: HttpRequest) -> HttpResponse:
    here, today = require_here(request, "entry.view"), timezone.localdate()
    duties = Duty.objects.visible_to(request.user).of(here).exclude(state__in=Duty.GONE)
    made = Assessment.objects.visible_to(request.user).filter(entry__municipality=here)
    law, stand = law_days(today)
    found = timeline.bars(_by_day(duties, today), _days_of(made), law, today=today)
    for period in found.periods if found else ():
        if period.duties:
            period.url = _list_url(day_from=period.first.isoformat(), day_until=period.last.isoformat())
    context = {
        "picture": found,
        "title": f"Zeitstrahl {here.name}",
        "without_day": duties.filter(sort_day=NEVER).count(),
        "without_url": _list_url(due="none"),
        "law": law,
        "stand": german(stand),
        "breadcrumb": trail(("Zeitstrahl", "")),
    }
    return render(request, "compliance/duty_timeline.html", context)


def _by_day(duties: QuerySet[Duty], today: date) -> list[tuple[date, str, int]]:
    """Every day with how many duties of which kind; what was open when a system ended is not done."""
    kind = Case(
        When(state=Duty.State.DONE, then=Value("done")),
        When(entry__status__in=ENDED, then=Value("ended")),
        When(is_moved=True, then=Value("moved")),
        When(sort_day__lt=today, then=Value("late")),
        default=Value("open"),
    )
    rows = with_law(duties).exclude(sort_day=NEVER).annotate(kind=kind).order_by().values_list("sort_day", "kind")
    return list(rows.annotate(number=Count("pk")))


def _days_of(assessments: QuerySet[Assessment]) -> list[tuple[date, int]]:
    return list(assessments.order_by().values_list("day").annotate(number=Count("pk")))


@login_required
@require_safe
def system(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry, today = system_or_404(request, uuid), timezone.localdate()
    rows = with_law(Duty.objects.filter(entry=entry).exclude(state__in=Duty.GONE))
    duties = list(rows.select_related("entry"))
    dated = [duty for duty in duties if duty.sort_day != NEVER]
    law, stand = law_days(today)
    marks = [*_assessed(entry), *_due(entry, dated), *_law(law, dated)]
    if marks:
        marks.append(timeline.Mark(today, "today", "Heute"))
    context = {
        "entry": entry,
        "picture": timeline.line(marks),
        "title": f"Zeitstrahl: {entry.name}",
        "without_day": len(duties) - len(dated),
        "without_url": _list_url(due="none", system=str(entry.uuid)),
        "stand": german(stand),
        "breadcrumb": trail((entry.name, entry.get_absolute_url()), ("Zeitstrahl", "")),
    }
    return render(request, "compliance/duty_timeline_system.html", context)


def _assessed(entry: Entry) -> list[timeline.Mark]:
    return [
        timeline.Mark(one.day, "assessment", str(one), SHORT[one.risk_class], one.get_absolute_url())
        for one in Assessment.objects.filter(entry=entry)
        .select_related("entry")
        .defer("result", "facts")
        .order_by("number")
    ]


def _due(entry: Entry, dated: list[Duty]) -> list[timeline.Mark]:
    """The duties of a day are one mark."""
    days: dict[date, list[Duty]] = defaultdict(list)
    for duty in dated:
        days[duty.sort_day].append(duty)
    return [_mark(entry, day, rows) for day, rows in days.items()]


# The kinds of marks, the most pressing first; an open one says its own state.
SAID = {
    "late": "überfällig", "moved": "nach früherer Fassung", "duty": "", "ended": "System beendet", "done": "erledigt",
}  # fmt: skip


def _kind(duty: Duty) -> str:
    if duty.state == Duty.State.DONE:
        return "done"
    if duty.has_ended:
        return "ended"
    return "moved" if duty.is_moved else "late" if duty.is_overdue else "duty"


def _mark(entry: Entry, day: date, rows: list[Duty]) -> timeline.Mark:
    kinds = [_kind(duty) for duty in rows]
    # What is most pressing gives the shape.
    kind = next(one for one in SAID if one in kinds)
    if len(rows) == 1:
        said = SAID[kind] or str(rows[0].get_state_display())
        return timeline.Mark(day, kind, f"{rows[0].code}, {said}", rows[0].text, rows[0].get_absolute_url())
    parts = [f"{kinds.count(one)} {words}" for one, words in SAID.items() if words and one in kinds]
    title = ", ".join([f"{len(rows)} Pflichten", *parts])
    iso = day.isoformat()
    url = _list_url(system=str(entry.uuid), day_from=iso, day_until=iso)
    return timeline.Mark(day, kind, title, ", ".join(sorted(duty.code for duty in rows)), url)


def _law(law: list[Any], dated: list[Duty]) -> list[timeline.Mark]:
    """Only the days from which something of this system applies."""
    own = {duty.due for duty in dated}
    texts: dict[date, list[str]] = defaultdict(list)
    for one in law:
        if one.day in own:
            texts[one.day].append(one.text)
    return [timeline.Mark(day, "law", "KI-Verordnung gilt", "; ".join(found)) for day, found in texts.items()]
