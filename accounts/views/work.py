"""Switching the municipality, and messages to the person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import middleware, selectors, services
from accounts.views.place import person


@require_POST
@login_required
def switch_municipality(request: HttpRequest) -> HttpResponse:
    """Work in another municipality. An operator's entering is put on record by the service."""
    wanted = request.POST.get("municipality", "")
    choice = next(
        (c for c in selectors.municipality_choices(person(request)) if str(c.municipality.pk) == wanted), None
    )
    if choice is None:
        raise Http404
    if choice.granted:
        services.enter_granted(choice.municipality, by=person(request))
        entered = set(request.session.get(middleware.ENTERED_KEY, [])) | {choice.municipality.pk}
        request.session[middleware.ENTERED_KEY] = sorted(entered)
    request.session[middleware.SESSION_KEY] = choice.municipality.pk
    messages.success(request, _("Sie arbeiten jetzt in: %(name)s.") % {"name": choice.municipality})
    return redirect("/verwaltung/")
