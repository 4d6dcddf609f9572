"""The start page of the working area: what waits for this person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Municipality, Notification
from core.text import format_date
from register import panels, selectors, selectors_dates
from register.models import Deficiency, Entry
from register.views.coverage import open_coverage
from register.views.decommission import tasks_of as decommissions
from register.views.notifications import lines_of
from register.views.reach import here
from register.views.waiting import products_and_contracts

SHOWN = 8
PEOPLE_WHO_RELEASE = 2


@dataclass(frozen=True)
class Pile:
    """One kind of waiting work."""

    title: str
    rows: QuerySet[Any]
    page: str
    status: str
    tone: str = "info"
    query: str = ""
    more: str = ""


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    municipality = here(request)
    if municipality is None:
        return render(request, "register/start.html", {"shared": selectors.shared_with(request.user)})
    may = {
        name
        for name in ("entry.edit", "entry.view", "people.manage")
        if permissions.has(request.user, name, municipality=municipality)
    }
    groups = [group for pile in _piles(request, municipality) if (group := _group(pile))]
    groups += _measures(request, municipality)
    groups = decommissions(request.user, municipality) + groups
    groups += open_coverage(request.user, municipality)
    more = panels.work_of(request.user, municipality)
    groups += [group for group in more if not group.get("urgent")]
    groups = _deficiencies(request, municipality) + products_and_contracts(request.user, municipality) + groups
    # A clock that runs stands above everything else.
    groups = [group for group in more if group.get("urgent")] + groups
    own = Notification.objects.visible_to(request.user)
    context = {
        "municipality": municipality,
        "groups": groups,
        "notifications": lines_of(list(own.unread()[:3])),
        "too_few": _too_few(request, municipality),
        "may_create": "entry.edit" in may,
        "may_read": "entry.view" in may,
        "may_manage": "people.manage" in may,
        "has_entries": Entry.objects.visible_to(request.user).of(municipality).exists(),
        "shared": selectors.shared_with(request.user).exclude(municipality=municipality),
    }
    return render(request, "register/start.html", context)


def _piles(request: HttpRequest, municipality: Municipality) -> Iterable[Pile]:
    entries = Entry.objects.visible_to(request.user).of(municipality)
    user = request.user
    yield Pile(
        "Zurückgegeben: bitte nachbessern",
        selectors.returned_to(entries, user),
        "register:open-points",
        "Zurückgegeben",
        "warning",
        "review_state=returned",
    )
    yield Pile(
        "Warten auf Ihre Stellungnahme",
        selectors.waiting_for_opinion(entries, user),
        "register:review",
        "Stellungnahme offen",
        query="review_state=in_review",
    )
    yield Pile(
        "Warten auf Ihre Freigabe",
        selectors.waiting_for_release(entries, user),
        "register:review",
        "Freigabe offen",
        query="review_state=in_review",
    )
    yield Pile(
        "Bereit zur Veröffentlichung",
        selectors.waiting_for_publication(entries, user),
        "register:entry",
        "Freigegeben",
        query="review_state=released",
    )
    yield Pile(
        "Überprüfung überfällig: ansehen und neuen Termin setzen",
        selectors_dates.overdue(entries, user),
        "register:entry",
        "Überfällig",
        "warning",
        more=f"{reverse('register:due')}?show=overdue",
    )
    yield Pile(
        "Ihre Entwürfe: ergänzen und zur Prüfung geben",
        selectors.with_completeness(selectors.drafts_of(entries, user)),
        "register:entry",
        "Entwurf",
        "neutral",
        "review_state=draft&mine=edited&sort=-changed",
    )


def _group(pile: Pile) -> dict[str, Any] | None:
    found = list(pile.rows[: SHOWN + 1])
    if not found:
        return None
    tasks = [_task(pile, entry) for entry in found[:SHOWN]]
    if len(found) > SHOWN:
        tasks.append(
            {
                "label": "Alle anzeigen",
                "url": pile.more or f"{reverse('register:systems')}?{pile.query}",
                "status": "Weitere",
                "tone": "neutral",
            }
        )
    return {"title": pile.title, "tasks": tasks}


def _task(pile: Pile, entry: Entry) -> dict[str, Any]:
    since = getattr(entry, "waiting_since", None)
    hint = (
        f"Eingereicht am {format_date(since)}" if since else f"Zuletzt geändert am {format_date(entry.last_edited_at)}"
    )
    if due := getattr(entry, "due", None):
        hint = f"Vorgesehen war der {format_date(due)}"
    if pile.status == "Entwurf":
        hint = _what_is_missing(entry)
    return {
        "label": entry.name,
        "url": reverse(pile.page, args=[entry.uuid]),
        "status": pile.status,
        "tone": pile.tone,
        "hint": hint,
    }


def _what_is_missing(entry: Entry) -> str:
    gaps = [selectors.label_of(entry.kind, key) for key in selectors.gaps_of(entry)]
    if not gaps:
        return "Vollständig. Nächster Schritt: zur Prüfung geben."
    named = ", ".join(gaps[:3])
    return f"Es fehlt noch: {named}." if len(gaps) <= 3 else f"Es fehlen noch: {named} und {len(gaps) - 3} weitere."


def _measures(request: HttpRequest, municipality: Municipality) -> list[dict[str, Any]]:
    tasks = [
        {
            "label": f"{row.entry.name}: {row.get_measure_display()}",
            "url": reverse("register:measure", args=[row.pk]),
            "status": "Prüfung offen",
            "tone": "warning",
            "hint": f"Von {row.by} am {format_date(row.at)}",
        }
        for row in selectors.measures_to_review(municipality, request.user)[:SHOWN]
    ]
    return [{"title": "Nachträglich prüfen", "tasks": tasks}] if tasks else []


def _deficiencies(request: HttpRequest, municipality: Municipality) -> list[dict[str, Any]]:
    """First of all: what is unlawful and in use, then what this person has to do about Mängel."""
    in_use = list(selectors.deficiencies_in_use(municipality, request.user)[:SHOWN])
    shown = {row.pk for row in in_use}
    own = [row for row in selectors.deficiencies_of_person(municipality, request.user)[:SHOWN] if row.pk not in shown]
    groups = (
        ("Mängel in laufenden Systemen: beheben oder aussetzen", [_mangel(row, "danger") for row in in_use]),
        ("Mängel: für Sie zu tun", [_mangel(row, "warning") for row in own]),
    )
    return [{"title": title, "tasks": tasks} for title, tasks in groups if tasks]


def _mangel(row: Deficiency, tone: str) -> dict[str, Any]:
    due = f" · Frist {format_date(row.due)}" if row.due else ""
    return {
        "label": f"{row.entry.name}: {row.title}",
        "url": row.get_absolute_url(),
        "status": "Überschritten" if row.is_overdue else "Mangel",
        "tone": "danger" if row.is_overdue else tone,
        "hint": f"{row.article}{due}",
    }


def _too_few(request: HttpRequest, municipality: Municipality) -> int | None:
    """How many could release, if they are fewer than two and this person should know."""
    concerned = ("entry.release", "entry.publish", "people.manage")
    if not any(permissions.has(request.user, name, municipality=municipality) for name in concerned):
        return None
    number = len(permissions.holders("entry.release", municipality))
    return number if number < PEOPLE_WHO_RELEASE else None
