"""Errors of the API as application/problem+json (RFC 9457) with German title and detail."""

from django.http import HttpResponse, JsonResponse
from rest_framework.views import exception_handler as handler

__all__ = ["handler", "problem"]

TITLES = {400: "Ungültige Anfrage", 403: "Nicht erlaubt", 404: "Nicht gefunden", 500: "Fehler im System"}


def problem(status: int, detail: str) -> HttpResponse:
    return JsonResponse(
        {"type": "about:blank", "title": TITLES.get(status, "Fehler"), "status": status, "detail": detail},
        status=status,
        content_type="application/problem+json",
    )
