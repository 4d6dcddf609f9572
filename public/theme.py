"""A municipality's colour and coat of arms. The stylesheet is a file of its own: the security policy knows no inline style."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts import selectors as accounts
from accounts.rules import colours
from public.reach import municipality_or_404

# Their addresses name the colour or the hash of the picture, so what was fetched once stays right.
_FOREVER = "public, max-age=31536000, immutable"
_PICTURE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def stylesheet(request: HttpRequest, slug: str, colour: str) -> HttpResponse:
    found = municipality_or_404(slug)
    if found.accent != f"#{colour}":
        raise Http404
    lighter = colours.nearest(found.accent, colours.DARK)
    text = (
        f":root {{ --kern-color-action-default: {found.accent}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --kern-color-action-default: {lighter}; }} }}\n"
    )
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = _FOREVER
    return response


@require_safe
def coat(request: HttpRequest, slug: str, digest: str, suffix: str) -> HttpResponse:
    found = municipality_or_404(slug)
    picture = accounts.coat_of(found)
    if picture is None or request.path != found.coat_url:
        raise Http404
    response = HttpResponse(picture, content_type=found.coat_type)
    response.headers["Cache-Control"] = _FOREVER
    response.headers["Content-Security-Policy"] = _PICTURE_POLICY
    return response
