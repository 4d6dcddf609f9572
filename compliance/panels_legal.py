"""What the register's pages show of the legal documents: their state on an entry, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from compliance.legal.adopting import behind, proposal_of
from compliance.legal.state import day_of, states_of
from compliance.models import LegalDocumentVersion
from compliance.rules.legal_kinds import kinds
from compliance.services.legal import ADVISE, DECIDE
from core.text import format_date
from register import workflow
from register.models import Entry
from register.panels import ON_DESK, Panel, Waiting, group, on_desk, on_entry, on_start
from register.rules.vocabulary import DPIA_STATES, RISK_ORDER

_NEEDS_ADVICE = Q(document__kind__in=[key for key, kind in kinds().items() if kind.needs_advice])


@on_entry
def legal_panel(entry: Entry, user: User) -> Panel | None:
    if entry.kind != Entry.Kind.SYSTEM:
        return None
    states = [state for state in states_of(entry) if state.is_shown]
    changed = [state.kind.short for state in states if state.code == "review"]
    alert, late = None, None
    if any(state.code == "approved" for state in states):
        late = proposal_of(entry)
    if late:
        text = f"{late.reference}. Im Eintrag steht noch: {DPIA_STATES[entry.system.privacy.dpia_state]}."
        alert = {"tone": "info", "title": "Stand der Folgenabschätzung nachtragen", "text": text}
    if changed:
        text = f"Register oder Bewertung sagen seit der Genehmigung etwas anderes: {', '.join(changed)}."
        alert = {"tone": "warning", "title": "Genehmigtes Dokument prüfen", "text": text}
    return Panel(
        name="rechtsdokumente",
        title="Rechtsdokumente",
        lines=[f"{state.kind.short}: {state.label}" for state in states]
        or ["Noch keines nötig oder begonnen. Was nötig ist, sagt die Bewertung."],
        url=late.version.document.get_absolute_url()
        if late
        else reverse("compliance:legal-documents", args=[entry.uuid]),
        link="Zum Dokument" if late else "Rechtsdokumente ansehen",
        alert=alert,
    )


@on_start
def waiting(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    groups = [
        ("Rechtsdokumente: warten auf Ihren Rat", ADVISE, "legal-advise", _NEEDS_ADVICE & Q(advice__isnull=True)),
        (
            "Rechtsdokumente: warten auf Ihre Entscheidung",
            DECIDE,
            "legal-decide",
            ~_NEEDS_ADVICE | Q(advice__isnull=False),
        ),
    ]
    page = reverse("compliance:dpia")
    return [
        found
        for title, permission, address, what in groups
        if permissions.has(user, permission, municipality=municipality)
        for found in group(title, _undecided(user, municipality).filter(what), partial(_task, address), all_url=page)
    ]


@on_start
def to_adopt(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """Approved DSFA whose entries do not say so yet. What is in review waits."""
    if not permissions.has(user, "entry.edit", municipality=municipality):
        return []
    entries = Entry.objects.visible_to(user).of(municipality).filter(permissions.scope(user, "entry.edit"))
    rows = behind(entries.exclude(review_state=workflow.IN_REVIEW))
    title = "Folgenabschätzung genehmigt: im Eintrag nachtragen"
    return group(title, rows, _adoption, all_url=reverse("compliance:dpia"))


def _adoption(version: LegalDocumentVersion) -> dict[str, Any]:
    return {
        "label": version.document.entry.name,
        "url": version.document.get_absolute_url(),
        "status": "Nachtragen",
        "hint": f"{version}, genehmigt am {day_of(version)}",
    }


@on_desk
def advice_asked_for(user: User, towns: Sequence[Municipality]) -> Iterable[Waiting]:
    """Documents that wait for the advice of a DSB, in all their municipalities."""
    rows = _undecided(user, *towns).filter(_NEEDS_ADVICE & Q(advice__isnull=True))
    for row in rows.select_related("document__entry__municipality", "document__entry__system")[:ON_DESK]:
        task, entry = _task("legal-advise", row), row.document.entry
        rank = RISK_ORDER.get(entry.system.ai_act_class, RISK_ORDER[""])
        day = timezone.localdate(row.at)
        yield Waiting(
            "Rat zum Rechtsdokument", task["label"], task["url"], entry.municipality.name, day, rank, "Rat offen"
        )


def _undecided(user: User, *towns: Municipality) -> Any:
    """The newest version of each document, without those the person has a part in."""
    same = LegalDocumentVersion.objects.filter(document=OuterRef("document")).order_by().values("document")
    rows = LegalDocumentVersion.objects.filter(
        document__entry__in=Entry.objects.visible_to(user).filter(municipality__in=towns),
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
