"""What the pages of this room begin with, and how they show what a service refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality
from core.cells import csv_bytes
from core.errors import Conflict, NotAllowed
from register.forms import add_service_errors
from usecases.models.keeping import MANAGE, VIEW

Trail = list[dict[str, str]]
FORM_METHODS = ["GET", "HEAD", "POST"]


def csv_answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A table to take away, named with the day; `name` without the suffix."""
    response = HttpResponse(csv_bytes(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{timezone.localdate().isoformat()}-{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def require_here(request: HttpRequest, permission: str = VIEW) -> Municipality:
    municipality: Municipality | None = request.municipality or None  # type: ignore[attr-defined]
    if municipality is None:
        raise Http404
    if not permissions.has(request.user, permission, municipality=municipality):
        raise NotAllowed()
    return municipality


def manages(request: HttpRequest, municipality: Municipality | int) -> bool:
    return permissions.has(request.user, MANAGE, municipality=municipality)


def require_manages(request: HttpRequest, municipality: Municipality | int) -> None:
    """Refuse a form early that its service would refuse on saving."""
    if not manages(request, municipality):
        raise NotAllowed()


def data_of(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def saved(form: Any, act: Callable[[], Any]) -> Any:
    """The result of the service; None when it refused, with its words in the form."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return act()
    except ValidationError as error:
        add_service_errors(form, error)
    except Conflict as error:
        # Somebody was faster; what was typed stays on the page.
        form.add_error(None, error.message)
    return None


def trail(*steps: tuple[str, str]) -> Trail:
    start = ("Übersicht", reverse("register:start"))
    return [{"label": label, "url": url} for label, url in (start, *steps)]


def skills(*steps: tuple[str, str]) -> Trail:
    """The pages that hang below the state of the offices."""
    return trail(("KI-Kompetenz", reverse("usecases:training")), *steps)


def form_page(
    request: HttpRequest, form: Any, title: str, *, steps: tuple[tuple[str, str], ...], **more: Any
) -> HttpResponse:
    """A page with one form; the way back is the last step but one."""
    context = {
        "form": form,
        "title": title,
        "cancel_url": steps[-1][1],
        "breadcrumb": trail(*steps, (title, "")),
        **more,
    }
    return render(request, "usecases/form.html", context, status=422 if form.errors else 200)
