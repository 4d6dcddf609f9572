"""A municipality's own host name: its pages answer there, with the start page at "/"; everything else is elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from public import links
from register import selectors_public as selectors

Handler = Callable[[HttpRequest], HttpResponse]


def own_hosts(get_response: Handler) -> Handler:
    """Before anything that asks for the host: Django lets only those of ALLOWED_HOSTS through, and these are data."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = _name_of(request.META.get("HTTP_HOST", ""))
        main = urlsplit(str(settings.BASE_URL))
        if not name or name == main.hostname or name in settings.ALLOWED_HOSTS:
            return get_response(request)
        slug = selectors.slug_of_host(name)
        if slug is None:
            return get_response(request)
        home = links.municipality_url(slug)
        if request.path_info == "/":
            request.path = request.path_info = home
        elif not request.path_info.startswith((home, settings.STATIC_URL)):
            # Sign-in, interface and other municipalities live at the address of the whole register.
            return HttpResponseRedirect(links.absolute(request.get_full_path()))
        request.own_host = request.META["HTTP_HOST"]  # type: ignore[attr-defined]
        request.META["HTTP_HOST"] = main.netloc
        return get_response(request)

    return middleware


def _name_of(host: str) -> str:
    """Without the port, in lower case; a proxy may add the dot at the end."""
    return host.lower().partition(":")[0].removesuffix(".") if not host.startswith("[") else ""
