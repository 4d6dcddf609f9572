"""The rows between a system and its datasets, storage locations and recipients, with the check that all are one town's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.errors import NotAllowed
from register.models import Dataset, Entry, Recipient, StorageLocation, SystemDataset, SystemRecipient, SystemStorage


def add_datasets(entry: Entry, links: Iterable[tuple[Dataset, str]]) -> None:
    wanted = list(dict.fromkeys(links))
    if any(dataset.entry.municipality_id != entry.municipality_id for dataset, _ in wanted):
        raise NotAllowed("Ein Datenbestand gehört zu einer anderen Kommune.")
    SystemDataset.objects.bulk_create(
        SystemDataset(system=entry.system, dataset=dataset, role=role) for dataset, role in wanted
    )


def add_storage(entry: Entry, locations: Iterable[StorageLocation]) -> None:
    wanted = list(dict.fromkeys(locations))
    if any(location.municipality_id != entry.municipality_id for location in wanted):
        raise NotAllowed("Ein Speicherort gehört zu einer anderen Kommune.")
    SystemStorage.objects.bulk_create(SystemStorage(system=entry.system, storage=location) for location in wanted)


def add_recipients(entry: Entry, recipients: Iterable[Recipient]) -> None:
    wanted = list(dict.fromkeys(recipients))
    if any(recipient.municipality_id != entry.municipality_id for recipient in wanted):
        raise NotAllowed("Ein Empfänger gehört zu einer anderen Kommune.")
    SystemRecipient.objects.bulk_create(
        SystemRecipient(system=entry.system, recipient=recipient) for recipient in wanted
    )


_ADD: dict[str, Callable[[Entry, Any], None]] = {
    "datasets": add_datasets,
    "storage": add_storage,
    "recipients": add_recipients,
}


def add(entry: Entry, links: Mapping[str, Any]) -> None:
    for key, rows in links.items():
        _ADD[key](entry, rows)
