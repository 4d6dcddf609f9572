"""Errors of the API as application/problem+json (RFC 9457) with German title and detail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework.exceptions import APIException

from core.errors import Refusal

TITLES = {
    400: "Ungültige Anfrage",
    401: "Anmeldung nötig",
    403: "Nicht erlaubt",
    404: "Nicht gefunden",
    405: "Methode nicht erlaubt",
    406: "Format nicht verfügbar",
    409: "Inzwischen geändert",
    410: "Nicht mehr veröffentlicht",
    415: "Format nicht lesbar",
    422: "Angaben unvollständig",
    429: "Zu viele Anfragen",
    500: "Fehler im System",
    503: "Vorübergehend nicht erreichbar",
}
_DETAILS = {
    401: "Für diese Adresse müssen Sie sich anmelden.",
    403: "Dafür fehlt Ihnen die Berechtigung.",
    404: "Unter dieser Adresse gibt es nichts.",
    405: "Diese Methode gibt es hier nicht. Erlaubte Methoden stehen im Kopf „Allow“.",
    406: "Das verlangte Format gibt es hier nicht. Bitte fragen Sie mit „Accept: application/json“.",
    415: "Dieses Format kann die Schnittstelle nicht lesen. Bitte senden Sie JSON.",
    429: "Zu viele Anfragen in kurzer Zeit. Bitte versuchen Sie es später noch einmal.",
}


def problem(status: int, detail: str, extra: Mapping[str, Any] | None = None) -> HttpResponse:
    body = {"type": "about:blank", "title": TITLES.get(status, "Fehler"), "status": status, "detail": detail}
    return JsonResponse(
        {**body, **(extra or {})},
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Turn what a view raised into a problem; None leaves a real fault to the page for 500."""
    if isinstance(error, Refusal):
        return problem(error.status, error.message)
    if isinstance(error, ValidationError):
        return problem(422, " ".join(error.messages))
    if isinstance(error, Http404):
        return problem(404, _DETAILS[404])
    if isinstance(error, PermissionDenied):
        return problem(403, _DETAILS[403])
    if isinstance(error, APIException):
        status = error.status_code
        response = problem(status, _DETAILS.get(status, "Die Anfrage ist nicht lesbar."))
        for name in ("WWW-Authenticate", "Retry-After"):
            if value := getattr(error, {"WWW-Authenticate": "auth_header", "Retry-After": "wait"}[name], None):
                response.headers[name] = str(value)
        return response
    return None
