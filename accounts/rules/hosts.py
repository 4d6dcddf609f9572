"""A host name of a municipality's own, as it may be typed."""

import re

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


def clean_host(text: str) -> str:
    """Lower case, without scheme, path and the dot at the end."""
    host = text.strip().lower().removeprefix("https://").removeprefix("http://")
    return host.removesuffix("/").removesuffix(".")


def is_host(host: str) -> bool:
    """A name with at least one dot; no address in numbers, no port."""
    return len(host) <= 200 and bool(_HOST.fullmatch(host)) and not host.replace(".", "").isdigit()
