"""What a list meets: the departments, entries and master data the municipality has already."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts import selectors as accounts
from compliance import selectors_import as compliance
from exchange.imports.fields import ACTIVITY, DATASET, KINDS, RECIPIENT, STORAGE, SYSTEM
from exchange.imports.recognition import normal
from exchange.imports.records import Record, by_uuid, visible
from register import selectors_import as register


def folded(name: str) -> str:
    """Names are the same whatever their case and spacing."""
    return " ".join(name.casefold().split())


def recipient_key(name: str, kind: str) -> str:
    """One name may stand for a processor and for a third party."""
    return f"{folded(name)}|{kind}"


@dataclass
class Ground:
    """`names` maps kind -> folded name -> the row that bears it; `records` maps kind -> uuid -> what a list may change."""

    ars: str = ""
    ags: str = ""
    municipality: str = ""
    departments: dict[str, list[Any]] = field(default_factory=dict)
    names: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    by: Any = None
    datasets: dict[str, Any] = field(default_factory=dict)
    storage: dict[str, Any] = field(default_factory=dict)
    recipients: dict[str, list[Any]] = field(default_factory=dict)

    def department(self, name: str) -> list[Any]:
        return self.departments.get(normal(name), [])

    def departments_like(self, name: str) -> list[str]:
        wanted = normal(name)
        near = difflib.get_close_matches(wanted, self.departments, n=3, cutoff=0.6)
        near += [key for key in self.departments if key not in near and (wanted in key or key in wanted)]
        return [self.departments[key][0].name for key in near[:3]]


def of(municipality: Any, *, by: Any = None, kinds: Iterable[str] = ()) -> Ground:
    """`kinds` are those of which the list may change what is there."""
    found = _of(municipality)
    found.by = by
    found.records = {kind: by_uuid(kind, visible(kind, by, municipality)) for kind in kinds}
    return found


def _of(municipality: Any) -> Ground:
    datasets = {folded(dataset.entry.name): dataset for dataset in register.datasets_of(municipality)}
    storage = {folded(location.name): location for location in register.storage_of(municipality)}
    recipients = _grouped(register.recipients_of(municipality), folded)
    return Ground(
        ars=municipality.ars,
        ags=municipality.ags,
        municipality=municipality.name,
        departments=_grouped(accounts.open_departments(municipality), normal),
        names={
            SYSTEM: {folded(entry.name): entry for entry in register.entries_of(municipality, "system")},
            ACTIVITY: {folded(activity.title): activity for activity in compliance.activities_of(municipality)},
            DATASET: {name: dataset.entry for name, dataset in datasets.items()},
            STORAGE: dict(storage),
            RECIPIENT: {recipient_key(name, row.kind): row for name, rows in recipients.items() for row in rows},
        },
        datasets=datasets,
        storage=storage,
        recipients=recipients,
    )


def _grouped(rows: Iterable[Any], key: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row.name)].append(row)
    return dict(found)
