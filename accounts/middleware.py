"""Which municipality a signed-in person is working in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import permissions
from accounts.models import Municipality

SESSION_KEY = "municipality"


def chosen_municipality(request: HttpRequest) -> Municipality | None:
    """The one chosen in the session if the person still belongs to it, else the first of the person's own."""
    if not request.user.is_authenticated:
        return None
    own = list(Municipality.objects.visible_to(request.user).active())
    chosen = request.session.get(SESSION_KEY)
    return next((m for m in own if m.pk == chosen), own[0] if own else None)


def current_municipality(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        # Citizens' pages never look at it, so they never pay for it.
        request.municipality = SimpleLazyObject(lambda: chosen_municipality(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
