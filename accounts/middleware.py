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
    if not request.user.is_authenticated:
        return None
    own = list(Municipality.objects.visible_to(request.user).active())
    chosen = request.session.get(SESSION_KEY)
    return next((m for m in own if m.pk == chosen), own[0] if own else None)


def _with_entered(user: Any, request: HttpRequest) -> Any:
    if user.is_authenticated and (entered := request.session.get(ENTERED_KEY)):
        permissions.enter(user, *entered)
    return user


def current_municipality(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        # Citizens' pages never look at either, so they never pay for it.
        user = request.user
        request.user = SimpleLazyObject(lambda: _with_entered(user, request))  # type: ignore[assignment]
        request.municipality = SimpleLazyObject(lambda: chosen_municipality(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
