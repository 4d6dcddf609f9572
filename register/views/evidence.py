"""Nachweise: on the page of the thing they prove, one by one, and all of a municipality in a list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.models import User
from core import paging
from core.errors import Conflict, NotAllowed, Refusal
from core.text import format_date
from register import evidence_files, services
from register.filters import EvidenceFilter, chips_of
from register.forms import EvidenceForm, EvidenceRulesForm, add_service_errors
from register.models import Entry, Evidence, EvidenceRules, StorageLocation
from register.models.evidence import OWNERS, Owner
from register.services.evidence import may_keep, takes_uploads
from register.views.reach import Trail, entry_or_404, here, require_here, trail, trail_to

COLUMNS = [
    {"label": "Nachweis"},
    {"label": "Gehört zu"},
    {"label": "Datum"},
    {"label": "Gültig bis"},
    {"label": "Wo er liegt"},
]


def section_of(owner: Owner, user: User) -> dict[str, Any]:
    """The section of a thing's page, for register/evidence_section.html."""
    new_url = reverse(f"register:{_kind_of(owner)}-evidence-new", args=[owner.uuid]) if may_keep(user, owner) else ""
    return {"rows": list(owner.evidence.select_related("added_by")), "new_url": new_url}


def _kind_of(owner: Owner) -> str:
    return next(kind for kind, model in OWNERS.items() if isinstance(owner, model))


def _page_of(owner: Owner) -> str:
    return reverse(f"register:{_kind_of(owner)}", args=[owner.uuid])


