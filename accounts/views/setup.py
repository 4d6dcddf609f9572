"""Setting a municipality up, and many municipalities from a list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions, selectors_setup, services
from accounts.forms.setup import DepartmentListForm, TenantListForm
from accounts.models import TenantList
from accounts.rules import department_list
from accounts.rules.tenant_list import FAULTY, NEW, NoList
from accounts.services.setup import department_paths
from accounts.views.place import at_the_form, person, worked_in
from core.errors import NotAllowed

form_methods = require_http_methods(["GET", "HEAD", "POST"])
WORDS = {"done": "Erledigt", "skipped": "Zurückgestellt", "open": "Offen"}


@require_safe
@login_required
def setup(request: HttpRequest) -> HttpResponse:
    found = selectors_setup.progress(worked_in(request, "settings.manage"))
    rows = [
        {"step": row.step, "state": row.state, "url": _url(request, row), "word": WORDS[row.state]} for row in found
    ]
    context = {"rows": rows, "open": selectors_setup.open_steps(found), "total": len(found)}
    return render(request, "accounts/setup.html", context)


def _url(request: HttpRequest, row: selectors_setup.Progress) -> str:
    """No link where the person would be refused."""
    if row.step.page == "imports:start":
        municipality = request.municipality  # type: ignore[attr-defined]
        if not permissions.has(request.user, "import.run", municipality=municipality):
            return ""
    return reverse(row.step.page) + row.step.query


@require_POST
@login_required
def mark(request: HttpRequest, key: str) -> HttpResponse:
    municipality = worked_in(request, "settings.manage")
    services.mark_setup_step(municipality, by=person(request), key=key, state=request.POST.get("state", ""))
    return redirect("accounts:setup")


@form_methods
@login_required
def department_list_page(request: HttpRequest) -> HttpResponse:
    """Paste, look at the tree, create."""
    municipality = worked_in(request, "settings.manage")
    form = DepartmentListForm(request.POST or None)
    lines: list[department_list.Line] = []
    repeats: list[str] = []
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        lines, repeats = department_list.parse(text), department_list.repeats(text)
        for fault in [line.fault for line in lines if line.fault][:10]:
            form.add_error("text", fault)
        if "create" in request.POST and not form.errors:
            with at_the_form(form) as attempt:
                number = services.create_departments(municipality, by=person(request), lines=lines)
            if not attempt.refused:
                messages.success(request, _("%(number)d Ämter sind angelegt.") % {"number": number})
                for said in repeats[:10]:
                    messages.info(request, said)
                return redirect("accounts:departments")
    known = department_paths(municipality) if lines and not form.errors else {}
    preview = [{"line": line, "indent": "–\u00a0" * line.depth, "exists": line.path in known} for line in lines]
    context = {"form": form, "preview": preview if not form.errors else [], "repeats": repeats}
    return render(request, "accounts/department_list.html", context, status=422 if form.errors else 200)


@form_methods
@login_required
def mail(request: HttpRequest) -> HttpResponse:
    """Is mail set up, and does a message arrive? The server itself is the operator's."""
    municipality = worked_in(request, "settings.manage")
    context: dict[str, Any] = {
        "leaves": selectors_setup.mail_leaves_the_machine(),
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    context["address"] = person(request).email
    if request.method == "POST":
        if not ratelimit.consume(request, action="test_mail", key=str(person(request).pk)):
            return ratelimit.respond_429(request)
        failure = services.send_test_mail(municipality, by=person(request))
        return render(request, "accounts/mail.html", {**context, "failure": failure, "sent": not failure})
    return render(request, "accounts/mail.html", context)


def _operator(request: HttpRequest) -> None:
    if not permissions.has(request.user, "platform.manage"):
        raise NotAllowed()


@form_methods
@login_required
def tenant_lists(request: HttpRequest) -> HttpResponse:
    _operator(request)
    form = TenantListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.upload_tenants(form.content(), by=person(request)))
        except NoList as error:
            form.add_error("file" if form.cleaned_data.get("file") else "text", str(error))
    return render(request, "accounts/tenant_lists.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
def tenant_list(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One page for the whole way: the preview, the waiting, and what has come of it."""
    _operator(request)
    found = get_object_or_404(TenantList.objects.select_related("job"), uuid=uuid)
    states = [row["state"] for row in found.rows]
    numbers = [
        {"value": states.count(NEW), "label": "neue Kommunen"},
        {"value": states.count("exists"), "label": "gibt es schon"},
        {"value": states.count(FAULTY), "label": "fehlerhafte Zeilen"},
    ]
    context = {"list": found, "numbers": numbers, "faulty": FAULTY in states, **_progress(found)}
    return render(request, "accounts/tenant_list.html", context)


def _progress(found: TenantList) -> dict[str, Any]:
    return {
        "job": found.job,
        "title": _("Das Anlegen der Kommunen"),
        "poll_url": reverse("accounts:tenant-list-status", args=[found.uuid]),
        "result_url": found.get_absolute_url(),
        "result_label": _("Ergebnis ansehen"),
        "retry_url": reverse("accounts:create-tenants", args=[found.uuid]),
    }


@require_safe
@login_required
def tenant_list_status(request: HttpRequest, uuid: UUID) -> HttpResponse:
    _operator(request)
    found = get_object_or_404(TenantList.objects.select_related("job"), uuid=uuid)
    if found.job is None:
        raise Http404
    return render(request, "components/job_status.html", _progress(found))


@require_POST
@login_required
def create_tenants(request: HttpRequest, uuid: UUID) -> HttpResponse:
    _operator(request)
    return redirect(services.request_tenants(get_object_or_404(TenantList, uuid=uuid), by=person(request)))
