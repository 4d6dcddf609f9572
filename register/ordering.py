"""By what the lists can be sorted. Every order ends with the key, so that no two rows stand on the same place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce

from register.models import Entry
from register.rules import vocabulary
from register.rules.countries import by_name


def _place(column: str, keys: Any) -> Case:
    """Where a code stands in its list: "Regelbetrieb" after "Pilot", whatever the codes are called."""
    steps = [When(**{column: key}, then=Value(at)) for at, key in enumerate(keys, 1)]
    return Case(*steps, default=Value(0), output_field=IntegerField())


_STATES = _place("review_state", [key for key, _ in Entry.ReviewState.choices])
# Column of the list -> what it is sorted by, and how that is worked out where it is no column of the row.
ORDERS: dict[str, tuple[str, Any]] = {
    "name": ("sort_key", None),
    "changed": ("last_edited_at", None),
    "state": ("state_place", _STATES),
    "department": ("department_name", Coalesce("department__name", Value(""), output_field=CharField())),
    "status": ("status_place", _place("status", vocabulary.STATUS)),
    "risk": ("risk_place", _place("system__ai_act_class", vocabulary.RISK_CLASSES)),
    "level": ("level_place", _place("dataset__personal_data_level", vocabulary.PERSONAL_DATA_LEVELS)),
}
MASTER_DATA_ORDERS: dict[str, tuple[str, Any]] = {
    "name": ("sort_key", None),
    "kind": ("kind", None),
    "country": (
        "country_place",
        _place("country", [code for code, _ in sorted(vocabulary.COUNTRIES.items(), key=by_name)]),
    ),
    "used": ("used", None),
    "active": ("is_active", None),
}


def ordered(
    rows: QuerySet[Any], params: Mapping[str, Any], orders: Mapping[str, tuple[str, Any]]
) -> tuple[QuerySet[Any], str, tuple[str, str]]:
    """The rows with what they are sorted by, the order in words of the address, and the columns for paging."""
    sort = params.get("sort", "")
    name = sort.removeprefix("-")
    if name not in orders:
        sort = name = "name"
    column, worked_out = orders[name]
    if worked_out is not None:
        rows = rows.annotate(**{column: worked_out})
    sign = "-" if sort.startswith("-") else ""
    return rows, sort, (f"{sign}{column}", f"{sign}pk")
