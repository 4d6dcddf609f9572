"""Making the drafts of a plan through the services of the rooms they belong to."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from compliance import services as compliance
from core.errors import Conflict
from exchange.imports.errors import Problem
from exchange.imports.fields import ACTIVITY, SYSTEM, targets
from exchange.imports.ground import Ground, folded
from exchange.imports.ground import of as ground_of
from exchange.imports.masterdata import NewRow, found_recipient
from exchange.imports.plan import Plan, Row
from register import services as register


class RowRefused(Exception):
    """The register does not take a row although the dry run found nothing; everything is undone."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def take(municipality: Any, plan: Plan, *, by: Any, reference: str) -> list[dict[str, Any]]:
    """Every row of the plan as a draft, in one transaction of the caller. Raises RowRefused."""
    ground = ground_of(municipality)
    for new in plan.master_data.values():
        if new.what != "dataset":
            _make_master_data(municipality, ground, new, by=by)
    created = []
    for row in plan.new:
        try:
            created.append(
                _make(municipality, ground, row, by=by, reference=f"{reference}/{row.sheet + 1}/{row.number}")
            )
        except (ValidationError, Conflict) as error:
            raise RowRefused(_problem(row, error)) from error
    return created


def _make_master_data(municipality: Any, ground: Ground, new: NewRow, *, by: Any) -> None:
    values = dict(new.values)
    if new.what == "storage":
        ground.storage[folded(new.name)] = register.create_storage(municipality, by=by, name=new.name, **values)
    else:
        made = register.create_recipient(municipality, by=by, name=new.name, **values)
        ground.recipients.setdefault(folded(new.name), []).append(made)


def _make(municipality: Any, ground: Ground, row: Row, *, by: Any, reference: str) -> dict[str, Any]:
    common = {"by": by, "department": row.department, "values": row.values, "import_reference": reference}
    if row.kind == ACTIVITY:
        systems = [ground.names[SYSTEM][folded(name)] for name in row.links.get("systems", ())]
        made = compliance.create_activity(municipality, title=row.name, systems=systems, **common)
        return _created(row, made)
    entry = register.create_system(municipality, name=row.name, **common)
    _link(municipality, ground, row, entry, by=by, reference=reference)
    ground.names[SYSTEM][folded(row.name)] = entry
    return _created(row, entry)


def _created(row: Row, made: Any) -> dict[str, Any]:
    return {"kind": row.kind, "uuid": str(made.uuid), "name": row.name, "sheet": row.sheet_name, "row": row.number}


def _link(municipality: Any, ground: Ground, row: Row, entry: Any, *, by: Any, reference: str) -> None:
    if names := row.links.get("storage"):
        register.set_storage(entry, by=by, locations=[ground.storage[folded(name)] for name in names])
    datasets = [
        (_dataset(municipality, ground, row, name, by=by, reference=reference), role)
        for key, role in (("datasets", "operation"), ("training_data", "training"))
        for name in row.links.get(key, ())
    ]
    if datasets:
        register.set_datasets(entry, by=by, links=datasets)
    recipients = [
        found_recipient(ground, name, kind)
        for key, kind in (("processors", "processor"), ("recipients", ""))
        for name in row.links.get(key, ())
    ]
    if recipients:
        register.set_recipients(entry, by=by, recipients=recipients)


def _dataset(municipality: Any, ground: Ground, row: Row, name: str, *, by: Any, reference: str) -> Any:
    """A dataset that is only named yet becomes a draft of the same department."""
    if folded(name) not in ground.datasets:
        entry = register.create_dataset(
            municipality, by=by, name=name, department=row.department, import_reference=reference
        )
        ground.datasets[folded(name)] = entry.dataset
    return ground.datasets[folded(name)]


def _problem(row: Row, error: ValidationError | Conflict) -> Problem:
    if isinstance(error, Conflict):
        return Problem(error.message, row.sheet_name, row.number)
    fields = getattr(error, "message_dict", None) or {"": error.messages}
    key, messages = next(iter(fields.items()))
    target = targets(row.kind).get(key)
    return Problem(" ".join(messages), row.sheet_name, row.number, heading=target.label if target else "")
