"""What hangs on what, as far as a person may know it. A fixed number of queries, whatever the size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Municipality, User
from compliance.models import ActivitySystem, ProcessingActivity
from compliance.rules import places
from compliance.rules.places import Named
from compliance.rules.vocabulary import REFERENCES
from register.models import (
    Entry,
    Product,
    Recipient,
    StorageLocation,
    SystemDataset,
    SystemRecipient,
    SystemStorage,
)
from register.rules import vocabulary
from register.rules.vocabulary import ENDED

SYSTEM, DATASET, ACTIVITY, STORAGE = "system", "dataset", "activity", "storage"
RECIPIENT, PRODUCT, PROVIDER, SUB = "recipient", "product", "provider", "sub"
WITHOUT_OFFICE = "ohne Amt"


@dataclass(frozen=True)
class Thing:
    """One thing of the map. `uuid` is None for who is known by name alone (providers, sub-processors)."""

    kind: str
    key: int | str
    name: str
    uuid: UUID | None = None
    note: str = ""
    country: str = ""
    basis: str = ""
    operator: str = ""
    role: str = ""
    subs: tuple[Named, ...] = ()

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        return places.zone(self.country)


@dataclass
class System:
    """An AI system with everything that hangs on it."""

    thing: Thing
    status: str
    office: str
    office_id: int
    fallback: str
    provider: str
    links: dict[str, dict[int | str, Thing]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Thing]:
        return list(self.links.get(kind, {}).values())

    def add(self, thing: Thing) -> None:
        self.links.setdefault(thing.kind, {})[thing.key] = thing

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED

    @property
    def places(self) -> list[Thing]:
        return [*self.of(STORAGE), *self.of(RECIPIENT)]


@dataclass(frozen=True)
class Stock:
    """The storage locations and recipients of a municipality, linked to a system or not."""

    storages: dict[int, Thing]
    recipients: dict[int, Thing]

    @property
    def all(self) -> list[Thing]:
        return [*self.storages.values(), *self.recipients.values()]


def stock_of(user: User, municipality: Municipality) -> Stock:
    storages = StorageLocation.objects.visible_to(user).of(municipality)
    recipients = Recipient.objects.visible_to(user).of(municipality)
    return Stock(
        {row.pk: storage_thing(row) for row in storages.defer("search")},
        {row.pk: recipient_thing(row) for row in recipients.defer("search")},
    )


def storage_thing(row: StorageLocation) -> Thing:
    return Thing(STORAGE, row.pk, row.name, row.uuid, **_place(row), operator=row.operator)


def recipient_thing(row: Recipient) -> Thing:
    role = vocabulary.RECIPIENT_KINDS[row.kind].split(" (")[0]
    return Thing(RECIPIENT, row.pk, row.name, row.uuid, **_place(row), role=role)


def _place(row: StorageLocation | Recipient) -> dict[str, Any]:
    return {
        "note": places.country_name(row.country),
        "country": row.country,
        "basis": row.third_country_basis,
        "subs": places.named_in(row.sub_processors),
    }


def dataset_thing(entry: Entry) -> Thing:
    return Thing(DATASET, entry.pk, entry.name, entry.uuid)


def activity_thing(row: ProcessingActivity) -> Thing:
    return Thing(ACTIVITY, row.pk, row.title, row.uuid, note=row.reference)


def load(user: User, municipality: Municipality, stock: Stock, only: Q | None = None) -> list[System]:
    """The systems that the person may read there, by name, each with what it uses."""
    rows = Entry.objects.visible_to(user).of(municipality).systems()
    rows = rows.filter(only) if only is not None else rows
    known = knowing_products(user, rows).order_by("sort_key", "pk")
    systems = {row["pk"]: _system(row) for row in known.values(*_COLUMNS)}
    _add(systems, _datasets(user, rows))
    _add(systems, _activities(user, rows))
    for model, name, known in (
        (SystemStorage, "storage", stock.storages),
        (SystemRecipient, "recipient", stock.recipients),
    ):
        links = model.objects.filter(system__in=rows.values("pk")).order_by(f"{name}__sort_key", "pk")
        pairs = links.values_list("system_id", f"{name}_id")
        _add(systems, ((system, known[pk]) for system, pk in pairs if pk in known))
    return list(systems.values())


# Shorter than in the forms: they stand in small boxes.
_LEVELS = {
    "none": "ohne Personenbezug",
    "pseudonymous": "pseudonymisiert",
    "personal": "personenbezogen",
    "unknown": "Personenbezug unbekannt",
}
_COLUMNS = (
    "pk", "uuid", "name", "status", "department_id", "department__name", "system__provider", "system__rollback",
    "knows_product", "system__product", "system__product__uuid", "system__product__name", "system__product__provider",
)  # fmt: skip


def _system(row: dict[str, Any]) -> System:
    made = System(
        Thing(SYSTEM, row["pk"], row["name"], row["uuid"], note=row["department__name"] or WITHOUT_OFFICE),
        status=row["status"],
        office=row["department__name"] or WITHOUT_OFFICE,
        office_id=row["department_id"] or 0,
        fallback=row["system__rollback"],
        provider=row["system__provider"],
    )
    if made.provider:
        made.add(Thing(PROVIDER, places.key(made.provider), made.provider))
    if row["knows_product"]:
        pk, uuid, name, maker = (row[f"system__product{column}"] for column in ("", "__uuid", "__name", "__provider"))
        made.add(Thing(PRODUCT, pk, name, uuid, note=maker, operator=maker))
    return made


def knowing_products(user: User, systems: QuerySet[Entry]) -> QuerySet[Entry]:
    """With `knows_product`: the person may read the product sheet of the system."""
    return systems.annotate(knows_product=Q(system__product__in=Product.objects.visible_to(user).values("pk")))


def _add(systems: dict[int, System], links: Iterable[tuple[int, Thing]]) -> None:
    for system, thing in links:
        if system in systems:
            systems[system].add(thing)


def _datasets(user: User, systems: QuerySet[Entry]) -> Iterable[tuple[int, Thing]]:
    readable = Entry.objects.visible_to(user).datasets().values("pk")
    links = SystemDataset.objects.filter(system__in=systems.values("pk"), dataset__in=readable)
    columns = (
        "system_id",
        "dataset_id",
        "dataset__entry__name",
        "dataset__entry__uuid",
        "dataset__personal_data_level",
    )
    for system, pk, name, uuid, level in links.order_by("dataset__entry__sort_key", "pk").values_list(*columns):
        yield system, Thing(DATASET, pk, name, uuid, note=_LEVELS.get(level, ""))


def _activities(user: User, systems: QuerySet[Entry]) -> Iterable[tuple[int, Thing]]:
    readable = ProcessingActivity.objects.visible_to(user).active().values("pk")
    links = ActivitySystem.objects.filter(entry__in=systems.values("pk"), activity__in=readable)
    columns = (
        "entry_id", "activity_id", "activity__title", "activity__uuid", "activity__role", "activity__number",
    )  # fmt: skip
    for system, pk, title, uuid, role, number in links.order_by("activity__number", "pk").values_list(*columns):
        yield system, Thing(ACTIVITY, pk, title, uuid, note=f"{REFERENCES[role]}-{number:04d}")


def running(systems: Iterable[System], *, start: Thing | None = None) -> tuple[list[System], int]:
    """Those that count, and how many do not. Where somebody starts, that thing is there whatever its state."""
    everything = list(systems)
    found = [s for s in everything if not s.is_ended or (start and start.kind == SYSTEM and start.key == s.thing.key)]
    if start and start.kind == ACTIVITY:
        for system in found:
            system.add(start)
    return found, len(everything) - len(found)


def running_activities(user: User, municipality: Municipality) -> int:
    return ProcessingActivity.objects.visible_to(user).of(municipality).active().count()


def using(thing: Thing) -> Q:
    """Which systems hang on a thing."""
    links: dict[str, QuerySet[Any]] = {
        DATASET: SystemDataset.objects.filter(dataset=thing.key).values("system"),
        STORAGE: SystemStorage.objects.filter(storage=thing.key).values("system"),
        RECIPIENT: SystemRecipient.objects.filter(recipient=thing.key).values("system"),
        ACTIVITY: ActivitySystem.objects.filter(activity=thing.key).values("entry"),
    }
    if thing.kind == SYSTEM:
        return Q(pk=thing.key)
    return Q(system__product=thing.key) if thing.kind == PRODUCT else Q(pk__in=links[thing.kind])


def datasets_to_choose(user: User, municipality: Municipality) -> QuerySet[Entry]:
    return Entry.objects.visible_to(user).of(municipality).datasets().order_by("sort_key", "pk")
