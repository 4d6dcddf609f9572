"""What is in the register now, as an export writes it and as an import compares it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accounts import permissions
from compliance import selectors_import as compliance
from exchange.imports.fields import ACTIVITY, DATASET, NAME, ROLES, SYSTEM, targets
from exchange.imports.tables import Cell
from exchange.imports.values import cell_of
from register import selectors_import as register


@dataclass(frozen=True)
class Record:
    """`values` by key; `links` by key of the column, each a list of rows."""

    kind: str
    obj: Any
    values: dict[str, Any]
    links: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.values[NAME[self.kind]])

    @cached_property
    def cells(self) -> dict[str, Cell]:
        names = {key: [name_of(row) for row in rows] for key, rows in self.links.items()}
        plain = {**self.values, **names, "uuid": str(self.obj.uuid), "version": self.obj.version}
        return {key: cell_of(target, plain.get(key)) for key, target in targets(self.kind).items() if target.exported}

    def may_be_edited(self, by: Any) -> bool:
        if self.kind in (SYSTEM, DATASET):
            return permissions.on(by, "entry.edit", self.obj)
        if self.kind == ACTIVITY:
            return permissions.on(by, "vvt.edit", self.obj)
        return permissions.has_all(by, "master_data.edit", self.obj.municipality_id)


def name_of(row: Any) -> str:
    """Of a linked row; a dataset has its name in its entry."""
    return str(row.entry.name if hasattr(row, "entry") else row.name)


def visible(kind: str, user: Any, municipality: Any) -> Any:
    if kind == ACTIVITY:
        return compliance.visible_activities(user, municipality)
    if kind in (SYSTEM, DATASET):
        return register.visible_entries(user, municipality, kind)
    return register.visible_master_data(user, municipality, kind)


def load(kind: str, rows: Any) -> list[Record]:
    """A constant number of queries, whatever the number of rows."""
    if kind == ACTIVITY:
        return [Record(kind, obj, values, {"systems": systems}) for obj, values, systems in compliance.records(rows)]
    return [Record(kind, found.obj, found.values, _by_column(found.links)) for found in register.records(kind, rows)]


def _by_column(links: dict[str, list[Any]]) -> dict[str, list[Any]]:
    if not links:
        return {}
    found = {key: [dataset for dataset, its in links["datasets"] if its == role] for key, role in ROLES.items()}
    found["storage"] = links["storage"]
    found["processors"] = [row for row in links["recipients"] if row.kind == "processor"]
    found["recipients"] = [row for row in links["recipients"] if row.kind != "processor"]
    return found


def by_uuid(kind: str, rows: Any) -> dict[str, Record]:
    return {str(record.obj.uuid): record for record in load(kind, rows)}


def versions(made: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """uuid -> the row as it is now, for what an import has made or changed."""
    kinds: dict[str, list[str]] = {}
    for one in made:
        kinds.setdefault(one["kind"], []).append(one["uuid"])
    found: dict[str, Any] = {}
    for kind, uuids in kinds.items():
        found |= compliance.versions_of(uuids) if kind == ACTIVITY else register.versions_of(kind, uuids)
    return found
