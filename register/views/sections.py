"""The forms of an entry, one a section."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import audit
from core.errors import Conflict
from core.text import format_date
from register import publication, services
from register.forms import SectionForm, WithheldFormSet, add_service_errors
from register.models import Entry
from register.selectors import label_of, open_comments
from register.views.addresses import SECTION_SLUGS, slug_of
from register.views.contradictions import shown
from register.views.reach import entry_or_404, require_edit, trail_to

# The sections in which contradictions arise and are mended.
HINTED = ("privacy", "data")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    name = SECTION_SLUGS.get(slug, "")
    rows = publication.sections_of(entry.kind).get(name)
    if rows is None:
        raise Http404
    require_edit(request, entry)
    form = SectionForm(request.POST or None, entry=entry, rows=rows, user=request.user)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] != entry.version:
            return _conflict(request, entry, name, form)
        try:
            return _save(request, entry, name, form)
        except ValidationError as error:
            add_service_errors(form, error)
        except Conflict:
            # Somebody was faster between our reading and our writing.
            return _conflict(request, entry_or_404(request, uuid), name, form)
    return _page(request, entry, name, form, status=422 if form.errors else 200)


def _save(request: HttpRequest, entry: Entry, name: str, form: SectionForm) -> HttpResponse:
    if form.changes or form.changed_links:
        services.save_section(
            entry, by=request.user, changes=form.changes, links=form.changed_links, version=form.cleaned_data["version"]
        )
        messages.success(request, f"„{publication.SECTIONS[name]}“ ist gespeichert.")
    following = _next_section(entry, name)
    if "next" in request.POST and following:
        return redirect("register:section", entry.uuid, slug_of(following))
    if name in HINTED and _has_contradictions(request, entry, name):
        # Saved all the same: the page shows above the form what does not fit together.
        return redirect("register:section", entry.uuid, slug_of(name))
    return redirect(entry)


def _has_contradictions(request: HttpRequest, entry: Entry, name: str) -> bool:
    found = shown(entry_or_404(request, entry.uuid), request.user, keys=_keys_of(entry, name))
    return bool(found["maengel"] or found["hints"])


def _keys_of(entry: Entry, name: str) -> set[str]:
    return {row.key for row in publication.sections_of(entry.kind)[name]}


def _next_section(entry: Entry, name: str) -> str:
    names = list(publication.sections_of(entry.kind))
    at = names.index(name) + 1
    return names[at] if at < len(names) else ""


def _page(
    request: HttpRequest, entry: Entry, name: str, form: SectionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    following = _next_section(entry, name)
    keys = _keys_of(entry, name)
    context = {
        "entry": entry,
        "form": form,
        "title": publication.SECTIONS[name],
        "next_title": publication.SECTIONS.get(following, ""),
        "remarks": [
            {"label": label_of(entry.kind, comment.field), "comment": comment}
            for comment in open_comments(entry)
            if comment.field in keys
        ],
        "has_datasets": "datasets" in keys,
        "contradictions": shown(entry, request.user, keys=keys) if name in HINTED else None,
        "sheet_url": _sheet_url(entry) if "product" in keys else "",
        "breadcrumb": trail_to(entry, publication.SECTIONS[name]),
        **more,
    }
    return render(request, "register/section.html", context, status=status)


def _sheet_url(entry: Entry) -> str:
    return reverse("register:deployment", args=[entry.uuid]) if entry.system.product_id else ""


def _conflict(request: HttpRequest, entry: Entry, name: str, form: SectionForm) -> HttpResponse:
    """Show both wordings of what differs. The form keeps what was typed; saving it again is then a decision."""
    seen = form.cleaned_data["version"]
    rows = publication.sections_of(entry.kind)[name]
    current = SectionForm(entry=entry, rows=rows, user=request.user)
    changed = _changed_since(entry, seen)
    differences = [
        {
            "label": current.fields[key].label,
            "mine": _words(form, key),
            "theirs": _words(current, key),
            "by_other": key in changed,
        }
        for key in current.keys
        if _words(form, key) != _words(current, key)
    ]
    data = form.data.copy()
    data["version"] = str(entry.version)
    again = SectionForm(data, entry=entry, rows=rows, user=request.user)
    return _page(request, entry, name, again, status=409, conflict=True, differences=differences)


def _words(form: SectionForm, key: str) -> str:
    """What a form says at a field, typed or stored, in the words of its answers."""
    value = form[key].value()
    if form.is_bound and isinstance(form.cleaned_data.get(key), date):
        value = form.cleaned_data[key]
    table = _answers(getattr(form.fields[key], "choices", ()))
    if table:
        chosen = value if isinstance(value, list) else [value]
        return "\n".join(sorted(table[str(item)] for item in chosen if str(item) in table and item not in (None, "")))
    return format_date(value) if isinstance(value, date) else str(value or "").strip()


def _answers(choices: Any) -> dict[str, str]:
    found = {}
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            found.update({str(inner): f"{value}: {text}" for inner, text in label})
        else:
            found[str(value)] = str(label)
    return found


def _changed_since(entry: Entry, version: int) -> set[str]:
    """The fields that others have changed since this version, from the audit trail."""
    records = audit.actions_of(entry).filter(action="register.entry.changed")[:50]
    return {
        key for record in records if record.data.get("version", 0) > version for key in record.data.get("fields", [])
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withheld(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Which fields stay unpublished, and why: the list itself is public."""
    entry = entry_or_404(request, uuid)
    require_edit(request, entry)
    formset = WithheldFormSet(
        request.POST or None, initial=entry.withheld, form_kwargs={"kind": entry.kind}, prefix="angabe"
    )
    problems: list[dict[str, str]] = []
    if request.method == "POST" and formset.is_valid():
        items = [
            {key: form.cleaned_data[key] for key in ("field", "reason", "norm")}
            for form in formset.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        try:
            services.set_withheld(entry, by=request.user, items=items, version=_version(request))
            messages.success(request, "Die Liste ist gespeichert.")
            return redirect(entry)
        except ValidationError as error:
            problems = [{"text": text} for text in error.messages]
    refused = bool(problems) or (formset.is_bound and not formset.is_valid())
    context = {
        "entry": entry,
        "formset": formset,
        "problems": problems,
        "version": request.POST.get("version", entry.version),
        "breadcrumb": trail_to(entry, "Nicht veröffentlichte Angaben"),
    }
    return render(request, "register/withheld.html", context, status=422 if refused else 200)


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return -1
