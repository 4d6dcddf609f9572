"""Which fields of an entry stay unpublished, and why: the list itself is public."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import Conflict
from register import services
from register.forms import WithheldFormSet
from register.models import Entry
from register.selectors import label_of
from register.views.reach import entry_or_404, require_edit, trail_to


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withheld(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    require_edit(request, entry)
    formset = WithheldFormSet(
        request.POST or None, initial=entry.withheld, form_kwargs={"kind": entry.kind}, prefix="angabe"
    )
    problems: list[dict[str, str]] = []
    version, overtaken = request.POST.get("version", entry.version), None
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
        except Conflict:
            # What was typed stays; saving once more is then a decision made with open eyes.
            overtaken = entry_or_404(request, uuid)
            version = overtaken.version
    refused = bool(problems) or (formset.is_bound and not formset.is_valid())
    context = {
        "entry": entry,
        "formset": formset,
        "problems": problems,
        "version": version,
        "stored": _lines(overtaken) if overtaken else [],
        "overtaken": overtaken,
        "breadcrumb": trail_to(entry, "Nicht veröffentlichte Angaben"),
    }
    status = 409 if overtaken else 422 if refused else 200
    return render(request, "register/withheld.html", context, status=status)


def _lines(entry: Entry) -> list[str]:
    return [f"{label_of(entry.kind, item['field'])}: {item['reason']}" for item in entry.withheld]


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return -1
