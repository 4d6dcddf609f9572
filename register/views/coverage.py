"""Which departments have said whether they use AI: the overview, one click for a department, the CDO's rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.models import Municipality, User
from accounts.rules import roles
from core.text import format_date
from register import selectors_coverage as selectors
from register import services
from register.forms.coverage import CoverageRulesForm, ReopenForm
from register.models import Coverage
from register.rules import coverage as dates
from register.views.reach import require_here, trail

STATES = {"gemeldet": Coverage.State.REPORTED, "fehlanzeige": Coverage.State.NONE}
LABELS = {"reported": ("gemeldet", "success"), "none": ("Fehlanzeige", "neutral"), "open": ("offen", "warning")}


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "entry.view")
    rules = selectors.rules_of(municipality)
    found = selectors.lines(municipality, rules, selectors.readable(request.user, municipality))
    may_state = set(selectors.may_state(request.user, municipality).values_list("pk", flat=True))
    due = dates.next_due(rules.due_on, months=rules.months, today=timezone.localdate()) if rules else None
    counts = selectors.counts(found)
    context = {
        "rows": [_row(line, line.department.pk in may_state) for line in found],
        "numbers": [{"value": counts[code], "label": label} for code, (label, _) in LABELS.items()],
        "open": counts["open"],
        "rules": rules,
        "due": due,
        "may_manage": permissions.has(request.user, "coverage.manage", municipality=municipality),
        "may_link": permissions.has(request.user, "entry.edit", municipality=municipality),
        "breadcrumb": trail(("Meldestand der Ämter", "")),
    }
    return render(request, "register/coverage.html", context)


def _row(line: selectors.Line, may_state: bool) -> dict[str, Any]:
    label, tone = LABELS[line.state]
    return {"line": line, "label": label, "tone": tone, "may_state": may_state}


def open_coverage(user: User, municipality: Municipality) -> list[dict[str, Any]]:
    """For the start page: departments of this person's own that have not reported, once there is a due date."""
    own = any(right.permissions.get("coverage.state") == roles.OWN for right in permissions.rights(user))
    rules = selectors.rules_of(municipality) if own else None
    if rules is None:
        return []
    open_lines = [
        line
        for line in selectors.lines(municipality, rules, selectors.may_state(user, municipality))
        if line.state == "open"
    ]
    due = dates.next_due(rules.due_on, months=rules.months, today=timezone.localdate())
    tasks = [
        {
            "label": f"{line.department.name}: Setzt Ihr Amt KI ein?",
            "url": reverse("register:coverage"),
            "status": "Meldung offen",
            "tone": "warning",
            "hint": f"Bitte bis {format_date(due)}. Fehlanzeige genügt.",
        }
        for line in open_lines[:5]
    ]
    return [{"title": "Meldestand", "tasks": tasks}] if tasks else []


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    """One question, one button: this department has reported everything, or it uses no AI."""
    municipality = require_here(request, "coverage.state")
    if state not in STATES:
        raise Http404
    department = get_object_or_404(selectors.may_state(request.user, municipality), pk=pk)
    if request.method == "POST":
        services.state_coverage(department, by=request.user, state=STATES[state])
        messages.success(request, f"{department.name}: {STATES[state].label} ist eingetragen. Danke.")
        return redirect("register:coverage")
    title = f"{department.name}: {STATES[state].label}"
    context = {
        "department": department,
        "none": state == "fehlanzeige",
        "title": title,
        "why_not": selectors.why_not(department, STATES[state]),
        "systems_url": f"{reverse('register:systems')}?department={department.pk}",
    }
    here = trail(("Meldestand der Ämter", reverse("register:coverage")), (department.name, ""))
    return render(request, "register/coverage_state.html", {**context, "breadcrumb": here})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the department said, with the reason; then it is open again."""
    municipality = require_here(request, "coverage.state")
    department = get_object_or_404(selectors.may_state(request.user, municipality), pk=pk)
    said = Coverage.objects.filter(department=department).select_related("stated_by").first()
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.reopen_coverage(department, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{department.name}: Die Meldung ist zurückgenommen. Das Amt ist wieder offen.")
        return redirect("register:coverage")
    context = {
        "department": department,
        "said": said if said and said.state else None,
        "form": form,
        "breadcrumb": trail(("Meldestand der Ämter", reverse("register:coverage")), (department.name, "")),
    }
    return render(request, "register/coverage_reopen.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "coverage.manage")
    form = CoverageRulesForm(request.POST or None, instance=selectors.rules_of(municipality))
    if request.method == "POST" and form.is_valid():
        services.set_coverage_rules(municipality, by=request.user, **form.cleaned_data)
        messages.success(request, "Stichtag und Anzeige sind gespeichert.")
        return redirect("register:coverage")
    here = trail(("Meldestand der Ämter", reverse("register:coverage")), ("Stichtag und Anzeige", ""))
    context = {"form": form, "breadcrumb": here}
    return render(request, "register/coverage_rules.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    number = services.remind_departments(require_here(request, "coverage.manage"), by=request.user)
    text = {0: "Heute sind schon alle offenen Ämter erinnert.", 1: "Ein Amt ist erinnert."}
    messages.success(request, text.get(number, f"{number} Ämter sind erinnert."))
    return redirect("register:coverage")
