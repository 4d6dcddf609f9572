"""Taking a system out of operation: the checklist, the second person's page, and the points that are left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Municipality, User
from core.errors import Conflict
from core.text import format_date
from register import selectors_decommission as selectors
from register import services
from register.forms import DecommissionDecisionForm, DecommissionForm, add_service_errors
from register.models import Decommission, DecommissionPoint, Entry
from register.panels import group
from register.rules.decommission import NOT_APPLICABLE, OPEN, STAND
from register.rules.vocabulary import ENDED
from register.services import access
from register.views.reach import entry_or_404, trail_to


def may_propose(entry: Entry, user: User) -> bool:
    running = entry.kind == Entry.Kind.SYSTEM and entry.status not in ENDED
    return running and access.allowed(user, "entry.edit", entry)


def state_of(entry: Entry) -> dict[str, Any] | None:
    """What the page of a system says about it, for components/alert.html."""
    row = entry.decommissions.exclude(state=Decommission.State.RETURNED).first()
    if row is None or (row.state == Decommission.State.CONFIRMED and entry.status not in ENDED):
        return None
    if row.state == Decommission.State.WAITING:
        text = f"{row.proposed_by} hat alle Punkte beantwortet. Eine zweite Person bestätigt."
        return {"row": row, "title": "Die Außerbetriebnahme wartet auf die Bestätigung.", "text": text}
    left = row.points.still_open().count()
    text = f"Noch offen: {left} {'Punkt' if left == 1 else 'Punkte'}." if left else "Alle Punkte sind erledigt."
    return {"row": row, "title": f"Außer Betrieb seit {format_date(row.ended_on)}.", "text": text}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    access.require(request.user, "entry.edit", entry)
    if not may_propose(entry, request.user):
        raise Conflict("Außer Betrieb geht nur ein KI-System, das noch nicht beendet ist.")
    if waiting := entry.decommissions.waiting().first():
        return redirect(waiting)
    before = entry.decommissions.first()
    data = request.POST if request.method == "POST" else None
    form = DecommissionForm(data, municipality=entry.municipality, user=request.user, before=before)
    if form.is_bound and form.is_valid():
        try:
            row = services.propose_decommission(entry, by=request.user, **form.values)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "Die Prüfliste ist vollständig. Eine zweite Person bestätigt.")
            return redirect(row)
    context = {
        "entry": entry,
        "form": form,
        "before": before,
        "retention": entry.system.privacy.retention,
        "shared_with": entry.grants.values("user").distinct().count(),
        "stand": STAND,
        "cancel_url": entry.get_absolute_url(),
        "breadcrumb": trail_to(entry, "Außer Betrieb nehmen"),
    }
    return render(request, "register/decommission_new.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decommission(request: HttpRequest, pk: int) -> HttpResponse:
    """What was answered; for the second person the two buttons, afterwards the archive with what is left to do."""
    row = _row_or_404(request, pk)
    form = DecommissionDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        access.require(request.user, "entry.retire", row.entry)
        if form.is_valid() and _decide(request, row, form):
            return redirect(row)
    may_decide = row.state == Decommission.State.WAITING and access.allowed(request.user, "entry.retire", row.entry)
    own = row.proposed_by_id == request.user.pk
    context = {
        "row": row,
        "entry": row.entry,
        "points": [_line(point, row, request.user) for point in row.points.select_related("responsible", "done_by")],
        "facts": _facts(row),
        "form": form if may_decide and not own else None,
        "own": may_decide and own,
        "stand": STAND,
        "breadcrumb": trail_to(row.entry, "Außerbetriebnahme"),
    }
    return render(request, "register/decommission.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, row: Decommission, form: DecommissionDecisionForm) -> bool:
    agrees = form.cleaned_data["decision"] == "confirm"
    try:
        services.decide_decommission(row, by=request.user, agrees=agrees, note=form.cleaned_data["note"])
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    messages.success(request, f"„{row.entry.name}“ ist außer Betrieb." if agrees else "Die Prüfliste geht zurück.")
    return True


def _facts(row: Decommission) -> list[dict[str, Any]]:
    lines = [("Letzter Tag im Betrieb", format_date(row.ended_on))]
    if row.reason:
        lines.append(("Warum der Einsatz endet", row.reason))
    lines.append(("Vorgeschlagen", f"{row.proposed_by}, {format_date(row.proposed_at)}"))
    if row.decided_at:
        lines.append((row.get_state_display().capitalize(), f"{row.decided_by}, {format_date(row.decided_at)}"))
    if row.note:
        lines.append(("Anmerkung", row.note))
    return [{"label": label, "value": value} for label, value in lines]


def _line(point: DecommissionPoint, row: Decommission, user: User) -> dict[str, Any]:
    """One point as the page shows it, with the button for whoever may settle it."""
    confirmed = row.state == Decommission.State.CONFIRMED
    theirs = point.responsible_id == user.pk or access.allowed(user, "entry.edit", row.entry)
    if point.answer == NOT_APPLICABLE:
        said = point.reason
    elif point.answer != OPEN:
        said = ""
    elif point.done_at:
        said = f"Erledigt am {format_date(point.done_at)} von {point.done_by}."
    else:
        said = f"{point.responsible}, bis {format_date(point.due)}" if point.due else ""
    may = point.is_open and confirmed and theirs
    return {
        "point": point,
        "said": said,
        "url": reverse("register:decommission-point", args=[row.pk, point.key]) if may else "",
    }


@login_required
@require_POST
def settle(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    row = _row_or_404(request, pk)
    point = get_object_or_404(row.points.select_related("decommission__entry"), key=key)
    services.settle_decommission_point(point, by=request.user)
    messages.success(request, f"„{point}“ ist erledigt.")
    return redirect(row)


def _row_or_404(request: HttpRequest, pk: int) -> Decommission:
    rows = Decommission.objects.visible_to(request.user).select_related(
        "entry__municipality", "entry__department", "proposed_by", "decided_by"
    )
    return get_object_or_404(rows, pk=pk)


def tasks_of(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """Groups of the start page: what to confirm, and what is left for this person."""
    ended = f"{reverse('register:systems')}?status=retired"
    return [
        *group(
            "Außerbetriebnahme bestätigen",
            selectors.waiting_for(user, municipality),
            _to_confirm,
            all_url=reverse("register:systems"),
        ),
        *group(
            "Nach der Außerbetriebnahme zu erledigen",
            selectors.points_left_to(user, municipality),
            _left,
            all_url=ended,
        ),
    ]


def _to_confirm(row: Decommission) -> dict[str, Any]:
    return {
        "label": row.entry.name,
        "url": row.get_absolute_url(),
        "status": "Bestätigung offen",
        "tone": "warning",
        "hint": f"Von {row.proposed_by} am {format_date(row.proposed_at)}",
    }


def _left(point: DecommissionPoint) -> dict[str, Any]:
    return {
        "label": f"{point.decommission.entry.name}: {point}",
        "url": point.decommission.get_absolute_url(),
        "status": "Überschritten" if point.is_overdue else "Noch offen",
        "tone": "danger" if point.is_overdue else "warning",
        "hint": f"Frist {format_date(point.due)}" if point.due else "",
    }
