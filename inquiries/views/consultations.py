"""Asking residents about a use case: the texts, their release, what came in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core import paging
from core.errors import NotAllowed
from inquiries import services
from inquiries.forms_consultation import ConsultationForm, ResultForm
from inquiries.models import Consultation
from inquiries.models.consultation import DECIDE, EDIT
from inquiries.views.reach import FORM_METHODS, data_of, save
from usecases.views.case_reach import edited_or_404, trail_to

TITLE = "Beteiligung"


def _consultation_or_404(request: HttpRequest, uuid: UUID, permission: str = "") -> Consultation:
    rows = Consultation.objects.visible_to(request.user).select_related(
        "municipality", "use_case__department", "changed_by", "released_by"
    )
    row: Consultation = get_object_or_404(rows, uuid=uuid)
    if permission and not permissions.on(request.user, permission, row.use_case):
        raise NotAllowed()
    return row


def _page(request: HttpRequest, use_case: Any, form: Any, status: int, *, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back, "breadcrumb": trail_to(use_case, title)}
    return render(request, "inquiries/form.html", context, status=status)


@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    form = ConsultationForm(data_of(request))
    made: list[Consultation] = []
    status = save(
        form, lambda _: made.append(services.write_consultation(use_case, by=request.user, values=form.values))
    )
    if not status:
        messages.success(request, "Die Beteiligung ist angelegt. Eine zweite Person gibt sie frei.")
        return redirect(made[0])
    return _page(request, use_case, form, status, title="Menschen fragen", back=use_case.get_absolute_url())


@login_required
@require_safe
def consultation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _consultation_or_404(request, uuid)
    page = paging.page(row.contributions.all(), request.GET, order=("-pk",))
    user = request.user
    fresh = not row.is_released_as_written
    context = {
        "row": row,
        "contributions": page.items,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "fresh": fresh,
        "edits": permissions.on(user, EDIT, row.use_case),
        "releases": fresh and permissions.on(user, DECIDE, row.use_case) and row.changed_by_id != user.pk,
        "public_url": reverse("public:consultation", args=[row.municipality.slug, row.uuid]),
        "breadcrumb": trail_to(row.use_case, TITLE),
    }
    return render(request, "inquiries/consultation.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The question before it is closed, the result afterwards."""
    row = _consultation_or_404(request, uuid, EDIT)
    kind = ResultForm if row.phase == "closed" else ConsultationForm
    form = kind(data_of(request), instance=row)
    status = save(
        form,
        lambda cleaned: services.change_consultation(
            row, by=request.user, values=form.values, version=cleaned["version"]
        ),
    )
    if not status:
        messages.success(request, "Gespeichert. Öffentlich wird es, wenn eine zweite Person es freigibt.")
        return redirect("inquiries:consultation", uuid)
    return _page(request, row.use_case, form, status, title=f"{TITLE} bearbeiten", back=row.get_absolute_url())


@login_required
@require_POST
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _consultation_or_404(request, uuid, DECIDE)
    version = request.POST.get("version", "")
    services.release_consultation(
        row, by=request.user, version=int(version) if version.isdecimal() and len(version) < 10 else 0
    )
    messages.success(request, "Die Beteiligung ist so veröffentlicht.")
    return redirect(row)
