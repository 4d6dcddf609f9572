"""Names in a list become rows to link with, and changes of values and links become calls of services."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from compliance import services as compliance
from exchange.imports.fields import ROLES, STORAGE
from exchange.imports.ground import Ground, folded
from exchange.imports.masterdata import found_recipient
from exchange.imports.records import Record, name_of
from register import services as register


def dataset_names(links: Mapping[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(name for key in ROLES for name in links.get(key, ())))


def links_of(ground: Ground, named: Mapping[str, list[str]], record: Record | None = None) -> dict[str, Any]:
    """What `register.save_section` takes. Columns that do not change keep what `record` is linked with."""
    now = record.links if record else {}
    rows = {key: _rows(ground, key, names, now.get(key, [])) for key, names in named.items() if key != "systems"}
    return joined({**now, **rows}, rows.keys())


def joined(rows: Mapping[str, list[Any]], changed: Collection[str]) -> dict[str, Any]:
    """Columns put together as the register keeps them; only what `changed` touches."""
    found: dict[str, Any] = {}
    if ROLES.keys() & set(changed):
        found["datasets"] = [(dataset, role) for key, role in ROLES.items() for dataset in rows.get(key, [])]
    if "storage" in changed:
        found["storage"] = rows["storage"]
    if {"processors", "recipients"} & set(changed):
        found["recipients"] = [*rows.get("processors", []), *rows.get("recipients", [])]
    return found


def _rows(ground: Ground, key: str, names: list[str], now: list[Any]) -> list[Any]:
    """Of several rows with one name the linked one is meant."""
    linked = {folded(name_of(row)): row for row in now}
    return [linked.get(folded(name)) or _row(ground, key, name) for name in names]


def _row(ground: Ground, key: str, name: str) -> Any:
    if key in ROLES:
        return ground.datasets[folded(name)]
    if key == "storage":
        return ground.storage[folded(name)]
    return found_recipient(ground, name, "processor" if key == "processors" else "")


def change(
    kind: str, obj: Any, values: Mapping[str, Any], links: Mapping[str, Any], *, by: Any, version: int | None
) -> Any:
    """Of an entry or of master data, each with the version that was seen."""
    if kind == STORAGE:
        return register.update_storage(obj, by=by, changes=values, version=version)
    if hasattr(obj, "review_state"):
        return register.save_section(obj, by=by, changes=values, links=links, version=version)
    return register.update_recipient(obj, by=by, changes=values, version=version)


def change_activity(
    activity: Any, values: Mapping[str, Any], systems: list[Any] | None, *, by: Any, version: int | None
) -> Any:
    """`systems` None leaves the links as they are."""
    if values:
        activity = compliance.update_activity(activity, by=by, changes=values, version=version)
    if systems is None:
        return activity
    linked = {link.entry_id: link.entry for link in activity.system_links.select_related("entry")}
    wanted = {entry.pk: entry for entry in systems}
    for pk in linked.keys() - wanted.keys():
        activity = compliance.unlink_system(activity, by=by, entry=linked[pk])
    for pk in wanted.keys() - linked.keys():
        activity = compliance.link_system(activity, by=by, entry=wanted[pk])
    return activity
