"""Requests to addresses that somebody typed in: https, public addresses, no redirects, small and quick answers.

The name is resolved once, every address it has must be public, and the connection goes to the address that
was checked, so a name that changes its mind in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

from core.errors import Refusal

TIMEOUT_SECONDS = 5
MAX_BYTES = 1024 * 1024

# Addresses that Python calls global although they lead inside, or into another address family.
_REFUSED = [
    ipaddress.ip_network(text)
    for text in (
        "2002::/16",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "fec0::/10",
        "::/96",
        "3fff::/20",
        "192.88.99.0/24",
        "192.0.0.0/24",
        "100.64.0.0/10",
    )
]


class Unreachable(Refusal, requests.RequestException):
    """The address may not be called or does not answer as it should; the text says which."""

    status = 422

    def __init__(self, message: str) -> None:
        Refusal.__init__(self, message)
        self.response = self.request = None


def check_address(url: str) -> None:
    """Refuse what can be refused without a connection."""
    _target(url)


def session() -> requests.Session:
    guarded = _Session()
    guarded.trust_env = False
    guarded.mount("https://", _Guard())
    guarded.mount("http://", _Guard())
    return guarded


class _Session(requests.Session):
    def request(self, method: Any, url: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        kwargs.update(allow_redirects=False, timeout=TIMEOUT_SECONDS)
        return super().request(method, url, **kwargs)


class _Guard(HTTPAdapter):
    """Connects to the checked address, keeps the name for the certificate, reads no more than allowed."""

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        host, port = _target(request.url)
        request.headers["Host"] = urlsplit(request.url).netloc
        request.pinned_address = _public_address(host, port)
        kwargs.update(stream=True, proxies={})
        deadline = time.monotonic() + TIMEOUT_SECONDS
        response = super().send(request, *args, **kwargs)
        if 300 <= response.status_code < 400:
            response.close()
            raise Unreachable(_("Die Adresse leitet weiter. Geben Sie die endgültige Adresse ein."))
        response._content = _limited(response, deadline)
        return response

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host_params, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host_params["scheme"] == "https":
            pool["server_hostname"] = pool["assert_hostname"] = host_params["host"]
        host_params["host"] = request.pinned_address
        return host_params, pool


def _limited(response: requests.Response, deadline: float) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(16 * 1024):
        size += len(part)
        if size > MAX_BYTES:
            response.close()
            raise Unreachable(_("Die Antwort ist zu groß."))
        if time.monotonic() > deadline:
            response.close()
            raise Unreachable(_("Die Antwort dauert zu lange."))
        parts.append(part)
    return b"".join(parts)


def _target(url: str) -> tuple[str, int]:
    """Host and port of an address that may be called."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Unreachable(_("Das ist keine gültige Adresse.")) from error
    if not host or parts.username or parts.password or "\\" in url or any(c.isspace() for c in url):
        raise Unreachable(_("Das ist keine gültige Adresse."))
    if _allowed_for_tests(host, port):
        return host, port or 80
    if parts.scheme != "https":
        raise Unreachable(_("Die Adresse muss mit https:// beginnen."))
    return host, port or 443


def _allowed_for_tests(host: str, port: int | None) -> bool:
    """A loopback service may be named for tests; never where a real database is in use."""
    return bool(settings.EMBEDDED) and f"{host}:{port}" in getattr(settings, "OIDC_ALLOW", ())


def _public_address(host: str, port: int) -> str:
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("Zu dieser Adresse gibt es keinen Rechner.")) from error
    addresses = sorted(str(text) for text in found)
    if not _allowed_for_tests(host, port) and not all(_is_public(text) for text in addresses):
        raise Unreachable(_("Die Adresse führt in ein internes Netz und wird nicht aufgerufen."))
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return _is_public(str(mapped))
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _REFUSED if network.version == address.version)
