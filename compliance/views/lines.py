"""The tables inside a sheet: Löschregeln, and the controllers for whom a processor works."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from compliance import services
from compliance.forms import CommissionerFormSet, RetentionFormSet
from compliance.rules.vocabulary import CONTROLLER, PROCESSOR
from compliance.views.reach import activity_or_404, require_edit, trail_to
from core.errors import Conflict

FORM_METHODS = ["GET", "HEAD", "POST"]
_RETENTION = "Löschregeln"
_COMMISSIONERS = "Verantwortliche, für die verarbeitet wird"


@login_required
@require_http_methods(FORM_METHODS)
def retention_rules(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _lines(request, uuid, "retention_rules", RetentionFormSet, CONTROLLER, _RETENTION)


@login_required
@require_http_methods(FORM_METHODS)
def commissioners(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _lines(request, uuid, "commissioners", CommissionerFormSet, PROCESSOR, _COMMISSIONERS)


def _lines(request: HttpRequest, uuid: UUID, field: str, formsets: Any, role: str, title: str) -> HttpResponse:
    activity = activity_or_404(request, uuid)
    require_edit(request, activity)
    if activity.role != role:
        raise Http404
    formset = formsets(request.POST or None, initial=getattr(activity, field), prefix="zeile")
    problems, seen, status = [], str(activity.version), 200
    if request.method == "POST":
        seen, status = request.POST.get("version", ""), 422
        if formset.is_valid():
            try:
                _save(request, activity, field, formset, seen)
            except ValidationError as error:
                problems = [{"text": text} for text in error.messages]
            except Conflict as conflict:
                problems, seen, status = [{"text": conflict.message}], str(activity.version), conflict.status
            else:
                messages.success(request, f"„{title}“ ist gespeichert.")
                return redirect(activity)
    context = {
        "activity": activity, "formset": formset, "problems": problems, "version": seen, "title": title,
        "breadcrumb": trail_to(activity, title),
    }  # fmt: skip
    return render(request, "compliance/lines.html", context, status=status)


def _save(request: HttpRequest, activity: Any, field: str, formset: Any, seen: str) -> None:
    lines = [f.cleaned_data for f in formset.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
    services.set_lines(activity, by=request.user, field=field, lines=lines, version=version)
