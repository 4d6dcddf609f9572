"""A person's duties in their own calendar: the secret address, and what stands behind it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compliance import services
from compliance.models import CalendarLink, Duty
from compliance.reports.calendar import MEDIA_TYPE, calendar
from compliance.selectors_duties import mine, with_lines
from compliance.views.duty_reach import trail
from compliance.views.reach import require_here


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The person's address, or the button that makes one."""
    municipality = require_here(request, "entry.view")
    if request.method == "POST":
        services.make_calendar_link(municipality, by=request.user)
        messages.success(request, "Die Adresse ist angelegt. Tragen Sie sie in Ihr Kalenderprogramm ein.")
        return redirect("compliance:duty-calendar")
    link = CalendarLink.objects.open().filter(user=request.user, municipality=municipality).first()
    context = {
        "link": link,
        "address": f"{settings.BASE_URL}{reverse('calendar:feed', args=[link.token])}" if link else "",
        "breadcrumb": trail(("Im Kalender abonnieren", "")),
    }
    return render(request, "compliance/duty_calendar.html", context)


@login_required
@require_POST
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    link = get_object_or_404(CalendarLink.objects.open().filter(user=request.user), uuid=uuid)
    services.close_calendar_link(link, by=request.user)
    messages.success(request, "Die Adresse ist geschlossen. Kalender, die sie nutzen, bekommen nichts mehr.")
    return redirect("compliance:duty-calendar")


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What the person may still see at this moment, and only title and day of it."""
    link = CalendarLink.objects.by_token(token)
    if link is None or not link.user.is_active or not link.municipality.is_active:
        raise Http404
    if not services.count_fetch(link):
        text = "Diese Adresse wurde in dieser Stunde zu oft abgerufen."
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=429, headers={"Retry-After": "3600"})
    rows = Duty.objects.visible_to(link.user).of(link.municipality).pending()
    rows = with_lines(mine(rows, link.user, link.municipality)).order_by("sort_day", "pk")
    content = calendar(rows, name=f"Pflichten {link.municipality.name}", base_url=settings.BASE_URL)
    return HttpResponse(content, content_type=MEDIA_TYPE)
