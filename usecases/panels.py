"""What the register's pages show of use cases: whose entry it is, and what waits for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import permissions
from accounts.models import Municipality, User
from core.text import format_date
from register.models import Entry
from register.panels import Panel, group, on_entry, on_start
from register.rules.vocabulary import USED
from usecases.models import (
    CooperationWish,
    GateProposal,
    Interest,
    InterestCall,
    MissingEvidence,
    UseCase,
    UseCaseEntry,
)
from usecases.workflow import BY_NAME, DECIDE

SOON = timedelta(days=30)


@on_entry
def use_case_panel(entry: Entry, user: User) -> Panel | None:
    if entry.kind != Entry.Kind.SYSTEM:
        return None
    links = list(UseCaseEntry.objects.filter(entry=entry).select_related("use_case").order_by("-leads", "pk"))
    if not links:
        return _offer(entry, user)
    lines = [
        f"{link.use_case.title}: {link.use_case.get_stage_display()}{', führend' if link.leads else ''}."
        for link in links
    ]
    url = links[0].use_case.get_absolute_url()
    return Panel(name="vorhaben", title="Vorhaben", lines=lines, url=url, link="Vorhaben ansehen")


def _offer(entry: Entry, user: User) -> Panel | None:
    """A system in use that no use case leads can be taken over as Bestand."""
    if entry.status not in USED or not permissions.on(user, "usecase.edit", entry):
        return None
    url = reverse("usecases:take-over", args=[entry.uuid])
    lines = ["Das System ist im Einsatz, aber keinem Vorhaben zugeordnet."]
    return Panel(name="vorhaben", title="Vorhaben", lines=lines, url=url, link="Als Bestand aufnehmen")


@on_start
def use_cases_waiting(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    if not permissions.has(user, "usecase.view", municipality=municipality):
        return []
    url = reverse("usecases:use-cases")
    return [
        *group("Vorhaben: warten auf Ihre Entscheidung", _to_decide(user, municipality), _decision, all_url=url),
        *group(
            "Vorhaben: Nachweise nachreichen",
            _to_bring_in(user, municipality),
            _evidence,
            all_url=f"{url}?{urlencode({'waits': 'evidence'})}",
        ),
        *group(
            "Aufrufe anderer Kommunen",
            _calls(user, municipality),
            _call,
            all_url=f"{reverse('usecases:wishes')}?{urlencode({'call': 'on'})}",
        ),
    ]


def _to_decide(user: User, municipality: Municipality) -> Any:
    if not permissions.has(user, DECIDE, municipality=municipality):
        return GateProposal.objects.none()
    rows = GateProposal.objects.filter(state=GateProposal.State.WAITING, use_case__municipality=municipality)
    return rows.exclude(proposed_by=user).select_related("use_case").order_by("proposed_at", "pk")


def _decision(row: GateProposal) -> dict[str, Any]:
    url = reverse("usecases:decide", args=[row.use_case.uuid, row.pk])
    hint = f"vorgelegt am {format_date(timezone.localtime(row.proposed_at))}"
    label = f"{row.use_case.title}: {BY_NAME[row.step].label}"
    return {"label": label, "url": url, "status": "Entscheiden", "tone": "info", "hint": hint}


def _to_bring_in(user: User, municipality: Municipality) -> Any:
    mine = UseCase.objects.of(municipality).filter(permissions.scope(user, "usecase.edit"))
    rows = MissingEvidence.objects.filter(use_case__in=mine, settled_at__isnull=True)
    rows = rows.filter(due__lte=timezone.localdate() + SOON)
    return rows.select_related("use_case").order_by("due", "pk")


def _evidence(row: MissingEvidence) -> dict[str, Any]:
    late = row.is_overdue
    return {
        "label": f"{row.use_case.title}: {row.get_key_display()}",
        "url": row.use_case.get_absolute_url(),
        "status": "Überfällig" if late else "Steht an",
        "tone": "danger" if late else "info",
        "hint": f"bis {format_date(row.due)}",
    }


def _calls(user: User, municipality: Municipality) -> Any:
    """Open to everybody of this instance, and not answered yet; for those who may answer."""
    if not permissions.has(user, DECIDE, municipality=municipality):
        return InterestCall.objects.none()
    wishes = CooperationWish.objects.visible_to(user).shown().exclude(use_case__municipality=municipality)
    answered = Interest.objects.filter(call=OuterRef("pk"), municipality=municipality)
    answered = answered.exclude(state=Interest.State.WITHDRAWN)
    today = timezone.localdate()
    rows = InterestCall.objects.filter(wish__in=wishes, decided_at=None, opens_on__lte=today, closes_on__gte=today)
    return rows.filter(~Exists(answered)).select_related("wish__use_case__municipality").order_by("closes_on", "pk")


def _call(row: InterestCall) -> dict[str, Any]:
    return {
        "label": row.wish.title,
        "url": row.wish.get_absolute_url(),
        "status": "Aufruf",
        "tone": "info",
        "hint": f"{row.wish.use_case.municipality.name}, bis {format_date(row.closes_on)}",
    }
