"""The coverage bar: which share of the departments has reported, has nothing to report, or has not answered yet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.text import format_date
from register.selectors_public import CoverageLine

STATES = (
    ("reported", gettext_noop("gemeldet")),
    ("none", gettext_noop("Fehlanzeige")),
    ("open", gettext_noop("noch offen")),
)
WIDTH = 600


def shown(said: list[CoverageLine] | None) -> dict[str, Any] | None:
    """What the page needs: the parts of the bar, the same numbers as a table, and the names where they are public."""
    if not said:
        return None
    parts, at = [], 0
    for code, label in STATES:
        number = sum(line.state == code for line in said)
        # Whole units that add up: the next part begins where this one ends.
        end = at + round(WIDTH * number / len(said)) if code != "open" else WIDTH
        parts.append({"code": code, "label": _(label), "number": number, "x": at, "width": end - at})
        at = end
    labels = dict(STATES)
    named = [
        {"name": line.name, "label": _(labels[line.state]), "on": format_date(line.stated_on) if line.stated_on else ""}
        for line in said
        if line.name
    ]
    return {"parts": parts, "total": len(said), "answered": sum(p["number"] for p in parts[:2]), "named": named}
