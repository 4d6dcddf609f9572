"""How the API answers: stored text as it lies, ETag after the visibility check, open to pages of other origins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from rest_framework.request import Request
from rest_framework.views import APIView

from exchange.api import Open
from exchange.problem import problem
from register.selectors_public import Publication

CACHE_CONTROL = "public, max-age=0, s-maxage=30, must-revalidate"
URN = "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs:"


class ReadView(APIView):
    """A view that only reads, for everybody; a browser may ask from any page."""

    permission_classes = [Open]

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        response = HttpResponse(status=204)
        del response.headers["Content-Type"]
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
        return response

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        final: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        final.headers["Access-Control-Allow-Origin"] = "*"
        final.headers["Access-Control-Expose-Headers"] = "ETag, Allow, Link"
        return final


def etag_of(request: HttpRequest | Request, *parts: object) -> str:
    """For whatever changes only with its address and these parts."""
    text = "\n".join([request.get_full_path(), *(str(part) for part in parts)])
    return quote_etag(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32])


def conditional(request: HttpRequest | Request, etag: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """`make()`, or 304 if the reader has it already."""
    plain = request._request if isinstance(request, Request) else request
    response: HttpResponseBase | None = get_conditional_response(plain, etag=etag)
    if response is None:
        response = make()
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def json_text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/json")


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def listed(texts: Iterable[str], *, next_url: str | None) -> HttpResponse:
    """A page of a list; the texts are JSON already and are put in as they are."""
    response = json_text(f'{{"next":{dumps(next_url)},"results":[{",".join(texts)}]}}')
    if next_url:
        response.headers["Link"] = f'<{next_url}>; rel="next"'
    return response


def absolute(path: str) -> str:
    """Absolute addresses begin with BASE_URL, never with what a request claims to be asked at."""
    return f"{settings.BASE_URL}{path}"


def next_address(request: HttpRequest | Request, **changes: object) -> str:
    params = request.GET.copy()
    for name, value in changes.items():
        params[name] = str(value)
    return absolute(f"{request.path}?{params.urlencode()}")


def gone(row: Publication) -> HttpResponse:
    """The tombstone of a withdrawal or a redaction: when and why, nothing of what it said."""
    what = "Der Eintrag wurde zurückgezogen" if row.op == "withdraw" else f"Fassung {row.number} wurde gelöscht"
    extra = {
        "op": row.op,
        "uuid": row.entry.uuid,
        "number": row.number,
        "at": row.at,
        "reason": row.reason,
        "seq": row.seq,
        "sha256": row.sha256,
    }
    return problem(410, f"{what}. Grund: {row.reason}", extra)