def _trail(owner: Owner, *steps: tuple[str, str]) -> Trail:
    if isinstance(owner, Entry):
        return [*trail_to(owner), *({"label": label, "url": url} for label, url in steps)]
    label = "Speicherorte" if isinstance(owner, StorageLocation) else "Empfänger"
    return trail((label, reverse(f"register:{_kind_of(owner)}-list")), (owner.name, _page_of(owner)), *steps)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    owner: Owner = (
        entry_or_404(request, uuid)
        if kind == "entry"
        else get_object_or_404(OWNERS[kind].objects.visible_to(request.user), uuid=uuid)  # type: ignore[attr-defined]
    )
    if not may_keep(request.user, owner):
        raise NotAllowed()
    form = EvidenceForm(request.POST or None, request.FILES or None, uploads=takes_uploads(owner.municipality))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.add_evidence(owner, by=request.user, upload=form.upload, **form.values)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"„{row.title}“ ist eingetragen.")
            return redirect(f"{_page_of(owner)}#nachweise")
    if form.errors:
        form.ask_for_the_file_again()
    context = {
        "owner": owner,
        "form": form,
        "cancel_url": _page_of(owner),
        "breadcrumb": _trail(owner, ("Neuer Nachweis", "")),
    }
    return render(request, "register/evidence_new.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is known of one proof; whoever keeps the thing may correct it."""
    row = _row_or_404(request, uuid)
    may_edit = may_keep(request.user, row.owner)
    form = EvidenceForm(request.POST or None, instance=row)
    if request.method == "POST":
        if not may_edit:
            raise NotAllowed()
        if form.is_valid() and _change(request, row, form):
            messages.success(request, f"„{form.values['title']}“ ist gespeichert.")
            return redirect(f"{_page_of(row.owner)}#nachweise")
    context = {
        "row": row,
        "facts": _facts(row),
        "form": form if may_edit else None,
        "owner_url": _page_of(row.owner),
        "breadcrumb": _trail(row.owner, (row.title, "")),
    }
    return render(request, "register/evidence.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, row: Evidence, form: EvidenceForm) -> bool:
    try:
        services.change_evidence(row, by=request.user, changes=form.values, version=form.cleaned_data["version"])
    except ValidationError as error:
        add_service_errors(form, error)
    except Conflict as conflict:
        form.add_error(None, conflict.message)
    return not form.errors


def _facts(row: Evidence) -> list[dict[str, Any]]:
    return [
        {"label": "Gehört zu", "value": row.owner.name, "url": _page_of(row.owner)},
        {"label": "Art", "value": row.get_kind_display()},
        {"label": "Datum", "value": format_date(row.issued_on) if row.issued_on else "nicht angegeben"},
        {"label": "Gültig bis", "value": format_date(row.valid_until) if row.valid_until else "nicht angegeben"},
        {"label": "Aktenzeichen", "value": row.reference or "nicht angegeben"},
        {"label": "Link in die E-Akte", "value": row.url or "nicht angegeben", "url": row.url},
        {"label": "Eingetragen", "value": f"{format_date(row.added_at)}, {row.added_by}"},
    ]


@login_required
@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file itself. Rights first, then its bytes against the hash; nothing of it may be kept on the way."""
    row = _row_or_404(request, uuid)
    if not row.file:
        raise Http404
    try:
        file = evidence_files.opened(row)
    except Refusal as refused:
        context = {"row": row, "text": refused.message, "breadcrumb": _trail(row.owner, (row.title, ""))}
        return render(request, "register/evidence_broken.html", context, status=refused.status)
    return _attachment(row, file)


@csp_update({"sandbox": [""]})
def _attachment(row: Evidence, file: File[Any]) -> FileResponse:
    response = FileResponse(file, as_attachment=True, filename=row.filename, content_type=row.media_type)
    response.headers["Content-Length"] = str(row.size)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _row_or_404(request, uuid)
    if not may_keep(request.user, row.owner):
        raise NotAllowed()
    if request.method == "POST":
        services.remove_evidence(row, by=request.user)
        messages.success(request, f"„{row.title}“ ist entfernt.")
        return redirect(f"{_page_of(row.owner)}#nachweise")
    gone = ["Der Nachweis steht danach nicht mehr hier. Dass es ihn gab, bleibt im Protokoll."]
    context = {
        "row": row,
        "consequences": [*gone, "Die Datei wird gelöscht."] if row.file else gone,
        "cancel_url": row.get_absolute_url(),
        "breadcrumb": _trail(row.owner, (row.title, row.get_absolute_url()), ("Entfernen", "")),
    }
    return render(request, "register/evidence_remove.html", context)


def _row_or_404(request: HttpRequest, uuid: UUID) -> Evidence:
    rows = Evidence.objects.visible_to(request.user).select_related(
        "entry__municipality", "entry__department", "storage", "recipient", "added_by"
    )
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_safe
def evidence_list(request: HttpRequest) -> HttpResponse:
    municipality = here(request)
    rows = Evidence.objects.visible_to(request.user).filter(municipality=municipality)
    found = EvidenceFilter(request.GET, queryset=rows, request=request)
    shown = found.qs.select_related("entry__department", "storage", "recipient")
    page = paging.page(shown, request.GET, order=("-added_at", "-pk"))
    may_rule = municipality is not None and permissions.has_all(request.user, "master_data.edit", municipality.pk)
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "count": found.qs.count(),
        "count_label": "Nachweise",
        "columns": COLUMNS,
        "rows": [{"row": row, "owner": row.owner, "owner_url": _page_of(row.owner)} for row in page.items],
        "rules_url": reverse("register:evidence-rules") if may_rule else "",
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(("Nachweise", "")),
    }
    return render(request, "register/evidence_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Whether this municipality keeps files here at all."""
    municipality = require_here(request, "master_data.edit")
    current = EvidenceRules.objects.filter(municipality=municipality).first()
    form = EvidenceRulesForm(request.POST if request.method == "POST" else None, instance=current)
    if request.method == "POST" and form.is_valid():
        services.set_evidence_rules(municipality, by=request.user, uploads=form.cleaned_data["uploads"])
        messages.success(request, "Die Regeln zu Nachweisen sind gespeichert.")
        return redirect("register:evidence-list")
    context = {
        "form": form,
        "cancel_url": reverse("register:evidence-list"),
        "breadcrumb": trail(("Nachweise", reverse("register:evidence-list")), ("Regeln", "")),
    }
    return render(request, "register/evidence_rules.html", context, status=422 if form.errors else 200)
