"""The start page of the working area: what waits for this person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.models import Municipality, Notification, User
from core.text import format_date
from register import panels, selectors, selectors_dates, workflow
from register.models import AfterReview, Deficiency, Entry
from register.rules.vocabulary import IN_USE
from register.views.coverage import open_coverage
from register.views.decommission import tasks_of as decommissions
from register.views.notifications import lines_of
from register.views.reach import here
from register.views.waiting import products_and_contracts

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
        for name in ("entry.edit", "entry.view", "import.run", "people.manage")
        if permissions.has(request.user, name, municipality=municipality)
    }
    more = panels.work_of(request.user, municipality)
    first, last = _deficiencies(request, municipality)
    groups = [
        # A clock that runs stands above everything else.
        *(group for group in more if group.get("urgent")),
        *first,
        *_desk(request.user),
        *products_and_contracts(request.user, municipality),
        *decommissions(request.user, municipality),
        *(group for pile in _piles(request, municipality) for group in _group(pile)),
        *_measures(request, municipality),
        *last,
        *open_coverage(request.user, municipality),
        *(group for group in more if not group.get("urgent")),
    ]
    own = Notification.objects.visible_to(request.user)
    context = {
        "municipality": municipality,
        "groups": groups,
        "notifications": lines_of(list(own.unread()[:3])),
        "too_few": _too_few(request, municipality),
        "may_create": "entry.edit" in may,
        "may_read": "entry.view" in may,
        "may_import": "import.run" in may,
        "may_manage": "people.manage" in may,
        "has_entries": Entry.objects.visible_to(request.user).of(municipality).exists(),
        "shared": selectors.shared_with(request.user).exclude(municipality=municipality),
    }
    return render(request, "register/start.html", context)


def _desk(user: User) -> list[dict[str, Any]]:
    """What the inbox of a DSB holds, in all their municipalities, as numbers that lead there."""
    towns = list(selectors.municipalities_served(user))
    if not towns:
        return []
    page = reverse("register:inbox")
    others = Counter(line.what for line in panels.desk_of(user, towns))
    numbers = [
        ("Warten auf Ihre Stellungnahme", selectors.inbox(user).count(), "#eintraege"),
        *((what, number, "#ausserdem") for what, number in sorted(others.items())),
        ("Nachträglich prüfen", selectors.measures_to_review(None, user).count(), "#massnahmen"),
    ]
    where = f"In {len(towns)} Kommunen" if len(towns) > 1 else ""
    tasks = [
        {"label": what, "url": f"{page}{place}", "status": _at_least(number, place), "tone": "warning", "hint": where}
        for what, number, place in numbers
        if number
    ]
    return [{"title": "Ihr Posteingang", "tasks": tasks}] if tasks else []


def _at_least(number: int, place: str) -> str:
    return f"{number} oder mehr" if place == "#ausserdem" and number >= panels.ON_DESK else str(number)


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
        "Gesperrt, bis der Mangel behoben ist",
        selectors.held_up_by_deficiency(entries, user),
        "register:deficiency",
        "Gesperrt",
        "danger",
        more=reverse("register:deficiencies"),
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


def _group(pile: Pile) -> list[dict[str, Any]]:
    page = pile.more or f"{reverse('register:systems')}?{pile.query}"
    return panels.group(pile.title, pile.rows, partial(_task, pile), all_url=page)


def _task(pile: Pile, entry: Entry) -> dict[str, Any]:
    since = getattr(entry, "waiting_since", None)
    hint = (
        f"Eingereicht am {format_date(since)}" if since else f"Zuletzt geändert am {format_date(entry.last_edited_at)}"
    )
    if due := getattr(entry, "due", None):
        hint = f"Vorgesehen war der {format_date(due)}"
    if pile.status == "Entwurf":
        hint = _what_is_missing(entry)
    mangel = getattr(entry, "mangel_id", None)
    if mangel:
        hint = f"{_HELD_UP[entry.review_state]}: {entry.mangel_title}"
    return {
        "label": entry.name,
        "url": reverse(pile.page, args=[mangel or entry.uuid]),
        "status": pile.status,
        "tone": pile.tone,
        "hint": hint,
    }


_HELD_UP = {workflow.IN_REVIEW: "Freigeben ist nicht möglich", workflow.RELEASED: "Veröffentlichen ist nicht möglich"}


def _what_is_missing(entry: Entry) -> str:
    gaps = [selectors.label_of(entry.kind, key) for key in selectors.gaps_of(entry)]
    if not gaps:
        return "Alle Pflichtangaben vorhanden. Nächster Schritt: zur Prüfung geben."
    named = ", ".join(gaps[:3])
    return f"Es fehlt noch: {named}." if len(gaps) <= 3 else f"Es fehlen noch: {named} und {len(gaps) - 3} weitere."


def _measures(request: HttpRequest, municipality: Municipality) -> list[dict[str, Any]]:
    rows = selectors.measures_to_review(municipality, request.user)
    # Those who confirm measures have a desk with all of them.
    return panels.group("Nachträglich prüfen", rows, _measure, all_url=reverse("register:inbox"))


def _measure(row: AfterReview) -> dict[str, Any]:
    return {
        "label": f"{row.entry.name}: {row.get_measure_display()}",
        "url": reverse("register:measure", args=[row.pk]),
        "status": "Prüfung offen",
        "tone": "warning",
        "hint": f"Von {row.by} am {format_date(row.at)}",
    }


def _deficiencies(
    request: HttpRequest, municipality: Municipality
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What this person has to do about Mängel, and what is unlawful and in use: first for those who can stop it."""
    user, page = request.user, reverse("register:deficiencies")
    own = selectors.deficiencies_of_person(municipality, user)
    in_use = selectors.deficiencies_in_use(municipality, user).exclude(pk__in=own.order_by().values("pk"))
    task = partial(_mangel, user, permissions.has(user, "entry.release", municipality=municipality))
    todo = panels.group("Mängel: für Sie zu tun", own, task, all_url=page)
    running = panels.group("Mängel in laufenden Systemen: beheben oder aussetzen", in_use, task, all_url=page)
    acts = any(permissions.has(user, name, municipality=municipality) for name in ("entry.edit", "entry.suspend"))
    return (todo + running, []) if acts else (todo, running)


def _mangel(user: User, decides: bool, row: Deficiency) -> dict[str, Any]:
    due = f" · Frist {format_date(row.due)}" if row.due else ""
    status = "Überschritten" if row.is_overdue else "Mangel"
    if row.waits_for_second_person and row.dismissal_by_id != user.pk and decides:
        status = "Bitte entscheiden: Trifft er zu?"
    urgent = row.is_overdue or row.entry.status in IN_USE
    return {
        "label": f"{row.entry.name}: {row.title}",
        "url": row.get_absolute_url(),
        "status": status,
        "tone": "danger" if urgent else "warning",
        "hint": f"{row.article}{due}",
    }


def _too_few(request: HttpRequest, municipality: Municipality) -> int | None:
    """How many could release, if they are fewer than two and this person should know."""
    concerned = ("entry.release", "entry.publish", "people.manage")
    if not any(permissions.has(request.user, name, municipality=municipality) for name in concerned):
        return None
    number = len(permissions.holders("entry.release", municipality))
    return number if number < PEOPLE_WHO_RELEASE else None
