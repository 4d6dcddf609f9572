"""Probes, and the pages for addresses that lead nowhere."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.problem import problem

API = "/api/"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database and broker answer."""
    parts = {"database": _database_answers(), "broker": _broker_answers()}
    ready = all(parts.values())
    return JsonResponse({"status": "ok" if ready else "nicht bereit", **parts}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    from config.celery import app  # Celery costs start-up time that only this probe needs.

    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:  # kombu raises whatever the transport raises
        return False
    return True


def _page(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    if request.path.startswith(API):
        return problem(status, detail)
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, "Die Anfrage ist nicht lesbar.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, "Dafür fehlt Ihnen die Berechtigung.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, "Unter dieser Adresse gibt es nichts.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, "Bei uns ist ein Fehler aufgetreten. Bitte versuchen Sie es später noch einmal.")
