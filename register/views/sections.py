"""The forms of an entry, one a section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Conflict
from register import publication, selectors, services, workflow
from register.forms import SectionForm, add_service_errors, merging
from register.models import Entry
from register.selectors import label_of, open_comments
from register.views.addresses import SECTION_SLUGS, slug_of
from register.views.contradictions import shown
from register.views.merging import merge_page
from register.views.reach import entry_or_404, require_edit, trail_to

Rows = Sequence[publication.Row]
# The sections in which contradictions arise and are mended.
HINTED = ("privacy", "data")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    if request.method == "POST":
        _keep_if_locked(request, uuid, slug)
    entry, name, rows = section_or_404(request, uuid, slug)
    if request.method != "POST":
        kept = selectors.unsaved_input(entry, request.user, name)
        form = SectionForm(entry=entry, rows=rows, user=request.user, kept=kept.data if kept else None)
        return _page(request, entry, name, form, kept=kept if kept and form.restored else None)
    stored = SectionForm(entry=entry, rows=rows, user=request.user)
    data = merging.settled(request.POST, stored, stored.keys)
    form = SectionForm(data, entry=entry, rows=rows, user=request.user)
    if not form.is_valid():
        return _page(request, entry, name, form, status=422)
    if merging.unanswered(request.POST) or form.cleaned_data["version"] != entry.version:
        return _overtaken(request, entry, name, form)
    return _try_to_save(request, entry, name, form)


def section_or_404(request: HttpRequest, uuid: UUID, slug: str) -> tuple[Entry, str, Rows]:
    """A section that this person may work on now."""
    entry = entry_or_404(request, uuid)
    name = SECTION_SLUGS.get(slug, "")
    rows = publication.sections_of(entry.kind).get(name)
    if rows is None:
        raise Http404
    require_edit(request, entry)
    return entry, name, rows


def _keep_if_locked(request: HttpRequest, uuid: UUID, slug: str) -> None:
    """An entry that went into review while somebody was typing takes nothing now; what was typed waits for its return."""
    entry, name = entry_or_404(request, uuid), SECTION_SLUGS.get(slug, "")
    if entry.review_state in workflow.EDITABLE or name not in publication.sections_of(entry.kind):
        return
    services.keep_input(entry, by=request.user, section=name, data=_typed(request))
    raise Conflict(
        "Der Eintrag ist inzwischen in Prüfung und deshalb gesperrt. Was Sie eingegeben haben, ist aufgehoben: Es steht "
        "wieder im Formular, sobald der Eintrag zurückkommt oder Sie ihn aus der Prüfung zurückholen."
    )


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    return {key: request.POST.getlist(key) for key in request.POST if key != "csrfmiddlewaretoken"}


def _try_to_save(request: HttpRequest, entry: Entry, name: str, form: SectionForm) -> HttpResponse:
    try:
        return _save(request, entry, name, form)
    except ValidationError as error:
        add_service_errors(form, error)
        return _page(request, entry, name, form, status=422)
    except Conflict:
        # Somebody was faster between our reading and our writing.
        return _overtaken(request, entry_or_404(request, entry.uuid), name, form)


def _save(request: HttpRequest, entry: Entry, name: str, form: SectionForm) -> HttpResponse:
    if form.changes or form.changed_links:
        services.save_section(
            entry, by=request.user, changes=form.changes, links=form.changed_links, version=entry.version
        )
        messages.success(request, f"„{publication.SECTIONS[name]}“ ist gespeichert.")
    services.discard_input(entry, by=request.user, section=name)
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


def _overtaken(request: HttpRequest, entry: Entry, name: str, form: SectionForm) -> HttpResponse:
    """Somebody else has saved meanwhile. Where nobody touched this section there is nothing to decide."""
    rows = publication.sections_of(entry.kind)[name]
    current = SectionForm(entry=entry, rows=rows, user=request.user)
    seen = request.POST.get("seen", "")
    asked = merging.ASKED in request.POST
    if seen and not asked and not merging.touched(current, current.keys, seen=seen):
        data = form.data.copy()
        data["version"] = str(entry.version)
        again = SectionForm(data, entry=entry, rows=rows, user=request.user)
        if again.is_valid():
            return _try_to_save(request, entry, name, again)
    return merge_page(
        request,
        typed=form,
        current=current,
        keys=form.keys,
        row=entry,
        title=publication.SECTIONS[name],
        subject=entry.name,
        back_url=request.path,
        discard_url=reverse("register:input-discard", args=[entry.uuid, slug_of(name)]),
        breadcrumb=trail_to(entry, publication.SECTIONS[name]),
    )


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
        "seen": request.POST.get("seen", "") if form.is_bound else form.seen,
        "keep_url": reverse("register:input-keep", args=[entry.uuid, slug_of(name)]),
        "discard_url": reverse("register:input-discard", args=[entry.uuid, slug_of(name)]),
        "busy": selectors.busy_with(entry, request.user),
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


@login_required
@require_POST
def keep_input(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    """What the script sends while somebody types. Nobody reads the answer but the script."""
    entry, name, _rows = section_or_404(request, uuid, slug)
    services.keep_input(entry, by=request.user, section=name, data=_typed(request))
    return HttpResponse(status=204)


@login_required
@require_POST
def discard_input(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    entry, name, _rows = section_or_404(request, uuid, slug)
    services.discard_input(entry, by=request.user, section=name)
    messages.success(request, "Ihre nicht gespeicherten Eingaben sind verworfen.")
    return redirect("register:section", entry.uuid, slug)
