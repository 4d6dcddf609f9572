"""What the register's pages show of the legal documents: their state on an entry, and what waits for a person."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality, User
from compliance.legal.state import states_of
from compliance.models import LegalDocumentVersion
from compliance.rules.legal_kinds import kinds
from compliance.services.legal import ADVISE, DECIDE
from core.text import format_date
from register.models import Entry
from register.panels import Panel, group, on_entry, on_start


@on_entry
def legal_panel(entry: Entry, user: User) -> Panel | None:
    if entry.kind != Entry.Kind.SYSTEM:
        return None
    states = [state for state in states_of(entry) if state.is_shown]
    changed = [state.kind.short for state in states if state.code == "review"]
    alert = None
    if changed:
        text = f"Register oder Bewertung sagen seit der Genehmigung etwas anderes: {', '.join(changed)}."
        alert = {"tone": "warning", "title": "Genehmigtes Dokument prüfen", "text": text}
    return Panel(
        name="rechtsdokumente",
        title="Rechtsdokumente",
        lines=[f"{state.kind.short}: {state.label}" for state in states]
        or ["Noch keines nötig oder begonnen. Was nötig ist, sagt die Bewertung."],
        url=reverse("compliance:legal-documents", args=[entry.uuid]),
        link="Rechtsdokumente ansehen",
        alert=alert,
    )


@on_start
def waiting(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    needs_advice = Q(document__kind__in=[key for key, kind in kinds().items() if kind.needs_advice])
    groups = [
        ("Rechtsdokumente: warten auf Ihren Rat", ADVISE, "legal-advise", needs_advice & Q(advice__isnull=True)),
        (
            "Rechtsdokumente: warten auf Ihre Entscheidung",
            DECIDE,
            "legal-decide",
            ~needs_advice | Q(advice__isnull=False),
        ),
    ]
    page = reverse("compliance:dpia")
    return [
        found
        for title, permission, address, what in groups
        if permissions.has(user, permission, municipality=municipality)
        for found in group(title, _undecided(user, municipality).filter(what), partial(_task, address), all_url=page)
    ]


def _undecided(user: User, municipality: Municipality) -> Any:
    """The newest version of each document, without those the person has a part in."""
    same = LegalDocumentVersion.objects.filter(document=OuterRef("document")).order_by().values("document")
    rows = LegalDocumentVersion.objects.filter(
        document__entry__in=Entry.objects.visible_to(user).of(municipality),
        decision__isnull=True,
        number=Subquery(same.annotate(last=Max("number")).values("last")),
    )
    mine = Q(by=user) | Q(editors__contains=[user.pk]) | Q(advice__by=user, advice__isnull=False)
    return rows.exclude(mine).select_related("document__entry").order_by("at", "pk")


def _task(address: str, version: LegalDocumentVersion) -> dict[str, Any]:
    document = version.document
    arguments = [document.entry.uuid, document.definition.slug, version.number]
    return {
        "label": f"{document.definition.short}: {document.entry.name}",
        "url": reverse(f"compliance:{address}", args=arguments),
        "status": "Rat offen" if address == "legal-advise" else "Entscheidung offen",
        "hint": f"{version}, vorgelegt am {format_date(version.at)}",
    }
