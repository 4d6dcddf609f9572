"""The desk: what came in, one inquiry with its steps, and what the municipality promises."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from core import paging
from core.text import format_date
from inquiries import selectors, services
from inquiries.forms import InquiryRulesForm
from inquiries.models import Inquiry
from inquiries.models.inquiry import ANSWER, CHECK, MANAGE, ROUTE, VIEW
from inquiries.rules.vocabulary import STAND
from inquiries.views.reach import FORM_METHODS, data_of, inquiry_or_404, require_here, save, trail


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, VIEW)
    answered = request.GET.get("stand") == "beantwortet"
    order = ("-number", "-pk") if answered else ("due_on", "pk")
    page = paging.page(selectors.desk(request.user, municipality, answered=answered), request.GET, order=order)
    context = {
        "rows": page.items,
        "answered": answered,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "manages": permissions.has(request.user, MANAGE, municipality=municipality),
        "breadcrumb": [*trail()[:-1], {"label": "Anfragen", "url": ""}],
    }
    return render(request, "inquiries/desk.html", context)


@login_required
@require_safe
def inquiry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid)
    context = {
        "inquiry": row,
        "steps": _steps(request.user, row),
        "own_draft": row.state == Inquiry.State.DRAFTED and row.drafted_by_id == request.user.pk,
        "facts": _facts(row),
        "stand": STAND,
        "events": [
            {"at": event.at, "title": event.what, "by": event.by or "ohne Anmeldung", "text": event.text}
            for event in row.events.select_related("by")
        ],
        "breadcrumb": trail((row.reference, "")),
    }
    return render(request, "inquiries/inquiry.html", context)


def _facts(row: Inquiry) -> list[dict[str, Any]]:
    """For components/summary_list.html."""
    facts = [
        ("Eintrag", row.subject),
        ("Amt", row.department.name if row.department else "ohne Amt"),
        ("Art", row.get_kind_display()),
        ("E-Mail-Adresse", row.email or ("gelöscht" if row.erased_at else "keine angegeben")),
        ("Darf veröffentlicht werden", "ja" if row.may_publish else "nein"),
        ("Antwort zugesagt bis", format_date(row.promised_on)),
    ]
    if row.place:
        facts.append(("Seite", row.place))
    if row.closed_at:
        facts.append(("Ohne Antwort geschlossen", row.get_closing_display()))
    if row.law:
        due = format_date(row.law_due_on) if row.law_due_on else "bitte prüfen und eintragen"
        facts += [("Antrag", row.law.label), ("Gesetzliche Frist", f"{due} ({row.law.article}, Stand {STAND})")]
    if row.erase_on and not row.erased_at:
        facts.append(("Angaben werden gelöscht am", format_date(row.erase_on)))
    return [{"label": label, "value": value} for label, value in facts]


def _extendable(row: Inquiry) -> bool:
    return row.is_open and row.request == "gdpr" and row.law_due_on is not None and row.extended_at is None


def _steps(user: Any, row: Inquiry) -> list[dict[str, str]]:
    """What this person can do now; the services check it again."""

    def may(permission: str) -> bool:
        return permissions.on(user, permission, row)

    drafted = row.state == Inquiry.State.DRAFTED
    releasable = (
        row.state == Inquiry.State.ANSWERED and row.may_publish and not row.erased_at and row.released_at is None
    )
    table = [
        (drafted and may(CHECK) and row.drafted_by_id != user.pk, "check", "Antwort prüfen"),
        (row.is_open and may(ANSWER), "answer", "Antwort ändern" if row.answer else "Antwort schreiben"),
        (row.is_open and may(ROUTE), "label", "Einordnen"),
        (row.is_open and may(ROUTE), "route", "Weiterleiten"),
        (_extendable(row) and may(ROUTE), "extend", "Frist verlängern"),
        (row.is_open and not row.request and may(CHECK), "close", "Ohne Antwort schließen"),
        (releasable and may(MANAGE) and row.drafted_by_id != user.pk, "release", "Veröffentlichen"),
        (row.released_at is not None and may(MANAGE), "withdraw", "Veröffentlichung zurücknehmen"),
    ]
    return [{"label": label, "url": reverse(f"inquiries:{name}", args=[row.uuid])} for on, name, label in table if on]


@login_required
@require_http_methods(FORM_METHODS)
def rules(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    form = InquiryRulesForm(data_of(request), instance=selectors.rules_of(municipality))
    status = save(form, lambda cleaned: services.set_inquiry_rules(municipality, by=request.user, **cleaned))
    if not status:
        messages.success(request, "Die Regeln sind gespeichert.")
        return redirect("inquiries:desk")
    context = {
        "form": form,
        "title": "Zusage und Löschung",
        "cancel_url": reverse("inquiries:desk"),
        "breadcrumb": trail(("Zusage und Löschung", "")),
    }
    return render(request, "inquiries/form.html", context, status=status)
