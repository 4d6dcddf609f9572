"""What every request and answer passes through."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from core.errors import Refusal
from exchange.problem import problem

Handler = Callable[[HttpRequest], HttpResponse]

# Pages that no browser or proxy may keep.
PRIVATE = ("/verwaltung/", "/konto/", "/plattform/", "/einladung/", "/anmelden/", "/abmelden/")


def clean_input(get_response: Handler) -> Handler:
    """PostgreSQL cannot store NUL; refuse it once here instead of failing somewhere with a 500."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            message = _("Die Adresse enthält ein ungültiges Zeichen.")
            if request.path.startswith("/api/"):
                return problem(400, message)
            return render(request, "400.html", {"message": message}, status=400)
        return get_response(request)

    return middleware


def clean_address(get_response: Handler) -> Handler:
    """A filter form of a list sends every field it has. The address to keep and to pass on names only what is set."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or not request.path.startswith("/verwaltung/") or "q" not in request.GET:
            return get_response(request)
        if all(value for _name, values in request.GET.lists() for value in values):
            return get_response(request)
        said = request.GET.copy()
        for name, values in request.GET.lists():
            said.setlist(name, [value for value in values if value])
        query = said.urlencode()
        return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)

    return middleware


class errors_for_readers:  # noqa: N801 - used like the function middlewares beside it
    """Turn a named refusal of a service into a page that says what to do next."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.path.startswith(PRIVATE):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            context = {"message": error.message, "reasons": getattr(error, "reasons", ())}
            return render(request, f"{error.status}.html", context, status=error.status)
        if isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected):
            # Two people changed linked rows in the same moment; the database let one of them through.
            return render(request, "409.html", status=409)
        if isinstance(error, ValidationError):
            return render(request, "422.html", {"message": " ".join(error.messages)}, status=422)
        return None
