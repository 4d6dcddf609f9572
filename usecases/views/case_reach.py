"""What the pages of the portfolio begin with: who is asking, and what may that person do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import permissions
from accounts.models import Municipality
from compliance.views.reach import require_here
from core.errors import NotAllowed
from usecases.models import UseCase

Trail = list[dict[str, str]]
FORM_METHODS = ["GET", "HEAD", "POST"]


def use_case_or_404(request: HttpRequest, uuid: UUID) -> UseCase:
    rows = UseCase.objects.visible_to(request.user).select_related(
        "municipality", "department", "responsible", "changed_by", "created_by", "adoption__source"
    )
    return get_object_or_404(rows, uuid=uuid)


def edited_or_404(request: HttpRequest, uuid: UUID) -> UseCase:
    """One that this person may work on; who only reads it is refused early."""
    use_case = use_case_or_404(request, uuid)
    if not permissions.on(request.user, "usecase.edit", use_case):
        raise NotAllowed()
    return use_case


def here(request: HttpRequest, permission: str) -> Municipality:
    return require_here(request, permission)


def trail(*steps: tuple[str, str]) -> Trail:
    start = [("Übersicht", reverse("register:start")), ("Vorhaben", reverse("usecases:use-cases"))]
    return [{"label": label, "url": url} for label, url in (*start, *steps)]


def trail_to(use_case: UseCase, *steps: str) -> Trail:
    page = use_case.get_absolute_url() if steps else ""
    return trail((use_case.title, page), *((step, "") for step in steps))


def answer(
    request: HttpRequest,
    use_case: UseCase,
    form: Any,
    status: int,
    *,
    title: str,
    said: str,
    anchor: str,
    lead: str = "",
) -> HttpResponse:
    """Back to the part of the use case that was changed, or the form with what `save` found."""
    if not status:
        messages.success(request, said)
        return redirect(f"{use_case.get_absolute_url()}#{anchor}")
    context = {
        "form": form,
        "title": title,
        "use_case": use_case,
        "lead": lead,
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, title),
    }
    return render(request, "usecases/case_form.html", context, status=status)
