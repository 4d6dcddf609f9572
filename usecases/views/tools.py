"""Approved tools and whom to ask."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import paging
from core.errors import Conflict
from register.models import Entry
from usecases import services
from usecases.forms_training import ContactForm, ToolForm
from usecases.models import AiContact, ApprovedTool
from usecases.models.keeping import MANAGE
from usecases.selectors_training import contacts_of, running_tools
from usecases.views.reach import (
    FORM_METHODS,
    data_of,
    form_page,
    manages,
    require_here,
    require_manages,
    saved,
    skills,
    trail,
)

TOOLS, CONTACTS = "Zugelassene Werkzeuge", "Ansprechstellen"


@login_required
@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request)
    page = paging.page(running_tools(municipality), request.GET, order=("name", "pk"))
    shown = Entry.objects.visible_to(request.user).filter(pk__in=[row.entry_id for row in page.items if row.entry_id])
    context = {
        "tools": page.items,
        "readable": set(shown.values_list("pk", flat=True)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "manages": manages(request, municipality),
        "breadcrumb": trail((TOOLS, "")),
    }
    return render(request, "usecases/tools.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def tool_new(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    form = ToolForm(data_of(request), municipality=municipality, user=request.user)
    form.initial.setdefault("approved_on", timezone.localdate())
    if saved(form, lambda: services.create_tool(municipality, by=request.user, **form.values)):
        messages.success(request, "Das Werkzeug ist zugelassen.")
        return redirect("usecases:tools")
    return form_page(request, form, "Werkzeug zulassen", steps=_to_tools(), submit="Zulassen")


def _to_tools() -> tuple[tuple[str, str], ...]:
    return ((TOOLS, reverse("usecases:tools")),)


def _tool_or_404(request: HttpRequest, uuid: UUID) -> ApprovedTool:
    rows = ApprovedTool.objects.visible_to(request.user).select_related("municipality", "entry")
    row: ApprovedTool = get_object_or_404(rows, uuid=uuid)
    require_manages(request, row.municipality)
    if row.ended_on is not None:
        raise Conflict("Die Zulassung ist beendet.")
    return row


@login_required
@require_http_methods(FORM_METHODS)
def tool_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _tool_or_404(request, uuid)
    form = ToolForm(data_of(request), municipality=row.municipality, user=request.user, instance=row)
    if saved(form, lambda: services.update_tool(row, by=request.user, **form.values)):
        messages.success(request, "Das Werkzeug ist gespeichert.")
        return redirect("usecases:tools")
    end = {"danger_url": reverse("usecases:tool-end", args=[row.uuid]), "danger": "Zulassung beenden"}
    return form_page(request, form, row.name, steps=_to_tools(), **end)


@login_required
@require_POST
def tool_end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _tool_or_404(request, uuid)
    services.end_tool(row, by=request.user)
    messages.success(request, f"Die Zulassung von „{row.name}“ ist beendet.")
    return redirect("usecases:tools")


@login_required
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request)
    rows = list(contacts_of(municipality))
    own = {row.department_id for row in rows if row.role == AiContact.Role.GUIDE}
    offices = municipality.departments.active()
    context = {
        "team": [row for row in rows if row.role == AiContact.Role.TEAM],
        "guides": [row for row in rows if row.role == AiContact.Role.GUIDE],
        "without": [] if None in own else [row.name for row in offices if not _is_covered(row.path, rows)],
        "manages": manages(request, municipality),
        "breadcrumb": skills((CONTACTS, "")),
    }
    return render(request, "usecases/contacts.html", context)


def _is_covered(path: str, rows: list[AiContact]) -> bool:
    return any(
        row.department is not None and path.startswith(row.department.path)
        for row in rows
        if row.role == AiContact.Role.GUIDE
    )


def _to_contacts() -> tuple[tuple[str, str], ...]:
    return ((CONTACTS, reverse("usecases:contacts")),)


@login_required
@require_http_methods(FORM_METHODS)
def contact_new(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    form = ContactForm(data_of(request), municipality=municipality, user=request.user)
    if saved(form, lambda: services.create_contact(municipality, by=request.user, **form.values)):
        messages.success(request, "Die Ansprechstelle ist eingetragen.")
        return redirect("usecases:contacts")
    return form_page(request, form, "Ansprechstelle eintragen", steps=_to_contacts(), submit="Eintragen")


def _contact_or_404(request: HttpRequest, uuid: UUID) -> AiContact:
    rows = AiContact.objects.visible_to(request.user).select_related("municipality", "person")
    row: AiContact = get_object_or_404(rows, uuid=uuid)
    require_manages(request, row.municipality)
    return row


@login_required
@require_http_methods(FORM_METHODS)
def contact_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _contact_or_404(request, uuid)
    form = ContactForm(data_of(request), municipality=row.municipality, user=request.user, instance=row)
    if saved(form, lambda: services.update_contact(row, by=request.user, **form.values)):
        messages.success(request, "Die Ansprechstelle ist gespeichert.")
        return redirect("usecases:contacts")
    remove = {"danger_url": reverse("usecases:contact-remove", args=[row.uuid]), "danger": "Ansprechstelle entfernen"}
    return form_page(request, form, "Ansprechstelle ändern", steps=_to_contacts(), **remove)


@login_required
@require_POST
def contact_remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    services.remove_contact(_contact_or_404(request, uuid), by=request.user)
    messages.success(request, "Die Ansprechstelle ist entfernt.")
    return redirect("usecases:contacts")
