"""The history of one entry, and the log of a municipality."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters as filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Municipality, User
from core import audit, paging
from core.kern import GermanDateField
from core.models import AuditRecord
from register.filters import chips_of
from register.models import Entry, Opinion
from register.rules.history import ACTIONS, OBJECT_TYPES, label_of_action
from register.selectors import label_of, names_of
from register.services import access
from register.views.reach import entry_or_404, require_here, trail, trail_to


@login_required
@require_safe
def history(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    access.require(request.user, "history.view", entry)
    page = paging.page(audit.actions_of(entry), request.GET, order=("-pk",))
    context = {
        "entry": entry,
        "events": [_event(record, entry.kind) for record in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail_to(entry, "Verlauf"),
    }
    return render(request, "register/history.html", context)


def _event(record: AuditRecord, kind: str) -> dict[str, Any]:
    reported = "report_link" in record.data and record.action == "register.entry.created"
    return {
        "at": record.at,
        # The record names whose link it was; typed it has somebody without an account.
        "by": f"ohne Konto, Meldelink von {record.actor}" if reported else str(record.actor),
        "title": label_of_action(record.action),
        "text": _details(record, kind),
    }


def _details(record: AuditRecord, kind: str) -> str:
    """What the record says besides its name, in German; keys nobody has a word for stay out."""
    data, said = record.data, []
    if fields := data.get("fields"):
        said.append(", ".join(_field_label(kind, key) for key in fields))
    if field := data.get("field"):
        said.append(f"Angabe: {_field_label(kind, field)}")
    if number := data.get("number"):
        said.append(f"Nummer {number}")
    if result := data.get("result"):
        said.append(f"Ergebnis: {dict(Opinion.Result.choices).get(result, result)}")
    if data.get("as_deputy"):
        said.append("in Vertretung")
    if data.get("deviates"):
        said.append("abweichend von der Stellungnahme")
    if name := data.get("name"):
        said.append(str(name))
    return "; ".join(said)


def _field_label(kind: str, key: str) -> str:
    try:
        return label_of(kind, key)
    except KeyError:
        return key


class _LogForm(forms.Form):
    hide_optional = True


class _DateFilter(filters.DateFilter):
    field_class = GermanDateField


class LogFilter(filters.FilterSet):
    """What happened, who did it, when."""

    action = filters.ChoiceFilter(
        label="Vorgang", choices=sorted(ACTIONS.items(), key=lambda x: x[1]), empty_label="Alle"
    )
    person = filters.ModelChoiceFilter(
        label="Person", queryset=lambda request: _people(request.municipality), method="by_person",
        to_field_name="uuid", empty_label="Alle",
    )  # fmt: skip
    since = _DateFilter(label="Von", field_name="at", lookup_expr="date__gte")
    until = _DateFilter(label="Bis", field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AuditRecord
        fields: list[str] = []
        form = _LogForm

    def by_person(self, queryset: QuerySet[AuditRecord], name: str, value: User) -> QuerySet[AuditRecord]:
        return queryset.filter(actor__user_id=str(value.pk))


def _people(municipality: Municipality) -> QuerySet[User]:
    """Everybody who ever had a role here."""
    return (
        User.objects.filter(memberships__municipality=municipality).distinct().order_by("last_name", "first_name", "pk")
    )


@login_required
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "history.view")
    records = AuditRecord.objects.filter(stream__key=municipality.audit_stream).select_related("actor")
    found = LogFilter(request.GET, queryset=records, request=request)
    page = paging.page(found.qs, request.GET, order=("-seq",))
    names = names_of(int(r.object_id) for r in page.items if r.object_type == "register.entry")
    visible = set(
        Entry.objects.visible_to(request.user)
        .filter(pk__in=[e.pk for e in names.values()])
        .values_list("pk", flat=True)
    )
    context = {
        "filter_form": found.form,
        "chips": chips_of(found),
        "reset_url": request.path,
        "records": [_line(record, names, visible) for record in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(("Protokoll", "")),
    }
    return render(request, "register/log.html", context)


def _line(record: AuditRecord, names: dict[str, Entry], visible: set[int]) -> dict[str, Any]:
    entry = names.get(record.object_id) if record.object_type == "register.entry" else None
    details = _details(record, entry.kind if entry else Entry.Kind.SYSTEM)
    return {
        "seq": record.seq,
        "at": record.at,
        "by": str(record.actor),
        "action": label_of_action(record.action),
        "details": "" if entry and details == entry.name else details,
        "subject": entry.name if entry else OBJECT_TYPES.get(record.object_type, ""),
        "url": reverse("register:entry", args=[entry.uuid]) if entry and entry.pk in visible else "",
    }
