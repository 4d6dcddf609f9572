"""The list of processing activities, one of them, and how to make and change it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from compliance import content, reports, selectors, services
from compliance.forms import (
    ActivityFilterForm,
    ActivityForm,
    EndForm,
    NewActivityForm,
    VersionForm,
    VvtRequestForm,
    filtered_activities,
)
from compliance.models import ProcessingActivity
from compliance.offers import linked_systems, offers_for, origin
from compliance.rules.vocabulary import CONTROLLER, NOT_GIVEN, PROCESSOR
from compliance.services.fields import fields_of
from compliance.views.reach import activity_or_404, require_edit, require_here, trail, trail_to
from core import paging
from core.errors import Conflict
from register.forms import add_service_errors
from register.models import Entry

ORDERS = {
    "number": ("number",),
    "-number": ("-number",),
    "title": ("sort_key", "pk"),
    "-title": ("-sort_key", "-pk"),
    "changed": ("changed_at", "pk"),
    "-changed": ("-changed_at", "-pk"),
}
COLUMNS = (
    {"label": "Nummer", "key": "number"},
    {"label": "Bezeichnung", "key": "title"},
    {"label": "Amt"},
    {"label": "KI-Systeme", "numeric": True},
    {"label": "Offene Angaben", "numeric": True},
    {"label": "Stand"},
    {"label": "Geändert", "key": "changed"},
)
FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    return _activities(request, CONTROLLER)


@login_required
@require_safe
def commissioned(request: HttpRequest) -> HttpResponse:
    """What the municipality processes for others (Art. 30 Abs. 2 DSGVO)."""
    return _activities(request, PROCESSOR)


def _activities(request: HttpRequest, role: str) -> HttpResponse:
    municipality = require_here(request, "vvt.view")
    rows = ProcessingActivity.objects.visible_to(request.user).of(municipality).filter(role=role)
    form = ActivityFilterForm(request.GET, user=request.user, municipality=municipality)
    found = filtered_activities(rows, form)
    sort = request.GET.get("sort", "")
    sort = sort if sort in ORDERS else "number"
    page = paging.page(selectors.for_list(found), request.GET, order=ORDERS[sort])
    context = {
        "filter_form": form,
        "chips": _chips(request, form),
        "reset_url": request.path,
        "keep": [("sort", sort)] if sort != "number" else [],
        "sort": sort,
        "columns": COLUMNS,
        "count": found.count(),
        "count_label": "Verarbeitungstätigkeiten",
        "rows": [{"activity": row, "open": len(selectors.open_points(row))} for row in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "is_processor": role == PROCESSOR,
        "request_form": VvtRequestForm(initial={"role": role}, user=request.user, municipality=municipality),
        "may_edit": permissions.has(request.user, "vvt.edit", municipality=municipality),
        "may_report": permissions.has(request.user, "vvt.report", municipality=municipality),
        "may_declare": permissions.has_all(request.user, "vvt.edit", municipality.pk),
        "declaration": selectors.declaration_of(municipality),
        "breadcrumb": trail(("Im Auftrag", "")) if role == PROCESSOR else trail(),
    }
    return render(request, "compliance/activities.html", context)


def _chips(request: HttpRequest, form: ActivityFilterForm) -> list[dict[str, str]]:
    """The active filters, each with the address that takes it away."""
    chips = []
    for name, value in getattr(form, "cleaned_data", {}).items():
        if not value:
            continue
        rest = {key: text for key, text in request.GET.items() if key not in (name, "after", "before")}
        said = dict(getattr(form.fields[name], "choices", ())).get(value, value) if isinstance(value, str) else value
        chips.append({"label": f"{form.fields[name].label}: {said}", "url": f"?{urlencode(rest)}"})
    return chips


@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    return _new(request, CONTROLLER)


@login_required
@require_http_methods(FORM_METHODS)
def new_commissioned(request: HttpRequest) -> HttpResponse:
    return _new(request, PROCESSOR)


def _new(request: HttpRequest, role: str) -> HttpResponse:
    municipality = require_here(request, "vvt.edit")
    form = NewActivityForm(request.POST or None, user=request.user, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        try:
            activity = services.create_activity(municipality, by=request.user, role=role, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"{activity.reference} ist angelegt. Ergänzen Sie jetzt die Angaben.")
            return redirect("compliance:activity-edit", uuid=activity.uuid)
    is_processor = role == PROCESSOR
    title = "Neue Verarbeitung im Auftrag" if is_processor else "Neue Verarbeitungstätigkeit"
    context = {"form": form, "is_processor": is_processor, "title": title, "breadcrumb": trail((title, ""))}
    return render(request, "compliance/activity_new.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def activity(request: HttpRequest, uuid: UUID) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    links = list(activity.system_links.all())
    readable = Entry.objects.visible_to(request.user).filter(pk__in=[link.entry_id for link in links])
    known = set(readable.values_list("pk", flat=True))
    offers = offers_for(activity, linked_systems(readable))
    context = {
        "activity": activity,
        "sections": _sections(activity),
        "open_points": selectors.open_points(activity, offers),
        "offers": offers,
        "links": [
            {"link": link, "url": link.entry.get_absolute_url() if link.entry_id in known else ""} for link in links
        ],
        "all_ended": bool(links) and all(link.entry.status in ("retired", "rejected") for link in links),
        "waiting": any(link.rights_pending for link in links),
        "may_edit": permissions.on(request.user, "vvt.edit", activity),
        "may_report": permissions.on(request.user, "vvt.report", activity),
        "versions": activity.versions.select_related("by").order_by("-number")[:20],
        "breadcrumb": trail_to(activity),
    }
    return render(request, "compliance/activity.html", context)


def _sections(activity: ProcessingActivity) -> list[tuple[str, list[dict[str, Any]]]]:
    rows: dict[str, list[dict[str, Any]]] = {title: [] for title in services.SECTIONS.values()}
    for info in fields_of(activity):
        value = getattr(activity, info.key)
        row: dict[str, Any] = {"label": info.label, "empty": NOT_GIVEN}
        row["hint"] = origin(activity.taken_from.get(info.key))
        if info.kind == "choices":
            row["list"] = [info.choices.get(key, key) for key in value]
        elif info.kind == "choice":
            row["value"] = info.choices.get(value, "")
        else:
            row["value"] = value.strftime("%d.%m.%Y") if info.kind == "date" and value else value or ""
        if info.kind == "url":
            row["url"] = value
        rows[services.SECTIONS[info.section]].append(row)
    return [(title, found) for title, found in rows.items() if found]


@login_required
@require_safe
def version(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """How the sheet read earlier, in the words of the PDF."""
    activity = activity_or_404(request, uuid)
    kept = get_object_or_404(activity.versions.select_related("by"), number=number)
    context = {
        "activity": activity,
        "kept": kept,
        "sheet": reports.sheet_of(content.read(kept.content)),
        "breadcrumb": trail_to(activity, f"Stand {kept.number}"),
    }
    return render(request, "compliance/activity_version.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    require_edit(request, activity)
    form = ActivityForm(request.POST or None, activity=activity, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changes, seen = form.changes, form.cleaned_data["version"]
                activity = services.update_activity(activity, by=request.user, changes=changes, version=seen)
            except ValidationError as error:
                add_service_errors(form, error)
            except Conflict as conflict:
                status = _let_decide(form, activity, conflict)
            else:
                messages.success(request, f"{activity.reference} ist gespeichert.")
                return redirect(activity)
    context = {"form": form, "activity": activity, "breadcrumb": trail_to(activity, "Bearbeiten")}
    return render(request, "compliance/activity_edit.html", context, status=status)


def _let_decide(form: ActivityForm, activity: ProcessingActivity, conflict: Conflict) -> int:
    """Keep what was typed; saving once more is then a decision made with open eyes."""
    form.add_error(None, conflict.message)
    form.data = form.data.copy()
    form.data["version"] = str(activity.version)
    return conflict.status


@login_required
@require_http_methods(FORM_METHODS)
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    require_edit(request, activity)
    form = EndForm(request.POST or None, initial={"version": activity.version})
    if request.method == "POST" and form.is_valid():
        try:
            day, seen = form.cleaned_data["ended_on"], form.cleaned_data["version"]
            services.end_activity(activity, by=request.user, ended_on=day, version=seen)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"{activity.reference} ist als beendet eingetragen.")
            return redirect(activity)
    context = {
        "form": form,
        "title": f"{activity.reference} beenden",
        "text": activity.title,
        "consequences": [
            "Das Blatt bleibt im Verzeichnis und trägt das Datum des Endes.",
            "Die Angaben zu den Rechten der Betroffenen werden aus den verknüpften KI-Systemen genommen.",
            "Sie können die Tätigkeit später wieder aufnehmen.",
        ],
        "submit": "Als beendet eintragen",
        "cancel_url": activity.get_absolute_url(),
        "breadcrumb": trail_to(activity, "Beenden"),
    }
    return render(request, "compliance/confirm.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def reopen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    require_edit(request, activity)
    form = VersionForm(request.POST or None, initial={"version": activity.version})
    if request.method == "POST" and form.is_valid():
        services.reopen_activity(activity, by=request.user, version=form.cleaned_data["version"])
        messages.success(request, f"{activity.reference} läuft wieder.")
        return redirect(activity)
    context = {
        "form": form,
        "title": f"{activity.reference} wieder aufnehmen",
        "text": activity.title,
        "consequences": ["Das Ende wird aus dem Blatt genommen. Der frühere Stand bleibt nachlesbar."],
        "submit": "Wieder aufnehmen",
        "cancel_url": activity.get_absolute_url(),
        "breadcrumb": trail_to(activity, "Wieder aufnehmen"),
    }
    return render(request, "compliance/confirm.html", context, status=422 if form.errors else 200)
