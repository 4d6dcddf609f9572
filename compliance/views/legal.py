"""Legal documents of a system: the overview, one document with its next step, its text, its versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from compliance import services
from compliance.forms import VersionForm
from compliance.legal import printing
from compliance.legal.adopting import DPIA, THRESHOLD, proposal_of
from compliance.legal.content import Content, content_of, missing_of
from compliance.legal.known import read
from compliance.legal.state import LABELS, State, state_of, states_of
from compliance.models import LegalDocument, LegalDocumentVersion
from compliance.services.legal import ADVISE, DECIDE, not_decider, not_independent
from compliance.views.assessment_reach import system_or_404
from compliance.views.legal_reach import document_or_404, files_of, kind_or_404, trail, trail_in, version_or_404
from register.forms import add_service_errors
from register.services import access

FORM_METHODS = ["GET", "HEAD", "POST"]
SHOWN = 20


@login_required
@require_safe
def overview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every kind: those that are due or begun first, the others with the reason why they are not due."""
    entry = system_or_404(request, uuid)
    states = states_of(entry)
    context = {
        "entry": entry,
        "groups": [
            {"title": "Nötig oder begonnen", "tasks": [_task(entry.uuid, one) for one in states if one.is_shown]},
            {"title": "Nach der Bewertung nicht nötig" if states[0].due != "unknown" else "Noch nicht zu sagen",
             "tasks": [_task(entry.uuid, one) for one in states if not one.is_shown]},
        ],
        "breadcrumb": trail(entry),
    }  # fmt: skip
    context["groups"] = [group for group in context["groups"] if group["tasks"]]
    return render(request, "compliance/legal_overview.html", context)


def _task(uuid: UUID, state: State) -> dict[str, Any]:
    return {
        "label": state.kind.title,
        "url": reverse("compliance:legal-document", args=[uuid, state.kind.slug]),
        "hint": state.why,
        "status": state.label,
        "tone": state.tone,
        "done": state.code == "approved",
    }


