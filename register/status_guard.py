"""Who else has a say in the status of an entry. Upper rooms bring their own along, like `holding.py`."""

from __future__ import annotations

from collections.abc import Callable

from register.models import Entry

# Why the status cannot be set to this value by an ordinary edit; empty if it can.
Find = Callable[[Entry, str], str]
_finders: list[Find] = []


def register(find: Find) -> Find:
    _finders.append(find)
    return find


def refusal(entry: Entry, wanted: str) -> str:
    if not wanted or wanted == entry.status:
        return ""
    return next((said for find in _finders if (said := find(entry, wanted))), "")
