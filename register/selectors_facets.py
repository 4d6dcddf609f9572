"""What each value of each filter would show: the numbers behind the filters of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from register.models import PublicDocument
from register.rules.life_situations import situations_of
from register.selectors_public import find

Row = tuple[Any, ...]

_COLUMNS = (
    "kind",
    "affects_people",
    "category",
    "status",
    "risk_class",
    "personal_data_level",
    "department",
    "datasets",
    "provider",
    "countries",
)


@dataclass(frozen=True)
class Facet:
    """What a filter reads of a row, and the values that this means."""

    read: Callable[[Row], Any]
    values: Callable[[Any], Iterable[str]]


def _one(column: str) -> Facet:
    return Facet(itemgetter(_COLUMNS.index(column)), lambda value: (value,))


def _several(column: str, values: Callable[[Any], Iterable[str]] = set) -> Facet:
    place = _COLUMNS.index(column)
    return Facet(lambda row: tuple(row[place]), values)


def _risk(read: tuple[str, str]) -> tuple[str, ...]:
    """Only a system can be waiting for its class."""
    kind, risk = read
    return (risk,) if risk else ("none",) if kind == "system" else ()


FACETS = {
    "affects_people": _one("affects_people"),
    "field": _several("category"),
    "situation": _several("category", situations_of),
    "status": _one("status"),
    "risk_class": Facet(itemgetter(_COLUMNS.index("kind"), _COLUMNS.index("risk_class")), _risk),
    "personal_data_level": _one("personal_data_level"),
    "department": _one("department"),
    "dataset": _several("datasets"),
    "provider": _one("provider"),
    "country": _several("countries"),
}


def facets(
    rows: QuerySet[PublicDocument], criteria: Mapping[str, Any], *, partly: bool = False
) -> dict[str, Counter[str]]:
    """For each filter: how many documents each of its values would show, with all the other filters as they are."""
    wanted = {name: value for name, value in criteria.items() if name in FACETS}
    shown: list[Row] = []
    hidden_by: dict[str, list[Row]] = {name: [] for name in wanted}
    for row in find(rows, q=criteria.get("q", ""), partly=partly).order_by().values_list(*_COLUMNS):
        lacking = [name for name, value in wanted.items() if value not in FACETS[name].values(FACETS[name].read(row))]
        if not lacking:
            shown.append(row)
        elif len(lacking) == 1:
            hidden_by[lacking[0]].append(row)
    return {name: _counted(FACETS[name], shown + hidden_by.get(name, [])) for name in FACETS}


def _counted(facet: Facet, rows: Sequence[Row]) -> Counter[str]:
    """Rows that say the same are read once: many rows say few different things."""
    found: Counter[str] = Counter()
    for said, number in Counter(map(facet.read, rows)).items():
        for value in facet.values(said):
            found[value] += number
    return found
