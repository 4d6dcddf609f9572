"""Entries of the register at a use case, and what a use case taken over as Bestand still owes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core import paging
from core.errors import Conflict, NotAllowed
from register.forms import save
from register.models import Entry
from register.rules.vocabulary import USED
from usecases import services
from usecases.forms import LinkForm, PlanEvidenceForm
from usecases.selectors import not_taken_over
from usecases.views.case_reach import FORM_METHODS, edited_or_404, here, trail, trail_to


@login_required
@require_http_methods(FORM_METHODS)
def link(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    form = LinkForm(request.POST if request.method == "POST" else None, use_case=use_case, user=request.user)
    status = (
        save(form, lambda values: services.link_entry(use_case, by=request.user, **values)) if form.is_bound else 200
    )
    if not status:
        messages.success(request, "Der Eintrag ist verknüpft.")
        return redirect(use_case)
    context = {
        "use_case": use_case,
        "form": form,
        "title": "Eintrag verknüpfen",
        "submit": "Verknüpfen",
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, "Eintrag verknüpfen"),
    }
    return render(request, "usecases/case_form.html", context, status=status)


@login_required
@require_POST
def create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    entry = services.create_entry(use_case, by=request.user)
    messages.success(request, "Der Entwurf eines KI-Systems ist angelegt und mit dem Vorhaben verknüpft.")
    return redirect(entry)


@login_required
@require_POST
def hand_over(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Measured numbers into the entry."""
    use_case = edited_or_404(request, uuid)
    readable = Entry.objects.visible_to(request.user)
    row = get_object_or_404(use_case.links.filter(entry__in=readable).select_related("entry", "use_case"), pk=pk)
    services.hand_over_measurements(row, by=request.user)
    messages.success(request, "Die Zahlen stehen im Eintrag. Öffentlich werden sie mit seiner nächsten Freigabe.")
    return redirect(use_case)


@login_required
@require_POST
def unlink(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    readable = Entry.objects.visible_to(request.user)
    row = get_object_or_404(use_case.links.filter(entry__in=readable).select_related("entry", "use_case"), pk=pk)
    services.unlink_entry(row, by=request.user)
    messages.success(request, "Die Verknüpfung ist gelöst. Der Eintrag bleibt, wie er ist.")
    return redirect(use_case)


@login_required
@require_http_methods(FORM_METHODS)
def plan(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    row = get_object_or_404(use_case.missing_evidence, pk=pk)
    form = PlanEvidenceForm(request.POST if request.method == "POST" else None, row=row)
    status = save(form, lambda values: services.plan_evidence(row, by=request.user, **values)) if form.is_bound else 200
    if not status:
        messages.success(request, "Der Termin ist gespeichert.")
        return redirect(use_case)
    context = {
        "use_case": use_case,
        "form": form,
        "title": "Nachweis nachreichen",
        "lead": row.get_key_display(),
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, "Nachweis nachreichen"),
    }
    return render(request, "usecases/case_form.html", context, status=status)


@login_required
@require_safe
def stock(request: HttpRequest) -> HttpResponse:
    """What is in use and has no use case yet: each with the way to take it over."""
    municipality = here(request, "usecase.edit")
    rows = not_taken_over(request.user, municipality)
    page = paging.page(rows.select_related("department"), request.GET, order=("sort_key", "pk"))
    context = {
        "columns": [{"label": "KI-System"}, {"label": "Status"}, {"label": "Amt"}, {"label": "Aufnehmen"}],
        "rows": [_in_use(entry) for entry in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(("Bestand aufnehmen", "")),
    }
    return render(request, "usecases/stock.html", context)


def _in_use(entry: Entry) -> list[dict[str, str]]:
    return [
        {"text": entry.name, "url": entry.get_absolute_url()},
        {"text": entry.get_status_display(), "code": entry.status, "label": "Status"},
        {"text": entry.department.name if entry.department else "ohne Amt", "label": "Amt"},
        {
            "text": "Als Bestand aufnehmen",
            "more": entry.name,
            "url": reverse("usecases:take-over", args=[entry.uuid]),
            "label": "Vorhaben",
        },
    ]


@login_required
@require_http_methods(FORM_METHODS)
def take_over(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A system that is in use becomes a use case at its real stage."""
    rows = Entry.objects.visible_to(request.user).systems().select_related("municipality", "department")
    entry = get_object_or_404(rows, uuid=uuid)
    if not permissions.on(request.user, "usecase.edit", entry):
        raise NotAllowed()
    if request.method == "POST":
        use_case = services.take_over(entry, by=request.user)
        messages.success(request, "Das System ist als Bestand aufgenommen.")
        return redirect(use_case)
    if entry.status not in USED:
        raise Conflict("Bestand ist nur, was schon im Einsatz ist. Legen Sie sonst ein neues Vorhaben an.")
    context = {
        "title": f"„{entry.name}“ als Bestand aufnehmen",
        "text": f"Das System steht im Register auf „{entry.get_status_display()}“. Dort beginnt auch das Vorhaben.",
        "consequences": [
            "Ein Vorhaben entsteht mit Zweck, Nutzen und Amt aus dem Eintrag und ist für ihn führend.",
            "Was an Nachweisen fehlt, wird zu Aufgaben mit Termin in 90 Tagen.",
            "Das System bleibt in Betrieb.",
        ],
        "submit": "Als Bestand aufnehmen",
        "cancel_url": entry.get_absolute_url(),
        "breadcrumb": trail((entry.name, entry.get_absolute_url()), ("Bestand aufnehmen", "")),
    }
    return render(request, "usecases/confirm.html", context)
