"""Which municipality a signed-in person is working in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import permissions
from accounts.models import Municipality

SESSION_KEY = "municipality"
# Municipalities that an operator of the platform has entered in this session.
ENTERED_KEY = "entered_municipalities"


def chosen_municipality(request: HttpRequest) -> Municipality | None:
    """The one chosen in the session if the person still belongs to it, else the first of the person's own."""
    own = request.own_municipalities  # type: ignore[attr-defined]
    if not own:
        return None
    chosen = request.session.get(SESSION_KEY)
    return next((m for m in own if m.pk == chosen), own[0])


def own_municipalities(request: HttpRequest) -> list[Municipality]:
    """Where the person may work, in the order of their names."""
    return list(Municipality.objects.visible_to(request.user).active()) if request.user.is_authenticated else []


def _with_entered(user: Any, request: HttpRequest) -> Any:
    if user.is_authenticated and (entered := request.session.get(ENTERED_KEY)):
        permissions.enter(user, *entered)
    return user


def current_municipality(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        # Citizens' pages never look at either, so they never pay for it.
        user = request.user
        request.user = SimpleLazyObject(lambda: _with_entered(user, request))  # type: ignore[assignment]
        # Read once for the municipality of the page and for the choice in its head.
        request.own_municipalities = SimpleLazyObject(lambda: own_municipalities(request))  # type: ignore[attr-defined]
        request.municipality = SimpleLazyObject(lambda: chosen_municipality(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
