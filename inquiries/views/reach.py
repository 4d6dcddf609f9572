"""What the pages of this room begin with, and how they show what a service refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import permissions
from compliance.views.reach import require_here
from core.errors import NotAllowed
from inquiries.models import Inquiry
from register import forms

FORM_METHODS = ["GET", "HEAD", "POST"]
__all__ = ["FORM_METHODS", "data_of", "form_page", "inquiry_or_404", "require_here", "save", "trail"]


def inquiry_or_404(request: HttpRequest, uuid: UUID, permission: str = "") -> Inquiry:
    """One within reach of this person; who may only read it is refused early where more is asked for."""
    rows = Inquiry.objects.visible_to(request.user).select_related(
        "municipality", "department", "entry", "drafted_by", "checked_by", "released_by"
    )
    row: Inquiry = get_object_or_404(rows, uuid=uuid)
    if permission and not permissions.on(request.user, permission, row):
        raise NotAllowed()
    return row


def data_of(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    start = [("Übersicht", reverse("register:start")), ("Anfragen", reverse("inquiries:desk"))]
    return [{"label": label, "url": url} for label, url in (*start, *steps)]


def save(form: Any, run: Callable[[dict[str, Any]], Any]) -> int:
    """As `register.forms.save`; a form that was only opened is a page like any other."""
    return forms.save(form, run) if form.is_bound else 200


def form_page(
    request: HttpRequest, inquiry: Inquiry, form: Any, status: int, *, title: str, said: str, **more: Any
) -> HttpResponse:
    """Back to the inquiry once it is saved, or the form beside what the person wrote."""
    if not status:
        messages.success(request, said)
        return redirect(inquiry)
    context = {
        "form": form,
        "title": title,
        "inquiry": inquiry,
        "cancel_url": inquiry.get_absolute_url(),
        "breadcrumb": trail((inquiry.reference, inquiry.get_absolute_url()), (title, "")),
        **more,
    }
    return render(request, "inquiries/form.html", context, status=status)