@login_required
@require_safe
def document(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    kind, entry = kind_or_404(slug), system_or_404(request, uuid)
    known = read(entry)
    state = state_of(entry, kind, known)
    may_edit = access.allowed(request.user, "entry.edit", entry)
    context: dict[str, Any] = {
        "entry": entry,
        "kind": kind,
        "state": state,
        "may_edit": may_edit,
        "breadcrumb": trail(entry, (kind.short, "")),
    }
    if kind.key in (DPIA, THRESHOLD) and state.approved is not None:
        proposal = proposal_of(entry)
        context["proposal"] = proposal if proposal and proposal.version.pk == state.approved.pk else None
    if state.document is not None:
        content = content_of(kind, known, state.document.answers)
        missing = missing_of(content)
        context |= {
            "missing": missing,
            "groups": [{"title": "", "tasks": _sections(state.document, content, may_edit=may_edit)}],
            "versions": [_line(row) for row in _versions(state.document)],
            **_step(request, state),
            **_to_print(state, content),
        }
    return render(request, "compliance/legal_document.html", context)


def _to_print(state: State, content: Content) -> dict[str, Any]:
    """The approved version while it is the last word, else the draft as it is now."""
    document, version = state.document, state.newest
    assert document is not None
    place = (document.entry.uuid, state.kind.slug)
    if version is not None and state.code in ("approved", "review"):
        version.document = document
        files = files_of(document.entry, printing.of_version(version), ("legal-version", *place, version.number))
        return {"read_url": version.get_absolute_url(), "read_title": "Genehmigte Fassung", **files}
    files = files_of(document.entry, printing.of_draft(document, content), ("legal-draft", *place))
    return {
        "read_url": reverse("compliance:legal-draft", args=place),
        "read_title": "Entwurf lesen und drucken",
        **files,
    }


def _sections(document: LegalDocument, content: Content, *, may_edit: bool) -> list[dict[str, Any]]:
    tasks = []
    for section, shown in zip(document.definition.sections, content["sections"], strict=True):
        done, status = section_status(shown)
        known = sum(1 for row in shown["fields"] if row["origin"] not in ("", "own"))
        arguments = [document.entry.uuid, document.definition.slug, section.key]
        tasks.append(
            {
                "label": section.title,
                "url": reverse("compliance:legal-section", args=arguments) if may_edit and section.typed else "",
                "hint": f"{section.article} · {known} von {len(shown['fields'])} schon bekannt"
                if known
                else section.article,
                "done": done,
                "status": status,
            }
        )
    return tasks


def section_status(shown: Content) -> tuple[bool, str]:
    """A section in which nobody has said anything is not complete, even where nothing in it is needed."""
    lacks = sum(1 for row in shown["fields"] if row["needed"] and row["missing"])
    if lacks:
        return False, "1 Angabe fehlt" if lacks == 1 else f"{lacks} Angaben fehlen"
    if all(row["missing"] for row in shown["fields"]):
        return False, "Leer, freiwillig"
    return True, "Vollständig"


def _versions(document: LegalDocument) -> list[LegalDocumentVersion]:
    rows = document.versions.select_related("by", "advice", "decision__by").order_by("-number")[:SHOWN]
    for row in rows:
        row.document = document
    return list(rows)


def _line(version: LegalDocumentVersion) -> dict[str, Any]:
    return {"version": version, "state": said_of(version)}


def said_of(version: LegalDocumentVersion) -> str:
    decision = getattr(version, "decision", None)
    if decision is not None:
        return f"{'genehmigt' if decision.approves else 'zurückgegeben'} von {decision.by}"
    waits = version.document.definition.needs_advice and not hasattr(version, "advice")
    return LABELS["advice" if waits else "decision"]


def _step(request: HttpRequest, state: State) -> dict[str, Any]:
    """What this person can do next with the newest version."""
    version = state.newest
    if version is None or state.code not in ("advice", "decision"):
        return {}
    entry = state.document.entry  # type: ignore[union-attr]
    version.document = state.document  # type: ignore[assignment]
    advises = state.code == "advice" and permissions.on(request.user, ADVISE, entry)
    decides = state.code == "decision" and permissions.on(request.user, DECIDE, entry)
    return {
        "waiting": version,
        "may_advise": advises and not_independent(version, request.user) is None,
        "may_decide": decides and not_decider(version, request.user) is None,
    }


@login_required
@require_POST
def start(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    kind, entry = kind_or_404(slug), system_or_404(request, uuid)
    return redirect(services.start_legal_document(entry, by=request.user, kind=kind.key))


@login_required
@require_safe
def draft(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    """The document as it would be printed now."""
    found = document_or_404(request, uuid, slug)
    printable = printing.of_draft(found, content_of(found.definition, read(found.entry), found.answers))
    return _text(request, found, printable, ("legal-draft", uuid, slug), title="Entwurf")


@login_required
@require_safe
def version(request: HttpRequest, uuid: UUID, slug: str, number: int) -> HttpResponse:
    found = version_or_404(request, uuid, slug, number)
    state = state_of(found.document.entry, found.document.definition, read(found.document.entry))
    is_newest = state.newest is not None and state.newest.number == number
    place = ("legal-version", uuid, slug, number)
    step = _step(request, state) if is_newest else {}
    return _text(
        request, found.document, printing.of_version(found), place, title=str(found), is_newest=is_newest, **step
    )


def _text(
    request: HttpRequest, document: LegalDocument, printable: printing.Printable, place: tuple[Any, ...], **more: Any
) -> HttpResponse:
    context = {
        "entry": document.entry,
        "legal": document,
        **printing.for_paper(printable),
        **files_of(document.entry, printable, place),
        "breadcrumb": trail_in(document, more["title"]),
        **more,
    }
    return render(request, "compliance/legal_text.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def submit(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    found = document_or_404(request, uuid, slug)
    access.require(request.user, "entry.edit", found.entry)
    form = VersionForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.submit_legal_document(found, by=request.user, version=form.cleaned_data["version"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"{row} ist vorgelegt.")
            return redirect(found)
    advice = ["Zuerst gibt der Datenschutz seinen Rat (Art. 35 Abs. 2 DSGVO)."] if found.definition.needs_advice else []
    context = {
        "form": form,
        "title": f"{found.definition.short} vorlegen",
        "text": found.entry.name,
        "consequences": [
            "Der heutige Inhalt wird als Fassung festgehalten und lässt sich nicht mehr ändern.",
            *advice,
            "Die Leitung genehmigt die Fassung oder gibt sie zurück. Wer mitgeschrieben hat, entscheidet nicht.",
        ],
        "submit": "Vorlegen",
        "cancel_url": found.get_absolute_url(),
        "breadcrumb": trail_in(found, "Vorlegen"),
    }
    return render(request, "compliance/confirm.html", context, status=422 if form.errors else 200)
