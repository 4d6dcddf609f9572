"""The page of an entry: what is to be done, and what may be done next."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.workflow import PossibleStep
from register import content, inheritance, panels, publication, services, workflow
from register.models import Entry, Publication, ToolReport
from register.rules.vocabulary import ENDED
from register.selectors import label_of, open_comments, versions_of
from register.services import access
from register.services.checks import current_submission, open_corrections
from register.views.addresses import slug_of, url_of
from register.views.contradictions import shown
from register.views.decommission import may_propose
from register.views.decommission import state_of as decommission_of
from register.views.evidence import section_of
from register.views.reach import entry_or_404, trail_to

STATES = (
    (workflow.DRAFT, "Entwurf"),
    (workflow.IN_REVIEW, "In Prüfung"),
    (workflow.RELEASED, "Freigegeben"),
    (workflow.PUBLISHED, "Veröffentlicht"),
)
# Where the button of a step leads; every other step has its own confirmation page.
DECIDING = {"opine", "release", "release_editorial"}
BACKWARD = ("recall", "return")
PAGES_OF_STEPS = {"submit": "register:check"}


@login_required
@require_safe
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    current, comments = content.content_of(entry), list(open_comments(entry))
    missing, unknown = content.missing_in(entry.kind, current), content.unknowns(entry.kind, current)
    may_edit = access.allowed(request.user, "entry.edit", entry)
    editable = may_edit and entry.review_state in workflow.EDITABLE
    possible = next_steps(entry, request.user)
    context = {
        "entry": entry,
        "breadcrumb": trail_to(entry),
        "groups": _tasks(entry, missing, unknown, comments, editable=editable),
        "completeness": content.completeness(entry.kind, current),
        "gaps": _gaps(entry, current, change=editable),
        "unknowns": unknowns_of(entry, unknown, change=editable),
        "steps": _way(entry),
        "actions": [action_of(entry, step) for step in possible],
        "others": _other_actions(entry, request.user, may_edit=may_edit),
        "submission": current_submission(entry),
        "open_comments": len(comments),
        "versions": [_version(entry, row) for row in versions_of(entry.pk).select_related("by")],
        "opinion": entry.opinions.select_related("by", "deputy_for").first(),
        "may_review": access.allowed(request.user, "entry.comment", entry),
        "may_edit": may_edit,
        "may_redact": access.allowed(request.user, "entry.redact", entry),
        "map_url": reverse("compliance:datamap-from", args=["eintrag", entry.uuid]),
        "decommission": decommission_of(entry),
        "evidence": section_of(entry, request.user),
        "panels": panels.panels_of(entry, request.user),
        "sheet_waiting": _sheet_waiting(entry),
        "to_review": not DECIDING.isdisjoint(step.step.name for step in possible),
        "begin": _first_gap(entry, missing) if editable else None,
        "report": _report(entry),
        "public_url": _public_url(entry),
        "contradictions": shown(entry, request.user),
        "measures": _open_measures(entry, request.user),
    }
    return render(request, "register/entry.html", context)


def _sheet_waiting(entry: Entry) -> str:
    """One sentence while the product sheet says something that nobody has decided on."""
    if entry.kind != Entry.Kind.SYSTEM:
        return ""
    waiting = [f.key for f in inheritance.states_of(entry) if f.state == inheritance.CHANGED]
    return f"Anders ist dort: {', '.join(label_of(entry.kind, key) for key in waiting)}." if waiting else ""


def _first_gap(entry: Entry, missing: list[str]) -> dict[str, str] | None:
    """The first section that lacks something needed to hand the entry in."""
    for name, rows in publication.sections_of(entry.kind).items():
        if any(row.key in missing for row in rows):
            label = f"„{publication.SECTIONS[name]}“ ausfüllen"
            return {"label": label, "url": reverse("register:section", args=[entry.uuid, slug_of(name)])}
    return None


def _report(entry: Entry) -> ToolReport | None:
    """Where a draft came from that nobody with an account has touched yet."""
    return getattr(entry, "tool_report", None) if entry.version == 1 else None


def _gaps(entry: Entry, current: content.Content, *, change: bool) -> list[dict[str, str]]:
    """What this entry should still say, and why."""
    return [
        {"label": label_of(entry.kind, key), "why": why, "url": url_of(entry, key) if change else ""}
        for key, why in content.gaps(entry.kind, current).items()
    ]


# Why a field that nobody knows the answer to cannot stay so.
_WHY_CLARIFY = {
    "personal_data_level": "davon hängt ab, ob die DSGVO gilt und welche Angaben noch nötig sind",
}


def unknowns_of(entry: Entry, keys: list[str], *, change: bool) -> list[dict[str, str]]:
    """What is answered with "nicht bekannt" and has to be clarified."""
    return [
        {
            "label": label_of(entry.kind, key),
            "why": _WHY_CLARIFY.get(key, "nicht bekannt"),
            "url": url_of(entry, key) if change else "",
        }
        for key in keys
    ]


def next_steps(entry: Entry, user: Any) -> list[PossibleStep]:
    """The steps to offer. Of the two ways to release only the one that fits what was handed in."""
    steps = services.possible_steps(entry, user)
    submission = current_submission(entry)
    names = {step.step.name for step in steps}
    editorial = submission is not None and not submission.needs_opinion and "release_editorial" in names
    # With points left to correct, only the controller may release, with a reason.
    editorial = editorial and not ("release" in names and open_corrections(entry))
    unfit = {"release", "opine"} if editorial else {"release_editorial"}
    if submission is not None and submission.opinions.exists():
        unfit.add("opine")
    # What moves the entry forward comes first.
    return sorted((step for step in steps if step.step.name not in unfit), key=lambda step: step.step.name in BACKWARD)


def action_of(entry: Entry, possible: PossibleStep) -> dict[str, Any]:
    name = possible.step.name
    url = reverse(
        PAGES_OF_STEPS.get(name, "register:step"),
        args=[entry.uuid, *([] if name in PAGES_OF_STEPS else [STEP_SLUGS[name]])],
    )
    return {
        "label": possible.step.label,
        "url": url,
        "ready": possible.is_ready,
        "missing": possible.missing,
        "name": name,
    }


STEP_SLUGS = {
    "recall": "zurueckholen",
    "return": "zurueckgeben",
    "opine": "stellungnahme",
    "release": "freigeben",
    "release_editorial": "freigeben",
    "publish": "veroeffentlichen",
    "withdraw": "zurueckziehen",
    "suspend": "aussetzen",
    "delete": "loeschen",
}


def _tasks(
    entry: Entry, missing: list[str], unknown: list[str], comments: list[Any], *, editable: bool
) -> list[dict[str, Any]]:
    remarks = Counter(comment.field for comment in comments)
    tasks = []
    for name, rows in publication.sections_of(entry.kind).items():
        keys = {row.key for row in rows}
        gaps = sum(1 for key in missing if key in keys)
        tasks.append(
            {
                "label": publication.SECTIONS[name],
                "url": reverse("register:section", args=[entry.uuid, slug_of(name)])
                if editable
                else f"{reverse('register:check', args=[entry.uuid])}#{slug_of(name)}",
                **_state(gaps, len(keys.intersection(unknown)), sum(remarks[key] for key in keys)),
            }
        )
    tasks.append(
        {
            "label": "Nicht veröffentlichte Angaben",
            "url": reverse("register:withheld", args=[entry.uuid]) if editable else "",
            "hint": "Nur, wenn eine Angabe geheim bleiben muss.",
            "done": True,
            "status": f"{len(entry.withheld)} genannt" if entry.withheld else "Keine",
        }
    )
    check = {
        "label": "Angaben prüfen" if editable else "Angaben ansehen",
        "url": reverse("register:check", args=[entry.uuid]),
        "hint": "Der Entwurf neben dem, was die Öffentlichkeit sieht.",
        "done": not missing,
        "status": _count(len(missing), *GAPS) if missing else "Alle Pflichtangaben vorhanden",
        "tone": "warning",
    }
    return [{"title": "Angaben", "tasks": tasks}, {"title": "Prüfen und einreichen", "tasks": [check]}]


GAPS = ("Angabe fehlt", "Angaben fehlen")
UNKNOWN = ("Angabe nicht bekannt", "Angaben nicht bekannt")


def _state(gaps: int, unknown: int, remarks: int) -> dict[str, Any]:
    """All that is open in a section; nothing hides anything else."""
    open_points = [(remarks, "Kommentar", "Kommentare"), (gaps, *GAPS), (unknown, *UNKNOWN)]
    said = [_count(*point) for point in open_points if point[0]]
    if not said:
        return {"done": True, "status": "Keine Pflichtangabe fehlt"}
    return {"done": False, "status": ", ".join(said), "tone": "warning" if remarks or unknown else "info"}


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _way(entry: Entry) -> list[dict[str, str]]:
    """Where the entry stands on its way; returned counts as draft, withdrawn as before the publication."""
    names = [state for state, _ in STATES]
    state = {workflow.RETURNED: workflow.DRAFT, workflow.WITHDRAWN: workflow.DRAFT}.get(
        entry.review_state, entry.review_state
    )
    at = names.index(state)
    last = len(names) - 1
    return [
        {"label": label, "state": "done" if number < at or at == last else "current" if number == at else "open"}
        for number, (_, label) in enumerate(STATES)
    ]


def _other_actions(entry: Entry, user: Any, *, may_edit: bool) -> list[dict[str, str]]:
    """What may be done at any time, besides the steps of the review."""
    public = getattr(entry, "public", None) is not None
    running = entry.kind == Entry.Kind.SYSTEM and entry.status not in ("suspended", *ENDED)
    offers = (
        (
            "Verlauf ansehen",
            reverse("register:history", args=[entry.uuid]),
            access.allowed(user, "history.view", entry),
        ),
        (
            "Für eine Person freischalten",
            reverse("register:share", args=[entry.uuid]),
            access.allowed(user, "entry.share", entry),
        ),
        (
            "Außer Betrieb nehmen",
            reverse("register:decommission-new", args=[entry.uuid]),
            may_propose(entry, user),
        ),
        ("Sofort aussetzen", _step_url(entry, "suspend"), running and access.allowed(user, "entry.suspend", entry)),
        ("Sofort zurückziehen", _step_url(entry, "withdraw"), public and access.allowed(user, "entry.withdraw", entry)),
        ("Entwurf löschen", _step_url(entry, "delete"), may_edit and _never_submitted(entry)),
    )
    return [{"label": label, "url": url} for label, url, offered in offers if offered]


def _step_url(entry: Entry, name: str) -> str:
    return reverse("register:step", args=[entry.uuid, STEP_SLUGS[name]])


def _never_submitted(entry: Entry) -> bool:
    return entry.review_state == workflow.DRAFT and not entry.submissions.exists() and not entry.publications.exists()


def _public_url(entry: Entry) -> str:
    public = getattr(entry, "public", None)
    return reverse("public:entry", args=[entry.municipality.slug, entry.kind, public.slug]) if public else ""


def _version(entry: Entry, row: Publication) -> dict[str, Any]:
    redactable = row.op == Publication.Op.PUBLISH and bool(row.document)
    current = getattr(entry, "public", None) is not None and entry.public.publication_id == row.pk
    return {"row": row, "current": current, "redactable": redactable and not current}


def _open_measures(entry: Entry, user: Any) -> list[dict[str, Any]]:
    may = access.allowed(user, "entry.after_review", entry)
    rows = entry.after_reviews.filter(reviewed_at__isnull=True).select_related("by")
    return [
        {"row": row, "url": reverse("register:measure", args=[row.pk]) if may and row.by_id != user.pk else ""}
        for row in rows
    ]
