"""Links for reporting a tool: who keeps them, and the five questions behind them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.models import Municipality
from core.errors import Conflict
from register import services
from register.forms import NewReportLinkForm, ToolReportForm, add_service_errors
from register.models import ReportLink
from register.views.reach import require_here, trail


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """The open links of the departments for which the person may write, and a new one."""
    municipality = require_here(request, "entry.edit")
    form = NewReportLinkForm(request.POST or None, user=request.user, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        try:
            services.make_report_link(form.cleaned_data["department"], by=request.user)
        except Conflict as refused:
            form.add_error("department", refused.message)
        else:
            messages.success(request, "Der Link ist angelegt. Kopieren Sie ihn und geben Sie ihn weiter.")
            return redirect("register:report-links")
    open_links = list(_open_links(request, municipality))
    permissions.preload(link.made_by for link in open_links)
    context = {
        "form": form,
        "rows": [_row(link) for link in open_links],
        "may_state": permissions.has(request.user, "coverage.state", municipality=municipality),
        "breadcrumb": trail(("Meldestand der Ämter", reverse("register:coverage")), ("Meldelinks", "")),
    }
    return render(request, "register/report_links.html", context, status=422 if form.errors else 200)


def _open_links(request: HttpRequest, municipality: Municipality) -> QuerySet[ReportLink]:
    rows = ReportLink.objects.visible_to(request.user).open().filter(municipality=municipality)
    rows = rows.select_related("municipality", "department", "made_by").annotate(received=Count("reports"))
    return rows.order_by("department__name", "pk")


def _row(link: ReportLink) -> dict[str, Any]:
    address = f"{settings.BASE_URL}{reverse('reporting:report', args=[link.token])}"
    subject = f"KI-Werkzeuge melden: {link.department.name}"
    text = f"Nutzen Sie ein KI-Werkzeug? Bitte melden Sie es mit fünf Antworten über diesen Link, ohne Anmeldung:\n\n{address}"
    return {"link": link, "address": address, "mail": f"mailto:?subject={quote(subject)}&body={quote(text)}"}


@login_required
@require_POST
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    link = get_object_or_404(ReportLink.objects.visible_to(request.user), uuid=uuid)
    services.close_report_link(link, by=request.user)
    messages.success(request, "Der Link ist geschlossen. Was gemeldet wurde, bleibt erhalten.")
    return redirect("register:report-links")


def _link_or_404(token: str) -> ReportLink:
    link = ReportLink.objects.by_token(token)
    if link is None:
        raise Http404
    return link


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str) -> HttpResponse:
    """The five questions. Whoever has the link may answer; no account, and nothing about the person is kept."""
    link = _link_or_404(token)
    if not link.is_valid:
        return render(request, "register/report_gone.html", status=410)
    form = ToolReportForm(request.POST or None)
    status = 422
    if request.method == "POST" and form.is_valid():
        number, name = form.cleaned_data["number"], form.cleaned_data["name"]
        try:
            services.report_tool(link, number=number, name=name, values=form.values())
            return redirect("reporting:thanks", token)
        except ValidationError as error:
            add_service_errors(form, error)
        except Conflict as refused:
            form.add_error(None, refused.message)
            status = refused.status
    context = {"form": form, "link": link}
    return render(request, "register/report_tool.html", context, status=status if form.errors else 200)


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    link = _link_or_404(token)
    context = {
        "title": "Danke, Ihre Meldung ist angekommen.",
        "next_steps": [
            f"Aus Ihren Antworten ist ein Entwurf für „{link.department.name}“ entstanden.",
            "Die zuständigen Personen sind benachrichtigt und ergänzen, was noch fehlt.",
            "Veröffentlicht wird erst nach einer Prüfung. Sie müssen nichts weiter tun.",
        ],
        "links": [{"label": "Noch ein Werkzeug melden", "url": reverse("reporting:report", args=[token])}],
    }
    return render(request, "register/report_thanks.html", context)
