"""What happened that concerns this person."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import services as accounts
from accounts.models import Notification
from core import paging
from register.views.reach import trail


@login_required
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    own = Notification.objects.visible_to(request.user)
    page = paging.page(own, request.GET, order=("-created_at", "-pk"))
    context = {
        "notifications": lines_of(page.items),
        "read_url": reverse("register:notifications-read") if own.unread().exists() else "",
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(("Mitteilungen", "")),
    }
    return render(request, "register/notifications.html", context)


def lines_of(rows: list[Notification]) -> list[dict[str, object]]:
    """Rows for components/notifications.html."""
    return [{"text": r.text, "url": r.url, "at": r.created_at, "read": r.read_at is not None} for r in rows]


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    accounts.read_notifications(request.user, by=request.user)
    return redirect("register:notifications")
