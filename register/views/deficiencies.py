"""The list of Mängel, and the page of one: what is wrong, what is done, and whether it applies at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import paging
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register import services, workflow
from register.filters import DeficiencyFilter, chips_of
from register.forms import DecisionForm, DismissalForm, PlanForm, add_service_errors
from register.models import Deficiency
from register.rules.contradictions import rules
from register.rules.vocabulary import IN_USE
from register.selectors import label_of
from register.services import access
from register.views.addresses import url_of
from register.views.contradictions import who_suspends
from register.views.reach import here, trail

COLUMNS = [
    {"label": "Mangel"},
    {"label": "System"},
    {"label": "Stand"},
    {"label": "Verantwortlich"},
    {"label": "Frist"},
    {"label": "Erkannt am"},
]


@login_required
@require_safe
def deficiencies(request: HttpRequest) -> HttpResponse:
    municipality = here(request)
    rows = Deficiency.objects.visible_to(request.user).filter(entry__municipality=municipality)
    if not request.GET.get("state"):
        rows = rows.active()
    found = DeficiencyFilter(request.GET, queryset=rows, request=request)
    shown = found.qs.select_related("entry__department", "responsible")
    page = paging.page(shown, request.GET, order=("-opened_at", "-pk"))
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "count": found.qs.count(),
        "count_label": "Einträge",
        "columns": COLUMNS,
        "rows": [{"row": row, "in_use": row.is_active and row.entry.status in IN_USE} for row in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(("Mängel", "")),
    }
    return render(request, "register/deficiencies.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deficiency(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong and what is done about it; saving plans the measure."""
    row = _row_or_404(request, pk)
    form = PlanForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST":
        access.require(request.user, "entry.edit", row.entry)
        if _save(form, lambda values: services.plan_measure(row, by=request.user, **values)):
            messages.success(request, "Die Maßnahme ist gespeichert.")
            return redirect(row)
    return _page(request, row, form)


def _page(request: HttpRequest, row: Deficiency, form: PlanForm) -> HttpResponse:
    may_edit = access.allowed(request.user, "entry.edit", row.entry) and row.is_active
    decides = row.waits_for_second_person and access.allowed(request.user, "entry.release", row.entry)
    in_use = row.is_active and row.entry.status in IN_USE
    may_suspend = in_use and access.allowed(request.user, "entry.suspend", row.entry)
    context = {
        "row": row,
        "entry": row.entry,
        "facts": _facts(row),
        "rule": rules().get(row.rule),
        "fields": _fields(row, may_edit=may_edit and row.entry.review_state in workflow.EDITABLE),
        "in_use": in_use,
        "suspend_url": reverse("register:step", args=[row.entry.uuid, "aussetzen"]) if may_suspend else "",
        "who_suspends": who_suspends(row.entry) if in_use and not may_suspend else "",
        "form": form if may_edit else None,
        "dismiss_url": reverse("register:deficiency-dismiss", args=[row.pk])
        if may_edit and not row.waits_for_second_person
        else "",
        "decide_url": reverse("register:deficiency-decide", args=[row.pk])
        if decides and row.dismissal_by_id != request.user.pk
        else "",
        "breadcrumb": _trail(row),
    }
    return render(request, "register/deficiency.html", context, status=422 if form.errors else 200)


def _fields(row: Deficiency, *, may_edit: bool) -> list[dict[str, str]]:
    rule = rules().get(row.rule)
    return [
        {"label": label_of(row.entry.kind, key), "url": url_of(row.entry, key) if may_edit else ""}
        for key in (rule.fields if rule else ())
    ]


def _facts(row: Deficiency) -> list[dict[str, Any]]:
    """What became of it, for components/summary_list.html."""
    lines = [
        ("Erkannt", f"{format_date(row.opened_at)}, nach der Eingabe von {row.opened_by}"),
        ("Maßnahme", row.measure or "noch nicht festgelegt"),
        ("Verantwortlich", str(row.responsible or "noch niemand")),
        ("Frist", format_date(row.due) if row.due else "ohne Frist"),
    ]
    if row.dismissal_by:
        lines.append(
            ("Soll nicht zutreffen", f"{row.dismissal_reason} ({row.dismissal_by}, {format_date(row.dismissal_at)})")
        )
    if row.closing_note:
        lines.append(("Anmerkung", row.closing_note))
    if row.closed_at:
        lines.append(("Erledigt", f"{format_date(row.closed_at)}, {row.closed_by}"))
    return [{"label": label, "value": value} for label, value in lines]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why it does not apply; a second person decides."""
    row = _row_or_404(request, pk)
    access.require(request.user, "entry.edit", row.entry)
    _require_active(row)
    form = DismissalForm(request.POST if request.method == "POST" else None, row=row)
    if _save(form, lambda values: services.propose_dismissal(row, by=request.user, **values)):
        messages.success(request, "Ihre Begründung ist gespeichert. Eine zweite Person entscheidet.")
        return redirect(row)
    return _step(request, row, form, "Mangel trifft nicht zu", "Zur Entscheidung geben")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person agrees, or leaves it open."""
    row = _row_or_404(request, pk)
    access.require(request.user, "entry.release", row.entry)
    _require_active(row)
    if row.dismissal_by_id is None:
        raise Conflict("Zu diesem Mangel ist nichts zu entscheiden.")
    if row.dismissal_by_id == request.user.pk:
        raise NotAllowed("Das entscheidet eine andere Person als die, die es vorgeschlagen hat.")
    form = DecisionForm(request.POST if request.method == "POST" else None, row=row)
    if _save(form, lambda values: services.decide_dismissal(row, by=request.user, **values)):
        messages.success(request, "Ihre Entscheidung ist gespeichert.")
        return redirect(row)
    return _step(request, row, form, "Über den Mangel entscheiden", "Entscheiden")


def _row_or_404(request: HttpRequest, pk: int) -> Deficiency:
    rows = Deficiency.objects.visible_to(request.user).select_related(
        "entry__municipality", "entry__department", "opened_by", "closed_by", "dismissal_by", "responsible"
    )
    return get_object_or_404(rows, pk=pk)


def _require_active(row: Deficiency) -> None:
    if not row.is_active:
        raise Conflict("Der Mangel ist schon erledigt.")


def _save(form: forms.Form, run: Any) -> bool:
    """Run the service with what the form says; what it refuses stands at the field, nothing is lost."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        run(form.cleaned_data)
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    except Conflict as conflict:
        form.add_error(None, conflict.message)
        return False
    return True


def _step(request: HttpRequest, row: Deficiency, form: forms.Form, title: str, submit: str) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "title": title,
        "submit": submit,
        "cancel_url": row.get_absolute_url(),
        "breadcrumb": _trail(row, title),
    }
    return render(request, "register/deficiency_step.html", context, status=422 if form.errors else 200)


def _trail(row: Deficiency, *steps: str) -> list[dict[str, str]]:
    return trail(
        ("Mängel", reverse("register:deficiencies")),
        (f"{row.entry.name}: {row.title}", row.get_absolute_url() if steps else ""),
        *((step, "") for step in steps),
    )
