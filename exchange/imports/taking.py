"""Writing what a plan says through the services of the rooms the rows belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from compliance import services as compliance
from core.errors import Conflict, NotAllowed
from exchange.imports import linking, records, undoing
from exchange.imports.errors import Problem
from exchange.imports.fields import ACTIVITY, DATASET, ORDER, RECIPIENT, STORAGE, SYSTEM, targets
from exchange.imports.ground import Ground, folded
from exchange.imports.ground import of as ground_of
from exchange.imports.masterdata import NewRow
from exchange.imports.planned import Plan, Row
from exchange.imports.progress import Tell, counted, silent
from register import services as register


class RowRefused(Exception):
    """The register does not take a row although the dry run found nothing; everything is undone."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass
class Taken:
    """What has come of a plan, as the run keeps it. `aside` came into being because rows named it."""

    created: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    aside: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Taker:
    municipality: Any
    ground: Ground
    by: Any
    reference: str
    taken: Taken = field(default_factory=Taken)

    def aside(self, kind: str, row: Any) -> Any:
        self.taken.aside.append({"kind": kind, "uuid": str(row.uuid), "name": row.name})
        return row


def take(municipality: Any, plan: Plan, *, by: Any, reference: str, tell: Tell = silent) -> Taken:
    """Every row of the plan, in one transaction of the caller. Raises RowRefused."""
    taker = _Taker(municipality, ground_of(municipality), by, reference)
    for new in plan.master_data.values():
        if new.what != "dataset":
            _make_master_data(taker, new)
    rows = [row for kind in ORDER for row in (*plan.changed, *plan.new) if row.kind == kind]
    for row in counted(rows, len(rows), tell):
        if row.current is not None:
            taker.taken.changed.append(_told(taker, row, _change))
        else:
            taker.taken.created.append(_told(taker, row, _make))
    _note_versions(taker.taken)
    return taker.taken


def _note_versions(taken: Taken) -> None:
    """What counts as untouched later: the version that the whole import has left behind."""
    made = [*taken.created, *taken.changed, *taken.aside]
    found = records.versions(made)
    for one in made:
        one["version"] = found[one["uuid"]].version


def _told(taker: _Taker, row: Row, write: Any) -> dict[str, Any]:
    try:
        told: dict[str, Any] = write(taker, row)
    except (ValidationError, Conflict, NotAllowed) as error:
        raise RowRefused(_problem(row, error)) from error
    return told


def _make_master_data(taker: _Taker, new: NewRow) -> None:
    values, ground = dict(new.values), taker.ground
    if new.what == "storage":
        made = register.create_storage(taker.municipality, by=taker.by, name=new.name, **values)
        ground.storage[folded(new.name)] = taker.aside(STORAGE, made)
    else:
        recipient = register.create_recipient(taker.municipality, by=taker.by, name=new.name, **values)
        ground.recipients.setdefault(folded(new.name), []).append(taker.aside(RECIPIENT, recipient))


def _make(taker: _Taker, row: Row) -> dict[str, Any]:
    made = _MAKERS[row.kind](taker, row)
    return {"kind": row.kind, "uuid": str(made.uuid), "name": row.name, "sheet": row.sheet_name, "row": row.number}


def _common(taker: _Taker, row: Row) -> dict[str, Any]:
    reference = f"{taker.reference}/{row.sheet + 1}/{row.number}"
    return {"by": taker.by, "department": row.department, "values": row.values, "import_reference": reference}


def _make_activity(taker: _Taker, row: Row) -> Any:
    systems = [taker.ground.names[SYSTEM][folded(name)] for name in row.links.get("systems", ())]
    return compliance.create_activity(taker.municipality, title=row.name, systems=systems, **_common(taker, row))


def _make_system(taker: _Taker, row: Row) -> Any:
    common = _common(taker, row)
    _make_datasets(taker, row)
    links = linking.links_of(taker.ground, row.links)
    entry = register.create_system(taker.municipality, name=row.name, links=links, **common)
    taker.ground.names[SYSTEM][folded(row.name)] = entry
    return entry


def _make_datasets(taker: _Taker, row: Row) -> None:
    """A dataset that is only named yet becomes a draft of the same department."""
    department = row.department or (row.current.obj.department if row.current else None)
    for name in linking.dataset_names(row.links):
        if folded(name) not in taker.ground.datasets:
            entry = register.create_dataset(
                taker.municipality,
                by=taker.by,
                name=name,
                department=department,
                import_reference=f"{taker.reference}/{row.sheet + 1}/{row.number}",
            )
            taker.ground.datasets[folded(name)] = taker.aside(DATASET, entry).dataset


def _make_dataset(taker: _Taker, row: Row) -> Any:
    entry = register.create_dataset(taker.municipality, name=row.name, **_common(taker, row))
    taker.ground.datasets[folded(row.name)] = entry.dataset
    return entry


def _make_storage(taker: _Taker, row: Row) -> Any:
    made = register.create_storage(taker.municipality, by=taker.by, name=row.name, **row.values)
    taker.ground.storage[folded(row.name)] = made
    return made


def _make_recipient(taker: _Taker, row: Row) -> Any:
    made = register.create_recipient(taker.municipality, by=taker.by, name=row.name, **row.values)
    taker.ground.recipients.setdefault(folded(row.name), []).append(made)
    return made


_MAKERS = {
    ACTIVITY: _make_activity,
    SYSTEM: _make_system,
    DATASET: _make_dataset,
    STORAGE: _make_storage,
    RECIPIENT: _make_recipient,
}


def _change(taker: _Taker, row: Row) -> dict[str, Any]:
    record = row.current
    assert record is not None
    before = undoing.before(record, [*row.values, *row.links])
    if row.kind == SYSTEM:
        _make_datasets(taker, row)
    if row.kind == ACTIVITY:
        systems = {folded(name): taker.ground.names[SYSTEM][folded(name)] for name in row.links.get("systems", ())}
        linked = list(systems.values()) if "systems" in row.links else None
        changed = linking.change_activity(record.obj, row.values, linked, by=taker.by, version=record.obj.version)
    else:
        links = linking.links_of(taker.ground, row.links, record)
        changed = linking.change(row.kind, record.obj, row.values, links, by=taker.by, version=record.obj.version)
    _rename(taker.ground, row, changed)
    return {
        "kind": row.kind,
        "uuid": str(record.obj.uuid),
        "name": row.name,
        "sheet": row.sheet_name,
        "row": row.number,
        "fields": [change.label for change in row.changes],
        "before": before,
    }


def _rename(ground: Ground, row: Row, changed: Any) -> None:
    """Rows further on name it as the list does."""
    if row.kind == SYSTEM:
        ground.names[SYSTEM][folded(row.name)] = changed
    elif row.kind == DATASET:
        ground.datasets[folded(row.name)] = changed.dataset
    elif row.kind == STORAGE:
        ground.storage[folded(row.name)] = changed
    elif row.kind == RECIPIENT and changed.pk not in [
        known.pk for known in ground.recipients.get(folded(row.name), [])
    ]:
        ground.recipients.setdefault(folded(row.name), []).append(changed)


def _problem(row: Row, error: ValidationError | Conflict | NotAllowed) -> Problem:
    if isinstance(error, Conflict | NotAllowed):
        return Problem(error.message, row.sheet_name, row.number)
    fields = getattr(error, "message_dict", None) or {"": error.messages}
    key, messages = next(iter(fields.items()))
    target = targets(row.kind).get(key)
    return Problem(" ".join(messages), row.sheet_name, row.number, heading=target.label if target else "")
