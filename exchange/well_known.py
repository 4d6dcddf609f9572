"""Discovery for other registers (not a registered well-known name), and whom to tell about a weak spot (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from exchange.api.answers import URN, absolute, conditional, dumps, etag_of, json_text
from register import selectors_public as selectors
from register.content import SCHEMA_VERSION

VALID_DAYS = 180


@require_safe
def register(request: HttpRequest) -> HttpResponseBase:
    """Who publishes here, and where a mirror finds it."""
    response = conditional(request, etag_of(request, selectors.log_state()), lambda: json_text(dumps(_discovery())))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _discovery() -> dict[str, object]:
    return {
        "version": "1",
        "schema_version": SCHEMA_VERSION,
        "base_url": settings.BASE_URL,
        "api": absolute("/api/v1/"),
        "openapi": absolute("/api/v1/schema/"),
        "export": absolute("/api/v1/export.jsonl"),
        "min_interval_seconds": 3600,
        "publishers": [
            {
                "ars": row.ars,
                "urn": f"{URN}{row.ars}",
                "name": row.name,
                "page": absolute(f"/k/{row.slug}/"),
                "feed": absolute(f"/api/v1/feed?municipality={row.ars}"),
                "atom": absolute(f"/k/{row.slug}/feed.atom"),
                "contact": row.mailbox,
            }
            for row in selectors.active_municipalities()
        ],
    }


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    contact = getattr(settings, "SECURITY_CONTACT", "") or f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    # The first of a month: the text stays the same for a while and never runs out unnoticed.
    expires = (timezone.now() + timedelta(days=VALID_DAYS)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: de, en",
        f"Canonical: {absolute('/.well-known/security.txt')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
