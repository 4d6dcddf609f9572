"""The municipalities of this instance by Land and Kreis."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import QueryDict

from accounts.rules import districts, keys
from public import lists
from register import selectors_public as selectors
from register.selectors_public import Municipality

SIZE = 60


def page_of(params: QueryDict) -> dict[str, Any]:
    """A page of all municipalities, or of one Land, under the headings of Land and Kreis."""
    numbers = selectors.municipalities_by_land()
    land = params.get("land", "")
    if land not in numbers:
        land = ""
    rows = selectors.municipalities_by_place()
    found = lists.tolerant_page(
        rows.filter(land=land) if land else rows, params, order=("district", "sort_key", "pk"), size=SIZE
    )
    laender = [
        {"label": name, "number": numbers[key], "url": f"/?land={key}#kommunen", "current": key == land}
        for key, name in sorted(keys.LAENDER.items(), key=lambda item: item[1])
        if key in numbers
    ]
    return {
        "laender": laender if len(laender) > 1 else [],
        "land": keys.LAENDER.get(land, ""),
        "number": numbers[land] if land else sum(numbers.values()),
        "places": _under_headings(found.items),
        "page": found,
    }


def _under_headings(rows: Iterable[Municipality]) -> list[dict[str, Any]]:
    """Land, then Kreis; what has a key that is in no table comes first, under its Land alone."""
    return [
        {
            "name": keys.LAENDER[land],
            "districts": [
                {"name": name, "municipalities": list(group)}
                for name, group in groupby(
                    sorted(of_land, key=lambda row: districts.name_of(row.ars) != ""),
                    key=lambda row: districts.name_of(row.ars),
                )
            ],
        }
        for land, of_land in groupby(rows, key=lambda row: row.land)
    ]
