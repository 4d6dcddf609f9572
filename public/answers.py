"""How a citizens' page leaves the house: rendered without session, user or cookie, with an ETag, for everybody alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from public.links import absolute

# Browsers ask again each time (a 304 costs two queries); only shared caches may keep a page for a moment.
CACHE_CONTROL = "public, max-age=0, s-maxage=30, must-revalidate"


def page(
    request: HttpRequest, template: str, context: Callable[[], Mapping[str, Any]], *, depends_on: tuple[object, ...]
) -> HttpResponse:
    """A page that changes only with its address, with what it depends on, and with the day.

    Call it after it is certain that the page may be seen. `context` is asked only if the page has to be made.
    """
    return conditional(
        request,
        depends_on,
        lambda: HttpResponse(render_to_string(template, {"canonical": absolute(request.path), **context()})),
    )


def conditional(request: HttpRequest, depends_on: tuple[object, ...], make: Callable[[], HttpResponse]) -> HttpResponse:
    """`make()`, or 304 if the reader has it already."""
    etag = etag_of(request.get_full_path(), timezone.localdate(), _code_state(), *depends_on)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = make()
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def gone(context: Mapping[str, Any]) -> HttpResponse:
    """410: it was public once. Says when and why it went, and nothing of what it said."""
    response = HttpResponse(render_to_string("public/gone.html", {**context}), status=410)
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def etag_of(*parts: object) -> str:
    return quote_etag(hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:32])


@cache
def _code_state() -> str:
    """Changes with a new release of the program, whose pages may look different."""
    base = Path(settings.BASE_DIR)
    files = [*(base / "templates").rglob("*.html"), *(base / "public").glob("*.py")]
    return str(max(file.stat().st_mtime_ns for file in files))
